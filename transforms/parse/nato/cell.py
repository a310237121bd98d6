"""Single cells of NATO's workbooks: figures and marks, labels and their footnote marks, stray content."""

from __future__ import annotations

import re

from openpyxl.cell.cell import Cell

from transforms.errors import ValueRefusedError
from transforms.parse.nato import layout


def read_cell(value: object, place: str, indicator: str) -> tuple[float | None, str]:
    """A cell's figure and availability. Raises `ValueRefusedError` for what is neither a figure nor a known mark."""
    if value is None or (isinstance(value, str) and value.strip() == ""):
        return None, "missing"
    if isinstance(value, str) and value.strip() in layout.MISSING:
        return None, "missing"
    if isinstance(value, str) and value.strip() in layout.NIL:
        return None, "nil"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefusedError(place=place, expected="a figure, `..` or `-`", found=repr(value))
    number = float(value)
    if number < 0 and not indicator.startswith(layout.SIGNED):
        raise ValueRefusedError(place=place, expected=f"{indicator} of at least 0", found=str(value))
    if number > 100 and indicator in layout.PARTS_OF_A_WHOLE:  # noqa: PLR2004 (percent of a whole)
        raise ValueRefusedError(place=place, expected=f"{indicator} of at most 100 %", found=str(value))
    return number, "reported"


def split_marks(text: str) -> tuple[str, str | None]:
    """A label without the stars at its end, and the stars as printed."""
    label = text.rstrip("* ")
    return label, text.removeprefix(label).replace(" ", "") or None


def looks_like_a_figure(cell: Cell) -> bool:
    """Whether a cell where none belongs might be a figure: a number, a text with digits, a mark of a missing figure."""
    value = cell.value
    if isinstance(value, str):
        text = value.strip()
        return any(character.isdigit() for character in text) or text in layout.MISSING | layout.NIL
    return isinstance(value, int | float)


def is_number(value: object) -> bool:
    """Whether a cell's value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def squeezed(value: object) -> str:
    """A cell's text with every run of white space as one blank, none at the ends."""
    return re.sub(r"\s+", " ", str(value)).strip()
