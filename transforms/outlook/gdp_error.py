"""How far GDP may be from what a path assumes: a band around it, from how far the same way of assuming was off before.

Belongs here: past errors of assumed growth, and the band that they give. Does not belong here: the growth that is
assumed (growth.py), the money that it moves (required_path.py), errors of the share (revision.py).

Errors are of the level of real GDP after so many years, in logs, what came over what was assumed, pooled over
countries. They come from the way in which the growth was assumed:

- a forecast of the IMF: its forecasts as old, over as many years, against what later editions print, as far as these
  were out when the row's edition was (mart.gdp_forecast_error); where none so old was judged yet, the oldest that was.
- an edition's own mean growth: the same rule, applied in the same edition to each earlier year with at least
  `LEAST_GROWTHS` years of growth before it, against the growth that the edition prints after it.

The errors of one forecast, or over nearly the same years, share the luck of these years (2020, 2022): their size is
evidence, their direction is none, so that each enters with both signs. Beyond the longest span with `LEAST_ERRORS`
countries and years, that span's errors grow with the square root of the years, as sums of independent ones do. A level
that is off stays off: bands of sums over years are sums of the yearly bands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Errors = NDArray[np.float64]

PERCENTS: Final = (10, 90)
LEAST_ERRORS: Final = 20
LEAST_GROWTHS: Final = 3
BAND: Final = tuple(f"gdp_level_p{percent}_pct" for percent in PERCENTS)
_SCHEMA: Final = {
    "edition_id": pl.String,
    "entity": pl.String,
    "year": pl.Int16,
    **dict.fromkeys(BAND, pl.Float64),
    "gdp_errors_n": pl.Int32,
}


def gdp_bands(
    growth: pl.DataFrame,
    starts: pl.DataFrame,
    *,
    history: pl.DataFrame,
    gdp_breaks: pl.DataFrame,
    forecast_errors: pl.DataFrame,
    editions: pl.DataFrame,
) -> pl.DataFrame:
    """The 10th and 90th percentile of real GDP against its assumed level, in percent of it, for each year of a path.

    `growth`: as growth.py gives it. `starts`: edition_id, entity, start_year. `history`: edition_id, entity, year,
    gdp_usd_constant_m. `gdp_breaks`: edition_id, entity, year. `forecast_errors`: mart.gdp_forecast_error. `editions`:
    core.edition. Result: edition_id, entity, year, gdp_level_p10_pct, gdp_level_p90_pct, gdp_errors_n; no row where
    growth is unknown, was given by the user, or has no past errors.
    """
    published = dict(editions.select("edition_id", "published_on").iter_rows())
    own = _own_mean_errors(history, gdp_breaks)
    rows: list[tuple[object, ...]] = []
    known: dict[tuple[object, ...], tuple[float, float, int] | None] = {}
    asked = growth.join(starts.select("edition_id", "entity", "start_year").unique(), on=["edition_id", "entity"])
    for row in asked.sort("edition_id", "entity", "year").iter_rows(named=True):
        edition_id, ahead, basis = row["edition_id"], row["year"] - row["start_year"], row["real_growth_basis"]
        key: tuple[object, ...]
        if basis in {"own_mean", "mixed"}:
            key = ("own_mean", edition_id, ahead)
            errors = own.get(edition_id, {})
        elif basis in {"forecast", "forecast_mean"} and row["real_growth_edition_id"] is not None:
            age = row["start_year"] - published[row["real_growth_edition_id"]].year
            key = ("forecast", edition_id, age, ahead)
            errors = {} if key in known else _judged_forecasts(forecast_errors, published, edition_id, age)
        else:
            continue
        if key not in known:
            known[key] = _band(errors, ahead)
        if (band := known[key]) is not None:
            rows.append((edition_id, row["entity"], row["year"], *band))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _band(errors: Mapping[int, Errors], ahead: int) -> tuple[float, float, int] | None:
    spans = [span for span, found in errors.items() if span <= ahead and len(found) >= LEAST_ERRORS]
    if not spans:
        return None
    span = max(spans)
    found = errors[span] * np.sqrt(ahead / span)
    both_signs = np.concatenate([found, -found])
    low, high = (100 * np.expm1(np.percentile(both_signs, percent)) for percent in PERCENTS)
    return float(low), float(high), len(found)


def _own_mean_errors(history: pl.DataFrame, gdp_breaks: pl.DataFrame) -> dict[str, dict[int, Errors]]:
    """Log errors of an edition's own mean growth, by edition and by years ahead."""
    place = ["edition_id", "entity"]
    newest = gdp_breaks.group_by(place).agg(break_year=pl.col("year").max())
    comparable = pl.col("break_year").is_null() | (pl.col("year") >= pl.col("break_year"))
    figures = (
        history.drop_nulls("gdp_usd_constant_m")
        .join(newest, on=place, how="left")
        .filter(comparable)
        .select(*place, pl.col("year").cast(pl.Int64), log_gdp=pl.col("gdp_usd_constant_m").log())
        .with_columns(
            first_year=pl.col("year").min().over(place),
            first_log=pl.col("log_gdp").sort_by("year").first().over(place),
        )
    )
    origins = figures.filter(pl.col("year") - pl.col("first_year") >= LEAST_GROWTHS)
    later = figures.select(*place, later_year="year", later_log="log_gdp")
    ahead = pl.col("later_year") - pl.col("year")
    assumed = (pl.col("log_gdp") - pl.col("first_log")) / (pl.col("year") - pl.col("first_year")) * ahead
    errors = (
        origins.join(later, on=place)
        .filter(ahead > 0)
        .select("edition_id", ahead.alias("ahead"), error=pl.col("later_log") - pl.col("log_gdp") - assumed)
    )
    found: dict[str, dict[int, Errors]] = {}
    for (edition_id, years), rows in errors.sort("edition_id", "ahead", "error").group_by(
        "edition_id", "ahead", maintain_order=True
    ):
        found.setdefault(str(edition_id), {})[int(str(years))] = rows["error"].to_numpy()
    return found


