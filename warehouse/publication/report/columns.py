"""Small charts of columns, one a year, which a template draws (macros.html): the places of their parts.

Belongs here: geometry. Does not belong here: the charts of the report (comparisons.py), whose scales and legends need a
library, and which are files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

WIDTH: Final = 280.0
HEIGHT: Final = 110.0
_TOP: Final = 18.0  # room for a value over the highest column
_FOOT: Final = 16.0  # room for the years
_LETTER: Final = 6.8  # width of a letter
_GAP: Final = 0.22  # of the width of a year


class Part(NamedTuple):
    """A rectangle: which of the parts it is, from the left top corner; `is_estimate` is drawn lighter."""

    part: int
    x: float
    y: float
    width: float
    height: float
    is_estimate: bool


class Label(NamedTuple):
    """A text over, or under, the column of a year, and the year itself."""

    x: float
    y: float
    text: str
    year: int
    anchor: str


class Columns(NamedTuple):
    """A drawing `WIDTH` by `HEIGHT`; `zero` is the height of the base line."""

    parts: list[Part]
    labels: list[Label]
    zero: float


def columns(rows: Sequence[Mapping[str, Any]], *names: str, texts: Mapping[int, str]) -> Columns | None:
    """A column for each of `rows` (year, status, and the figures `names`, stacked away from zero); None without any.

    `texts` are written over the columns of their years. A year whose figures are unknown keeps its place, empty.
    """
    known = [row for row in rows if all(row[name] is not None for name in names)]
    if not known:
        return None
    first, last = min(row["year"] for row in rows), max(row["year"] for row in rows)
    step = WIDTH / (last - first + 1)
    up = max(0.0, *(_sum(row, names, sign=1) for row in known))
    down = max(0.0, *(_sum(row, names, sign=-1) for row in known))
    scale = (HEIGHT - _TOP - _FOOT) / ((up + down) or 1.0)
    zero = _TOP + up * scale
    parts = []
    for row in known:
        left = (row["year"] - first) * step
        sizes = [scale * float(row[name]) for name in names]
        is_estimate = row["status"] != "actual"
        for part, (y, height) in enumerate(_stacked(sizes, zero)):
            parts.append(Part(part, left + step * _GAP / 2, y, step * (1 - _GAP), height, is_estimate))
    highest = {row["year"]: zero - scale * _sum(row, names, sign=1) for row in known}
    labels = [_label(year, text, first, last, highest) for year, text in texts.items() if year in highest]
    return Columns(parts, labels, zero)


def _label(year: int, text: str, first: int, last: int, highest: Mapping[int, float]) -> Label:
    """The text over the column of its year and over all that it covers; at an end of the drawing it leads inwards."""
    step = WIDTH / (last - first + 1)
    left, reach = (year - first) * step, _LETTER * len(text) / step
    anchor, x, before, after = "middle", left + step / 2, reach / 2, reach / 2
    if year == first:
        anchor, x, before, after = "start", left + step * _GAP / 2, 0.0, reach
    elif year == last:
        anchor, x, before, after = "end", left + step * (1 - _GAP / 2), reach, 0.0
    covered = [y for other, y in highest.items() if other == year or -before < other - year < after]
    return Label(x, min(covered) - 4, text, year, anchor)


def _sum(row: Mapping[str, Any], names: Sequence[str], *, sign: int) -> float:
    """The size of the figures of one sign."""
    return sum(max(0.0, sign * float(row[name])) for name in names)


def _stacked(sizes: Sequence[float], zero: float) -> list[tuple[float, float]]:
    """Top and height of each size: what is positive is stacked up from `zero`, what is negative hangs from it."""
    above, below, placed = zero, zero, []
    for size in sizes:
        above -= max(0.0, size)
        placed.append((above if size > 0 else below, abs(size)))
        below += max(0.0, -size)
    return placed
