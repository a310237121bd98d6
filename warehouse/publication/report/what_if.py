"""The data of the what-if page: where each path starts, how GDP is assumed to grow, and what may come.

They are what `burden path` answers from (warehouse.reading.what_if): the same starts, growth, bands and quantiles, of
the same editions. The page's script computes the path from them (templates/required_path.js).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import duckdb
import polars as pl

from transforms.outlook.arrival import HORIZON, PERCENTS
from transforms.outlook.gdp_error import BAND
from transforms.outlook.inputs import Inputs, Tables, inputs_of_nato
from warehouse.contracts.reference import COUNTRY_GROUP
from warehouse.marts.outlook import GDP_WORDINGS, REAL_WORDINGS
from warehouse.publication.report.printed import as_json
from warehouse.reading.what_if import best_edition, reads, rule_asked

GLOBAL: Final = "burdenSharingPaths"  # the name that the script sets
ALLIANCE: Final = "NATO"  # whose members and groups have a path
_START: Final = (
    *("edition_id", "start_year", "status", "share_pct", "recomputed_share_pct", "currency", "base_year"),
    *("expenditure_national_currency_m", "expenditure_usd_current_m", "expenditure_usd_constant_m"),
    *("gdp_usd_current_m", "gdp_usd_constant_m"),
)
_RATES: Final = ("usd_growth_pct", "real_growth_pct")
_HISTORY: Final = ("year", "share_pct", "expenditure_usd_constant_m", "gdp_usd_constant_m")
_QUANTILES: Final = [f"p{percent:02}" for percent in PERCENTS]
_CITED: Final = ("edition_id", "published_on", "citation", "licence")
Rows = Sequence[Mapping[str, Any]]


def data_script(warehouse: duckdb.DuckDBPyConnection, *, names: Mapping[str, str], build: Mapping[str, Any]) -> str:
    """The script: a start for each Ally and group with a figure, its members, the editions, terms.

    `names` maps codes to names; `build`: build_id, built_on.
    """
    tables: Tables = {table_id: warehouse.sql(f"FROM {table_id}").pl() for table_id in reads()}
    inputs = inputs_of_nato(tables, rule_asked(100.0, HORIZON, ALLIANCE))  # growth and bands hold for any target
    fans = warehouse.sql("FROM mart.outlook_share").pl()
    kept = tables["core.edition"].filter(pl.col("withdrawn_on").is_null())
    found = inputs.starts.join(kept, on="edition_id", how="semi").sort("vintage_seq")
    starts = [_start(rows, inputs, fans, kept) for _, rows in found.group_by("entity", maintain_order=True)]
    data = {
        "build": build,
        "percents": PERCENTS,
        "horizon": HORIZON,
        "starts": {start["entity"]: {**start, "name": names[start["entity"]]} for start in starts},
        "members": _members(inputs, {start["entity"]: start["start_year"] for start in starts}),
        "groups": sorted(set(tables[COUNTRY_GROUP.id]["group_id"]) & {start["entity"] for start in starts}),
        "editions": _editions(starts, tables["core.edition"]),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=as_json).replace("<", "\\u003c")
    return f"globalThis.{GLOBAL}={text};\n"


def _start(rows: pl.DataFrame, inputs: Inputs, fans: pl.DataFrame, editions: pl.DataFrame) -> dict[str, Any]:
    """What the paths of one entity start from, in the edition that `burden path` starts from."""
    edition_id = best_edition(rows, editions)
    start = rows.filter(pl.col("edition_id") == edition_id).row(0, named=True)
    here = (pl.col("edition_id") == edition_id) & (pl.col("entity") == start["entity"])
    ahead = inputs.growth.filter(here, pl.col("year") > start["start_year"]).sort("year")
    bands = ahead.select("year").join(inputs.gdp_bands.filter(here), on="year", how="left").sort("year")
    history = inputs.history.filter(here, pl.col("series") == "core", pl.col("year") <= start["start_year"])
    return {
        "entity": start["entity"],
        **{name: start[name] for name in _START},
        **{name: _without_its_repeated_end(ahead[name].to_list()) for name in _RATES},
        **{name: bands[name].to_list() for name in BAND},
        "growth_words": _words(ahead),
        "history": [list(row) for row in history.sort("year").select(_HISTORY).iter_rows()],
        "fan": [list(row) for row in fans.filter(here).sort("year").select(_QUANTILES).iter_rows()],
    }


def _without_its_repeated_end(rates: list[float | None]) -> list[float | None]:
    """The rates up to the first year from which all are the same: the last one goes on."""
    last = len(rates)
    while last > 1 and rates[last - 2] == rates[-1]:
        last -= 1
    return rates[:last]


def _words(ahead: pl.DataFrame) -> dict[str, str]:
    """Where the growth of GDP comes from, as the assumptions of mart.outlook say it."""
    origins = {
        "usd": ("gdp_basis", "gdp_edition_id", GDP_WORDINGS),
        "real": ("real_growth_basis", "real_growth_edition_id", REAL_WORDINGS | GDP_WORDINGS),
    }
    return {name: _origin(ahead[basis], ahead[edition], words) for name, (basis, edition, words) in origins.items()}


def _origin(bases: pl.Series, editions: pl.Series, wordings: Mapping[str, str]) -> str:
    how = ", ".join(wordings[basis] for basis in bases.unique(maintain_order=True))
    used = ", ".join(editions.drop_nulls().unique(maintain_order=True))
    return f"{how} ({used})" if used else how


def _members(inputs: Inputs, start_years: Mapping[str, int]) -> dict[str, list[str]]:
    """The Allies with a start of each group, in the order of their codes, in the year that the group starts from."""
    of_year = {(row["group_id"], row["start_year"], row["entity"]) for row in inputs.members.iter_rows(named=True)}
    found: dict[str, list[str]] = {}
    for group_id, year, entity in sorted(of_year):
        if start_years.get(group_id) == year and entity in start_years:
            found.setdefault(group_id, []).append(entity)
    return found


def _editions(starts: Iterable[Mapping[str, Any]], editions: pl.DataFrame) -> list[dict[str, Any]]:
    used = {start["edition_id"] for start in starts}
    return [row for row in editions.select(_CITED).iter_rows(named=True) if row["edition_id"] in used]
