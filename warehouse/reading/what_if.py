"""What would it take, and how likely is it? Any threshold, year, country or group, with the functions of the marts.

Belongs here: the question, and its answer as frames. Does not belong here: the command's printing (path_command), the
chart (path_chart), formulas (transforms).

>>> from warehouse.reading.what_if import Question, answer
>>> from warehouse.reading.connect import connect
>>> with connect() as warehouse:
...     reply = answer(warehouse, Question("DEU", target_pct=3.5, by=2032))
>>> reply.path.select("year", "path_kind", "required_share_pct", "extra_against_share_usd_constant_m")
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import duckdb
import polars as pl

from transforms.errors import RefusedInputError
from transforms.outlook.draws import SEED, fans
from transforms.outlook.inputs import Inputs, Tables, inputs_of_benchmark, inputs_of_nato, with_group
from transforms.outlook.revision import DRAWS
from warehouse.contracts.mart_path import OUTLOOK, OUTLOOK_SHARE, PATH
from warehouse.contracts.reference import COUNTRY, COUNTRY_GROUP, GUIDELINE
from warehouse.errors import UsageError
from warehouse.marts.outlook import fan_rows, outlooks_of, path_rows
from warehouse.reading.lookup import entity_code

WHAT_IF: Final = "what_if"
JOINT: Final = "ALLIES_ASKED_FOR"
DEFAULT_RULE: Final = "hague_core_3_5pct"
BENCHMARK: Final = (
    "benchmark on SIPRI's definition: no rule of NATO holds for the country; GDP is what SIPRI's ratio implies, "
    "real GDP in consumer prices"
)


class QuestionError(RefusedInputError, UsageError):
    """A question that the warehouse cannot answer: unknown country, group, rule or edition, or a year that is past."""


@dataclass(frozen=True, slots=True)
class Question:
    """`entity`: a country or a group by any of its names (core.entity_name), or several Allies as one: `DEU,FRA,POL`.

    `target_pct` of GDP due in `by`, both or neither: else the rule's. `edition_id`: default the newest with a figure.
    `real_growth_pct`: growth of real GDP to assume, percent a year.
    """

    entity: str
    target_pct: float | None = None
    by: int | None = None
    rule_id: str = DEFAULT_RULE
    edition_id: str | None = None
    real_growth_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`path` as mart.path, `outlook` a row of mart.outlook, `fan` as mart.outlook_share; `history`: year, share_pct."""

    name: str
    path: pl.DataFrame
    outlook: dict[str, object]
    fan: pl.DataFrame
    history: pl.DataFrame
    is_benchmark: bool

    @property
    def assumptions(self) -> list[str]:
        said = str(self.outlook["assumptions"]).split("; ")
        return [BENCHMARK, *said] if self.is_benchmark else said


def answer(warehouse: duckdb.DuckDBPyConnection, question: Question) -> Answer:
    """The path, the outlook, the fan and the history.

    Raises `QuestionError`; `UsageError` for a name that means nothing, or several things.
    """
    codes = sorted({entity_code(warehouse, name.strip()) for name in question.entity.split(",")})
    tables: Tables = {table_id: warehouse.sql(f"FROM {table_id}").pl() for table_id in reads()}
    if len(codes) == 1:
        question = replace(question, entity=codes[0])
        name = _name(tables, codes[0])
    else:
        tables = _with_joint(tables, codes)
        question = replace(question, entity=JOINT)
        name = ", ".join(_name(tables, code) for code in codes)
    partner = question.entity in _members(tables, "IP4")
    rules = _rules(tables, question)
    inputs = (inputs_of_benchmark if partner else inputs_of_nato)(tables, rules)
    inputs = narrowed(inputs, question, tables)
    path = path_rows(inputs)
    drawn = fans(inputs, tables, seed=SEED)
    outlook = outlooks_of(inputs, path, tables, drawn, seed=SEED, draws=DRAWS).row(0, named=True)
    history = inputs.history.filter(pl.col("year") <= outlook["start_year"]).select("year", "share_pct").sort("year")
    return Answer(name, path, outlook, fan_rows(drawn, seed=SEED), history, is_benchmark=partner)


def _with_joint(tables: Tables, codes: list[str]) -> Tables:
    """Several Allies as one group. Raises `QuestionError` for one that is no Ally."""
    allies = _members(tables, "NATO")
    if strangers := [code for code in codes if code not in allies]:
        raise QuestionError(
            place="list of countries", expected=f"Allies: {', '.join(allies)}", found=", ".join(strangers)
        )
    return with_group(tables, JOINT, codes)


def reads() -> list[str]:
    """The tables that a question is answered from."""
    own = {PATH.id, OUTLOOK.id, OUTLOOK_SHARE.id}
    read = (*PATH.reads, *OUTLOOK.reads, *OUTLOOK_SHARE.reads, "mart.benchmark", COUNTRY.id, COUNTRY_GROUP.id)
    return [*dict.fromkeys(table_id for table_id in read if table_id not in own)]


