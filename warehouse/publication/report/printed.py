"""Numbers and lists as a reader meets them on a page.

Belongs here: how a number, a count or a list of names is printed. Does not belong here: probabilities
(warehouse.reading.probability), sentences (findings).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

_MINUS: Final = "\N{MINUS SIGN}"
_SPELLED: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ONE_DECIMAL_FROM: Final = 10.0  # billion


def figure(value: float, decimals: int, sign: bool = False) -> str:  # noqa: FBT001, FBT002 (a filter is called by position)
    """The number as it is printed: a true minus, thousands apart; what rounds to zero carries no sign."""
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    return (text if float(text.replace(",", "")) else f"{0:.{decimals}f}").replace("-", _MINUS)


def money(billion: float, currency: str) -> str:
    """An amount given in billions: `124.7 billion EUR`, `9.95 billion EUR`; whole millions below one billion."""
    name = "US$" if currency == "USD" else currency
    if abs(billion) < 1:
        return f"{figure(billion * 1000, 0)} million {name}"
    return f"{figure(billion, 1 if abs(billion) >= _ONE_DECIMAL_FROM else 2)} billion {name}"


def count(number: int, *, first: bool = False) -> str:
    """A count in words up to ten; capital if it is the `first` word of its sentence."""
    text = _SPELLED[number] if number < len(_SPELLED) else f"{number:,}"
    return text.capitalize() if first else text


def listed(names: Sequence[str], most: int = 6) -> str:
    """`A, B and C`; past `most` names: `A, B, C and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def year_named(year: int, status: str | None) -> str:
    """`2026 (estimate)`; an outturn year alone."""
    return f"{year}" if status in {None, "actual"} else f"{year} ({status})"


def as_json(value: object) -> str:
    """A day or a moment for a JSON document; `TypeError` for anything else that JSON does not know."""
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")
