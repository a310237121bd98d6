"""The way to a target: required paths and their cost, arrival years at trend, the rating for a review.

Belongs here: METRICS, section 5, but for probabilities, as functions of frames that the caller composes.
Does not belong here: probabilities (transforms/uncertainty.py), the choice of forecast and of first and last figures
(the caller's), verdicts and gaps (warehouse).

`starts` holds one row for each (rule_id, edition_id, entity): start_year, share_pct, recomputed_share_pct,
threshold_pct, due_year, baseline_year, expenditure_national_currency_m, expenditure_usd_current_m,
expenditure_usd_constant_m, currency, base_year; all from one edition, in start_year, the last year with a figure.
share_pct is the published share, recomputed_share_pct the ratio of constant prices behind it; baseline_year is the year
of the rule's adoption, null for none.
`history` holds one row for each (edition_id, entity, year): share_pct, expenditure_usd_constant_m, gdp_usd_constant_m.
`break_years` holds (edition_id, entity, year): the years from which a series is new. Shares are in percent of GDP,
money is in millions, `pp` is percentage points. Null in, null out.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

KEY: Final = ("rule_id", "edition_id", "entity")
PATH_KINDS: Final = ("linear", "constant_growth")
# basis of money -> yearly growth of GDP on that basis
BASES: Final = {
    "national_currency_m": "real_growth_pct",
    "usd_current_m": "usd_growth_pct",
    "usd_constant_m": "real_growth_pct",
}
GDP_OF_THE_START: Final = "figure_of_edition"  # basis of the start year; later years name their own
GROWTH_COLUMNS: Final = (
    *("usd_growth_pct", "gdp_edition_id", "gdp_basis"),
    *("real_growth_pct", "real_growth_edition_id", "real_growth_basis"),
)
TREND_YEARS: Final = 10  # years that the least-squares slope looks back on
GROWTH_YEARS: Final = 5  # years whose growth rates the log-growth trend averages
STEP_YEARS: Final = 3  # years that the mean step spans
LEAST_POINTS: Final = 3  # for a least-squares slope
LEAST_GROWTH_RATES: Final = 2
LEAST_STEPS: Final = 4  # a percentile of fewer yearly steps says nothing
NEVER_AFTER: Final = 100  # an arrival more than so many years away is "never"
TOLERANCE_PP: Final = 0.05  # METRICS, section 5: what counts neither as off the path nor as a fall
_NOISE: Final = 1e-9  # binary fractions: (2.3 - 2.0) / 0.1 must be three years, not four

_SHARE: Final = pl.col("share_pct")
_THRESHOLD: Final = pl.col("threshold_pct")
_ARRIVED: Final = _SHARE >= _THRESHOLD


def required_pp_per_year(share_pct: pl.Expr, threshold_pct: pl.Expr, years: pl.Expr) -> pl.Expr:
    """Percentage points a year to the threshold, `(τ-s₀)/n` (METRICS, section 5).

    0 at or above the threshold (`arrived`); null below it with no year left.
    """
    needed = pl.when(years > 0).then((threshold_pct - share_pct) / years)
    return pl.when(share_pct >= threshold_pct).then(0.0).otherwise(needed)


def excess_growth_pct_per_year(share_pct: pl.Expr, threshold_pct: pl.Expr, years: pl.Expr) -> pl.Expr:
    """Growth of spending beyond that of GDP, in percent a year: `100·((τ/s₀)^(1/n) - 1)` (METRICS, section 5).

    0 at or above the threshold (`arrived`); null below it with no year left, or from a share of 0.
    """
    factor = (threshold_pct / share_pct).pow(1.0 / years)
    needed = pl.when((years > 0) & (share_pct > 0)).then(100 * (factor - 1))
    return pl.when(share_pct >= threshold_pct).then(0.0).otherwise(needed)


def paths(starts: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """Required share, spending and cost of each year from start_year to due_year (METRICS, section 5).

    `growth` is what transforms/gdp_growth.py gives: one row for each (edition_id, entity, year after start_year), with
    usd_growth_pct, gdp_edition_id and gdp_basis, real_growth_pct, real_growth_edition_id and real_growth_basis. GDP in
    national currency grows with real GDP: it stays at prices of start_year. One row of the result for each (rule_id,
    edition_id, entity, year, path_kind): required_share_pct; step_pp against the year before; on each basis
    required_spending (`E₀·f(t)·G(t)`, G the growth of GDP since start_year), extra_against_share
    (`E₀·(f(t)-1)·G(t)`) and extra_against_frozen (`E*(t) - E₀`); constant prices also cumulated over the years after
    start_year.

    Money starts at the printed spending E₀ and follows the ratio of constant prices s_r, of which the published share
    is the print: f leads from 1 to `τ/s_r`, linearly or by a constant factor, on every basis alike, so that a path
    ends where the gap of mart.compliance says (METRICS, section 2).

    Linear is the weighted arithmetic mean of share and threshold, constant growth the geometric one: both start and
    end exactly. At or above the threshold the share is held. A rule due in start_year asks its threshold there; one
    due before it, or never, has no path. A missing growth rate leaves that year and all after it null.
    """
    rows = _with_growth(_every_year(starts), growth)
    both = pl.concat(
        [
            rows.with_columns(path_kind=pl.lit(kind), required_share_pct=_required_share(kind), **_spending(kind))
            for kind in PATH_KINDS
        ]
    )
    series = (*KEY, "path_kind")
    costed = both.with_columns(
        step_pp=pl.col("required_share_pct") - pl.col("required_share_pct").shift(1).over(series, order_by="year"),
        **{
            f"cumulated_against_{against}_usd_constant_m": _after_the_start(f"extra_against_{against}_usd_constant_m")
            .cum_sum()
            .over(series, order_by="year")
            for against in ("share", "frozen")
        },
    )
    money = [f"{name}_{basis}" for basis in BASES for name in _spending_names()]
    cumulated = [f"cumulated_against_{against}_usd_constant_m" for against in ("share", "frozen")]
    origin = ["currency", "base_year", "start_year", *GROWTH_COLUMNS]
    columns = [*KEY, "year", "path_kind", "required_share_pct", "step_pp", *money, *cumulated, *origin]
    return costed.select(columns).sort(*KEY, "year", "path_kind")


def arrival_years(history: pl.DataFrame, starts: pl.DataFrame, break_years: pl.DataFrame) -> pl.DataFrame:
    """The years in which three trends reach the threshold, rounded up (METRICS, section 5).

    The trends, over the window from the newest break to start_year, each continued from the share of start_year:
    three_year_step_pp, `(s(t₀)-s(t₀-3))/3`; ols_slope_pp, the least-squares slope of share on year over the last ten
    years; log_excess_growth_pct, the mean log growth of spending less that of GDP, constant prices, in the last five
    years. A trend is null where it cannot be told. An arrival is null where its trend cannot be told or never
    arrives: not rising, or later than in a hundred years.

    arrival_earliest, arrival_median and arrival_latest are over the trends that can be told, and "never" is later than
    any year: the median is the lower one, null where it falls on a trend that never arrives, and the latest is null
    where any of them never arrives. never_at_trend is true where none arrives, null where none can be told.
    trend_years is the number of years with a share in the window. At or above the threshold, all are start_year.
    """
    trends = windows(history, starts, break_years).group_by(KEY).agg(**_trends())
    log_distance = (_THRESHOLD / _SHARE).log()
    needed = {
        "three_year_step": _years_needed(_THRESHOLD - _SHARE, pl.col("three_year_step_pp")),
        "ols": _years_needed(_THRESHOLD - _SHARE, pl.col("ols_slope_pp")),
        "log_growth": _years_needed(log_distance, pl.col("log_excess_growth_pct") / 100),
    }
    told = pl.concat_list(needed.keys()).list.drop_nulls().list.sort()
    middle = (told.list.len().cast(pl.Int64) - 1) // 2  # the lower median
    rows = starts.join(trends, on=KEY, how="left").with_columns(**needed)
    rows = rows.with_columns(
        earliest=told.list.first(), median=told.list.get(middle, null_on_oob=True), latest=told.list.last()
    )
    names = [*needed, "earliest", "median", "latest"]
    return rows.select(
        *KEY,
        **{f"arrival_{name}": _arrival_year(pl.col(name)) for name in names},
        never_at_trend=pl.col("earliest") > NEVER_AFTER,
        trend_years=pl.col("trend_years").fill_null(0).cast(pl.Int16),
        three_year_step_pp=pl.col("three_year_step_pp"),
        ols_slope_pp=pl.col("ols_slope_pp"),
        log_excess_growth_pct=pl.col("log_excess_growth_pct"),
    ).sort(KEY)


def ratings(
    starts: pl.DataFrame,
    history: pl.DataFrame,
    path_rows: pl.DataFrame,
    break_years: pl.DataFrame,
) -> pl.DataFrame:
    """Our own rating for the review of 2029 (METRICS, section 5), with its arithmetic in words.

    `path_rows` is the result of `paths`. The first that holds: `arrived`, the share is at or above the threshold;
    `unrated`, no figure in baseline_year (or a break after it) or none later, no baseline_year, or no due year;
    `regressing`, the share fell by more than 0.05 pp since baseline_year; `on_path`, it is at most 0.05 pp below the
    linear path from the edition's figure for baseline_year to the threshold in due_year; `behind`.

    largest_required_step_pp is that of the linear path: no path to the threshold has a smaller one. own_p90_step_pp is
    the 90th percentile of the yearly steps of share since the newest break, null with fewer than four. `feasible`
    says that the first is at most the second, null where either is unknown.
    """
    window = windows(history, starts, break_years)
    own = window.group_by(KEY).agg(
        baseline_share_pct=_SHARE.filter(pl.col("year") == pl.col("baseline_year")).first(),
        own_p90_step_pp=pl.when(_steps().count() >= LEAST_STEPS).then(_steps().quantile(0.9, "linear")),
    )
    linear = path_rows.filter(pl.col("path_kind") == "linear")
    largest = linear.group_by(KEY).agg(largest_required_step_pp=pl.col("step_pp").max())
    rows = starts.join(own, on=KEY, how="left").join(largest, on=KEY, how="left")
    rows = rows.with_columns(
        asked_pct=_asked_share(),
        largest_required_step_pp=pl.when(_ARRIVED).then(0.0).otherwise(pl.col("largest_required_step_pp")),
    ).with_columns(rating=_rating())
    wordings = pl.Series([_arithmetic(row) for row in rows.iter_rows(named=True)], dtype=pl.String)
    feasible = pl.col("largest_required_step_pp") <= pl.col("own_p90_step_pp") + _NOISE
    outcome = ("largest_required_step_pp", "own_p90_step_pp")
    return rows.select(*KEY, "rating", wordings.alias("rating_arithmetic"), *outcome, feasible=feasible).sort(KEY)


def _every_year(starts: pl.DataFrame) -> pl.DataFrame:
    years = pl.int_ranges(pl.col("start_year").cast(pl.Int64), pl.col("due_year").cast(pl.Int64) + 1)
    due = starts.filter(pl.col("due_year") >= pl.col("start_year"))
    return due.with_columns(year=years).explode("year").with_columns(pl.col("year").cast(pl.Int16))


def _with_growth(rows: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """GDP of each year over that of the start year, on each basis; null from the first year without a growth rate."""
    at_start = pl.col("year") == pl.col("start_year")
    place = ["edition_id", "entity", "year"]
    rates = growth.select(*place, *GROWTH_COLUMNS).cast({"year": pl.Int16})
    grown = rows.join(rates, on=place, how="left", validate="m:1")

    def since_start(rate: str) -> pl.Expr:
        factor = pl.when(at_start).then(1.0).otherwise(1 + pl.col(rate) / 100)
        # not-a-number passes on through a product, a null would be skipped
        return factor.fill_null(math.nan).cum_prod().over(KEY, order_by="year").fill_nan(None)

    def of_the_start(value: pl.Expr, column: str) -> pl.Expr:
        return pl.when(at_start).then(value).otherwise(pl.col(column)).alias(column)

    return grown.with_columns(
        **{f"gdp_index_{basis}": since_start(rate) for basis, rate in BASES.items()}
    ).with_columns(
        *(of_the_start(pl.col("edition_id"), column) for column in ("gdp_edition_id", "real_growth_edition_id")),
        *(of_the_start(pl.lit(GDP_OF_THE_START), column) for column in ("gdp_basis", "real_growth_basis")),
        *(of_the_start(pl.lit(None, pl.Float64), column) for column in ("usd_growth_pct", "real_growth_pct")),
    )


def _passed() -> pl.Expr:
    """The part of the way that is behind: 0 in start_year, 1 in due_year."""
    span = pl.col("due_year") - pl.col("start_year")
    return pl.when(span == 0).then(1.0).otherwise((pl.col("year") - pl.col("start_year")) / span)


def _on_the_way(kind: str, first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """From `first` to `last`: `(1-p)·first + p·last`, or `first^(1-p)·last^p`, p the part of the way that is behind."""
    if kind == "linear":
        return _weighted(first, last, _passed())
    # no constant growth leads away from a share of 0
    return pl.when(first > 0).then(first.pow(1 - _passed()) * last.pow(_passed()))


def _required_share(kind: str) -> pl.Expr:
    return pl.when(_ARRIVED).then(_SHARE).otherwise(_on_the_way(kind, _SHARE, _THRESHOLD))


def _factor(kind: str) -> pl.Expr:
    """Required spending over that of start_year, but for the growth of GDP; 1 where the published share has arrived."""
    whole = _THRESHOLD / pl.col("recomputed_share_pct")
    # Below the threshold as printed, at it by the ratio behind: within the rounding nothing is missing.
    needed = pl.when(_ARRIVED).then(1.0).otherwise(pl.max_horizontal(whole, pl.lit(1.0)))
    path = _on_the_way(kind, pl.lit(1.0), needed)
    return pl.when(pl.col("recomputed_share_pct") > 0).then(path)


def _weighted(first: pl.Expr, last: pl.Expr, passed: pl.Expr) -> pl.Expr:
    """`s₀+(τ-s₀)·passed`, written so that both ends are exact."""
    return first * (1 - passed) + last * passed


def _spending_names() -> tuple[str, str, str]:
    return ("required_spending", "extra_against_share", "extra_against_frozen")


def _spending(kind: str) -> dict[str, pl.Expr]:
    factor = _factor(kind)
    columns: dict[str, pl.Expr] = {}
    for basis in BASES:
        at_start = pl.col(f"expenditure_{basis}")
        held = at_start * pl.col(f"gdp_index_{basis}")
        spending = held * factor
        values = (spending, held * (factor - 1), spending - at_start)
        columns |= {f"{name}_{basis}": value for name, value in zip(_spending_names(), values, strict=True)}
    return columns


def _after_the_start(column: str) -> pl.Expr:
    """0 in the start year; null stays null."""
    return pl.col(column) * (pl.col("year") > pl.col("start_year")).cast(pl.Float64)


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
        step_pp=pl.when(adjacent).then(_SHARE.diff().over(KEY, order_by="year")),
        log_excess=pl.when(adjacent).then(log_share.diff().over(KEY, order_by="year")),
    )


def _trends() -> dict[str, pl.Expr]:
    """The three trends and the years behind them, as aggregations of a window."""
    year, start = pl.col("year"), pl.col("start_year")
    recent = (year > start - TREND_YEARS) & _SHARE.is_not_null()
    slope = pl.cov(year.filter(recent), _SHARE.filter(recent)) / year.filter(recent).var()
    growth = pl.col("log_excess").filter(year > start - GROWTH_YEARS)
    step = (_SHARE.filter(year == start).first() - _SHARE.filter(year == start - STEP_YEARS).first()) / STEP_YEARS
    return {
        "trend_years": _SHARE.count(),
        "three_year_step_pp": step,
        "ols_slope_pp": pl.when(recent.sum() >= LEAST_POINTS).then(slope),
        "log_excess_growth_pct": pl.when(growth.count() >= LEAST_GROWTH_RATES).then(100 * growth.mean()),
    }


def _years_needed(distance: pl.Expr, trend: pl.Expr) -> pl.Expr:
    """Whole years to cover a distance at a trend: 0 where arrived, infinite where never, null where not told."""
    years = (distance / trend - _NOISE).ceil()
    never = distance.is_not_null() & trend.is_not_null() & ((trend <= 0) | (years > NEVER_AFTER))
    return pl.when(_ARRIVED).then(0.0).when(never).then(math.inf).otherwise(years)


def _arrival_year(needed: pl.Expr) -> pl.Expr:
    return pl.when(needed <= NEVER_AFTER).then(pl.col("start_year") + needed).cast(pl.Int16)


def _steps() -> pl.Expr:
    return pl.col("step_pp").drop_nulls()


def _asked_share() -> pl.Expr:
    """The linear path's share in start_year: the threshold from the due year on, and never more than it."""
    baseline, due = pl.col("baseline_share_pct"), pl.col("due_year")
    baseline_year = pl.col("baseline_year")
    passed = (pl.col("start_year") - baseline_year) / (due - baseline_year)
    reached = (pl.col("start_year") >= due) | (baseline >= _THRESHOLD)
    return pl.when(reached).then(_THRESHOLD).otherwise(_weighted(baseline, _THRESHOLD, passed))


