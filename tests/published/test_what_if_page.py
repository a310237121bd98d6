"""The what-if page computes what `burden path` computes: the same figures, by the same formulas, in the browser."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl
import pytest

from tests import browser
from transforms.outlook.inputs import Inputs, Tables, inputs_of_nato, with_group
from transforms.outlook.required_path import excess_growth_pct_per_year, required_pp_per_year
from transforms.vocabulary import PATH_KINDS
from warehouse.marts.outlook import path_rows
from warehouse.reading.connect import connect
from warehouse.reading.site import copy_site
from warehouse.reading.what_if import Question, answer, narrowed, reads, rule_asked

QUESTIONS: Final = 200
_OF_A_LIST: Final = 40
_BASES: Final = ("national_currency_m", "usd_current_m", "usd_constant_m")
_MONEY: Final = ("required_spending", "extra_against_share", "extra_against_frozen")
COLUMNS: Final = (
    "required_share_pct",
    "step_pp",
    *(f"{name}_{basis}" for basis in _BASES for name in _MONEY),
    *(f"cumulated_against_{against}_usd_constant_m" for against in ("share", "frozen")),
    *(f"cumulated_against_share_{percent}_usd_constant_m" for percent in ("p10", "p90")),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question to both; `members` of a list of Allies that is asked as one."""

    entity: str
    target: float
    by: int
    growth: float | None
    members: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any]:
        return {
            "entity": ",".join(self.members) or self.entity,
            "target": self.target,
            "by": self.by,
            "growth": self.growth,
            "plan": "",
        }


@pytest.fixture(scope="module")
def page(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a copied site, which may be written next to."""
    return copy_site(tmp_path_factory.mktemp("what-if") / "site", published).with_name("report") / "what-if.html"


@pytest.fixture(scope="module")
def opened(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(published) as connection:
        yield connection


def random_questions(entities: list[str], allies: list[str]) -> list[Asked]:
    chance = random.Random(2035)  # noqa: S311 (which questions are asked is no secret)
    made = []
    for number in range(QUESTIONS):
        of_a_list = number < _OF_A_LIST
        members = tuple(sorted(chance.sample(allies, chance.randint(2, 6)))) if of_a_list else ()
        made.append(
            Asked(
                f"LIST_{number}" if of_a_list else chance.choice(entities),
                round(chance.uniform(0.5, 7), chance.choice([0, 1, 2, 6])),
                chance.randint(2026, 2050),
                chance.choice([None, None, round(chance.uniform(-4, 6), 2)]),
                members,
            )
        )
    return made


def in_python(warehouse: duckdb.DuckDBPyConnection, asked: list[Asked]) -> list[tuple[pl.DataFrame, dict[str, Any]]]:
    """The path of each question and the start that it rests on, by the functions of `burden path`."""
    tables: Tables = {table_id: warehouse.sql(f"FROM {table_id}").pl() for table_id in reads()}
    for question in asked:
        if question.members:
            tables = with_group(tables, question.entity, question.members)
    rules = [
        rule_asked(question.target, question.by, question.entity).with_columns(rule_id=pl.lit(str(number)))
        for number, question in enumerate(asked)
    ]
    inputs = inputs_of_nato(tables, pl.concat(rules))
    return [_one(inputs, tables, number, question) for number, question in enumerate(asked)]


def _one(inputs: Inputs, tables: Tables, number: int, asked: Asked) -> tuple[pl.DataFrame, dict[str, Any]]:
    mine = replace(inputs, starts=inputs.starts.filter(pl.col("rule_id") == str(number)))
    question = Question(asked.entity, asked.target, asked.by, real_growth_pct=asked.growth)
    ready = narrowed(mine, question, tables)
    years = pl.col("due_year") - pl.col("start_year")
    needed = ready.starts.with_columns(
        required_pp_per_year(pl.col("share_pct"), pl.col("threshold_pct"), years).alias("required_pp_per_year"),
        excess_growth_pct_per_year(pl.col("share_pct"), pl.col("threshold_pct"), years).alias("excess_growth_pct"),
    )
    return path_rows(ready), needed.row(0, named=True)


def in_the_browser(page: Path, profile: Path, asked: list[Asked], taken: str) -> Any:  # noqa: ANN401 (JSON)
    questions = json.dumps([question.json for question in asked])
    return browser.found(page, profile, f"{questions}.map((q) => whatIf.answer(burdenSharingPaths, q)).map({taken})")


def same(one: float | None, other: float | None) -> bool:
    """Equal to 1e-9, or both unknown; differences of equal shares leave the rounding of binary fractions."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def test_two_hundred_questions_have_the_same_answer_in_the_page_and_on_the_command_line(
    page: Path, tmp_path: Path, opened: duckdb.DuckDBPyConnection
) -> None:
    known = browser.found(page, tmp_path, "[Object.keys(burdenSharingPaths.starts), burdenSharingPaths.groups]")
    entities, groups = known
    asked = random_questions(entities, [entity for entity in entities if entity not in groups])
    columns = json.dumps(["year", *COLUMNS])
    taken = f"""({{paths, needed}}) => [
        requiredPath.KINDS.map((kind) => paths[kind].map((row) => {columns}.map((name) => row[name]))),
        needed.required_pp_per_year, needed.excess_growth_pct_per_year]"""
    differing, compared, costed = [], 0, 0
    shown = in_the_browser(page, tmp_path, asked, taken)
    for question, (path, start), (paths, pp, excess) in zip(asked, in_python(opened, asked), shown, strict=True):
        for kind, rows in zip(PATH_KINDS, paths, strict=True):
            held = path.filter(pl.col("path_kind") == kind).sort("year").select("year", *COLUMNS).rows()
            pairs = [pair for one, other in zip(rows, held, strict=True) for pair in zip(one, other, strict=True)]
            differing += [(question, kind, pair) for pair in pairs if not same(*pair)]
            compared += len(pairs)
            costed += sum(1 for one, _ in pairs if one is not None)
        needed = ((pp, start["required_pp_per_year"]), (excess, start["excess_growth_pct"]))
        differing += [(question, "needed", pair) for pair in needed if not same(*pair)]
    assert differing == []
    assert len(asked) == QUESTIONS
    assert compared > 50_000
    assert costed > 0.85 * compared, "the questions are about money that is known"


