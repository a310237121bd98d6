"""A rule, a group, a plan or a break is one row of data with its citation: it shows in every table that it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import duckdb
import polars as pl
import pytest

from transforms.normalise.breaks import with_breaks
from transforms.outlook.inputs import inputs_of_nato
from transforms.registers.reader import read_register
from warehouse.contracts.mart import AGGREGATE, COMPLIANCE
from warehouse.contracts.mart_path import OUTLOOK, PATH
from warehouse.marts.outlook import outlook_rows, path_rows
from warehouse.marts.run import compute_mart

EDITION = "nato:2026-07-10"
ADDED = {
    "guidelines": "test_4pct,4 %,4.0,at_least,defence_share_of_gdp,2026-01-01,2030,false,,NATO,proposal,,,cited\n",
    "memberships": "WEIMAR,DEU,1991-08-28,,a citation\nWEIMAR,FRA,1991-08-28,,a citation\n"
    "WEIMAR,POL,1991-08-28,,a citation\n",
    "national_plans": "prt_2030,PRT,2030,2.8,2026-01-01,2.8 % of GDP in 2030,a citation\n",
    "breaks": "prt_2024,nato,PRT,,2024,,,break_in_series,a break,,a citation\n",
}
REGISTERS = {
    "core.guideline": "guidelines",
    "core.membership": "memberships",
    "core.national_plan": "national_plans",
    "core.break": "breaks",
}
Tables = dict[str, pl.DataFrame]


def with_rows_added(register: str) -> pl.DataFrame:
    printed = files("transforms").joinpath("registers", f"{register}.csv").read_text(encoding="utf-8")
    return read_register(register, (printed + ADDED[register]).encode())


@pytest.fixture(scope="module")
def before(published: object) -> Iterator[Tables]:
    path = (published / "current" / "burden_sharing.duckdb").resolve()  # type: ignore[operator]
    needed = {
        "core.observation",
        "core.edition",
        *PATH.reads,
        *OUTLOOK.reads,
        *COMPLIANCE.reads,
        *AGGREGATE.reads,
        "mart.outlook",
    }
    with duckdb.connect(str(path), read_only=True) as connection:
        yield {table_id: connection.sql(f"FROM {table_id}").pl() for table_id in needed}


@pytest.fixture(scope="module")
def after(before: Tables) -> Tables:
    tables = dict(before) | {table_id: with_rows_added(name) for table_id, name in REGISTERS.items()}
    unmarked = tables["core.observation"].drop("break_ids")
    tables["core.observation"] = with_breaks(unmarked, tables["core.edition"], tables["core.break"])
    for mart in (COMPLIANCE, AGGREGATE):
        tables[mart.id] = compute_mart(mart, {table_id: tables[table_id] for table_id in mart.reads})
    inputs = inputs_of_nato(tables, tables["core.guideline"])
    tables[PATH.id] = path_rows(inputs)
    tables[OUTLOOK.id] = outlook_rows(inputs, tables[PATH.id], tables)
    return tables


def outlook(tables: Tables, rule_id: str, entity: str) -> dict[str, object]:
    found = tables[OUTLOOK.id].filter(
        pl.col("edition_id") == EDITION, pl.col("rule_id") == rule_id, pl.col("entity") == entity
    )
    return found.row(0, named=True)


def test_a_rule_is_judged_and_has_a_path_and_an_outlook(after: Tables) -> None:
    newest = after[COMPLIANCE.id].filter(pl.col("rule_id") == "test_4pct", pl.col("edition_id") == EDITION)
    # 4 % or more in 2026: Estonia 5.10, Latvia 4.92, Lithuania 5.33, Poland 4.68
    assert newest.filter(pl.col("year") == 2026, pl.col("verdict") == "met")["entity"].to_list() == [
        "EST",
        "LTU",
        "LVA",
        "POL",
    ]
    # Germany has 2.69 %: 1.31 points in four years
    assert outlook(after, "test_4pct", "DEU")["required_pp_per_year"] == pytest.approx(1.31 / 4)
    path = after[PATH.id].filter(
        pl.col("rule_id") == "test_4pct", pl.col("entity") == "DEU", pl.col("edition_id") == EDITION
    )
    assert path["year"].unique().to_list() == [2026, 2027, 2028, 2029, 2030]


def test_a_group_is_summed_and_has_a_path_and_an_outlook(after: Tables) -> None:
    summed = after[AGGREGATE.id].filter(
        pl.col("group_id") == "WEIMAR", pl.col("edition_id") == EDITION, pl.col("year") == 2026
    )
    assert summed["members"].unique().to_list() == [3]
    row = outlook(after, "hague_core_3_5pct", "WEIMAR")
    # between France's 2.22 % and Poland's 4.68 %
    assert 2.22 < float(str(row["current_share_pct"])) < 4.68
    assert row["membership_basis"] == "members_at_date"
    assert after[PATH.id].filter(pl.col("entity") == "WEIMAR").height > 0


def test_a_plan_is_given_with_the_path(after: Tables) -> None:
    row = outlook(after, "hague_core_3_5pct", "PRT")
    assert (row["national_plan_id"], row["national_plan_year"]) == ("prt_2030", 2030)
    # linear from 2.10 in 2026 to 3.5 in 2035: 2.10 + 4 x 1.40 / 9 = 2.722 in 2030; planned 2.80
    assert row["national_plan_less_path_pp"] == pytest.approx(2.8 - (2.1 + 4 * 1.4 / 9))


def test_a_break_cuts_the_trend_and_flags_the_figure(before: Tables, after: Tables) -> None:
    whole, cut = (outlook(tables, "hague_core_3_5pct", "PRT") for tables in (before, after))
    assert (whole["trend_years"], cut["trend_years"]) == (13, 3)  # 2014-2026; 2024-2026
    assert "break_in_series" in list(cut["flags"])  # type: ignore[call-overload]
    verdicts = after[COMPLIANCE.id].filter(
        pl.col("rule_id") == "wales_2pct",
        pl.col("entity") == "PRT",
        pl.col("year") == 2026,
        pl.col("edition_id") == EDITION,
    )
    assert "break_in_series" in verdicts["flags"][0]