def _judged_forecasts(
    forecast_errors: pl.DataFrame, published: Mapping[str, dt.date], edition_id: str, age: int
) -> dict[int, Errors]:
    """Log errors of growth by years ahead, of the forecasts that were `age` years old at the start, or less."""
    levels = _level_errors(forecast_errors, published, edition_id)
    for younger in range(age, _BEFORE - 1, -1):
        errors = _growth_errors(levels, younger)
        if any(len(found) >= LEAST_ERRORS for found in errors.values()):
            return errors
    return {}


_BEFORE: Final = -1  # the year before publication: where every forecast starts


def _level_errors(forecast_errors: pl.DataFrame, published: Mapping[str, dt.date], edition_id: str) -> pl.DataFrame:
    """from_edition_id, entity, horizon, error in logs: of each forecast the newest outturns that were out by then."""
    out = {name: day for name, day in published.items() if day <= published[edition_id]}
    held = forecast_errors.filter(
        pl.col("indicator") == "gdp_real_growth", pl.col("to_edition_id").is_in([*out])
    ).with_columns(judged_on=pl.col("to_edition_id").replace_strict(out, return_dtype=pl.Date))
    newest = pl.col("judged_on") == pl.col("judged_on").max().over("from_edition_id")
    return (
        held.filter(newest)
        .select("from_edition_id", "horizon", entity="entities", error="errors_pct")
        .explode("entity", "error")
        .with_columns(error=(1 + pl.col("error") / 100).log())
    )


def _growth_errors(levels: pl.DataFrame, age: int) -> dict[int, Errors]:
    place = ["from_edition_id", "entity"]
    start = levels.filter(pl.col("horizon") == age).select(*place, start="error")
    at_start = levels.select(place).unique().with_columns(start=pl.lit(0.0)) if age == _BEFORE else start
    grown = levels.join(at_start, on=place).filter(pl.col("horizon") > age)
    errors = grown.select(ahead=pl.col("horizon") - age, error=pl.col("error") - pl.col("start"))
    return {int(str(years)): rows["error"].sort().to_numpy() for (years,), rows in errors.group_by("ahead")}