def _members(tables: Tables, group_id: str) -> list[str]:
    return sorted(tables["core.membership"].filter(pl.col("group_id") == group_id)["iso3"].unique())


def _name(tables: Tables, entity: str) -> str:
    """The English name of what has a path: an Ally, a partner or a group. Raises `QuestionError`."""
    names = _names(tables)
    groups = tables["mart.aggregate"]["group_id"].unique()
    if entity not in {*_members(tables, "NATO"), *_members(tables, "IP4"), *groups}:
        partners = ", ".join(names[partner] for partner in _members(tables, "IP4"))
        known = ", ".join(sorted(names[group] for group in groups))
        raise QuestionError(
            place="country or group",
            expected=f"an Ally, a partner ({partners}) as a benchmark, or a group ({known})",
            found=f"{names[entity]} ({entity})",
        )
    return names[entity]


def _names(tables: Tables) -> dict[str, str]:
    groups = tables[COUNTRY_GROUP.id].select("group_id", "name")
    return dict([*tables[COUNTRY.id].select("iso3", "name").iter_rows(), *groups.iter_rows()])


def _rules(tables: Tables, question: Question) -> pl.DataFrame:
    rules = tables[GUIDELINE.id]
    if question.target_pct is None:
        targets = rules.filter(pl.col("comparison") == "at_least")
        rule = targets.filter(pl.col("rule_id") == question.rule_id)
        if rule.is_empty():
            raise QuestionError(
                place="--rule",
                expected=f"a rule with a target: {', '.join(targets['rule_id'])}",
                found=question.rule_id,
            )
        return rule.with_columns(scope=pl.lit(question.entity))
    return rule_asked(question.target_pct, question.by, question.entity)


def rule_asked(target_pct: float, by: int | None, scope: str) -> pl.DataFrame:
    """A row as in core.guideline for a target in percent of GDP that nobody has adopted."""
    asked = {
        "rule_id": WHAT_IF,
        "threshold_pct": target_pct,
        "comparison": "at_least",
        "indicator": "defence_share_of_gdp",
        "adopted_on": None,
        "due_year": by,
        "due_at_once": False,
        "scope": scope,
    }
    return pl.DataFrame([asked], schema_overrides={"adopted_on": pl.Date, "due_year": pl.Int16})


def narrowed(inputs: Inputs, question: Question, tables: Tables) -> Inputs:
    """The one start that was asked for, on the growth that was asked for."""
    found = inputs.starts.filter(pl.col("entity") == question.entity).sort("vintage_seq")
    _refuse_edition(found, question, tables)
    edition_id = question.edition_id or best_edition(found, tables["core.edition"])
    start = found.filter(pl.col("edition_id") == edition_id)
    start_year = int(start["start_year"][0])
    if question.by is not None and question.by < start_year:
        raise QuestionError(
            place="--by", expected=f"{start_year}, the last year with a figure, or later", found=str(question.by)
        )
    here = (pl.col("edition_id") == edition_id) & (pl.col("entity") == question.entity)
    growth = inputs.growth.filter(here)
    if question.real_growth_pct is not None:
        growth = growth.with_columns(
            real_growth_pct=pl.lit(question.real_growth_pct),
            real_growth_edition_id=pl.lit(None, pl.String),
            real_growth_basis=pl.lit("assumed"),
        )
    bands = inputs.gdp_bands.filter(here)
    series = start["series"][0]
    return replace(
        inputs,
        starts=start,
        history=inputs.history.filter(here, pl.col("series") == series),
        break_years=inputs.break_years.filter(pl.col("edition_id") == edition_id),  # of the whole panel
        growth=growth,
        gdp_bands=bands.clear() if question.real_growth_pct is not None else bands,
    )


def best_edition(found: pl.DataFrame, editions: pl.DataFrame) -> str:
    """The newest edition that prints GDP, so that there is money to show; else the newest. None that was withdrawn."""
    valid = found.join(
        editions.filter(pl.col("withdrawn_on").is_null()), on="edition_id", how="semi", maintain_order="left"
    )
    if valid.is_empty():
        raise QuestionError(
            place="--edition", expected="an edition that was not withdrawn, or one named here", found="none"
        )
    with_gdp = valid.drop_nulls("gdp_usd_constant_m")
    return str((valid if with_gdp.is_empty() else with_gdp)["edition_id"][-1])


def _refuse_edition(found: pl.DataFrame, question: Question, tables: Tables) -> None:
    if found.is_empty():
        raise QuestionError(
            place="country or group", expected="one with a figure that the rule is measured on", found=question.entity
        )
    editions = found["edition_id"].unique(maintain_order=True).to_list()
    if question.edition_id is not None and question.edition_id not in editions:
        known = question.edition_id in tables["core.edition"]["edition_id"]
        raise QuestionError(
            place="--edition",
            expected=f"an edition with a figure of {question.entity}: {', '.join(editions)}",
            found=f"{question.edition_id}{'' if known else ', which is not held'}",
        )
