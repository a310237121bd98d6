"""Each formula of the warehouse against figures worked out by hand, called as a consumer calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from warehouse.contracts.marts import MARTS
from warehouse.marts import macros
from warehouse.marts.run import mart_sql

REPOSITORY = Path(__file__).resolve().parents[2]
METRICS = (REPOSITORY / "docs" / "metrics.md").read_text()


@pytest.fixture(scope="module")
def shell() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE SCHEMA mart")
        for statement in macros.statements():
            connection.execute(statement)
        yield connection


def value(shell: duckdb.DuckDBPyConnection, call: str) -> object:
    ((found,),) = shell.execute(f"SELECT {call}").fetchall()
    return float(found) if isinstance(found, Decimal) else found  # what a shell reads as 2.58 is a decimal


# Netherlands 2026, edition of July 2026: 2.58 % printed, 2.579982 by constant prices, 27 900 million euro.
# Czechia 2024: 160.6 bn CZK of 7 648.6 bn in the earlier edition, of 8 057.0 bn in the later one (rounded).
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("mart.percent_of(97441.0, 4393771.0)", 2.2177078),  # Germany 2025
        ("mart.gap_pp(2.58, 3.5)", 0.92),
        ("mart.gap_pp(4.68, 3.5)", -1.18),
        ("mart.margin_pp(2.58, 3.5)", -0.92),
        ("mart.gap_factor(2.0, 3.5)", 0.75),
        ("mart.gap_factor(2.579982, 3.5) * 27900", 9949.10127),
        ("mart.gap_factor(0.0, 3.5)", None),
        ("mart.missing_spending('defence_share_of_gdp', 2.58, 2.579982, 3.5) * 27900", 9949.10127),
        ("mart.missing_spending('equipment_share', 15.0, NULL, 20.0)", 0.05),
        ("mart.missing_spending('defence_share_of_gdp', 2.0, 1.99, 2.0)", 0),  # Slovakia 2024: met as printed
        ("mart.missing_spending('defence_share_of_gdp', 2.0, NULL, 3.5)", None),
        ("mart.burden_ratio(4.68, 2.86)", 1.6363636),  # Poland 2026
        ("mart.growth_pct(110.0, 100.0)", 10.0),
        ("mart.half_unit(2)", 0.005),
        ("mart.half_unit(-1)", 5.0),
        ("mart.in_successor_currency(195583.0, 1.95583)", 100000.0),  # leva to euro
        ("mart.gdp_at_implied_rate(500.0, 40.0, 10.0)", 2000.0),
        ("mart.spending_part_pp(20.0, 1000.0, 25.0, 1000.0)", 0.5),
        ("mart.spending_part_pp(20.0, 1000.0, 20.0, 1250.0)", 0.0),
        ("mart.gdp_part_pp(20.0, 1000.0, 20.0, 1250.0)", -0.4),
        ("mart.method_part_pp(2.0, 2.6, 20.0, 1000.0, 25.0, 1000.0)", 0.1),
        ("mart.change(2.10, 1.99)", -0.11),
        ("exp(mart.log_growth(10.0) + mart.log_growth(10.0))", 1.21),
        ("mart.estimate_error(2.03, 2.10, 0.005)", -0.07),
        ("mart.estimate_error(2.10, 2.1037, 0.005)", 0),
        ("mart.difference_pp(1.9, 2.1)", -0.2),
        ("mart.implied_gdp(90.0, 1.8)", 5000.0),
        ("mart.implied_gdp(90.0, 0.0)", None),
        ("mart.mean_rank(3, 2)", 3.5),
    ],
)
def test_a_formula_gives_what_is_worked_out_by_hand(
    shell: duckdb.DuckDBPyConnection, call: str, expected: float | None
) -> None:
    assert value(shell, call) == (None if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-9))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("mart.value_under_rule('defence_share_of_gdp', 1.48, 2.0)", 1.48),
        ("mart.value_under_rule('total_share_of_gdp', 2.22, 5.0)", None),
        ("mart.value_under_rule('total_share_of_gdp', 5.0, 5.0)", 5.0),
        ("mart.value_under_rule('related_share_of_gdp', 2.22, 1.5)", None),
        ("mart.verdict(true, 2.0, 2.0, 'at_least')", "met"),
        ("mart.verdict(true, 1.99, 2.0, 'at_least')", "not_met"),
        ("mart.verdict(true, NULL, 2.0, 'at_least')", "not_reported"),
        ("mart.verdict(false, 2.5, 2.0, 'at_least')", "not_applicable"),
        ("mart.verdict(true, 1.0, 1.5, 'at_most')", "met"),
        ("mart.is_rounding_sensitive(2.0, 1.9891, 2.0)", True),
        ("mart.is_rounding_sensitive(2.005, 2.0049, 2.0)", True),
        ("mart.is_rounding_sensitive(2.03, 2.0281, 2.0)", False),
        ("mart.is_rounding_sensitive(2.03, NULL, 2.0)", False),
        ("mart.is_rounding_sensitive(NULL, 1.99, 2.0)", None),
        ("mart.is_member(2023, DATE '2023-04-04', NULL)", True),  # Finland
        ("mart.is_member(2022, DATE '2023-04-04', NULL)", False),
        ("mart.is_member(2020, DATE '1973-01-01', DATE '2020-01-31')", True),
        ("mart.is_in_force(2014, DATE '2014-09-05')", True),
        ("mart.is_in_force(2013, DATE '2014-09-05')", False),
        ("mart.is_due(2024, false, DATE '2014-09-05', 2024)", True),
        ("mart.is_due(2023, false, DATE '2014-09-05', 2024)", False),
        ("mart.is_due(2023, true, DATE '2023-07-11', NULL)", True),
        ("mart.is_due(2030, false, DATE '2025-04-03', NULL)", False),
        ("mart.rank_among(2.5, [4.68, 2.5, 2.5, NULL, 1.0])", 2),
        ("mart.rank_among(NULL, [4.68, 2.5])", None),
        ("mart.decimals_carried(2.25)", 2),
        ("mart.decimals_carried(120.0)", -1),
        ("mart.decimals_carried(1.0 / 3)", 9),
        ("mart.is_same_at_print(2.25, 2.2537, 0.005)", True),
        ("mart.is_same_at_print(2.25, 2.2563, 0.005)", False),
        ("mart.is_same_at_print(2.25, 2.25, NULL)", None),
        ("mart.full_unit('million', 'USD', 2021)", "million USD of 2021"),
        ("mart.full_unit('percent', NULL, NULL)", "percent"),
        ("mart.full_unit('currency_per_usd', 'EUR', NULL)", "EUR per USD"),
    ],
)
def test_an_answer_is_that_of_its_definition(shell: duckdb.DuckDBPyConnection, call: str, expected: object) -> None:
    assert value(shell, call) == expected


@pytest.mark.parametrize(
    ("call", "rows", "expected"),
    [
        ("mart.complete_sum(x)", "(1.5), (2.0)", 3.5),
        ("mart.complete_sum(x)", "(1.5), (NULL)", None),
        ("mart.complete_shortfall(x)", "(1.5), (-2.0)", 1.5),
        ("mart.complete_shortfall(x)", "(1.5), (NULL)", None),
        ("mart.mean_size(x)", "(0.3), (-0.1)", 0.2),
        ("mart.below_zero_pct(x)", "(0.3), (-0.1), (0), (-0.2)", 50.0),
        ("mart.decimals_printed(x)", "(2.25), (3.1), (4.0), (1.12), (2.0), (2.5)", 2),
        ("mart.decimals_printed(x)", "(2.25), (3.1), (4.0), (1.12), (2.0)", None),
        ("mart.judged_count(x, 'met')", "('met'), ('not_met'), ('not_applicable')", 1),
        ("mart.judged_count(x, 'not_met')", "('met'), ('not_reported')", 0),
        ("mart.judged_count(x, 'met')", "('not_reported'), ('not_applicable')", None),
        ("mart.implied_usd_per_eur(x[1], x[2])", "([110.0, 100.0]), ([108.0, 100.0]), ([330.0, 300.0])", 1.1),
        # two of three ranks changed places
        ("mart.rank_correlation(x[1], x[2])", "([1, 1]), ([2, 3]), ([3, 2])", 0.5),
        ("mart.rank_correlation(x[1], x[2])", "([1, 1]), ([2, 2])", None),
        ("mart.rank_correlation(x[1], x[2])", "([1, 2]), ([2, 2]), ([3, 2])", None),
    ],
)
def test_an_aggregate_gives_what_is_worked_out_by_hand(
    shell: duckdb.DuckDBPyConnection, call: str, rows: str, expected: float | None
) -> None:
    ((found,),) = shell.execute(f"SELECT {call} FROM (VALUES {rows}) AS figures (x)").fetchall()
    assert found == (None if expected is None else pytest.approx(expected))


def test_the_three_parts_of_a_revision_add_up_to_the_change_of_the_published_share(
    shell: duckdb.DuckDBPyConnection,
) -> None:
    factors = "160.6, 7648.6, 158.2, 8057.0"
    parts = (
        f"mart.spending_part_pp({factors}) + mart.gdp_part_pp({factors}) + mart.method_part_pp(2.10, 1.99, {factors})"
    )
    assert value(shell, parts) == pytest.approx(1.99 - 2.10, abs=1e-12)


def test_every_formula_computes_a_mart() -> None:
    """Directly, or through another formula; what computes none is not the warehouse's."""
    sql = "\n".join([*(mart_sql(table) for table in MARTS if table.sql), *(m.sql for m in macros.macros().values())])
    assert {name for name in macros.macros() if len(re.findall(rf"\b{re.escape(name)}\(", sql)) < 2} == set()


def test_every_formula_is_read_from_its_file() -> None:
    assert list(macros.macros()) == re.findall(r"^CREATE MACRO (mart\.\w+)", macros.text(), re.MULTILINE)


@pytest.mark.parametrize("name", macros.macros())
def test_every_formula_is_defined_in_the_documentation(name: str) -> None:
    assert f"`{name}`" in METRICS


def test_links_from_the_code_to_a_definition_lead_somewhere() -> None:
    headings = re.findall(r"^##+ (.+)$", METRICS, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    files = [
        path
        for package in ("transforms", "warehouse", "orchestration")
        for suffix in ("py", "sql")
        for path in (REPOSITORY / package).rglob(f"*.{suffix}")
    ]
    links = {link for path in files for link in re.findall(r"docs/metrics\.md#([\w-]+)", path.read_text())}
    assert links
    assert links - anchors == set()
