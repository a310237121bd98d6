"""How sure a figure is: draws of its own revision from past errors of first estimates, seeded and reproducible.

Every entity draws from generators of its own, seeded by the caller's seed and a hash of the entity's code: numbers
depend neither on the order of the rows nor on the other entities. All rows of an entity share its draws (common random
numbers), so that a probability never rises with the threshold. Not-a-number in, not-a-number out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DRAWS: Final = 10_000
COMMON: Final = "common to all"  # whose generator draws what all entities share
REVISIONS, SHOCKS = 0, 1  # streams of an entity's generators
_NOISE: Final = 1e-9  # percentage points: 1.9 + 0.1 must meet 2.0


def probability_met_after_revision(
    entities: Sequence[str],
    *,
    shares_pct: ArrayLike,
    thresholds_pct: ArrayLike,
    errors_pp: ArrayLike,
    seed: int,
    draws: int = DRAWS,
) -> Floats:
    """`P(s + e >= τ)` for each row, e drawn with replacement from past errors (docs/metrics.md#outlook).

    One row for each entity and rule: an entity may recur. Shares and thresholds in percent of GDP, `errors_pp` the
    final less the first published share in percentage points, for all rows. Result between 0 and 1; not-a-number where
    share or threshold is, or where there are no errors.
    """
    shares, thresholds = _columns(len(entities), shares_pct, thresholds_pct)
    errors = _known(errors_pp)
    probabilities = np.full(len(entities), np.nan)
    if not errors.size:
        return probabilities
    for entity, rows in _rows_by_entity(entities):
        drawn = draw_errors(entity, errors, draws, seed)
        probabilities[rows] = _fraction_reached(shares[rows, None] + drawn, thresholds[rows])
    return probabilities


def _columns(length: int, *columns: ArrayLike) -> list[Floats]:
    """One figure for each row; a single figure is used for all rows."""
    return [np.broadcast_to(np.asarray(column, dtype=np.float64), (length,)) for column in columns]


def _known(figures: ArrayLike) -> Floats:
    values = np.asarray(figures, dtype=np.float64)
    return values[~np.isnan(values)]


def _rows_by_entity(entities: Sequence[str]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    codes = np.asarray(entities, dtype=np.str_)
    for code in np.unique(codes):
        yield str(code), np.flatnonzero(codes == code)


def generator(entity: str, seed: int, stream: int) -> np.random.Generator:
    code = int.from_bytes(hashlib.sha256(entity.encode()).digest()[:8])
    return np.random.default_rng([seed, code, stream])


def revised(entity: str, share_pct: float, errors_pp: ArrayLike, *, draws: int, seed: int) -> Floats:
    """`draws` values that a published share may be revised to, in percent; the share itself where no error is known.

    Rounded to 1e-9 points: a share and an error are decimals, and 1.9 + 0.1 must meet 2.0.
    """
    errors = _known(errors_pp)
    if not errors.size:
        return np.full(draws, share_pct)
    return np.round(share_pct + draw_errors(entity, errors, draws, seed), 9)


def draw_errors(entity: str, errors: Floats, draws: int, seed: int) -> Floats:
    # sorted: the same errors in another order are the same distribution, and must give the same numbers
    return np.sort(errors)[generator(entity, seed, REVISIONS).integers(errors.size, size=draws)]


def _fraction_reached(finals: Floats, thresholds: Floats) -> Floats:
    """Share of draws (columns) at or above each row's threshold; not-a-number where share or threshold is."""
    fraction = (finals >= thresholds[:, None] - _NOISE).mean(axis=1)
    return np.where(np.isnan(finals[:, 0]) | np.isnan(thresholds), np.nan, fraction)
