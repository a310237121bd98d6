"""A country's position today against the line to a target: the project's own rating for the review of 2029."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.outlook.required_path import ARRIVED, KEY, SHARE, THRESHOLD, weighted
from transforms.outlook.scenario import windows

LEAST_STEPS: Final = 4  # a percentile of fewer yearly steps says nothing
TOLERANCE_PP: Final = 0.05  # docs/metrics.md#rating: what counts neither as below the line nor as a fall
_NOISE: Final = 1e-9  # binary fractions: 2.25 - 2.2 must be 0.05


def ratings(
    starts: pl.DataFrame,
    history: pl.DataFrame,
    path_rows: pl.DataFrame,
    break_years: pl.DataFrame,
) -> pl.DataFrame:
    """Our own rating for the review of 2029 (docs/metrics.md#rating), with its arithmetic in words.

    `path_rows` is the result of `paths`. The first that holds: `arrived`, the share is at or above the threshold;
    `unrated`, no figure in baseline_year (or a break after it) or none later, no baseline_year, or no due year;
    `falling`, the share fell by more than 0.05 pp since baseline_year; `above_line`, it is at most 0.05 pp below the
    linear path from the edition's figure for baseline_year to the threshold in due_year; `below_line`.

    largest_required_step_pp is that of the linear path: no path to the threshold has a smaller one. own_p90_step_pp is
    the 90th percentile of the yearly steps of share since the newest break, null with fewer than four. `feasible`
    says that the first is at most the second, null where either is unknown.
    """
    window = windows(history, starts, break_years)
    own = window.group_by(KEY).agg(
        baseline_share_pct=SHARE.filter(pl.col("year") == pl.col("baseline_year")).first(),
        own_p90_step_pp=pl.when(_steps().count() >= LEAST_STEPS).then(_steps().quantile(0.9, "linear")),
    )
    linear = path_rows.filter(pl.col("path_kind") == "linear")
    largest = linear.group_by(KEY).agg(largest_required_step_pp=pl.col("step_pp").max())
    rows = starts.join(own, on=KEY, how="left").join(largest, on=KEY, how="left")
    rows = rows.with_columns(
        asked_pct=_asked_share(),
        largest_required_step_pp=pl.when(ARRIVED).then(0.0).otherwise(pl.col("largest_required_step_pp")),
    ).with_columns(rating=_rating())
    wordings = pl.Series([_arithmetic(row) for row in rows.iter_rows(named=True)], dtype=pl.String)
    feasible = pl.col("largest_required_step_pp") <= pl.col("own_p90_step_pp") + _NOISE
    outcome = ("largest_required_step_pp", "own_p90_step_pp")
    return rows.select(*KEY, "rating", wordings.alias("rating_arithmetic"), *outcome, feasible=feasible).sort(KEY)


def _steps() -> pl.Expr:
    return pl.col("step_pp").drop_nulls()


def _asked_share() -> pl.Expr:
    """The linear path's share in start_year: the threshold from the due year on, and never more than it."""
    baseline, due = pl.col("baseline_share_pct"), pl.col("due_year")
    baseline_year = pl.col("baseline_year")
    passed = (pl.col("start_year") - baseline_year) / (due - baseline_year)
    reached = (pl.col("start_year") >= due) | (baseline >= THRESHOLD)
    return pl.when(reached).then(THRESHOLD).otherwise(weighted(baseline, THRESHOLD, passed))


def _rating() -> pl.Expr:
    baseline, asked = pl.col("baseline_share_pct"), pl.col("asked_pct")
    needed = (SHARE, baseline, asked, pl.col("due_year"), pl.col("baseline_year"))
    unknown = pl.any_horizontal(*(each.is_null() for each in needed))
    fell = baseline - SHARE > TOLERANCE_PP + _NOISE
    keeps_up = asked - SHARE <= TOLERANCE_PP + _NOISE
    return (
        pl.when(ARRIVED)
        .then(pl.lit("arrived"))
        .when(unknown | (pl.col("start_year") <= pl.col("baseline_year")))
        .then(pl.lit("unrated"))
        .when(fell)
        .then(pl.lit("falling"))
        .when(keeps_up)
        .then(pl.lit("above_line"))
        .otherwise(pl.lit("below_line"))
    )


def _arithmetic(row: dict[str, object]) -> str:
    """The figures that a rating is based on, in one line."""
    if row["rating"] == "unrated":
        return _why_unrated(row)
    now = f"{row['share_pct']:.2f} % in {row['start_year']}"
    if row["rating"] == "arrived":
        return f"{now}; the threshold is {row['threshold_pct']:.2f} %"
    was = f"{row['baseline_share_pct']:.2f} % in {row['baseline_year']}"
    asks = f"path from {was} to {row['threshold_pct']:.2f} % in {row['due_year']} asks {row['asked_pct']:.2f} %"
    share, baseline, asked = (float(str(row[name])) for name in ("share_pct", "baseline_share_pct", "asked_pct"))
    if row["rating"] == "falling":
        return f"{now}; {asks}; a fall of {baseline - share:.2f} pp since {row['baseline_year']}"
    within = row["rating"] == "above_line" and share < asked
    return f"{now}; {asks}; within {TOLERANCE_PP:.2f} pp" if within else f"{now}; {asks}"


def _why_unrated(row: dict[str, object]) -> str:
    reasons = {
        "share_pct": "no figure",
        "threshold_pct": "no threshold",
        "due_year": "no due year",
        "baseline_year": "no year of adoption",
    }
    for name, wording in reasons.items():
        if row[name] is None:
            return wording
    if row["baseline_share_pct"] is None:
        return f"no comparable figure for {row['baseline_year']}"
    return f"no figure later than {row['baseline_year']}"
