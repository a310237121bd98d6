"""Figures that a file holds as text: how statistical offices write a number, and nothing else."""

from __future__ import annotations

import re
from typing import Final

from transforms.errors import ValueRefusedError

# Python's own `float` also takes 1_000, " 12 ", nan, infinity and digits of other scripts; no source writes these.
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Spreadsheets show a number of twelve digits or more with an exponent and at most six digits, and a CSV that they save
# holds what they show: https://support.microsoft.com/office/display-numbers-in-scientific-exponential-notation
_SHOWN_IN_SHORT: Final = re.compile(r"[+-]?(?P<whole>\d)(?:\.(?P<rest>\d{0,5}))?E\+(?P<exponent>\d+)", re.ASCII)
_SHORT_FROM: Final = 11  # 1E+11 is the first number of twelve digits


class RoundedNumberError(ValueError):
    """A number whose last digits a spreadsheet has dropped."""


def printed_number(text: str) -> float:
    """The figure that a text prints, with a decimal point and without separators of thousands.

    Raises `ValueError` for any other text, and for a figure beyond the range of a double; `RoundedNumberError`, which
    is one, for 1.04E+17.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is no plain number")
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"{text!r} is beyond the range of a double")
    short = _SHOWN_IN_SHORT.fullmatch(text)
    if short and int(short["exponent"]) >= _SHORT_FROM:
        digits = 1 + len(short["rest"] or "")
        raise RoundedNumberError(f"a spreadsheet has rounded {text} to {digits} digits")
    return number


def figure_at(place: str, text: str, *, expected: str) -> float:
    """The figure of a cell; `ValueRefusedError` with its place for what is none, and for one that was rounded."""
    try:
        return printed_number(text)
    except RoundedNumberError as error:
        raise ValueRefusedError(
            place=place,
            expected="all digits of the figure",
            found=repr(text),
            advice=f"{error}: hand in the file as the source publishes it, not saved by a spreadsheet",
        ) from error
    except ValueError as error:
        raise ValueRefusedError(place=place, expected=expected, found=repr(text)) from error
