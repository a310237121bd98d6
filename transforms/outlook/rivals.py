"""The model's rivals in the backtest: simple rules, each with a band of its own, so that none loses for want of one.

All look at the country's own yearly steps of the last twelve years, in points of GDP, and give draws of the years after
the last, years by entities by draws; not-a-number where the country has fewer than four steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from transforms.outlook.revision import SHOCKS, Floats, generator
from transforms.outlook.simulation import Panel

WINDOW: Final = 12  # years of own steps
LEAST_STEPS: Final = 4
LINE_YEARS: Final = 10  # of the least-squares line, as in scenario.py
RECENT_STEPS: Final = 3  # of the damped drift, as in scenario.py
DAMPING: Final = 0.8  # part of the drift left after a year; Gardner (2006), doi:10.1016/j.ijforecast.2006.03.005
Walk = Callable[[Floats, int, np.random.Generator, int], Floats]
Rival = Callable[[Panel, int, int, int], Floats]


def _no_change(steps: Floats, years: int, random: np.random.Generator, draws: int) -> Floats:
    return _walk(np.zeros(years), float(np.sqrt((steps**2).mean())), random, draws)


def _last_step(steps: Floats, years: int, random: np.random.Generator, draws: int) -> Floats:
    return _walk(steps[-1] * np.arange(1, years + 1), float(steps.std(ddof=1)), random, draws)


def _damped_drift(steps: Floats, years: int, random: np.random.Generator, draws: int) -> Floats:
    gained = np.asarray(steps[-RECENT_STEPS:].mean() * np.cumsum(DAMPING ** np.arange(1, years + 1)), np.float64)
    return _walk(gained, float(steps.std(ddof=1)), random, draws)


def _own_steps(steps: Floats, years: int, random: np.random.Generator, draws: int) -> Floats:
    """The method of earlier versions: past steps drawn at random, as if independent."""
    return np.cumsum(random.choice(steps, (years, draws)), axis=0)


def _least_squares(steps: Floats, years: int, random: np.random.Generator, draws: int) -> Floats:
    """The line through the last ten years with its prediction interval, Student's t with n - 2 degrees of freedom."""
    shares = np.concatenate([[0.0], np.cumsum(steps)])[-LINE_YEARS:]
    past, ahead, n = np.arange(1.0 - len(shares), 1.0), np.arange(1.0, years + 1), len(shares)
    slope, level = np.polyfit(past, shares, 1)
    sigma = np.sqrt(((shares - level - slope * past) ** 2).sum() / (n - 2))
    spread = sigma * np.sqrt(1 + 1 / n + (ahead - past.mean()) ** 2 / ((past - past.mean()) ** 2).sum())
    line: Floats = (level + slope * ahead - shares[-1])[:, None] + spread[:, None] * random.standard_t(n - 2, draws)
    return line


def _walk(gained: Floats, step_error: float, random: np.random.Generator, draws: int) -> Floats:
    """Gains with the errors of a random walk around them."""
    return gained[:, None] + np.cumsum(random.normal(0.0, step_error, (len(gained), draws)), axis=0)


def _each_country(walk: Walk) -> Rival:
    def draw(panel: Panel, years: int, draws: int, seed: int) -> Floats:
        drawn = np.full((years, len(panel.entities), draws), np.nan)
        for row, entity in enumerate(panel.entities):
            shares = panel.shares_pct[row, -WINDOW - 1 :]
            steps = np.diff(shares)
            steps = steps[~np.isnan(steps)]
            if len(steps) >= LEAST_STEPS:
                drawn[:, row] = shares[-1] + walk(steps, years, generator(entity, seed, SHOCKS), draws)
        return drawn

    return draw


RIVALS: Final[Mapping[str, Rival]] = {
    "no_change": _each_country(_no_change),
    "last_step": _each_country(_last_step),
    "least_squares": _each_country(_least_squares),
    "damped_drift": _each_country(_damped_drift),
    "own_steps": _each_country(_own_steps),
}
