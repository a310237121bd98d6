"""The published warehouse shows how figures changed from edition to edition, and why."""

from __future__ import annotations

import duckdb
import pytest

SHARE_AS_OF = """
    SELECT round(value, 2) FROM observation_as_of($day::DATE)
    WHERE source_id = 'nato' AND indicator = 'defence_share_of_gdp' AND entity = $entity AND year = 2023
"""


# The share of 2023 as it was known: NATO's editions of July 2023, June 2024 and July 2026.
@pytest.mark.parametrize(
    ("entity", "day", "share"),
    [
        ("ROU", "2023-07-07", 2.44), ("ROU", "2024-06-17", 1.60),
        ("DNK", "2023-07-07", 1.65), ("DNK", "2024-06-17", 2.01), ("DNK", "2026-07-10", 2.01),
        ("POL", "2023-07-07", 3.90), ("POL", "2024-06-17", 3.26), ("POL", "2026-07-10", 3.26),
    ],
)  # fmt: skip
def test_the_share_of_2023_as_it_was_known(
    entity: str, day: str, share: float, warehouse: duckdb.DuckDBPyConnection
) -> None:
    assert warehouse.execute(SHARE_AS_OF, {"day": day, "entity": entity}).fetchall() == [(share,)]


def test_bulgarias_euro_is_no_jump(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT kind, max(abs(change_pct)) FROM mart.revision WHERE entity = 'BGR' AND unit = 'million EUR'
           AND indicator = 'defence_expenditure' AND price_basis = 'current' AND year <= 2023 GROUP BY kind"""
    ).fetchall()
    # Outturns, in whole millions: the lev figures come again in euro, to half a million of some 600.
    assert rows == [("redenominated", pytest.approx(0, abs=0.1))]


def test_luxembourgs_break_is_named_where_it_first_shows(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT from_edition_id, to_edition_id FROM mart.revision
           WHERE entity = 'LUX' AND year = 2023 AND list_contains(break_ids, 'lux_gni_2023')"""
    ).fetchall()
    assert rows == [("nato:2023-07-07", "nato:2024-03-14")]


@pytest.mark.parametrize("table", ["mart.compliance", "mart.aggregate", "mart.definition_bridge"])
def test_luxembourgs_break_is_named_in(table: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        f"""SELECT bool_and(list_contains(flags, 'gni_denominator')), count(*) > 0 FROM {table}
            WHERE year = 2024 AND list_contains(break_ids, 'lux_gni_2023')"""
    ).fetchone()
    assert found == (True, True)


def test_one_query_explains_why_23_became_17(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT entity, change, met_before, met_after, judged_in_both,
             abs(spending_part_pp + gdp_part_pp + method_part_pp - (new_value - old_value)) < 1e-9
           FROM mart.headline_audit
           WHERE rule_id = 'wales_2pct' AND year = 2024 AND edition_id = 'nato:2026-07-10' ORDER BY entity"""
    ).fetchall()
    assert rows == [(entity, "left", 23, 17, 31, True) for entity in ("ALB", "BGR", "CZE", "MKD", "MNE", "SVK")]


# As published; the members of the year in both years; the members of 2026 in both years.
@pytest.mark.parametrize(
    ("year", "basis", "real_change_pct", "like_for_like_pct"),
    [
        (2023, "published", 8.14, 6.70), (2023, "members_at_date", 8.14, 6.70), (2023, "fixed_members", 6.89, 6.89),
        (2024, "published", 19.28, 16.14), (2024, "fixed_members", 16.14, 16.14),
    ],
)  # fmt: skip
def test_growth_of_europe_and_canada_names_its_basis(
    year: int, basis: str, real_change_pct: float, like_for_like_pct: float, warehouse: duckdb.DuckDBPyConnection
) -> None:
    found = warehouse.execute(
        """SELECT round(real_change_pct, 2), round(real_change_like_for_like_pct, 2) FROM mart.aggregate
           WHERE edition_id = 'nato:2026-07-10' AND group_id = 'NATO_EUR_CAN' AND year = $year
             AND membership_basis = $basis""",
        {"year": year, "basis": basis},
    ).fetchone()
    assert found == (real_change_pct, like_for_like_pct)


def test_north_korea_is_not_reported_with_a_note_in_every_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT DISTINCT availability, share_of_gdp_pct, rank_in_year, note LIKE '%North Korea%'
           FROM mart.benchmark WHERE entity = 'PRK'"""
    ).fetchall()
    assert rows == [("not_reported", None, None, True)]


