"""Figures that stand in a file as text: how statistical offices write a number, and nothing else.

Belongs here: the one grammar that all readers of CSV share. Does not belong here: spellings of missing, units, places.
"""

from __future__ import annotations

import re
from typing import Final

# Python's own `float` also takes 1_000, " 12 ", nan, infinity and digits of other scripts; no source writes these.
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def printed_number(text: str) -> float:
    """The figure that a text prints, with a decimal point and without separators of thousands.

    Raises `ValueError` for any other text, and for a figure beyond the range of a double.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no plain number")
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"{text!r} is beyond the range of a double")
    return number
