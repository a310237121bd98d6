"""A reviewed exception covers what was reviewed, no more, and fails as soon as it explains nothing."""

from __future__ import annotations

import duckdb
import pytest

from transforms.registers.reader import check_exceptions, countries
from warehouse.contracts.core import OBSERVATION
from warehouse.contracts.reference import CHECK_EXCEPTION

# SIPRI, release of April 2025: constant and current US$ of Myanmar in 2023; Kuwait's share of 1991.
MYANMAR_CONSTANT_M, MYANMAR_CURRENT_M, KUWAIT_PCT = 3140.2245, 2493.4865, 117.3498


@pytest.fixture
def figures() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(OBSERVATION.create_sql().replace('"core"."observation"', "figures"))
    connection.register("core_check_exception", check_exceptions())
    connection.register("core_country", countries())
    return connection


def add(connection: duckdb.DuckDBPyConnection, **figure: object) -> None:
    """One row of SIPRI; every column that a test does not speak of has a plain value."""
    plain: dict[str, object] = {
        "edition_id": "sipri:1949-2024_2",
        "currency": None,
        "price_basis": "none",
        "year_basis": "calendar",
        "unit": "percent",
        "definition": "sipri",
        "status": "actual",
        "availability": "reported",
        "flags": [],
        "locator": "a cell",
        "source_id": "sipri",
        "known_from": "2025-04-28",
        "known_until": "9999-12-31",
        "variant": "none",
        "break_ids": [],
    }
    row = {**plain, **figure}
    marks = ", ".join(f"${name}" for name in row)
    connection.execute(f"INSERT INTO figures ({', '.join(row)}) VALUES ({marks})", row)


def add_base_year(connection: duckdb.DuckDBPyConnection, entity: str, constant_m: float, current_m: float) -> None:
    money: dict[str, object] = {"entity": entity, "year": 2023, "currency": "USD", "unit": "million", "variant": "USD"}
    money["indicator"] = "defence_expenditure"
    add(connection, **money, price_basis="constant", base_year=2023, value=constant_m)
    add(connection, **money, price_basis="current", value=current_m)


def add_share(connection: duckdb.DuckDBPyConnection, entity: str, year: int, value: float) -> None:
    add(connection, entity=entity, year=year, indicator="defence_share_of_gdp", value=value)


def offending(connection: duckdb.DuckDBPyConnection, check: str) -> int:
    (query,) = (item.kwargs["unexpected_rows_query"] for item in OBSERVATION.expectations if item.id == check)
    return len(connection.execute(query.format(batch="figures")).fetchall())


def test_every_exception_names_a_check_that_exists() -> None:
    (column,) = (column for column in CHECK_EXCEPTION.columns if column.name == "check_id")
    assert column.values is not None
    assert set(check_exceptions()["check_id"]) <= set(column.values)
    assert set(column.values) <= {item.id for item in OBSERVATION.expectations}


@pytest.mark.parametrize(
    ("entity", "constant_m", "refused"),
    [
        ("MMR", MYANMAR_CONSTANT_M, 0),  # 25.94 % above, reviewed up to 49.89 %
        ("MMR", 1.6 * MYANMAR_CURRENT_M, 1),  # 60 % above
        ("THA", MYANMAR_CONSTANT_M, 1),  # Thailand was not reviewed
    ],
)
def test_the_base_year_may_differ_where_and_as_far_as_it_was_reviewed(
    figures: duckdb.DuckDBPyConnection, entity: str, constant_m: float, refused: int
) -> None:
    add_base_year(figures, entity, constant_m, MYANMAR_CURRENT_M)
    assert offending(figures, "sipri_constant_equals_current_in_base_year") == refused
    assert offending(figures, "exceptions_of_sipri_constant_equals_current_still_apply") == 0


def test_an_exception_of_the_base_year_ends_with_the_difference(figures: duckdb.DuckDBPyConnection) -> None:
    add_base_year(figures, "MMR", MYANMAR_CURRENT_M, MYANMAR_CURRENT_M)
    assert offending(figures, "exceptions_of_sipri_constant_equals_current_still_apply") == 1


@pytest.mark.parametrize(
    ("entity", "year", "value", "refused"),
    [("KWT", 1991, KUWAIT_PCT, 0), ("KWT", 1991, 131.0, 1), ("KWT", 1992, KUWAIT_PCT, 1), ("IRQ", 1991, KUWAIT_PCT, 1)],
)
def test_a_share_beyond_the_whole_passes_only_where_it_was_reviewed(
    figures: duckdb.DuckDBPyConnection, entity: str, year: int, value: float, refused: int
) -> None:
    add_share(figures, entity, year, value)
    assert offending(figures, "value_possible_for_unit") == refused


def test_an_exception_of_a_share_ends_when_the_share_is_possible(figures: duckdb.DuckDBPyConnection) -> None:
    add_share(figures, "KWT", 1991, 93.0)
    assert offending(figures, "exceptions_of_value_possible_for_unit_still_apply") == 1
