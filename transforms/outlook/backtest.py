"""How the model and its rivals would have judged the past: forecasts from each origin, held against what came.

Belongs here: origins, scores, the rule by which parameters are chosen. Does not belong here: the model (simulation.py),
the rivals (rivals.py), reading the history (backtest_tables.py).

Scores of draws x against the outcome y: CRPS, `mean|x-y| - mean|x-x'|/2` (Gneiting and Raftery 2007,
doi:10.1198/016214506000001437), in percentage points, 0 is best; Brier, `(P(x ≥ τ) - [y ≥ τ])²`; coverage, the part of
outcomes within the central 50 and 80 % of the draws. Only cases that every method has an answer to are scored.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from transforms.outlook.revision import Floats
from transforms.outlook.rivals import RIVALS, Rival
from transforms.outlook.simulation import Model, Panel, estimate, simulate

HORIZONS: Final = (1, 3, 5, 9)
THRESHOLDS_PCT: Final = (1.5, 2.0, 2.5, 3.5)
MODEL: Final = "pooled"
MEAN_OF_ALLIES: Final = "mean of Allies"  # unweighted: shows whether shared shocks are sized right
CHOOSING: Final = range(1990, 2005)  # origins by which parameters are chosen
SCORING: Final = range(2005, 2024)  # origins by which they are scored
GRID: Final[Mapping[str, Sequence[float]]] = {
    "common_persistence": (0.6, 0.7, 0.8),
    "own_persistence": (0.3, 0.5, 0.7),
    "reversion": (0.0, 0.02, 0.04),
    "common_shock_ratio": (0.3, 0.4, 0.5),
}
COVERAGE_80: Final = (0.75, 0.85)  # of countries, at every horizon
LEAST_COVERAGE_OF_MEAN: Final = 0.70  # of the mean of Allies: few origins, so a lower bound only
AS_GOOD: Final = 1.02  # CRPS within 2 % of the best: no more than the origins can tell apart
BINS: Final = 10  # of probabilities, in the calibration curve


@dataclass(frozen=True, slots=True)
class History:
    """Shares in percent of GDP: a row an entity, a column a year from `first_year` on; not-a-number where unknown."""

    entities: tuple[str, ...]
    first_year: int
    shares_pct: Floats

    @classmethod
    def of(cls, figures: pl.DataFrame) -> History:
        """From rows of entity, year, share_pct."""
        first, last = int(str(figures["year"].min())), int(str(figures["year"].max()))
        entities = tuple(figures["entity"].unique().sort())
        shares = np.full((len(entities), last - first + 1), np.nan)
        for entity, year, share in figures.select("entity", "year", "share_pct").iter_rows():
            shares[entities.index(entity), year - first] = share
        return cls(entities, first, shares)

    def until(self, origin: int) -> Panel:
        """What was known at the end of a year: the panel of those with a figure in it."""
        known = self.shares_pct[:, : origin - self.first_year + 1]
        there = ~np.isnan(known[:, -1])
        entities = tuple(itertools.compress(self.entities, there))
        return Panel(entities, origin, known[there], np.full(len(entities), self.first_year))

    def outcomes(self, entities: Iterable[str], year: int) -> Floats:
        """What came, in the order of `entities`; not-a-number after the last year."""
        column = year - self.first_year
        rows = [self.entities.index(entity) for entity in entities]
        return self.shares_pct[rows, column] if column < self.shares_pct.shape[1] else np.full(len(rows), np.nan)


def pooled(model: Model, regime_years: Sequence[int]) -> Rival:
    """The model as one of the methods of the backtest."""

    def draw(panel: Panel, years: int, draws: int, seed: int) -> Floats:
        starts = np.repeat(panel.shares_pct[:, -1:], draws, axis=1)
        estimates = estimate(panel, model, regime_years)
        if estimates is None:
            return np.full((years, *starts.shape), np.nan)
        return simulate(panel, estimates, model, starts, years=years, seed=seed)[1:]

    return draw


def judged(
    history: History, origins: Iterable[int], methods: Mapping[str, Rival], *, draws: int, seed: int
) -> pl.DataFrame:
    """One row for each method, origin, horizon and entity, the mean of Allies among them: scores of one forecast.

    Every method has the answers of the rivals to give: cases that one of them has none for are left out.
    """
    rows = [row for origin in origins for row in _of_origin(history, origin, methods, draws=draws, seed=seed + origin)]
    return pl.DataFrame(rows, orient="row", schema=_JUDGED)


_JUDGED: Final = {
    "method": pl.String,
    "origin": pl.Int32,
    "horizon": pl.Int32,
    "entity": pl.String,
    "crps_pp": pl.Float64,
    "in_50": pl.Boolean,
    "in_80": pl.Boolean,
    "outcome_pct": pl.Float64,
    **{f"p_at_{threshold:g}": pl.Float64 for threshold in THRESHOLDS_PCT},
}


def _of_origin(
    history: History, origin: int, methods: Mapping[str, Rival], *, draws: int, seed: int
) -> Iterator[tuple[object, ...]]:
    panel = history.until(origin)
    drawn = {name: method(panel, max(HORIZONS), draws, seed) for name, method in methods.items()}
    answered = ~np.any([np.isnan(x[0, :, 0]) for x in drawn.values()], axis=0)
    for horizon in HORIZONS:
        came = history.outcomes(panel.entities, origin + horizon)
        cases = np.flatnonzero(answered & ~np.isnan(came))
        if not cases.size:
            continue
        names = [panel.entities[case] for case in cases]
        for method, all_draws in drawn.items():
            x, y = all_draws[horizon - 1, cases], came[cases]
            with_mean = np.vstack([x, x.mean(axis=0)]), np.append(y, y.mean())
            for name, scores in zip([*names, MEAN_OF_ALLIES], _scores(*with_mean), strict=True):
                yield (method, origin, horizon, name, *scores)


def _scores(drawn: Floats, came: Floats) -> Iterator[tuple[object, ...]]:
    ordered = np.sort(drawn, axis=1)
    n = ordered.shape[1]
    low80, low50, high50, high80 = (ordered[:, int(part * n)] for part in (0.1, 0.25, 0.75, 0.9))
    probabilities = [(ordered >= threshold).mean(axis=1) for threshold in THRESHOLDS_PCT]
    for case, (score, outcome) in enumerate(zip(crps(ordered, came), came, strict=True)):
        yield (
            float(score),
            bool(low50[case] <= outcome <= high50[case]),
            bool(low80[case] <= outcome <= high80[case]),
            float(outcome),
            *(float(p[case]) for p in probabilities),
        )


def crps(ordered: Floats, came: Floats) -> Floats:
    """Continuous ranked probability score of sorted draws (cases by draws) against outcomes, in their unit."""
    n = ordered.shape[1]
    weights = (2 * np.arange(1, n + 1) - n - 1) / n**2
    score: Floats = np.abs(ordered - came[:, None]).mean(axis=1) - ordered @ weights
    return score


def summary(rows: pl.DataFrame) -> pl.DataFrame:
    """Mean scores of each method at each horizon over countries, and the coverage of the mean of Allies."""
    is_mean = pl.col("entity") == MEAN_OF_ALLIES
    brier = {
        f"brier_{threshold:g}": ((pl.col(f"p_at_{threshold:g}") - _came_true(threshold)) ** 2).filter(~is_mean).mean()
        for threshold in THRESHOLDS_PCT
    }
    return rows.group_by("method", "horizon", maintain_order=True).agg(
        n=(~is_mean).sum(),
        crps_pp=pl.col("crps_pp").filter(~is_mean).mean(),
        coverage_50=pl.col("in_50").filter(~is_mean).mean(),
        coverage_80=pl.col("in_80").filter(~is_mean).mean(),
        **brier,
        mean_of_allies_crps_pp=pl.col("crps_pp").filter(is_mean).mean(),
        mean_of_allies_coverage_80=pl.col("in_80").filter(is_mean).mean(),
    )


def _came_true(threshold_pct: float) -> pl.Expr:
    return (pl.col("outcome_pct") >= threshold_pct).cast(pl.Float64)


def calibration(rows: pl.DataFrame, method: str = MODEL) -> pl.DataFrame:
    """Of the forecasts with a probability of so much, how many came true: over all thresholds and horizons."""
    own = rows.filter(pl.col("method") == method, pl.col("entity") != MEAN_OF_ALLIES)
    forecasts = pl.concat(
        own.select(p=f"p_at_{threshold:g}", came=_came_true(threshold)) for threshold in THRESHOLDS_PCT
    )
    bins = (pl.col("p") * BINS).floor().clip(0, BINS - 1) / BINS
    return (
        forecasts.group_by(from_probability=bins)
        .agg(n=pl.len(), mean_probability=pl.col("p").mean(), came_true=pl.col("came").mean())
        .sort("from_probability")
    )


def choices(history: History, start: Model, regime_years: Sequence[int], *, draws: int, seed: int) -> pl.DataFrame:
    """Every combination of `GRID` on the origins of `CHOOSING`, the best first.

    crps_ratio: mean over the horizons of its CRPS over that of no change. Admitted: the 80 % band covers 75 to 85 % of
    countries at every horizon, and at least 70 % of the means of Allies. Chosen: of the admitted within 2 % of the
    lowest ratio, the one with the largest common shock, then the lowest ratio: a band too narrow is the worse fault.
    """
    rivals = {name: RIVALS[name] for name in ("no_change",)}
    rows = []
    for values in itertools.product(*GRID.values()):
        chosen = dict(zip(GRID, values, strict=True))
        methods = rivals | {MODEL: pooled(_with(start, chosen), regime_years)}
        scores = summary(judged(history, CHOOSING, methods, draws=draws, seed=seed))
        own, naive = (scores.filter(pl.col("method") == name) for name in (MODEL, "no_change"))
        ratio = float(np.mean((own["crps_pp"] / naive["crps_pp"]).to_numpy()))
        low, high = float(str(own["coverage_80"].min())), float(str(own["coverage_80"].max()))
        of_mean = float(str(own["mean_of_allies_coverage_80"].min()))
        admitted = COVERAGE_80[0] <= low and high <= COVERAGE_80[1] and of_mean >= LEAST_COVERAGE_OF_MEAN
        rows.append(
            chosen
            | {"admitted": admitted, "crps_ratio": ratio, "coverage_80_least": low, "coverage_80_most": high}
            | {"mean_of_allies_coverage_80_least": of_mean}
        )
    return _with_choice(pl.DataFrame(rows))


def _with(model: Model, values: Mapping[str, float]) -> Model:
    return replace(
        model,
        common_persistence=values["common_persistence"],
        own_persistence=values["own_persistence"],
        reversion=values["reversion"],
        common_shock_ratio=values["common_shock_ratio"],
    )


def _with_choice(compared: pl.DataFrame) -> pl.DataFrame:
    best = pl.col("crps_ratio").filter("admitted").min()
    as_good = pl.col("admitted") & (pl.col("crps_ratio") <= AS_GOOD * best)
    ranked = compared.with_columns(as_good=as_good).sort(
        ~pl.col("as_good"), -pl.col("common_shock_ratio"), "crps_ratio", ~pl.col("admitted")
    )
    return (
        ranked.with_row_index().with_columns(chosen=(pl.col("index") == 0) & pl.col("as_good")).drop("index", "as_good")
    )
