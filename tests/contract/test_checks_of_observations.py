"""Each check of core.observation can be asked of any table, and says which figures it doubts."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from tests.factories.planted import query
from warehouse.contracts.core import OBSERVATION
from warehouse.contracts.model import Expectation
from warehouse.contracts.registry import contract

IN_SQL = [check for check in OBSERVATION.suite() if check.query is not None]
DOUBTING = [check for check in IN_SQL if check.question != "structure"]
ONE_FIGURE = {
    "edition_id": "nato:2026-07-10",
    "indicator": "defence_share_of_gdp",
    "entity": "DEU",
    "year": 2026,
    "price_basis": "constant",
    "year_basis": "as_published",
    "value": 2.79,
    "unit": "percent",
    "definition": "nato_core",
    "base_year": 2021,
    "status": "estimate",
    "availability": "reported",
    "flags": ["estimate"],
    "locator": "Table 3!P20",
    "source_id": "nato",
    "variant": "none",
}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table that the checks join to, without a row; `batch` is a test's."""
    with duckdb.connect() as connection:
        for name in {*OBSERVATION.joins, OBSERVATION.id}:
            connection.register("empty", pl.DataFrame(schema=contract(name).polars_schema))
            connection.execute(f'CREATE TABLE "{name.replace(".", "_")}" AS FROM empty')
        yield connection


@pytest.mark.parametrize("rows", [[], [ONE_FIGURE]], ids=["no row", "one row"])
@pytest.mark.parametrize("check", IN_SQL, ids=lambda check: check.id)
def test_a_check_can_be_asked_of_a_table_of(
    check: Expectation, rows: list[dict[str, object]], database: duckdb.DuckDBPyConnection
) -> None:
    database.register("batch", pl.DataFrame(rows, schema=OBSERVATION.polars_schema))
    database.execute(query(check)).fetchall()


@pytest.mark.parametrize("check", DOUBTING, ids=lambda check: check.id)
def test_a_check_of_sums_or_resemblance_names_the_edition_and_the_figures_that_it_doubts(
    check: Expectation, database: duckdb.DuckDBPyConnection
) -> None:
    database.register("batch", pl.DataFrame(schema=OBSERVATION.polars_schema))
    columns = database.sql(query(check)).columns
    assert {"edition_id", *check.concerns} <= set(columns)


def test_only_checks_of_structure_and_computed_tables_stop_a_run() -> None:
    assert [check.id for check in DOUBTING if check.blocks] == []
