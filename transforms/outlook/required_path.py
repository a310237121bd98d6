"""The way to a target: the share that is required in each year, the spending, and the cost.

Belongs here: required paths and their money (docs/metrics.md#path). Does not belong here: what may come
(simulation.py), trends (scenario.py), where a country stands (rating.py), the choice of forecast and of first and last
figures.

`starts` holds one row for each (rule_id, edition_id, entity): start_year, share_pct, recomputed_share_pct,
threshold_pct, due_year, baseline_year, expenditure_national_currency_m, expenditure_usd_current_m,
expenditure_usd_constant_m, currency, base_year; all from one edition, in start_year, the last year with a figure.
share_pct is the published share, recomputed_share_pct the ratio of constant prices behind it; baseline_year is the year
of the rule's adoption, null for none.
Shares are in percent of GDP, money is in millions, `pp` is percentage points. Null in, null out.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from transforms.outlook.gdp_error import PERCENTS
from transforms.vocabulary import PATH_KINDS

KEY: Final = ("rule_id", "edition_id", "entity")
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

SHARE: Final = pl.col("share_pct")
THRESHOLD: Final = pl.col("threshold_pct")
ARRIVED: Final = SHARE >= THRESHOLD


def ratio_of_constant_prices(expenditure_usd_constant_m: pl.Expr, gdp_usd_constant_m: pl.Expr) -> pl.Expr:
    """Spending over GDP at constant prices, in percent: the share that NATO prints, before rounding."""
    return 100 * expenditure_usd_constant_m / gdp_usd_constant_m


def due_year_of(due_at_once: pl.Expr, adopted_on: pl.Expr, due_year: pl.Expr, *, start_year: pl.Expr) -> pl.Expr:
    """The rule's due year; start_year for a rule due at once, from the year of its adoption."""
    at_once = due_at_once & (start_year >= adopted_on.dt.year())
    return pl.when(at_once).then(start_year).otherwise(due_year).cast(pl.Int16)


def required_pp_per_year(share_pct: pl.Expr, threshold_pct: pl.Expr, years: pl.Expr) -> pl.Expr:
    """Percentage points a year to the threshold, `(τ-s₀)/n` (docs/metrics.md#path).

    0 at or above the threshold (`arrived`); null below it with no year left.
    """
    needed = pl.when(years > 0).then((threshold_pct - share_pct) / years)
    return pl.when(share_pct >= threshold_pct).then(0.0).otherwise(needed)


def excess_growth_pct_per_year(share_pct: pl.Expr, threshold_pct: pl.Expr, years: pl.Expr) -> pl.Expr:
    """Growth of spending beyond that of GDP, in percent a year: `100·((τ/s₀)^(1/n) - 1)`.

    0 at or above the threshold (`arrived`); null below it with no year left, or from a share of 0.
    """
    factor = (threshold_pct / share_pct).pow(1.0 / years)
    needed = pl.when((years > 0) & (share_pct > 0)).then(100 * (factor - 1))
    return pl.when(share_pct >= threshold_pct).then(0.0).otherwise(needed)


def required_real_growth_pct_per_year(excess_growth_pct: pl.Expr, gdp_growth_pct: pl.Expr) -> pl.Expr:
    """Real growth of spending, in percent a year: `100·((1+excess/100)·(1+g/100) - 1)`, g the growth of real GDP."""
    return 100 * ((1 + excess_growth_pct / 100) * (1 + gdp_growth_pct / 100) - 1)


def part_of_the_way(year: pl.Expr, start_year: pl.Expr, due_year: pl.Expr) -> pl.Expr:
    """The part of the way that is behind: 0 in start_year, 1 in due_year, and 1 where both are one year."""
    span = due_year - start_year
    return pl.when(span == 0).then(1.0).otherwise((year - start_year) / span)


def required_share_pct(kind: str, share_pct: pl.Expr, threshold_pct: pl.Expr, passed: pl.Expr) -> pl.Expr:
    """Share that a path of this kind asks for, `passed` being the part of the way that is behind.

    Linear `s₀+(τ-s₀)·passed`, constant growth `s₀·(τ/s₀)^passed`; the share of the start at or above the threshold.
    """
    return (
        pl.when(share_pct >= threshold_pct)
        .then(share_pct)
        .otherwise(_on_the_way(kind, share_pct, threshold_pct, passed))
    )


def spending_factor(
    kind: str, share_pct: pl.Expr, threshold_pct: pl.Expr, recomputed_share_pct: pl.Expr, passed: pl.Expr
) -> pl.Expr:
    """Required spending over that of start_year, but for the growth of GDP: from 1 to `τ/s_r`.

    1 where the published share has arrived; null where the ratio of constant prices s_r is unknown or 0.
    """
    whole = threshold_pct / recomputed_share_pct
    # Below the threshold as printed, at it by the ratio behind: within the rounding nothing is missing.
    needed = pl.when(share_pct >= threshold_pct).then(1.0).otherwise(pl.max_horizontal(whole, pl.lit(1.0)))
    return pl.when(recomputed_share_pct > 0).then(_on_the_way(kind, pl.lit(1.0), needed, passed))


def grown(rates_pct: pl.Expr) -> pl.Expr:
    """GDP over that of the start after each of these yearly rates; not-a-number from the first missing rate on.

    Not-a-number passes on through a product, a null would be skipped.
    """
    return (1 + rates_pct / 100).fill_null(math.nan).cum_prod()