@pytest.mark.parametrize(
    "asked",
    [
        Asked("DEU", 3.5, 2035, None),
        Asked("NATO_EUR_CAN", 5.0, 2040, None),
        Asked("POL", 4.5, 2030, 1.25),
        Asked("ESP", 2.1, 2026, None),
    ],
    ids=lambda asked: asked.entity,
)
def test_what_may_come_is_the_fan_of_the_command_and_its_probability_lies_in_the_bounds(
    page: Path, tmp_path: Path, opened: duckdb.DuckDBPyConnection, asked: Asked
) -> None:
    reply = answer(opened, Question(asked.entity, asked.target, asked.by, real_growth_pct=asked.growth))
    taken = "({start, chance, needed}) => [start.fan, start.history.map((row) => row.slice(0, 2)), chance, needed]"
    ((fan, history, chance, needed),) = in_the_browser(page, tmp_path, [asked], taken)
    quantiles = reply.fan.sort("year").select("p05", "p10", "p25", "p50", "p75", "p90", "p95").rows()
    assert [tuple(row) for row in fan] == quantiles
    assert [tuple(row) for row in history] == reply.history.rows()
    probability = float(str(reply.outlook["p_reached_by_due"]))
    assert chance["least"] - 1e-9 <= probability <= chance["most"] + 1e-9
    assert same(
        needed["required_real_growth_pct_per_year"], _number(reply.outlook["required_real_growth_pct_per_year"])
    )
    assert same(needed["assumed_real_growth_pct"], _number(reply.outlook["assumed_real_growth_pct"]))


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def test_a_plan_of_one_point_is_the_linear_path(page: Path, tmp_path: Path) -> None:
    script = """["DEU", "ESP", "NATO"]
      .map((entity) => ({ entity, target: 3.5, by: 2032, growth: null, plan: "2032 3.5" }))
      .map((question) => whatIf.answer(burdenSharingPaths, question))
      .map(({ plan, paths }) => [JSON.stringify(plan), JSON.stringify(paths.linear)])"""
    for plan, linear in browser.found(page, tmp_path, script):
        assert plan == linear


