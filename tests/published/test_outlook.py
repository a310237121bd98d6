"""What mart.path and mart.outlook say of the real editions, and what they refuse to say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.reading.calibration import judged, scores

DOCS = Path(__file__).resolve().parents[2] / "docs" / "paths.md"


def test_no_edition_uses_a_forecast_that_was_published_after_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    late = warehouse.execute(
        "SELECT p.edition_id, p.gdp_edition_id FROM mart.path p JOIN core.edition e USING (edition_id) "
        "JOIN core.edition f ON f.edition_id = p.gdp_edition_id WHERE f.published_on > e.published_on"
    ).fetchall()
    assert late == []


def test_an_edition_older_than_any_forecast_has_no_path_in_us_dollars_and_says_so(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT gdp_basis, required_spending_usd_current_m IS NULL, required_spending_usd_constant_m IS NULL "
        "FROM mart.path WHERE edition_id = 'nato:2019-06-25' AND rule_id = 'hague_core_3_5pct' AND year > start_year"
    ).fetchall()
    assert found == [("no_forecast_in_time", True, False)]


def test_the_forecast_ends_in_2029_and_goes_on_at_its_mean(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "SELECT year, gdp_basis, usd_growth_pct FROM mart.path WHERE edition_id = 'nato:2026-07-10' AND entity = 'USA' "
        "AND rule_id = 'hague_core_3_5pct' AND path_kind = 'linear' AND year IN (2029, 2030) ORDER BY year"
    ).fetchall()
    # NGDPD of the United States, imf:2024-10: 27 720.725 in 2023 (estimate), 34 096.034 in 2028, 35 457.964 in 2029
    assert rows[0][1:] == ("forecast", pytest.approx(100 * (35457.964 / 34096.034 - 1)))
    assert rows[1][1:] == ("forecast_mean", pytest.approx(100 * ((35457.964 / 27720.725) ** (1 / 6) - 1)))


def test_real_growth_is_the_editions_own_where_only_nominal_forecasts_are_held(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    first, last = (
        warehouse.execute(
            "SELECT value FROM core.observation WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' "
            "AND indicator = 'gdp' AND price_basis = 'constant' AND year = ?",
            [year],
        ).fetchall()[0][0]
        for year in (2014, 2026)
    )
    rows = warehouse.execute(
        "SELECT DISTINCT real_growth_basis, real_growth_edition_id, real_growth_pct FROM mart.path "
        "WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND rule_id = 'hague_core_3_5pct' "
        "AND year > start_year"
    ).fetchall()
    assert rows == [("own_mean", "nato:2026-07-10", pytest.approx(100 * ((last / first) ** (1 / 12) - 1)))]


def test_a_total_is_unrated_unless_core_alone_reaches_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    arrived = warehouse.execute(
        "SELECT entity FROM mart.outlook WHERE rule_id = 'hague_total_5pct' AND edition_id = 'nato:2026-07-10' "
        "AND rating = 'arrived' ORDER BY entity"
    ).fetchall()
    assert arrived == [("EST",), ("LTU",)]  # 5.10 and 5.33 % in 2026


def test_probabilities_of_revision_rest_on_what_was_known_then(warehouse: duckdb.DuckDBPyConnection) -> None:
    evidence = dict(
        warehouse.execute(
            "SELECT edition_id, any_value(evidence) FROM mart.outlook WHERE rule_id = 'wales_2pct' AND entity = 'DEU' "
            "GROUP BY edition_id"
        ).fetchall()
    )
    assert "1 past errors of this horizon were known by then: too few to draw from" in evidence["nato:2023-07-07"]
    assert evidence["nato:2024-06-17"].startswith("nato:2019-06-25 → nato:2024-06-17: n 28, outturns")
    assert "nato:2024-06-17 → nato:2026-07-10: n 31, outturns" in evidence["nato:2026-07-10"]


def test_an_outturn_and_a_group_have_no_probability_of_revision(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT count(*) FROM mart.outlook WHERE p_met_after_revision IS NOT NULL "
        "AND (status = 'actual' OR membership_basis IS NOT NULL)"
    ).fetchall()
    assert found == [(0,)]


def test_the_rating_is_labelled_as_ours_where_the_table_is_described(warehouse: duckdb.DuckDBPyConnection) -> None:
    comment = warehouse.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'outlook'").fetchall()[0][0]
    assert "our own operationalisation, not NATO's" in comment


def test_what_the_targets_would_mean_for_japan_is_a_benchmark(warehouse: duckdb.DuckDBPyConnection) -> None:
    gaps = warehouse.execute(
        "SELECT threshold_pct, gap_pp, gap_usd_current_m, label FROM mart.benchmark_target "
        "WHERE entity = 'JPN' AND year = 2024 ORDER BY threshold_pct"
    ).fetchall()
    # SIPRI, 2026: 1.294629 % of GDP in 2024, of which 1 % is 41 900.1 million US$
    for (threshold, gap_pp, gap_usd, label), wanted in zip(gaps, (2.0, 3.5, 5.0), strict=True):
        assert (threshold, label) == (wanted, "benchmark")
        assert gap_pp == pytest.approx(wanted - 1.294629, abs=1e-6)
        assert gap_usd == pytest.approx((wanted - 1.294629) * 41900.1, rel=1e-4)


def test_the_method_would_have_warned_of_the_23_allies_of_june_2024(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = scores(judged(warehouse)).rows(named=True)
    told = {(row["edition_id"], row["basis"], row["threshold_pct"]): row for row in rows}
    then = told["nato:2024-06-17", "known_then", 2.0]
    assert (then["met_by_estimate"], then["met_in_the_end"]) == (23, 17)
    assert then["expected"] < 21
    assert then["brier"] < then["brier_at_its_word"]
    assert told["nato:2023-07-07", "known_then", 2.0]["expected"] is None  # nothing was known before


def test_the_figures_of_calibration_in_the_documentation_are_those_of_the_warehouse(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    documented = DOCS.read_text(encoding="utf-8")
    for row in scores(judged(warehouse)).rows(named=True):
        figures = [row["errors_n"], row["n"], row["met_by_estimate"], row["expected"], row["met_in_the_end"]]
        figures += [row["brier"], row["brier_at_its_word"]]
        cells = ["" if figure is None else str(figure) for figure in figures]
        line = f"| {row['year']} | {row['basis']} | {row['threshold_pct']} | " + " | ".join(cells) + " |"
        assert line in documented, line
