"""How sure a verdict and a target are: probabilities by bootstrap, seeded and reproducible.

Belongs here: draws from past revisions and past yearly steps, and the probabilities that follow from them.
Does not belong here: the past revisions and steps themselves (warehouse), paths and trends (transforms/paths.py).

Every entity draws from generators of its own, seeded by the caller's seed and a hash of the entity's code: numbers
depend neither on the order of the rows nor on the other entities. All rows of an entity share its draws (common random
numbers), so that a probability never rises with the threshold. Not-a-number in, not-a-number out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DRAWS: Final = 10_000
LEAST_STEPS: Final = 4  # as for the percentile of steps in transforms/paths.py: fewer feign certainty
_ERRORS, _STEPS = 0, 1  # streams of an entity's generators
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
    """`P(s + e >= τ)` for each row, e drawn with replacement from past errors (METRICS, section 5).

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
        drawn = _draw_errors(entity, errors, draws, seed)
        probabilities[rows] = _fraction_reached(shares[rows, None] + drawn, thresholds[rows])
    return probabilities


def probability_reached_by(
    entities: Sequence[str],
    *,
    shares_pct: ArrayLike,
    thresholds_pct: ArrayLike,
    years_left: ArrayLike,
    steps_by_entity: Mapping[str, ArrayLike],
    errors_pp: ArrayLike,
    seed: int,
    draws: int = DRAWS,
    block: int = 1,
) -> Floats:
    """`P(s + e + Σ steps >= τ)` in the due year, for each row (METRICS, section 5).

    As `probability_met_after_revision`, plus `years_left` steps drawn with replacement from the entity's own past
    yearly steps of share, in percentage points and in order of years. `block` is the number of consecutive years drawn
    together: 1 takes years as independent, more keeps a build-up or a decline together. A block that runs past the
    newest step goes on with the oldest, so that every step is drawn equally often. Not-a-number also where the due
    year has passed, or where years are left and fewer than four steps are known; with no year left only e is drawn.
    """
    shares, thresholds, years = _columns(len(entities), shares_pct, thresholds_pct, years_left)
    errors = _known(errors_pp)
    probabilities = np.full(len(entities), np.nan)
    if not errors.size:
        return probabilities
    for entity, rows in _rows_by_entity(entities):
        steps = _known(steps_by_entity.get(entity, ()))
        longest = np.nan_to_num(years[rows]).max() if steps.size >= LEAST_STEPS else 0
        gained = _draw_gains(entity, steps, years=int(max(longest, 0)), draws=draws, seed=seed, block=block)
        told = rows[(years[rows] >= 0) & (years[rows] < len(gained))]
        finals = shares[told, None] + _draw_errors(entity, errors, draws, seed) + gained[years[told].astype(np.intp)]
        probabilities[told] = _fraction_reached(finals, thresholds[told])
    return probabilities


def _columns(length: int, *columns: ArrayLike) -> list[Floats]:
    """One figure for each row; a single figure stands for all rows."""
    return [np.broadcast_to(np.asarray(column, dtype=np.float64), (length,)) for column in columns]


def _known(figures: ArrayLike) -> Floats:
    values = np.asarray(figures, dtype=np.float64)
    return values[~np.isnan(values)]


def _rows_by_entity(entities: Sequence[str]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    codes = np.asarray(entities, dtype=np.str_)
    for code in np.unique(codes):
        yield str(code), np.flatnonzero(codes == code)


def _generator(entity: str, seed: int, stream: int) -> np.random.Generator:
    code = int.from_bytes(hashlib.sha256(entity.encode()).digest()[:8])
    return np.random.default_rng([seed, code, stream])


def _draw_errors(entity: str, errors: Floats, draws: int, seed: int) -> Floats:
    # sorted: the same errors in another order are the same distribution, and must give the same numbers
    return np.sort(errors)[_generator(entity, seed, _ERRORS).integers(errors.size, size=draws)]


def _draw_gains(entity: str, steps: Floats, *, years: int, draws: int, seed: int, block: int) -> Floats:
    """What each draw has gained after 0, 1 … `years` years: years + 1 rows, one column a draw.

    Blocks are drawn year after year, so that a shorter horizon sees the first years of a longer one.
    """
    gained = np.zeros((years + 1, draws))
    if years:
        blocks = -(-years // block)
        starts = _generator(entity, seed, _STEPS).integers(steps.size, size=(blocks, 1, draws))
        positions = (starts + np.arange(block)[None, :, None]) % steps.size
        np.cumsum(steps[positions.reshape(blocks * block, draws)[:years]], axis=0, out=gained[1:])
    return gained


def _fraction_reached(finals: Floats, thresholds: Floats) -> Floats:
    """Share of draws (columns) at or above each row's threshold; not-a-number where share or threshold is."""
    fraction = (finals >= thresholds[:, None] - _NOISE).mean(axis=1)
    return np.where(np.isnan(finals[:, 0]) | np.isnan(thresholds), np.nan, fraction)
