"""A figure that its own edition contradicts is found; the real editions pass.

The suite's queries run over the published figures with one fault planted. What the made workbooks break is tested where
they arrive (tests/orchestration/test_planted_faults.py).
"""

from __future__ import annotations

import duckdb
import pytest

from tests.factories.planted import failing
from warehouse.checks.files import checks_of

IDENTITIES = checks_of(
    "core.observation",
    "totals_equal_their_members",
    "shares_and_changes_follow_from_the_money",
    "tables_print_the_same_countries_and_years",
    "figures_are_possible_in_their_unit",
)
NATO = "edition_id = 'nato:2026-07-10'"
EUROSTAT = "source_id = 'eurostat' AND indicator = 'defence_expenditure'"
FAULTS = {
    "a share emptied beside printed money": (
        f"""UPDATE batch SET value = NULL, availability = 'missing' WHERE {NATO} AND entity = 'DEU' AND year = 2026
            AND indicator = 'defence_share_of_gdp'""",
        "nato_tables_print_the_same_years",
    ),
    "NATO's total lost from a table": (
        f"""DELETE FROM batch WHERE {NATO} AND entity = 'NATO' AND indicator = 'defence_expenditure'
            AND price_basis = 'current'""",
        "nato_totals_are_printed",
    ),
    "GDP a head in dollars for thousands": (
        f"UPDATE batch SET value = value / 1000 WHERE {NATO} AND indicator LIKE '%per_capita'",
        "nato_population_is_in_millions",
    ),
    # Italy's GDP is 2.2 trillion US$: 5 % are 110 billion, and Iceland's is 18 to 43.
    "Italy's GDP 5 % smaller where no Iceland is printed": (
        f"""UPDATE batch SET value = value * 0.95 WHERE {NATO} AND entity = 'ITA' AND year = 2024 AND indicator = 'gdp'
            AND price_basis = 'current'""",
        "nato_gdp_total_leaves_room_for_iceland",
    ),
    "current spending of a small Ally doubled": (
        f"""UPDATE batch SET value = value * 2 WHERE {NATO} AND entity = 'EST' AND year = 2024 AND currency = 'USD'
            AND indicator = 'defence_expenditure' AND price_basis = 'current'""",
        "share_is_near_the_current_price_ratio",
    ),
    "a total in whole millions off by 10": (
        f"""UPDATE batch SET value = value + 10 WHERE {NATO} AND entity = 'NATO' AND year = 2024 AND currency = 'USD'
            AND indicator = 'defence_expenditure' AND price_basis = 'current'""",
        "nato_members_add_up_to_the_total",
    ),
    "Eurostat's share emptied beside money": (
        """UPDATE batch SET value = NULL, availability = 'missing' WHERE source_id = 'eurostat' AND entity = 'POL'
           AND year = 2023 AND indicator = 'defence_share_of_gdp'""",
        "eurostat_prints_money_and_share_together",
    ),
    "Luxembourg invests more than it spends": (
        """UPDATE batch SET value = value * 20 WHERE source_id = 'eurostat' AND entity = 'LUX'
           AND indicator = 'defence_investment'""",
        "eurostat_investment_is_part_of_expenditure",
    ),
    # The Union spends 26 billion more than its members that print a figure: Italy and Cyprus print none.
    "Germany's spending raised, the Union's left": (
        f"UPDATE batch SET value = value + 30000 WHERE {EUROSTAT} AND entity = 'DEU' AND year = 2023",
        "eurostat_countries_add_up_to_the_union",
    ),
}  # fmt: skip


def test_the_real_editions_pass(figures: duckdb.DuckDBPyConnection) -> None:
    assert failing(figures, IDENTITIES) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, figures: duckdb.DuckDBPyConnection) -> None:
    statement, check = FAULTS[fault]
    figures.execute(statement)
    assert check in failing(figures, IDENTITIES)
