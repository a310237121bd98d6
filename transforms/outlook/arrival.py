"""What is read off the draws: the fan of each year, the probability in the due year, the years of arrival.

All count draws of one set. With n draws, the quantile of q percent is the draw with the sorted position q·n/100 (from
0), so that it is at or above a threshold exactly when at least (100-q) percent of the draws are. Therefore, for a due
year T that is not past:

    arrival_p50 ≤ T  ⇔  the median of T is at or above the threshold  ⇔  p_reached_by_due ≥ 0.5

and likewise arrival_p10 with the 90 % quantile and a probability of 0.1, arrival_p90 with the 10 % quantile and 0.9.
Shares in percent; draws are sorted, years by draws, the first year being the start year.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from transforms.outlook.revision import Floats
from transforms.registers.reader import likelihood

PERCENTS: Final = (5, 10, 25, 50, 75, 90, 95)
ARRIVAL_PERCENTS: Final = (10, 50, 90)
HORIZON: Final = 2050  # the last year that is simulated; "never" means not by then


def quantiles(sorted_pct: Floats) -> Floats:
    """The quantiles of `PERCENTS`, years by percents."""
    draws = sorted_pct.shape[1]
    return sorted_pct[:, [percent * draws // 100 for percent in PERCENTS]]


def at_or_above(sorted_pct: Floats, threshold_pct: float) -> NDArray[np.int64]:
    """How many draws of each year are at or above the threshold."""
    below = [np.searchsorted(year, threshold_pct, side="left") for year in sorted_pct]
    counts: NDArray[np.int64] = sorted_pct.shape[1] - np.array(below, dtype=np.int64)
    return counts


def probability(count: int, draws: int) -> float:
    """The fraction of draws, kept off 0 and 1 by 1/(n+1): n draws cannot say more."""
    least = 1 / (draws + 1)
    return min(max(count / draws, least), 1 - least)


def arrival_year(
    counts: NDArray[np.int64], draws: int, percent: int, *, start_year: int, due_year: int | None
) -> int | None:
    """The year from which at least `percent` of the draws are at or above the threshold, and stay so to the due year.

    Where that is not so in the due year, or it is past or there is none: the first year after it (from start_year on)
    in which so many are. None: in no year up to the last one simulated.
    """
    enough = counts * 100 >= percent * draws
    due = -1 if due_year is None else due_year - start_year
    if 0 <= due < enough.size and enough[due]:
        return start_year + int(np.flatnonzero(~enough[:due])[-1] + 1 if not enough[:due].all() else 0)
    later = np.flatnonzero(enough[max(due + 1, 0) :])
    return start_year + max(due + 1, 0) + int(later[0]) if later.size else None


def likelihood_of(fraction: pl.Expr) -> pl.Expr:
    """The word of the register for a probability; null for null."""
    found = pl.lit(None, pl.String)
    for term, least in likelihood().sort("from_fraction").select("term", "from_fraction").iter_rows():
        found = pl.when(fraction >= least).then(pl.lit(term)).otherwise(found)
    return found
