"""Cells as text: what a reader of the sheet sees, independent of the tool that saved it."""

from __future__ import annotations

import re
from typing import Final

# The legend says ". ." or "..."; cells, leading columns and group rows hold "...", "…", ". .", "..", blanks or nothing.
_DOTS: Final = re.compile(r"[\s.…‥․·]*")  # noqa: RUF001 (dots of every kind: full stop, ellipsis, leaders, middle dot)
_YEAR: Final = re.compile(r"((?:19|20)\d{2})(?:\.0+)?")


def printed(value: object) -> str:
    """A cell's content as text, with single blanks; blank cells give an empty string."""
    return " ".join(str(value).split()) if value is not None else ""


def filled(value: object) -> bool:
    """Whether a cell holds anything but blanks."""
    return printed(value) != ""


def is_dots(text: str) -> bool:
    """Whether a text is empty or consists of dots: SIPRI's ways to print that there is nothing."""
    return _DOTS.fullmatch(text) is not None


def year_of(value: object) -> int | None:
    """A header's year, printed as 2010, 2010.0, "2010" or "2010.0"; None for anything else."""
    match = _YEAR.fullmatch(printed(value))
    return int(match[1]) if match else None
