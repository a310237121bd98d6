"""The checks along the years of a series: silent on the bundled editions, loud on one planted fault each."""

from __future__ import annotations

import duckdb
import pytest

from tests.factories.planted import query
from warehouse.checks.files import checks_of

SERIES = checks_of(
    "core.observation", "figures_follow_those_of_the_year_before", "outturns_and_estimates_are_of_their_years"
)
FAULTS = {
    "years_of_a_series_have_no_gap": """DELETE FROM batch WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU'
        AND indicator = 'personnel' AND year = 2018""",
    "spending_does_not_end": """UPDATE batch SET value = 0 WHERE edition_id = 'sipri:1949-2024_2' AND entity = 'POL'
        AND year = 2024 AND indicator = 'defence_expenditure' AND price_basis = 'current'""",
    "years_are_not_copied": """UPDATE batch SET value = (
          SELECT b.value FROM (FROM batch) b WHERE b.edition_id = batch.edition_id AND b.entity = batch.entity
          AND b.year = 2025 AND b.indicator = batch.indicator)
        WHERE edition_id = 'nato:2026-07-10' AND indicator = 'equipment_share' AND year = 2026""",
    "nato_estimates_are_whole_years": """UPDATE batch SET status = 'actual' WHERE edition_id = 'nato:2026-07-10'
        AND entity = 'DEU' AND indicator = 'personnel' AND year = 2025""",
    "nato_estimates_are_the_last_years": """UPDATE batch SET status = 'actual' WHERE edition_id = 'nato:2026-07-10'
        AND year = 2026""",
    "nato_estimates_are_of_the_last_two_years": """UPDATE batch SET status = 'actual'
        WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND indicator = 'personnel' AND year = 2025""",
    "imf_years_after_publication_are_forecasts": """UPDATE batch SET status = 'estimate'
        WHERE edition_id = 'imf:2024-10' AND entity = 'DEU' AND indicator = 'gdp' AND year = 2026""",
    "outturns_are_not_of_the_future": """UPDATE batch SET status = 'actual' WHERE edition_id = 'imf:2024-10'
        AND entity = 'DEU' AND indicator = 'gdp' AND year = 2026""",
    "no_year_is_later_than_its_source_prints": """UPDATE batch SET year = 2030
        WHERE edition_id = 'imf:2024-10' AND entity = 'DEU' AND indicator = 'gdp' AND year = 2029""",
    # In the first year of the table, so that no second change is as large.
    "nato_population_moves_slowly": """UPDATE batch SET value = value * 1.06 WHERE edition_id = 'nato:2026-07-10'
        AND entity = 'DEU' AND indicator = 'gdp' AND price_basis = 'constant' AND year = 2014""",
    # North Macedonia's population of 2022 raised: its rise of 2023, reviewed as 6.90 %, is within the 5 % of all.
    "nato_population_moves_slowly_exceptions_still_apply": """UPDATE batch SET value = value * 1.03
        WHERE edition_id = 'nato:2024-06-17' AND entity = 'MKD' AND indicator = 'gdp' AND price_basis = 'constant'
        AND year = 2022""",
    "nato_editions_print_their_year": "DELETE FROM batch WHERE edition_id = 'nato:2026-07-10' AND year = 2026",
    # 1.5 points of GDP are the bound.
    "yearly_changes_stay_within_the_reviewed_bounds": """UPDATE batch SET value = value + 1.6 WHERE year = 2026
        AND edition_id = 'nato:2026-07-10' AND indicator = 'defence_share_of_gdp' AND entity = 'FRA'""",
    # Estonia's personnel as of the year before: one exception of one year that explains nothing any more.
    "yearly_changes_stay_within_the_reviewed_bounds_exceptions_still_apply": """UPDATE batch SET value = 7.8
        WHERE source_id = 'nato' AND entity = 'EST' AND indicator = 'personnel' AND year = 2026""",
}


def offending(connection: duckdb.DuckDBPyConnection, check: str) -> int:
    (expectation,) = (item for item in SERIES if item.id == check)
    return len(connection.execute(query(expectation)).fetchall())


def test_every_check_has_its_fault() -> None:
    assert {item.id for item in SERIES} == set(FAULTS)


@pytest.mark.parametrize("check", FAULTS)
def test_one_planted_fault_is_one_offending_row(figures: duckdb.DuckDBPyConnection, check: str) -> None:
    assert offending(figures, check) == 0
    figures.execute(FAULTS[check])
    assert offending(figures, check) == 1
