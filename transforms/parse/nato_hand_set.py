"""Shares of GDP that NATO set by hand: a bare integer that its own money tables contradict.

Belongs here: finding them. Does not belong here: what follows from it (the published share decides all the same).

In the workbook of 17 June 2024 France 2020, Lithuania 2019 and the Slovak Republic 2024e are the integer 2, where
spending over GDP at constant prices is 1.9862, 1.9949 and 1.9891: 23 Allies at 2 % instead of 22.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transforms.parse.frame import RawFigure

# Half of the second decimal, in which shares are printed.
_PRINTED_PP = 0.005


def flag_hand_set(figures: Sequence[RawFigure]) -> list[RawFigure]:
    """Add the flag `hand_set` to shares of GDP that are whole numbers and differ from 100·E/Y by more than rounding.

    E and Y are the edition's own spending and GDP in US dollars at constant prices. Where all money is in whole
    millions, half a unit of each is allowed for; shares are taken at the two decimals in which they are printed.
    """
    spending = _constant_dollars(figures, "defence_expenditure")
    gdp = _constant_dollars(figures, "gdp")
    whole = all(value.is_integer() for value in (*spending.values(), *gdp.values()))
    return [
        replace(figure, flags=[*figure.flags, "hand_set"])
        if _is_hand_set(figure, spending, gdp, whole=whole)
        else figure
        for figure in figures
    ]


def _constant_dollars(figures: Sequence[RawFigure], indicator: str) -> dict[tuple[str, int], float]:
    return {
        (figure.entity_label, figure.year): figure.value
        for figure in figures
        if figure.indicator == indicator
        and figure.price_basis == "constant"
        and figure.currency == "USD"
        and figure.value is not None
    }


def _is_hand_set(
    figure: RawFigure, spending: dict[tuple[str, int], float], gdp: dict[tuple[str, int], float], *, whole: bool
) -> bool:
    key = (figure.entity_label, figure.year)
    if figure.indicator != "defence_share_of_gdp" or figure.value is None or not figure.value.is_integer():
        return False
    if key not in spending or key not in gdp:
        return False
    ratio = spending[key] / gdp[key]
    rounding_pp = 50 / gdp[key] * (1 + ratio) if whole else 0.0
    return abs(figure.value - 100 * ratio) > _PRINTED_PP + rounding_pp