def _rating() -> pl.Expr:
    baseline, asked = pl.col("baseline_share_pct"), pl.col("asked_pct")
    needed = (_SHARE, baseline, asked, pl.col("due_year"), pl.col("baseline_year"))
    unknown = pl.any_horizontal(*(each.is_null() for each in needed))
    fell = baseline - _SHARE > TOLERANCE_PP + _NOISE
    keeps_up = asked - _SHARE <= TOLERANCE_PP + _NOISE
    return (
        pl.when(_ARRIVED)
        .then(pl.lit("arrived"))
        .when(unknown | (pl.col("start_year") <= pl.col("baseline_year")))
        .then(pl.lit("unrated"))
        .when(fell)
        .then(pl.lit("regressing"))
        .when(keeps_up)
        .then(pl.lit("on_path"))
        .otherwise(pl.lit("behind"))
    )


def _arithmetic(row: dict[str, object]) -> str:
    """The figures that a rating rests on, in one line."""
    if row["rating"] == "unrated":
        return _why_unrated(row)
    now = f"{row['share_pct']:.2f} % in {row['start_year']}"
    if row["rating"] == "arrived":
        return f"{now}; the threshold is {row['threshold_pct']:.2f} %"
    was = f"{row['baseline_share_pct']:.2f} % in {row['baseline_year']}"
    asks = f"path from {was} to {row['threshold_pct']:.2f} % in {row['due_year']} asks {row['asked_pct']:.2f} %"
    share, baseline, asked = (float(str(row[name])) for name in ("share_pct", "baseline_share_pct", "asked_pct"))
    if row["rating"] == "regressing":
        return f"{now}; {asks}; a fall of {baseline - share:.2f} pp since {row['baseline_year']}"
    within = row["rating"] == "on_path" and share < asked
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
