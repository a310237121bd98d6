"""The checks along the years of a series: silent on the bundled editions, loud on one planted fault each."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from warehouse.contracts.series import SERIES

FAULTS = {
    "years_of_a_series_have_no_gap": """DELETE FROM figures WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU'
        AND indicator = 'personnel' AND year = 2018""",
    "nato_estimates_are_whole_years": """UPDATE figures SET status = 'actual' WHERE edition_id = 'nato:2026-07-10'
        AND entity = 'DEU' AND indicator = 'personnel' AND year = 2025""",
    "nato_estimates_are_the_last_years": """UPDATE figures SET status = 'actual' WHERE edition_id = 'nato:2026-07-10'
        AND year = 2026""",
}


@pytest.fixture
def figures(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The bundled editions' figures in a table that a test may spoil."""
    rows = warehouse.sql("FROM core.observation").pl()
    with duckdb.connect() as connection:
        connection.register("bundled", rows)
        connection.execute("CREATE TABLE figures AS FROM bundled")
        yield connection


def offending(connection: duckdb.DuckDBPyConnection, check: str) -> int:
    (query,) = (item.kwargs["unexpected_rows_query"] for item in SERIES if item.id == check)
    return len(connection.execute(query.format(batch="figures")).fetchall())


def test_every_check_has_its_fault() -> None:
    assert {item.id for item in SERIES} == set(FAULTS)


@pytest.mark.parametrize("check", FAULTS)
def test_one_planted_fault_is_one_offending_row(figures: duckdb.DuckDBPyConnection, check: str) -> None:
    assert offending(figures, check) == 0
    figures.execute(FAULTS[check])
    assert offending(figures, check) == 1
