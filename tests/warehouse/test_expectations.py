"""What a suite finds in a frame: how many rows break an expectation, and which, by their keys."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.checks import expectations, second_judge
from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.contracts.model import Column, Expectation, Severity, Table, offending_rows

SPENDING = Table(
    schema="core",
    name="spending",
    description="Spending, for the tests of the suite.",
    grain=("iso3", "year"),
    columns=(
        Column("iso3", "VARCHAR", "Country.", pattern="^[A-Z]{3}$"),
        Column("year", "SMALLINT", "Year.", minimum=1949),
        Column("spending_m", "DOUBLE", "Spending.", "million", minimum=0),
        Column("status", "VARCHAR", "Outturn or estimate.", values=("actual", "estimate")),
        Column("flags", "VARCHAR[]", "Flags.", values=("break", "estimate")),
    ),
    source="the test",
    licence="none",
    joins=("core.country",),
    expectations=(
        offending_rows(
            "country_is_known",
            "SELECT iso3, year FROM {batch} WHERE iso3 NOT IN (SELECT iso3 FROM core_country)",
            "a code without a country",
        ),
        offending_rows("cannot_be_asked", "SELECT nothing FROM {batch}", "the column is not there", severity="warn"),
    ),
)
WARNED = replace(
    SPENDING,
    expectations=(
        offending_rows(
            "unusually_high",
            "SELECT iso3, year, spending_m FROM {batch} WHERE spending_m > 95",
            "worth a look",
            severity="warn",
        ),
    ),
)
KNOWN = {"core_country": pl.DataFrame({"iso3": ["DEU", "FRA"]})}
GOOD = pl.DataFrame(
    {
        "iso3": ["DEU", "FRA", "DEU", "FRA"],
        "year": [2024, 2024, 2025, 2025],
        "spending_m": [90.0, 60.0, 100.0, 65.0],
        "status": ["actual", "actual", "estimate", "estimate"],
        "flags": [[], ["break"], [], []],
    },
    schema=SPENDING.polars_schema,
)


def found(frame: pl.DataFrame, name: str) -> ExpectationResult:
    (result,) = [result for result in validate(SPENDING, frame, KNOWN) if result.expectation.id == name]
    return result


def test_results_come_in_the_order_of_the_suite() -> None:
    names = [result.expectation.id for result in validate(SPENDING, GOOD, KNOWN)]
    assert names == [expectation.id for expectation in SPENDING.suite()]


def test_a_frame_that_keeps_its_contract_breaks_nothing() -> None:
    broken = [r.expectation.id for r in validate(SPENDING, GOOD, KNOWN) if not r.passed]
    assert broken == ["cannot_be_asked"]


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("iso3_is_well_formed", "iso3", "Germany"),
        ("year_in_range", "year", 1066),
        ("spending_m_in_range", "spending_m", -5.0),
        ("status_in_vocabulary", "status", "guess"),
        ("flags_in_vocabulary", "flags", ["break", "guess"]),
        ("status_is_known", "status", None),
        ("flags_is_known", "flags", None),
    ],
)
def test_a_value_that_breaks_its_column_is_shown_with_the_keys_of_its_row(
    name: str, column: str, value: object
) -> None:
    third = pl.int_range(pl.len()) == 2
    broken = GOOD.with_columns(pl.when(third).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))
    result = found(broken, name)
    assert (result.passed, result.unexpected_count, result.row_count) == (False, 1, 4)
    keys = {"iso3": "DEU", "year": 2025} | ({column: value} if column in SPENDING.grain else {})
    assert result.sample_rows()[0].items() >= keys.items()


def test_all_rows_that_break_a_query_are_counted_and_twenty_are_shown() -> None:
    # Germany and France, 2 rows each, are known; XXX, one row for each of 300 years, is not: 300 of 304.
    unknown = pl.DataFrame(
        {"iso3": ["XXX"] * 300, "year": range(1950, 2250), "spending_m": 1.0, "status": "actual", "flags": [[]] * 300},
        schema=SPENDING.polars_schema,
    )
    result = found(pl.concat([GOOD, unknown]), "country_is_known")
    assert (result.unexpected_count, result.row_count, len(result.sample_rows())) == (300, 304, 20)


def test_an_expectation_that_cannot_be_evaluated_blocks_although_it_would_only_warn() -> None:
    result = found(GOOD, "cannot_be_asked")
    assert result.blocks
    assert '"nothing" not found' in result.describe()


def test_a_suite_of_another_table_of_the_same_name_is_another_suite() -> None:
    looser = replace(SPENDING, expectations=())
    validate(SPENDING, GOOD, KNOWN)
    assert "country_is_known" not in [result.expectation.id for result in validate(looser, GOOD, KNOWN)]


def test_great_expectations_is_not_imported_where_nothing_may_stop_a_table() -> None:
    # The frame is too high in one year, of which a query only warns.
    script = (
        "import sys\n"
        "from tests.warehouse.test_expectations import GOOD, KNOWN, WARNED, validate\n"
        "failed = [result.expectation.id for result in validate(WARNED, GOOD, KNOWN) if not result.passed]\n"
        "print(failed, 'great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 (our own code)
    assert done.stdout == "['unusually_high'] False\n"


@pytest.mark.parametrize("judged_twice", [False, True])
def test_a_warning_of_a_query_is_the_same_by_one_judge_and_by_both(judged_twice: bool) -> None:  # noqa: FBT001 (a parameter)
    (warning,) = [r for r in validate(WARNED, GOOD, KNOWN, judged_twice=judged_twice) if not r.passed]
    assert (warning.expectation.id, warning.unexpected_count, warning.row_count) == ("unusually_high", 1, 4)
    assert warning.sample_rows() == [{"iso3": "DEU", "year": 2025, "spending_m": 100.0}]


@pytest.mark.parametrize("judged_twice", [False, True])
def test_the_largest_deviation_is_shown_first_and_equals_by_their_columns(judged_twice: bool) -> None:  # noqa: FBT001 (a parameter)
    far = offending_rows("far_from_90", "SELECT year, abs(spending_m - 90) AS deviation FROM {batch}", "made", "warn")
    table = replace(SPENDING, expectations=(far,))
    spent = pl.DataFrame({"year": [2020, 2021, 2022, 2023], "spending_m": [91.0, 60.0, 99.0, 89.0]})
    rows = pl.concat([GOOD] * 4).head(4).update(spent.cast({"year": pl.Int16}))
    (warning,) = [r for r in validate(table, rows, KNOWN, judged_twice=judged_twice) if not r.passed]
    assert [row["year"] for row in warning.sample_rows()] == [2021, 2022, 2020, 2023]


def test_both_judges_judge_every_expectation_where_they_are_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Expectation] = []
    judge = second_judge.judge

    def noted(left: Sequence[Expectation], *others: Any) -> dict[str, second_judge.Verdict]:  # noqa: ANN401 (handed on)
        judged.extend(left)
        return judge(left, *others)

    monkeypatch.setattr(second_judge, "judge", noted)
    validate(WARNED, GOOD, KNOWN, judged_twice=True)
    assert judged == WARNED.suite()


def test_judges_that_differ_on_a_value_are_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    negative = GOOD.with_columns(spending_m=-pl.col("spending_m"))
    monkeypatch.setattr(expectations, "certainly_holding", lambda *_: {"spending_m_in_range"})
    (result,) = [r for r in validate(WARNED, negative, KNOWN, judged_twice=True) if not r.passed]
    assert result.blocks
    assert result.describe() == (
        "spending_m_in_range could not be evaluated, a fault of the program, not of the data: report it: its judges "
        "differ: to polars and DuckDB it holds, to Great Expectations it is broken by 4 rows"
    )


@pytest.mark.parametrize("severity", ["error", "warn"])
def test_judges_that_differ_on_a_query_are_a_fault_of_the_program(severity: Severity) -> None:
    # A relation that is wrong: what is asked by its name finds no row, what the contract says finds four.
    planted = offending_rows("planted", "FROM {batch}", "made", severity, written="FROM {batch} WHERE false")
    table = replace(SPENDING, expectations=(planted,))
    (result,) = [r for r in validate(table, GOOD, KNOWN, judged_twice=True) if not r.passed]
    assert result.blocks
    assert result.exception == (
        "its judges differ: to polars and DuckDB it holds, to Great Expectations it is broken by 4 rows"
    )


@pytest.mark.parametrize("column", ["iso3", "status"])
def test_what_is_found_does_not_depend_on_how_text_is_held(monkeypatch: pytest.MonkeyPatch, column: str) -> None:
    broken = pl.concat([GOOD, GOOD.head(1).with_columns(pl.lit("XYZ").alias(column), year=pl.lit(2026, pl.Int16))])
    as_text = [result.describe() for result in validate(SPENDING, broken, KNOWN) if not result.passed]
    monkeypatch.setattr(expectations, "ENUMERATED_FROM", 1)
    as_words = [result.describe() for result in validate(SPENDING, broken, KNOWN) if not result.passed]
    assert as_words == as_text
    assert len(as_words) > 1


def test_an_enumeration_is_in_the_order_of_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expectations, "ENUMERATED_FROM", 1)
    with duckdb.connect() as connection:
        expectations.load_tables(connection, {"batch": pl.DataFrame({"entity": ["é", "b", None, "B", "ß", "a"]})})
        ordered = connection.sql(
            "SELECT entity::VARCHAR FROM batch WHERE entity IS NOT NULL ORDER BY entity"
        ).fetchall()
        as_text = connection.sql("SELECT entity::VARCHAR AS t FROM batch WHERE t IS NOT NULL ORDER BY t").fetchall()
    assert ordered == as_text
