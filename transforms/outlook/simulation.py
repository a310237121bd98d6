"""One simulation of shares of GDP: the paths from which every forward-looking number of a country or group is read.

Belongs here: the model, what it estimates from a panel of countries, the draws. Does not belong here: what is read off
the draws (arrival.py), draws of revisions (revision.py), the choice of figures and the test against the past.

The model, in logs of the share, y = ln s, for country i and year t:

    y(i,t+1) = y(i,t) + C(t+1) + D(i,t+1) + v(i)·ε(i,t+1) - κ·(y(i,t) - m)
    C(t+1) = φ·C(t) + c·v·η(t+1)        D(i,t+1) = ψ·D(i,t)

C is growth that all Allies share: it starts at the mean, over the latest years of the present regime, of the median
growth of the panel, fades by φ and is moved by shocks η common to all. D is the country's own growth beyond it, pooled:
empirical Bayes shrinks its mean towards the panel by how noisy it is (DerSimonian and Laird 1986,
doi:10.1016/0197-2456(86)90046-2), the draw is from the posterior. v(i), the volatility, is pooled with the panel's
median v, which weighs as much as `volatility_prior_years` of evidence. ε is Student's t, its size in a year common to
all: a turbulent year is turbulent everywhere. κ draws shares towards m, the panel's median of the start year.

Shares in percent. Random numbers of an entity come from generators seeded by seed and code alone: they depend on no
other entity, order or horizon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transforms.outlook.revision import COMMON, SHOCKS, Floats, generator
from transforms.registers.reader import outlook_model

Years = NDArray[np.int64]

LEAST_SHARE_PCT: Final = 0.05  # a log needs a share; no Ally with forces has been below 0.2
LEAST_GROWTHS: Final = 4  # of a country whose volatility enters the panel's median
LEAST_COUNTRIES: Final = 5  # fewer are no panel to pool with


@dataclass(frozen=True, slots=True)
class Model:
    """Parameters; transforms/registers/outlook_model.csv says what each means and how it was chosen."""

    common_persistence: float
    own_persistence: float
    reversion: float
    common_shock_ratio: float
    drift_years: int
    volatility_years: int
    volatility_prior_years: float
    tail_degrees: float

    @classmethod
    def of_register(cls) -> Self:
        values = dict(outlook_model().select("parameter", "value").iter_rows())
        whole = {name: int(values.pop(name)) for name in ("drift_years", "volatility_years")}
        return cls(**values, **whole)


@dataclass(frozen=True, slots=True)
class Panel:
    """Shares in percent of one edition: a row an entity, a column a year, the last one the year that paths start from.

    Not-a-number where unknown. `first_years`: the first year of each entity that is comparable with the last.
    """

    entities: tuple[str, ...]
    start_year: int
    shares_pct: Floats
    first_years: Years

    @property
    def years(self) -> Years:
        return np.arange(self.start_year - self.shares_pct.shape[1] + 1, self.start_year + 1)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Log growth a year: one figure for the panel, or one for each of its entities, in its order."""

    common_drift: float
    common_volatility: float
    own_drift: Floats
    own_drift_error: Floats
    volatility: Floats
    median_log_share: float
    growths_n: NDArray[np.int64]
    drift_from: int
    countries_n: int


def estimate(panel: Panel, model: Model, regime_years: Sequence[int]) -> Estimates | None:
    """What the panel says of drift and volatility; None where too few countries have a history.

    An entity without a comparable year before its last gets the panel's figures: own drift 0, with the spread of the
    panel as its error, and the panel's typical volatility.
    """
    growth = _log_growth(panel)[:, -model.volatility_years :]
    years = panel.years[-growth.shape[1] :] if growth.shape[1] else panel.years[:0]
    known = (~np.isnan(growth)).sum(axis=1)
    enough = known >= LEAST_GROWTHS
    if enough.sum() < LEAST_COUNTRIES:
        return None
    common, beyond = _parts(growth)
    squares = np.nansum(beyond**2, axis=1)
    typical = float(np.median(squares[enough] / known[enough]))
    prior = model.volatility_prior_years
    variance = (squares + prior * typical) / (known + prior)
    started = [year for year in regime_years if year <= panel.start_year]
    drift_from = max([panel.start_year - model.drift_years + 1, *started[-1:]])
    latest = years >= drift_from
    own, error = _pooled(beyond[:, latest], variance)
    return Estimates(
        common_drift=float(np.nanmean(common[latest])),
        common_volatility=model.common_shock_ratio * float(np.sqrt(typical)),
        own_drift=own,
        own_drift_error=error,
        volatility=np.sqrt(variance),
        median_log_share=float(np.nanmedian(_logs(panel.shares_pct[:, -1]))),
        growths_n=known,
        drift_from=drift_from,
        countries_n=int(enough.sum()),
    )


