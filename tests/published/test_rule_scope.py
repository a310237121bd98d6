"""A rule binds whom its scope names, by membership of the year, in mart.compliance and in mart.path alike."""

from __future__ import annotations

import datetime as dt

import duckdb
import polars as pl
import pytest

from transforms.outlook.inputs import inputs_of_nato
from warehouse.contracts.mart import COMPLIANCE
from warehouse.contracts.mart_path import PATH
from warehouse.marts.outlook import path_rows
from warehouse.marts.run import compute_mart

EDITION = "nato:2026-07-10"
NORDIC_BALTIC_ALLIES = {"DNK", "EST", "FIN", "LVA", "LTU", "NOR", "SWE"}  # Iceland has no forces
BUCHAREST_NINE = {"BGR", "CZE", "EST", "HUN", "LVA", "LTU", "POL", "ROU", "SVK"}
OUTSIDE_THE_UNION = {"ALB", "CAN", "GBR", "MKD", "MNE", "NOR", "TUR", "USA"}


def with_scope(warehouse: duckdb.DuckDBPyConnection, scope: str) -> dict[str, pl.DataFrame]:
    """The tables of the warehouse, and as the only rule 3.5 % by 2035 for `scope`."""
    tables = {
        table_id: warehouse.sql(f"FROM {table_id}").pl()
        for table_id in {*COMPLIANCE.reads, *PATH.reads}
        if table_id != "core.guideline"
    }
    rule = warehouse.sql("FROM core.guideline WHERE rule_id = 'hague_core_3_5pct'").pl()
    return {**tables, "core.guideline": rule.with_columns(scope=pl.lit(scope))}


def judged(tables: dict[str, pl.DataFrame], year: int, edition: str = EDITION) -> set[str]:
    rows = compute_mart(COMPLIANCE, tables)
    bound = rows.filter(pl.col("edition_id") == edition, pl.col("year") == year, pl.col("verdict") != "not_applicable")
    return set(bound["entity"])


def with_a_path(tables: dict[str, pl.DataFrame], edition: str = EDITION) -> set[str]:
    rows = path_rows(inputs_of_nato(tables, tables["core.guideline"]))
    countries = rows.filter(pl.col("edition_id") == edition, pl.col("membership_basis").is_null())
    return set(countries["entity"])


@pytest.fixture
def allies(warehouse: duckdb.DuckDBPyConnection) -> set[str]:
    members = warehouse.execute("SELECT iso3 FROM core.membership WHERE group_id = 'NATO'").fetchall()
    return {iso3 for (iso3,) in members} - {"ISL"}


@pytest.mark.parametrize(
    ("scope", "left_out"),
    [("NATO", set()), ("NATO_EUR_CAN", {"USA"}), ("EU_NATO", OUTSIDE_THE_UNION)],
)
def test_a_large_group_binds_its_members(
    warehouse: duckdb.DuckDBPyConnection, allies: set[str], scope: str, left_out: set[str]
) -> None:
    tables = with_scope(warehouse, scope)
    assert judged(tables, 2026) == with_a_path(tables) == allies - left_out


@pytest.mark.parametrize(
    ("scope", "members"),
    [("NB8", NORDIC_BALTIC_ALLIES), ("B9", BUCHAREST_NINE), ("USA", {"USA"}), ("ESP", {"ESP"})],
)
def test_a_small_group_or_a_country_binds_nobody_else(
    warehouse: duckdb.DuckDBPyConnection, scope: str, members: set[str]
) -> None:
    tables = with_scope(warehouse, scope)
    assert judged(tables, 2026) == with_a_path(tables) == members


def test_membership_is_that_of_the_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = with_scope(warehouse, "EU_NATO")
    # the United Kingdom left the Union on 31 January 2020
    assert "GBR" in judged(tables, 2019)
    assert "GBR" not in judged(tables, 2021)


def test_a_group_has_a_path_only_under_a_rule_that_binds_all_its_members(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = path_rows(inputs_of_nato(tables := with_scope(warehouse, "EU_NATO"), tables["core.guideline"]))
    groups = rows.filter(pl.col("edition_id") == EDITION, pl.col("membership_basis").is_not_null())
    assert set(groups["entity"]) == {"EU_NATO", "B9"}


def test_a_country_that_left_the_scope_is_no_longer_bound(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = with_scope(warehouse, "B9")
    left = pl.when((pl.col("group_id") == "B9") & (pl.col("iso3") == "HUN")).then(dt.date(2024, 12, 31))
    tables["core.membership"] = tables["core.membership"].with_columns(member_to=left.otherwise("member_to"))
    assert judged(tables, 2026) == with_a_path(tables) == BUCHAREST_NINE - {"HUN"}
    assert "HUN" in judged(tables, 2024)