def test_the_benchmark_has_one_row_a_country_and_ranks_those_with_a_figure(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    # SIPRI, share of GDP in 2024: Ukraine above all, and no country outside the comparison.
    rows = warehouse.execute(
        "SELECT entity, rank_in_year FROM mart.benchmark WHERE year = 2024 ORDER BY rank_in_year LIMIT 1"
    ).fetchall()
    assert rows == [("UKR", 1)]


def test_a_verdict_that_only_an_older_edition_can_give_is_carried_over(warehouse: duckdb.DuckDBPyConnection) -> None:
    # The edition of August 2025 is held for 15 Allies in 2025: Germany's newest verdict is on 2024, from June 2024.
    rows = warehouse.execute(
        """SELECT year, edition_id, verdict, carried_over FROM compliance_as_of(DATE '2025-09-01')
           WHERE rule_id = 'wales_2pct' AND entity = 'DEU' AND year >= 2024 ORDER BY year"""
    ).fetchall()
    assert rows == [
        (2024, "nato:2024-06-17", "met", True),
        (2025, "nato:2025-08-28", "not_reported", False),
    ]


def test_what_is_known_today_is_what_is_latest(warehouse: duckdb.DuckDBPyConnection) -> None:
    for view, macro in (("observation_latest", "observation_as_of"), ("compliance_latest", "compliance_as_of")):
        difference = warehouse.execute(
            f"(FROM {view} EXCEPT FROM {macro}(today())) UNION ALL (FROM {macro}(today()) EXCEPT FROM {view})"
        ).fetchall()
        assert difference == []


def test_first_estimates_say_on_which_editions_they_rest(warehouse: duckdb.DuckDBPyConnection) -> None:
    # 30 Allies' shares of 2023, first printed in July 2023, against the outturns of July 2026.
    row = warehouse.execute(
        """SELECT n, n_outturns, rests_on_partial_edition, definition_differs, entities_with_break
           FROM mart.first_estimate_error WHERE from_edition_id = 'nato:2023-07-07'
             AND to_edition_id = 'nato:2026-07-10' AND horizon = 0"""
    ).fetchone()
    assert row == (30, 30, True, True, ["LUX"])


@pytest.mark.parametrize(
    ("to_edition", "indicator", "error_pct"),
    [
        # 26 006.900 billion US$ in October 2024 over 25 346.805 forecast in April 2022
        ("imf:2024-10", "gdp", 100 * (26_006.900 / 25_346.805 - 1)),
        # real GDP of 2022 over 2021 in million US$ of 2021, over the 3.708 % that were forecast
        ("nato:2026-07-10", "gdp_real_growth", 100 * (24_324_532 / 23_725_646 / 1.03708 - 1)),
    ],
)
def test_a_forecast_of_april_2022_is_compared_with_what_came(
    warehouse: duckdb.DuckDBPyConnection, to_edition: str, indicator: str, error_pct: float
) -> None:
    row = warehouse.execute(
        """SELECT errors_pct[list_position(entities, 'USA')] FROM mart.gdp_forecast_error
           WHERE from_edition_id = 'imf:2022-04' AND to_edition_id = ? AND indicator = ? AND horizon = 0""",
        [to_edition, indicator],
    ).fetchone()
    assert row == (pytest.approx(error_pct, abs=1e-6),)


def test_a_break_in_gdp_is_no_error_of_a_forecast(warehouse: duckdb.DuckDBPyConnection) -> None:
    """NATO's table holds Luxembourg's income from 2023 on, and its product before."""
    rows = warehouse.execute(
        """SELECT horizon, list_contains(entities, 'LUX') FROM mart.gdp_forecast_error
           WHERE to_edition_id = 'nato:2026-07-10' AND horizon < 2 ORDER BY horizon"""
    ).fetchall()
    assert rows == [(0, True), (1, False)]


def test_rounding_is_no_revision(warehouse: duckdb.DuckDBPyConnection) -> None:
    # June 2024 prints full floats, July 2026 whole millions and two decimals. A category's share was never revised.
    rows = warehouse.execute(
        """SELECT kind, count(*), count(*) FILTER (WHERE indicator IN ('equipment_share', 'personnel_share',
             'infrastructure_share', 'other_share'))
           FROM mart.revision WHERE from_edition_id = 'nato:2024-06-17' AND to_edition_id = 'nato:2026-07-10'
             AND kind IN ('revised', 'same_at_print') GROUP BY kind ORDER BY kind"""
    ).fetchall()
    assert rows == [("revised", 769, 0), ("same_at_print", 2057, 1111)]


def test_the_definition_moved_no_outturn_of_2014_to_2022(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT from_edition_id, from_definition, to_definition, year, unchanged, compared, redenominated_entities
           FROM mart.definition_change WHERE to_edition_id = 'nato:2026-07-10' AND outturns_in_both ORDER BY year"""
    ).fetchall()
    assert rows == [("nato:2024-06-17", "nato", "nato_core", year, 29, 29, ["BGR"]) for year in range(2014, 2023)]


def test_the_headline_says_that_two_definitions_are_compared(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT DISTINCT old_definition, new_definition FROM mart.headline_audit
           WHERE rule_id = 'wales_2pct' AND year = 2024 AND edition_id = 'nato:2026-07-10'"""
    ).fetchall()
    assert rows == [("nato", "nato_core")]


def test_no_republished_figure_claims_more_than_its_original(warehouse: duckdb.DuckDBPyConnection) -> None:
    # SIPRI's Ukraine of 2024, 34.48 % of GDP, is its own estimate; the world's share is in no sheet of SIPRI's.
    rows = warehouse.execute(
        """SELECT entity, status, flags, round(value, 2) FROM core.observation
           WHERE source_id = 'world_bank' AND derived_from = 'sipri' AND year = 2024 AND entity IN ('UKR', 'WORLD')
           ORDER BY entity"""
    ).fetchall()
    assert rows == [
        ("UKR", "estimate", ["source_estimate"], 34.48),
        ("WORLD", "estimate", ["status_of_origin_unknown"], 2.47),
    ]


def test_every_assumption_that_rests_on_the_imf_says_how_old_it_is(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """SELECT count(*), count(*) FILTER (WHERE contains(assumptions, $said)) FROM mart.outlook
           WHERE edition_id = 'nato:2026-07-10' AND contains(assumptions, 'imf:2024-10')""",
        {
            "said": "imf:2024-10, published 2024-10-22, 626 days older than the edition, "
            "while a newer one was due in April 2025"
        },
    ).fetchone()
    assert rows is not None
    assert rows[0] == rows[1] > 0
