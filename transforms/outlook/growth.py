"""Growth of GDP that a path assumes: from the forecast that was out when the figures were published, or from history.

Belongs here: the choice of the forecast edition, growth past its horizon, growth of groups. Does not belong here: what
a share of that GDP costs (required_path.py), fetching and normalising forecasts.

Nominal growth is never passed off as real: GDP in US dollars grows with the forecast of it; real GDP with a forecast of
real growth where the edition holds one, else with the mean growth of the edition's own real GDP in the past. Each row
names which. Growth is in percent a year.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from transforms.outlook.required_path import grown

PLACE: Final = ("edition_id", "entity")
_USD: Final = ("usd_growth_pct", "gdp_edition_id", "gdp_basis")
_REAL: Final = ("real_growth_pct", "real_growth_edition_id", "real_growth_basis")


def forecast_editions(editions: pl.DataFrame, *, source_id: str) -> pl.DataFrame:
    """For each edition the newest one of `source_id` at or before its publication: edition_id, forecast_edition_id.

    `editions` is core.edition. Null where none was out; a later one is never taken, nor one that was withdrawn by then.
    """
    forecasts = editions.filter(pl.col("source_id") == source_id).select(
        forecast_edition_id="edition_id", seq="vintage_seq", out_on="published_on", withdrawn_on="withdrawn_on"
    )
    not_withdrawn = pl.col("withdrawn_on").is_null() | (pl.col("withdrawn_on") > pl.col("published_on"))
    out = (
        editions.select("edition_id", "published_on")
        .join(forecasts, how="cross")
        .filter((pl.col("out_on") <= pl.col("published_on")) & not_withdrawn)
        .group_by("edition_id")
        .agg(pl.col("forecast_edition_id").sort_by("seq").last())
    )
    return editions.select("edition_id").join(out, on="edition_id", how="left")


def growth_of_countries(
    starts: pl.DataFrame,
    forecasts: pl.DataFrame,
    chosen: pl.DataFrame,
    real_history: pl.DataFrame,
    gdp_breaks: pl.DataFrame,
    *,
    until: int,
) -> pl.DataFrame:
    """One row for each (edition_id, entity, year) after start_year to `until`, with both growth rates and their origin.

    `starts`: edition_id, entity, start_year. `forecasts`: observations of `gdp` in US dollars at current prices and of
    `gdp_real_growth` (edition_id, indicator, entity, year, value, status). `chosen`: as `forecast_editions`.
    `real_history`: edition_id, entity, year, gdp_usd_constant_m. `gdp_breaks`: edition_id, entity, year from which GDP
    is measured otherwise.

    Past the horizon a forecast goes on at the geometric mean of its forecast years. Basis of nominal growth:
    `forecast`, `forecast_mean`, `no_forecast_in_time`, `not_forecast`; of real growth also `own_mean`, the geometric
    mean growth of the edition's own real GDP from its first year, or its newest break, to start_year.
    """
    years = pl.int_ranges(pl.col("start_year").cast(pl.Int64) + 1, until + 1)
    rows = (
        starts.select(*PLACE, "start_year")
        .with_columns(year=years)
        .explode("year", keep_nulls=False, empty_as_null=False)
    )
    rows = rows.join(chosen, on="edition_id", how="left")
    nominal = _forecast_growth(forecasts.filter(pl.col("indicator") == "gdp"), levels=True)
    real = _forecast_growth(forecasts.filter(pl.col("indicator") == "gdp_real_growth"), levels=False)
    own = _own_mean(starts, real_history, gdp_breaks)
    rows = _with_forecast(rows, nominal, *_USD)
    rows = _with_forecast(rows, real, *_REAL).join(own, on=PLACE, how="left")
    unknown = pl.col("real_growth_pct").is_null()
    known = pl.col("own_mean_pct").is_not_null()
    return rows.with_columns(
        real_growth_pct=pl.coalesce("real_growth_pct", "own_mean_pct"),
        real_growth_edition_id=pl.when(unknown & known).then("edition_id").otherwise("real_growth_edition_id"),
        real_growth_basis=pl.when(unknown & known).then(pl.lit("own_mean")).otherwise("real_growth_basis"),
    ).select(*PLACE, pl.col("year").cast(pl.Int16), *_USD, *_REAL)


def growth_of_groups(members: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """A group's GDP grows as the sum of its members' GDP: same columns as `growth_of_countries`.

    `members`: edition_id, group_id, entity, gdp_usd_current_m and gdp_usd_constant_m in the start year. Null as soon as
    one member's growth is null; `mixed`, with no edition, where the members' real growth has several origins.
    """
    of_member = ("edition_id", "group_id", "entity")
    rows = members.join(growth, on=PLACE, how="inner").with_columns(
        usd=pl.col("gdp_usd_current_m") * grown(pl.col("usd_growth_pct")).over(of_member, order_by="year"),
        real=pl.col("gdp_usd_constant_m") * grown(pl.col("real_growth_pct")).over(of_member, order_by="year"),
    )
    before = rows.with_columns(
        usd_before=pl.col("usd") / (1 + pl.col("usd_growth_pct") / 100),
        real_before=pl.col("real") / (1 + pl.col("real_growth_pct") / 100),
    )
    # in order: sums of binary fractions depend on it, and the same figures must give the same bytes
    ordered = before.sort("edition_id", "group_id", "year", "entity")
    summed = ordered.group_by("edition_id", "group_id", "year", maintain_order=True).agg(
        usd_growth_pct=_growth_of_sum("usd"),
        real_growth_pct=_growth_of_sum("real"),
        **{name: _common(name, pl.lit(None, pl.String)) for name in ("gdp_edition_id", "real_growth_edition_id")},
        gdp_basis=_common("gdp_basis", pl.lit("not_forecast")),
        real_growth_basis=_common("real_growth_basis", pl.lit("mixed")),
    )
    return summed.rename({"group_id": "entity"}).select(*PLACE, "year", *_USD, *_REAL)


def _forecast_growth(forecasts: pl.DataFrame, *, levels: bool) -> pl.DataFrame:
    """forecast_edition_id, entity, year, growth_pct, and mean_pct over the forecast years of the series."""
    series = ["edition_id", "entity"]
    growth = 100 * (pl.col("value") / pl.col("value").shift(1).over(series, order_by="year") - 1)
    adjacent = pl.col("year").diff().over(series, order_by="year") == 1
    rows = forecasts.sort(*series, "year").with_columns(
        growth_pct=pl.when(adjacent).then(growth) if levels else pl.col("value")
    )
    ahead = pl.col("growth_pct").filter(pl.col("status") == "forecast")
    mean = 100 * ((1 + ahead / 100).log().mean().exp() - 1)
    return rows.with_columns(mean_pct=mean.over(series), last_year=pl.col("year").max().over(series)).select(
        forecast_edition_id="edition_id",
        entity="entity",
        year=pl.col("year").cast(pl.Int64),
        growth_pct="growth_pct",
        mean_pct="mean_pct",
        last_year="last_year",
    )


def _with_forecast(rows: pl.DataFrame, forecast: pl.DataFrame, rate: str, edition: str, basis: str) -> pl.DataFrame:
    series = ["forecast_edition_id", "entity"]
    means = forecast.group_by(series).agg(pl.col("mean_pct", "last_year").first())
    found = rows.join(forecast.select(*series, "year", "growth_pct"), on=[*series, "year"], how="left").join(
        means, on=series, how="left"
    )
    within = pl.col("growth_pct").is_not_null()
    beyond = (pl.col("year") > pl.col("last_year")) & pl.col("mean_pct").is_not_null()
    return found.with_columns(
        pl.when(within).then("growth_pct").when(beyond).then("mean_pct").alias(rate),
        pl.when(within | beyond).then("forecast_edition_id").alias(edition),
        pl.when(within)
        .then(pl.lit("forecast"))
        .when(beyond)
        .then(pl.lit("forecast_mean"))
        .when(pl.col("forecast_edition_id").is_null())
        .then(pl.lit("no_forecast_in_time"))
        .otherwise(pl.lit("not_forecast"))
        .alias(basis),
    ).drop("growth_pct", "mean_pct", "last_year")


def _own_mean(starts: pl.DataFrame, real_history: pl.DataFrame, gdp_breaks: pl.DataFrame) -> pl.DataFrame:
    newest = gdp_breaks.group_by(PLACE).agg(pl.col("year").max().alias("break_year"))
    since = pl.col("break_year").is_null() | (pl.col("year") >= pl.col("break_year"))
    window = (
        starts.select(*PLACE, "start_year")
        .join(real_history.drop_nulls("gdp_usd_constant_m"), on=PLACE, how="inner")
        .join(newest, on=PLACE, how="left")
        .filter(since, pl.col("year") <= pl.col("start_year"))
    )
    first, last = pl.col("year").min(), pl.col("year").max()
    gdp = pl.col("gdp_usd_constant_m").sort_by("year")
    mean = 100 * ((gdp.last() / gdp.first()).pow(1 / (last - first)) - 1)
    return window.group_by(PLACE).agg(own_mean_pct=pl.when(last > first).then(mean))


def _growth_of_sum(name: str) -> pl.Expr:
    return (
        100 * (pl.col(name).fill_null(math.nan).sum() / pl.col(f"{name}_before").fill_null(math.nan).sum() - 1)
    ).fill_nan(None)


def _common(name: str, otherwise: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).otherwise(otherwise)