_PASSED: Final = part_of_the_way(pl.col("year"), pl.col("start_year"), pl.col("due_year"))


def paths(starts: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """Required share, spending and cost of each year from start_year to due_year (docs/metrics.md#path).

    `growth` is what growth.py gives: one row for each (edition_id, entity, year after start_year), with
    usd_growth_pct, gdp_edition_id and gdp_basis, real_growth_pct, real_growth_edition_id and real_growth_basis. GDP in
    national currency grows with real GDP: it stays at prices of start_year. One row of the result for each (rule_id,
    edition_id, entity, year, path_kind): required_share_pct; step_pp against the year before; on each basis
    required_spending (`E₀·f(t)·G(t)`, G the growth of GDP since start_year), extra_against_share
    (`E₀·(f(t)-1)·G(t)`) and extra_against_frozen (`E*(t) - E₀`); constant prices also cumulated over the years after
    start_year.

    Money starts at the printed spending E₀ and follows the ratio of constant prices s_r, of which the published share
    is the print: f leads from 1 to `τ/s_r`, linearly or by a constant factor, on every basis alike, so that a path
    ends where the gap of mart.compliance says (docs/metrics.md#gap-to-a-threshold).

    Linear is the weighted arithmetic mean of share and threshold, constant growth the geometric one: both start and
    end exactly. At or above the threshold the share is held. A rule due in start_year asks its threshold there; one
    due before it, or never, has no path. A missing growth rate leaves that year and all after it null.
    """
    rows = _with_growth(_every_year(starts), growth)
    both = pl.concat(
        [
            rows.with_columns(
                path_kind=pl.lit(kind),
                required_share_pct=required_share_pct(kind, SHARE, THRESHOLD, _PASSED),
                **_spending(kind),
            )
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


def with_gdp_band(path: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Required spending and its cumulated cost at the 10th and 90th percentile of real GDP (gdp_error.py).

    Both grow with GDP, so that each is its assumed value times that of GDP over its assumed level. Null in the start
    year, whose spending is printed, and where no band is known.
    """
    spending, extra = pl.col("required_spending_usd_constant_m"), pl.col("extra_against_share_usd_constant_m")
    banded = path.join(bands, on=["edition_id", "entity", "year"], how="left")
    for percent in PERCENTS:
        level = 1 + pl.col(f"gdp_level_p{percent}_pct") / 100
        banded = banded.with_columns(
            (spending * level).alias(f"required_spending_p{percent}_usd_constant_m"),
            (extra * level)
            .cum_sum()
            .over(*KEY, "path_kind", order_by="year")
            .alias(f"cumulated_against_share_p{percent}_usd_constant_m"),
        )
    return banded


def _every_year(starts: pl.DataFrame) -> pl.DataFrame:
    years = pl.int_ranges(pl.col("start_year").cast(pl.Int64), pl.col("due_year").cast(pl.Int64) + 1)
    due = starts.filter(pl.col("due_year") >= pl.col("start_year"))
    return due.with_columns(year=years).explode("year").with_columns(pl.col("year").cast(pl.Int16))


def _with_growth(rows: pl.DataFrame, growth: pl.DataFrame) -> pl.DataFrame:
    """GDP of each year over that of the start year, on each basis; null from the first year without a growth rate."""
    at_start = pl.col("year") == pl.col("start_year")
    place = ["edition_id", "entity", "year"]
    rates = growth.select(*place, *GROWTH_COLUMNS).cast({"year": pl.Int16})
    grown_rows = rows.join(rates, on=place, how="left", validate="m:1")

    def since_start(rate: str) -> pl.Expr:
        since = pl.when(at_start).then(0.0).otherwise(pl.col(rate))
        return grown(since).over(KEY, order_by="year").fill_nan(None)

    def of_the_start(value: pl.Expr, column: str) -> pl.Expr:
        return pl.when(at_start).then(value).otherwise(pl.col(column)).alias(column)

    return grown_rows.with_columns(
        **{f"gdp_index_{basis}": since_start(rate) for basis, rate in BASES.items()}
    ).with_columns(
        *(of_the_start(pl.col("edition_id"), column) for column in ("gdp_edition_id", "real_growth_edition_id")),
        *(of_the_start(pl.lit(GDP_OF_THE_START), column) for column in ("gdp_basis", "real_growth_basis")),
        *(of_the_start(pl.lit(None, pl.Float64), column) for column in ("usd_growth_pct", "real_growth_pct")),
    )


def _on_the_way(kind: str, first: pl.Expr, last: pl.Expr, passed: pl.Expr) -> pl.Expr:
    """From `first` to `last`: `(1-p)·first + p·last`, or `first^(1-p)·last^p`, p the part of the way that is behind."""
    if kind == "linear":
        return weighted(first, last, passed)
    # no constant growth leads away from a share of 0
    return pl.when(first > 0).then(first.pow(1 - passed) * last.pow(passed))


def weighted(first: pl.Expr, last: pl.Expr, passed: pl.Expr) -> pl.Expr:
    """`s₀+(τ-s₀)·passed`, written so that both ends are exact."""
    return first * (1 - passed) + last * passed


def _spending_names() -> tuple[str, str, str]:
    return ("required_spending", "extra_against_share", "extra_against_frozen")


def _spending(kind: str) -> dict[str, pl.Expr]:
    factor = spending_factor(kind, SHARE, THRESHOLD, pl.col("recomputed_share_pct"), _PASSED)
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
