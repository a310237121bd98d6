"""Trend lines as named scenarios: when a share would reach a threshold if its past went on. Never the answer.

`history` holds one row for each (edition_id, entity, year): share_pct, expenditure_usd_constant_m, gdp_usd_constant_m.
`break_years` holds (edition_id, entity, year): the years from which a series is new. `starts` as in required_path.py.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from transforms.outlook.required_path import ARRIVED, KEY, SHARE, THRESHOLD

TREND_YEARS: Final = 10  # years that the least-squares slope looks back on
GROWTH_YEARS: Final = 5  # years whose growth rates the log-growth trend averages
STEP_YEARS: Final = 3  # years that the mean step spans
LEAST_POINTS: Final = 3  # for a least-squares slope
LEAST_GROWTH_RATES: Final = 2
NEVER_AFTER: Final = 100  # an arrival more than so many years away is none
_NOISE: Final = 1e-9  # binary fractions: (2.3 - 2.0) / 0.1 must be three years, not four


def scenario_years(history: pl.DataFrame, starts: pl.DataFrame, break_years: pl.DataFrame) -> pl.DataFrame:
    """The years in which three trends would reach the threshold, rounded up (docs/metrics.md#trends-as-scenarios).

    The trends, over the window from the newest break to start_year, each continued from the share of start_year:
    three_year_step_pp, `(s(t₀)-s(t₀-3))/3`; ols_slope_pp, the least-squares slope of share on year over the last ten
    years; log_excess_growth_pct, the mean log growth of spending less that of GDP, constant prices, in the last five
    years. A trend is null where it is unknown. A scenario's year is null where its trend is unknown or never arrives:
    not rising, or later than in a hundred years.

    trend_years is the number of years with a share in the window. At or above the threshold, all are start_year.
    """
    trends = windows(history, starts, break_years).group_by(KEY).agg(**_trends())
    log_distance = (THRESHOLD / SHARE).log()
    needed = {
        "three_year_step": _years_needed(THRESHOLD - SHARE, pl.col("three_year_step_pp")),
        "least_squares": _years_needed(THRESHOLD - SHARE, pl.col("ols_slope_pp")),
        "log_growth": _years_needed(log_distance, pl.col("log_excess_growth_pct") / 100),
    }
    rows = starts.join(trends, on=KEY, how="left").with_columns(**needed)
    return rows.select(
        *KEY,
        **{f"scenario_{name}_year": _arrival_year(pl.col(name)) for name in needed},
        trend_years=pl.col("trend_years").fill_null(0).cast(pl.Int16),
        three_year_step_pp=pl.col("three_year_step_pp"),
        ols_slope_pp=pl.col("ols_slope_pp"),
        log_excess_growth_pct=pl.col("log_excess_growth_pct"),
    ).sort(KEY)


def windows(history: pl.DataFrame, starts: pl.DataFrame, break_years: pl.DataFrame) -> pl.DataFrame:
    """Each start's years from its newest break to its start year, in order, with the changes against the year before.

    `step_pp` and `log_excess` (log growth of spending less that of GDP) are null where the year before is missing,
    outside the window or without a figure.
    """
    place = ["edition_id", "entity"]
    breaks = break_years.select(*place, break_year="year")
    first_years = (
        starts.select(*KEY, "start_year", "baseline_year")
        .join(breaks, on=place, how="left")
        .group_by(*KEY, "start_year", "baseline_year")
        .agg(pl.col("break_year").filter(pl.col("break_year") <= pl.col("start_year")).max())
    )
    figures = history.select(*place, "year", "share_pct", "expenditure_usd_constant_m", "gdp_usd_constant_m")
    since_break = (pl.col("year") >= pl.col("break_year")) | pl.col("break_year").is_null()
    window = first_years.join(figures, on=place, how="inner").filter(
        pl.col("year") <= pl.col("start_year"), since_break
    )
    spending, gdp = pl.col("expenditure_usd_constant_m"), pl.col("gdp_usd_constant_m")
    log_share = pl.when((spending > 0) & (gdp > 0)).then((spending / gdp).log())
    adjacent = pl.col("year").diff().over(KEY, order_by="year") == 1
    return window.sort(*KEY, "year").with_columns(
        step_pp=pl.when(adjacent).then(SHARE.diff().over(KEY, order_by="year")),
        log_excess=pl.when(adjacent).then(log_share.diff().over(KEY, order_by="year")),
    )


def _trends() -> dict[str, pl.Expr]:
    """The three trends and the years behind them, as aggregations of a window."""
    year, start = pl.col("year"), pl.col("start_year")
    recent = (year > start - TREND_YEARS) & SHARE.is_not_null()
    slope = pl.cov(year.filter(recent), SHARE.filter(recent)) / year.filter(recent).var()
    growth = pl.col("log_excess").filter(year > start - GROWTH_YEARS)
    step = (SHARE.filter(year == start).first() - SHARE.filter(year == start - STEP_YEARS).first()) / STEP_YEARS
    return {
        "trend_years": SHARE.count(),
        "three_year_step_pp": step,
        "ols_slope_pp": pl.when(recent.sum() >= LEAST_POINTS).then(slope),
        "log_excess_growth_pct": pl.when(growth.count() >= LEAST_GROWTH_RATES).then(100 * growth.mean()),
    }


def _years_needed(distance: pl.Expr, trend: pl.Expr) -> pl.Expr:
    """Whole years to cover a distance at a trend: 0 where arrived, infinite where never, null where unknown."""
    years = (distance / trend - _NOISE).ceil()
    never = distance.is_not_null() & trend.is_not_null() & ((trend <= 0) | (years > NEVER_AFTER))
    return pl.when(ARRIVED).then(0.0).when(never).then(math.inf).otherwise(years)


def _arrival_year(needed: pl.Expr) -> pl.Expr:
    return pl.when(needed <= NEVER_AFTER).then(pl.col("start_year") + needed).cast(pl.Int16)
