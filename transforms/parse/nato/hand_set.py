"""Shares of GDP that NATO set by hand: a bare integer that its own money tables contradict.

In the workbook of 17 June 2024 France 2020, Lithuania 2019 and the Slovak Republic 2024e are the integer 2, where
spending over GDP at constant prices is 1.9862, 1.9949 and 1.9891: 23 Allies at 2 % instead of 22.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from transforms.parse.frame import RawFigure

# Half of the second decimal, in which shares are printed.
_PRINTED_PP: Final = 0.005
_MILLIONS: Final = {"million": 1.0, "billion": 1e3}

_Key = tuple[str, int, int | None]  # label, year, base year


@dataclass(frozen=True, slots=True)
class _Money:
    """Sums in million US dollars at constant prices; `half_unit` is what rounding to whole units may hide."""

    sums: Mapping[_Key, float]
    half_unit: float


def flag_hand_set(figures: Sequence[RawFigure]) -> list[RawFigure]:
    """Add the flag `hand_set` to shares of GDP that are whole numbers and differ from 100·E/Y by more than rounding.

    E and Y are the edition's own spending and GDP in US dollars at constant prices of the share's own base year. Where
    all figures of one are whole (millions, or billions of GDP before 2020), half a unit of it is allowed for; shares
    are taken at the two decimals in which they are printed.
    """
    spending = _constant_dollars(figures, "defence_expenditure")
    gdp = _constant_dollars(figures, "gdp")
    return [
        replace(figure, flags=[*figure.flags, "hand_set"]) if _is_hand_set(figure, spending, gdp) else figure
        for figure in figures
    ]


def _constant_dollars(figures: Sequence[RawFigure], indicator: str) -> _Money:
    found = [
        (figure, figure.value)
        for figure in figures
        if figure.indicator == indicator
        and figure.price_basis == "constant"
        and figure.currency == "USD"
        and figure.value is not None
    ]
    whole = all(value.is_integer() for _, value in found)
    return _Money(
        {
            (figure.entity_label, figure.year, figure.base_year): value * _MILLIONS[figure.unit]
            for figure, value in found
        },
        max((_MILLIONS[figure.unit] / 2 for figure, _ in found), default=0.0) if whole else 0.0,
    )


def _is_hand_set(figure: RawFigure, spending: _Money, gdp: _Money) -> bool:
    key = (figure.entity_label, figure.year, figure.base_year)
    if figure.indicator != "defence_share_of_gdp" or figure.value is None or not figure.value.is_integer():
        return False
    if key not in spending.sums or not gdp.sums.get(key):
        return False
    ratio = spending.sums[key] / gdp.sums[key]
    rounding_pp = 100 / gdp.sums[key] * (spending.half_unit + ratio * gdp.half_unit)
    return abs(figure.value - 100 * ratio) > _PRINTED_PP + rounding_pp