def test_a_plan_is_priced_by_its_own_shares(page: Path, tmp_path: Path) -> None:
    asked = {"entity": "DEU", "target": 3.5, "by": 2035, "growth": 0, "plan": "2028: 3.0, 2030 3.2 %"}
    script = f"whatIf.answer(burdenSharingPaths, {json.dumps(asked)}).plan"
    plan = {row["year"]: row for row in browser.found(page, tmp_path, script)}
    # 2.69 in 2026: half of the way to 3.0 in 2027, half of that to 3.2 in 2029
    assert [plan[year]["required_share_pct"] for year in range(2026, 2031)] == pytest.approx([2.69, 2.845, 3, 3.1, 3.2])
    # Spending over GDP at constant prices: 100 * 119 159 / 4 422 594 = 2.694324; GDP does not grow.
    assert plan[2030]["required_spending_usd_constant_m"] == pytest.approx(0.032 * 4_422_594)
    assert plan[2028]["extra_against_share_usd_constant_m"] == pytest.approx(0.03 * 4_422_594 - 119_159)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"by": 2020}, "expected 2026, the last year with a figure, to 2050"),
        ({"target": 120}, "expected 0 to 100 % of GDP"),
        ({"target": None}, "expected 0 to 100 % of GDP, found nothing"),
        ({"plan": "3 % soon"}, "expected a year and a share"),
        ({"plan": "2028 3, 2028 4"}, "expected each year once"),
        ({"entity": "NATO,DEU"}, "a group is asked alone"),
    ],
)
def test_a_question_without_an_answer_is_refused_in_words(
    page: Path, tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    asked = {"entity": "DEU", "target": 3.5, "by": 2035, "growth": None, "plan": "", **changed}
    script = f"""(() => {{
      try {{ whatIf.answer(burdenSharingPaths, {json.dumps(asked)}); return "answered"; }}
      catch (error) {{ return error.message; }} }})()"""
    assert said in browser.found(page, tmp_path, script)


def test_a_question_survives_its_address_and_is_answered_in_a_sentence(page: Path, tmp_path: Path) -> None:
    script = """(async () => {
      location.hash = "entity=DEU,FRA&target=4&by=2030&growth=1.5&plan=2028 3";
      await new Promise((done) => setTimeout(done, 50));
      const said = document.getElementById("finding").textContent;
      const box = document.getElementById("target");
      box.value = "4.5";
      box.dispatchEvent(new Event("input", { bubbles: true }));
      const drawings = document.querySelectorAll("#drawing svg").length;
      return [said, location.hash, drawings, document.getElementById("plan").value];
    })()"""
    said, address, drawings, plan = browser.found(page, tmp_path, script)
    assert said.startswith("Germany, France: from 2.")
    assert " to 4.00 % in 2030 takes " in said
    assert address == "#entity=DEU,FRA&target=4.5&by=2030&growth=1.5&plan=2028+3"
    assert (drawings, plan) == (1, "2028 3")


def test_who_pays_is_every_member_and_adds_up(page: Path, tmp_path: Path) -> None:
    script = """(() => {
      const question = { entity: "NATO_EUR_CAN", target: 3.5, by: 2035, growth: null, plan: "" };
      const { members } = whatIf.answer(burdenSharingPaths, question), part = (id) => document.getElementById(id);
      return [members.length, members.map((member) => member.start.entity), part("members-rows").rows.length,
              part("members-found").textContent];
    })()"""
    number, entities, rows, said = browser.found(page, tmp_path, script)
    assert number == len(set(entities)) == rows == 30  # 31 Allies of Europe and Canada, Iceland has no forces
    assert "USA" not in entities
    assert "the 25 below it pay 292.0 billion US$ of 2021 more in 2035" in said
