"""What polars finds to hold certainly, Great Expectations finds to hold; and nothing that is broken is certain."""

from __future__ import annotations

import math

import polars as pl
import pytest

from warehouse.checks.certain import certainly_holding
from warehouse.checks.expectations import validate
from warehouse.contracts.model import Column, Table, offending_rows

SHARES = Table(
    schema="core",
    name="share",
    description="Shares, for the tests of what is certain.",
    grain=("iso3", "year"),
    columns=(
        Column("iso3", "VARCHAR", "Country.", pattern=r"^[A-Z]{3}$"),
        Column("code", "VARCHAR", "Digits.", pattern=r"^\d{3}$"),
        Column("year", "SMALLINT", "Year.", minimum=1949),
        Column("share_pct", "DOUBLE", "Share.", "percent", nullable=True, minimum=0, maximum=100),
        Column("status", "VARCHAR", "Outturn or estimate.", values=("actual", "estimate")),
        Column("flags", "VARCHAR[]", "Flags.", values=("break", "estimate")),
        Column("locator", "VARCHAR", "Cell.", never_empty=True),
    ),
    source="the test",
    licence="none",
    expectations=(offending_rows("of_its_own", "SELECT * FROM {batch} WHERE false", "a query of its own"),),
)
GOOD = pl.DataFrame(
    {
        "iso3": ["DEU", "FRA"],
        "code": ["276", "250"],
        "year": [2024, 2024],
        "share_pct": [2.1, None],
        "status": ["actual", "estimate"],
        "flags": [[], ["break"]],
        "locator": ["A1", "A2"],
    },
    schema=SHARES.polars_schema,
)


def with_first(column: str, value: object) -> pl.DataFrame:
    first = pl.int_range(pl.len()) == 0
    changed = pl.when(first).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    return GOOD.with_columns(changed).cast(SHARES.polars_schema)


def test_of_a_frame_that_keeps_its_contract_all_is_certain_but_the_queries_of_its_own() -> None:
    structural = {expectation.id for expectation in SHARES.suite()} - {"of_its_own"}
    assert certainly_holding(SHARES, GOOD) == structural


@pytest.mark.parametrize(
    ("broken", "column", "value"),
    [
        ("iso3_is_well_formed", "iso3", "DEUT"),
        ("iso3_is_well_formed", "iso3", "DEU\n"),
        ("iso3_is_known", "iso3", None),
        ("code_is_well_formed", "code", "٢٧٦"),  # digits of another script
        ("year_in_range", "year", 1948),
        ("share_pct_in_range", "share_pct", 100.01),
        ("share_pct_in_range", "share_pct", math.nan),
        ("share_pct_is_finite", "share_pct", math.nan),
        ("share_pct_is_finite", "share_pct", math.inf),
        ("status_in_vocabulary", "status", "guess"),
        ("flags_in_vocabulary", "flags", ["guess"]),
        ("flags_is_known", "flags", None),
        ("locator_is_given", "locator", ""),
    ],
)
def test_a_value_that_is_not_allowed_leaves_its_expectation_open(broken: str, column: str, value: object) -> None:
    assert broken not in certainly_holding(SHARES, with_first(column, value))


def test_a_key_twice_leaves_the_grain_open() -> None:
    assert "grain_is_unique" not in certainly_holding(SHARES, pl.concat([GOOD, GOOD.head(1)]))


def test_without_rows_it_is_open_whether_there_are_any() -> None:
    assert "has_rows" not in certainly_holding(SHARES, GOOD.clear())


@pytest.mark.parametrize(
    "frame",
    [
        GOOD.rename({"code": "number"}),
        GOOD.select("code", pl.exclude("code")),
        GOOD.cast({"year": pl.Int64}),
    ],
    ids=["name", "order", "type"],
)
def test_of_columns_that_are_not_the_contracts_nothing_is_certain(frame: pl.DataFrame) -> None:
    assert certainly_holding(SHARES, frame) == frozenset()


def test_what_is_open_and_holds_all_the_same_has_passed() -> None:
    # In another order of columns nothing is certain, and the order alone is wrong.
    results = validate(SHARES, GOOD.select("code", pl.exclude("code")), {})
    assert [result.expectation.id for result in results if not result.passed] == ["columns_match_contract"]
