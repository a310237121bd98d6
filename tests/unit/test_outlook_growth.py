"""Growth of GDP that a path assumes: whose, until when, and what comes after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from transforms.outlook.growth import forecast_editions, growth_of_countries, growth_of_groups

EDITIONS = pl.DataFrame(
    [
        ("nato:2024-06-17", "nato", dt.date(2024, 6, 17), None, 2),
        ("nato:2026-07-10", "nato", dt.date(2026, 7, 10), None, 5),
        ("imf:2024-10", "imf", dt.date(2024, 10, 22), None, 3),
        ("imf:2025-10", "imf", dt.date(2025, 10, 14), None, 4),
        ("imf:2026-10", "imf", dt.date(2026, 10, 13), None, 6),
    ],
    {
        "edition_id": pl.String,
        "source_id": pl.String,
        "published_on": pl.Date,
        "withdrawn_on": pl.Date,
        "vintage_seq": pl.Int32,
    },
    orient="row",
)
START = pl.DataFrame({"edition_id": ["n"], "entity": ["AAA"], "start_year": [2026]})
CHOSEN = pl.DataFrame({"edition_id": ["n"], "forecast_edition_id": ["imf"]})
NO_BREAKS = pl.DataFrame(schema={"edition_id": pl.String, "entity": pl.String, "year": pl.Int16})
# real GDP doubles in two years: 41.42 % a year
HISTORY = pl.DataFrame(
    {"edition_id": "n", "entity": "AAA", "year": [2024, 2025, 2026], "gdp_usd_constant_m": [100.0, 170.0, 200.0]}
)


def series(indicator: str, values: dict[int, float], first_forecast: int = 2026) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "edition_id": "imf",
                "indicator": indicator,
                "entity": "AAA",
                "year": year,
                "value": value,
                "status": "forecast" if year >= first_forecast else "estimate",
            }
            for year, value in values.items()
        ]
    )


NOMINAL = series("gdp", {2025: 100.0, 2026: 110.0, 2027: 132.0})  # +10 %, +20 %
REAL = series("gdp_real_growth", {2026: 1.0, 2027: 3.0})


def rows(
    forecasts: pl.DataFrame, *, chosen: pl.DataFrame = CHOSEN, breaks: pl.DataFrame = NO_BREAKS
) -> list[dict[str, Any]]:
    return growth_of_countries(START, forecasts, chosen, HISTORY, breaks, until=2028).rows(named=True)


def test_the_newest_forecast_that_was_out_is_chosen_and_never_a_later_one() -> None:
    found = dict(forecast_editions(EDITIONS, source_id="imf").iter_rows())
    assert (found["nato:2024-06-17"], found["nato:2026-07-10"]) == (None, "imf:2025-10")


def test_a_forecast_withdrawn_by_then_is_not_chosen() -> None:
    gone = pl.when(pl.col("edition_id") == "imf:2025-10").then(dt.date(2026, 1, 1)).alias("withdrawn_on")
    found = dict(forecast_editions(EDITIONS.with_columns(gone), source_id="imf").iter_rows())
    assert found["nato:2026-07-10"] == "imf:2024-10"


def test_past_its_horizon_a_forecast_goes_on_at_the_mean_of_its_forecast_years() -> None:
    within, beyond = rows(pl.concat([NOMINAL, REAL]))
    assert (within["usd_growth_pct"], within["gdp_basis"]) == (pytest.approx(20.0), "forecast")
    # (1.10 x 1.20)^(1/2)
    assert (beyond["usd_growth_pct"], beyond["gdp_basis"]) == (pytest.approx(100 * (1.32**0.5 - 1)), "forecast_mean")
    assert (within["real_growth_pct"], within["real_growth_basis"]) == (3.0, "forecast")
    assert beyond["real_growth_pct"] == pytest.approx(100 * ((1.01 * 1.03) ** 0.5 - 1))


def test_nominal_growth_is_never_real_growth() -> None:
    for row in rows(NOMINAL):
        assert (row["real_growth_basis"], row["real_growth_edition_id"]) == ("own_mean", "n")
        assert row["real_growth_pct"] == pytest.approx(100 * (2**0.5 - 1))


def test_a_break_in_gdp_cuts_the_own_mean() -> None:
    broken = pl.DataFrame([{"edition_id": "n", "entity": "AAA", "year": 2025}], schema_overrides={"year": pl.Int16})
    # from 170 in 2025 to 200 in 2026
    assert rows(NOMINAL, breaks=broken)[0]["real_growth_pct"] == pytest.approx(100 * (200 / 170 - 1))


def test_without_a_forecast_there_is_no_growth_in_us_dollars_and_the_row_says_why() -> None:
    none_out = CHOSEN.with_columns(forecast_edition_id=pl.lit(None, pl.String))
    assert {(row["usd_growth_pct"], row["gdp_basis"]) for row in rows(NOMINAL, chosen=none_out)} == {
        (None, "no_forecast_in_time")
    }
    other = NOMINAL.with_columns(entity=pl.lit("BBB"))
    assert {(row["usd_growth_pct"], row["gdp_basis"]) for row in rows(other)} == {(None, "not_forecast")}


def test_a_group_grows_as_the_sum_of_its_members_and_is_unknown_with_one_of_them() -> None:
    growth = pl.concat(
        [
            growth_of_countries(START, pl.concat([NOMINAL, REAL]), CHOSEN, HISTORY, NO_BREAKS, until=2027),
            growth_of_countries(START, pl.concat([NOMINAL, REAL]), CHOSEN, HISTORY, NO_BREAKS, until=2027).with_columns(
                entity=pl.lit("BBB"), usd_growth_pct=pl.lit(0.0), real_growth_pct=pl.lit(None, pl.Float64)
            ),
        ]
    )
    members = pl.DataFrame(
        {
            "edition_id": "n",
            "group_id": "G",
            "entity": ["AAA", "BBB"],
            "gdp_usd_current_m": [100.0, 300.0],
            "gdp_usd_constant_m": [1.0, 1.0],
        }
    )
    row = growth_of_groups(members, growth).row(0, named=True)
    # 120 and 300 after 100 and 300
    assert row["usd_growth_pct"] == pytest.approx(5.0)
    assert row["real_growth_pct"] is None
