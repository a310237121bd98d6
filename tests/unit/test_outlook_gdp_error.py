"""The band around assumed GDP comes from how far the same way of assuming was off before, worked out by hand."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl
import pytest

from transforms.outlook.gdp_error import gdp_bands

COUNTRIES = [f"C{n:02}" for n in range(20)]
NO_BREAKS = pl.DataFrame(schema={"edition_id": pl.String, "entity": pl.String, "year": pl.Int16})
EDITIONS = pl.DataFrame(
    {
        "edition_id": ["nato:2024", "imf:2022", "nato:2025"],
        "published_on": [dt.date(2024, 6, 17), dt.date(2022, 4, 20), dt.date(2025, 6, 17)],
    }
)
NO_FORECASTS = pl.DataFrame(
    schema={
        "from_edition_id": pl.String,
        "to_edition_id": pl.String,
        "indicator": pl.String,
        "horizon": pl.Int16,
        "entities": pl.List(pl.String),
        "errors_pct": pl.List(pl.Float64),
    }
)


def history(growths: list[float]) -> pl.DataFrame:
    """GDP of twenty countries from 2019 on, each growing by `growths`, in logs."""
    logs = [sum(growths[:n]) for n in range(len(growths) + 1)]
    rows = [("nato:2024", c, 2019 + n, math.exp(log)) for c in COUNTRIES for n, log in enumerate(logs)]
    return pl.DataFrame(rows, ["edition_id", "entity", "year", "gdp_usd_constant_m"], orient="row")


def growth(basis: str, edition_id: str | None, years: range) -> pl.DataFrame:
    rows = [("nato:2024", "C00", year, basis, edition_id) for year in years]
    names = ["edition_id", "entity", "year", "real_growth_basis", "real_growth_edition_id"]
    return pl.DataFrame(rows, names, orient="row").cast({"real_growth_edition_id": pl.String})


def starts(year: int) -> pl.DataFrame:
    return pl.DataFrame({"edition_id": ["nato:2024"], "entity": ["C00"], "start_year": [year]})


def forecasts(to_edition_id: str, errors_pct: dict[int, float]) -> pl.DataFrame:
    rows = [
        ("imf:2022", to_edition_id, "gdp_real_growth", horizon, COUNTRIES, [error] * len(COUNTRIES))
        for horizon, error in errors_pct.items()
    ]
    return pl.DataFrame(rows, NO_FORECASTS.schema, orient="row")


def bands(
    assumed: pl.DataFrame, start_year: int, past: pl.DataFrame, judged: pl.DataFrame = NO_FORECASTS
) -> pl.DataFrame:
    return gdp_bands(
        assumed,
        starts(start_year),
        history=past,
        gdp_breaks=NO_BREAKS,
        forecast_errors=judged,
        editions=EDITIONS,
    )


def test_where_the_mean_has_always_held_there_is_no_band() -> None:
    found = bands(growth("own_mean", "nato:2024", range(2025, 2027)), 2024, history([0.02] * 5))
    assert found["gdp_level_p10_pct"].to_list() == pytest.approx([0, 0], abs=1e-9)
    assert found["gdp_level_p90_pct"].to_list() == pytest.approx([0, 0], abs=1e-9)


def test_the_error_of_the_mean_is_the_growth_that_came_over_the_mean_before_it() -> None:
    # means before 2022 and 2023: 2 and 2.5 %; growth after them 4 and 2.5 %: errors of a year +2 and 0 %, of two +2.5 %
    found = bands(growth("own_mean", "nato:2024", range(2025, 2027)), 2024, history([0.02, 0.02, 0.02, 0.04, 0.025]))
    one, two = found.iter_rows(named=True)
    assert one["gdp_level_p90_pct"] == pytest.approx(100 * math.expm1(0.02))
    assert (one["gdp_errors_n"], two["gdp_errors_n"]) == (40, 20)
    assert two["gdp_level_p90_pct"] == pytest.approx(100 * math.expm1(0.04 + 0.025 - 2 * 0.02))
    assert two["gdp_level_p10_pct"] == pytest.approx(100 * math.expm1(-0.025))


def test_beyond_the_longest_span_the_band_grows_with_the_square_root_of_the_years() -> None:
    found = bands(growth("own_mean", "nato:2024", range(2025, 2033)), 2024, history([0.02, 0.02, 0.02, 0.04, 0.025]))
    last = found.filter(pl.col("year") == 2032)
    assert last["gdp_level_p90_pct"].item() == pytest.approx(100 * math.expm1(0.025 * math.sqrt(8 / 2)))


def test_the_error_of_a_forecast_is_that_of_growth_since_the_start() -> None:
    # off by 1 % in its first year and by 3 % in its second: growth between them by 1.03/1.01
    judged = forecasts("nato:2024", {0: 1.0, 1: 3.0})
    found = bands(growth("forecast", "imf:2022", range(2023, 2024)), 2022, history([0.02] * 5), judged)
    assert found["gdp_level_p90_pct"].item() == pytest.approx(100 * (1.03 / 1.01 - 1))


def test_an_outturn_that_was_not_out_yet_judges_no_forecast() -> None:
    judged = forecasts("nato:2025", {0: 1.0, 1: 3.0})
    assert bands(growth("forecast", "imf:2022", range(2023, 2025)), 2022, history([0.02] * 5), judged).is_empty()


def test_growth_that_the_asker_gave_has_no_band() -> None:
    assert bands(growth("assumed", None, range(2025, 2027)), 2024, history([0.02, 0.04] * 3)).is_empty()


def test_fewer_errors_than_a_panel_are_no_evidence() -> None:
    few = history([0.02, 0.02, 0.02, 0.04, 0.025]).filter(pl.col("entity") < "C09")
    assert bands(growth("own_mean", "nato:2024", range(2025, 2026)), 2024, few).is_empty()