def simulate(panel: Panel, estimates: Estimates, model: Model, starts_pct: Floats, *, years: int, seed: int) -> Floats:
    """Shares in percent, `years + 1` by entities by draws; the first year is `starts_pct` (entities by draws) itself.

    Not-a-number for an entity whose start is.
    """
    draws = starts_pct.shape[1]
    heat, common_shocks = _common_draws(model, years, draws, seed)
    common = np.full(draws, estimates.common_drift)
    own, shocks = _own_draws(panel.entities, estimates, years, draws, seed)
    logs = _logs(starts_pct)
    simulated = np.empty((years + 1, *starts_pct.shape))
    simulated[0] = starts_pct
    for year in range(years):
        common = model.common_persistence * common + estimates.common_volatility * common_shocks[year]
        own *= model.own_persistence
        pull = model.reversion * (logs - estimates.median_log_share)
        logs += common + own + estimates.volatility[:, None] * heat[year] * shocks[year] - pull
        np.exp(logs, out=simulated[year + 1])
    return simulated


def _logs(shares_pct: Floats) -> Floats:
    return np.log(np.maximum(shares_pct, LEAST_SHARE_PCT))


def _log_growth(panel: Panel) -> Floats:
    """Growth against the year before, within the comparable years; the first column is the second year."""
    growth = np.diff(_logs(panel.shares_pct), axis=1)
    comparable = panel.years[None, 1:] > panel.first_years[:, None]
    return np.where(comparable, growth, np.nan)


def _parts(growth: Floats) -> tuple[Floats, Floats]:
    """The panel's median growth of each year, and what each entity grew beyond it."""
    known = ~np.isnan(growth).all(axis=0)  # a year without any figure has no median
    common = np.full(growth.shape[1], np.nan)
    common[known] = np.nanmedian(growth[:, known], axis=0)
    return common, growth - common


def _pooled(beyond: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Posterior mean and standard deviation of each entity's own drift: empirical Bayes over the panel."""
    n = (~np.isnan(beyond)).sum(axis=1)
    some = n > 0
    mean = np.where(some, np.nansum(beyond, axis=1) / np.maximum(n, 1), 0.0)
    noise = variance / np.maximum(n, 1)
    spread = max(0.0, float(np.var(mean[some]) - noise[some].mean())) if some.any() else 0.0
    whole = spread + noise
    weight = np.where(some & (whole > 0), spread / np.where(whole > 0, whole, 1.0), 0.0)
    return weight * mean, np.sqrt(spread * (1 - weight))


def _common_draws(model: Model, years: int, draws: int, seed: int) -> tuple[Floats, Floats]:
    """How large the shocks of each year are (mean square 1), and the common shock, years by draws."""
    random = generator(COMMON, seed, SHOCKS)
    pairs = [(random.chisquare(model.tail_degrees, draws), random.standard_normal(draws)) for _ in range(years)]
    squares, shocks = (np.array([pair[part] for pair in pairs]).reshape(years, draws) for part in (0, 1))
    return np.sqrt((model.tail_degrees - 2) / squares), shocks


def _own_draws(
    entities: Sequence[str], estimates: Estimates, years: int, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Own drift, entities by draws, and own shocks, years by entities by draws."""
    drift = np.empty((len(entities), draws))
    shocks = np.empty((years, len(entities), draws))
    for row, entity in enumerate(entities):
        random = generator(entity, seed, SHOCKS)
        drift[row] = estimates.own_drift[row] + estimates.own_drift_error[row] * random.standard_normal(draws)
        for year in range(years):
            random.standard_normal(out=shocks[year, row])
    return drift, shocks
