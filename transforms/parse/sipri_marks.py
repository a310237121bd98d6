"""SIPRI's marks: font colours, spellings of missing, note symbols and footnotes.

Belongs here: what each mark means, and the refusal of any other. Does not belong here: where tables stand
(`sipri_layout`), what a sheet measures, and what a figure is worth beside another (`sipri_contradictions`).

Read from the legends of the workbooks of April 2024 (1948-2023) and April 2025 (1949-2024_2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell.cell import Cell
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError, ValueRefusedError

# The legend says '". ."'; cells, older releases included, hold "...", "…", ". .", "..", trailing spaces, or nothing.
_MISSING: Final = re.compile(r"(?:…|\.\s*\.(?:\s*\.)?)?")
_DID_NOT_EXIST: Final = "xxx"

# By the last six digits of an RGB colour; the index is that of Excel's standard palette.
_BLUE: Final = frozenset({("indexed", 12), ("rgb", "0000FF")})
_RED: Final = frozenset({("indexed", 10), ("rgb", "FF0000")})
# Palette 8 is black and 64 the system's text colour; theme colour 1 is the theme's text.
_PLAIN: Final = frozenset({("indexed", 8), ("indexed", 64), ("rgb", "000000"), ("theme", 1), ("auto", True)})

# Symbol of the Notes column -> flag, and a word by which the workbook's own legend must explain the symbol.
_SYMBOLS: Final[Mapping[str, tuple[str, str]]] = {
    "†": ("excludes_pensions", "pensions"),
    "‡": ("current_spending_only", "current spending only"),
    "§": ("budget_not_outturn", "adopted budget"),
    "¶": ("excludes_paramilitary", "paramilitary"),
    "‖": ("redenominated", "redenominated"),
}
_MARK: Final = re.compile(rf"(?P<symbol>[{''.join(_SYMBOLS)}])|(?P<number>\d+)|(?P<separator>[\s,;]+)|(?P<unknown>.)")


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The Footnotes sheet: the symbols that it explains, and the texts of the numbered notes."""

    symbols: frozenset[str]
    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Marks:
    """The content of one cell of the Notes column; `note` holds the symbols and the footnotes in full."""

    flags: tuple[str, ...]
    note: str | None


def read_figure(cell: Cell, place: str) -> tuple[float | None, str]:
    """Value and availability of a cell of the table.

    Raises `ValueRefusedError` for any text but the known spellings (`#VALUE!` stood in one old file), for a negative
    and for a figure that is not finite: one unreadable cell makes the edition suspect, and a silent gap would not.
    """
    content = cell.value
    if isinstance(content, int | float) and not isinstance(content, bool):
        if math.isfinite(content) and content >= 0:
            return float(content), "reported"
    elif content is None or (isinstance(content, str) and _MISSING.fullmatch(content.strip())):
        return None, "missing"
    elif isinstance(content, str) and content.strip() == _DID_NOT_EXIST:
        return None, "did_not_exist"
    raise ValueRefusedError(
        place=place,
        expected='a number from 0 up, a spelling of missing (". .", "...", "…", blank) or "xxx"',
        found=repr(content),
        advice="compare with the source's own file; no figure is guessed from another sheet",
    )


def read_colour(cell: Cell, meanings: Mapping[str, str], place: str) -> str | None:
    """Flag of a figure by its font colour, None for plain text. `meanings` is the legend of the sheet.

    Raises `LayoutError` for a colour that the legend does not explain.
    """
    font_colour = cell.font.color
    if font_colour is None:
        return None
    name = _colour_name(font_colour)
    if name == "plain":
        return None
    if name not in meanings:
        raise LayoutError(
            place=place,
            expected=f"a figure in black or in a colour of the legend ({', '.join(meanings)})",
            found=f"a font in {name}",
            advice="read the sheet's legend and add the colour with its meaning",
        )
    return meanings[name]


def _colour_name(colour: Color) -> str:
    value: Any = colour.value
    if colour.type == "rgb":
        value = str(value)[-6:].upper()
    key = (colour.type, value)
    if colour.tint == 0:
        for name, keys in (("plain", _PLAIN), ("blue", _BLUE), ("red", _RED)):
            if key in keys:
                return name
    return f"{colour.type} colour {value}, tint {colour.tint:g}"


def read_footnotes(sheet: Worksheet) -> Footnotes:
    """Symbols and numbered notes of the Footnotes sheet: the key in column A, its text to the right.

    Raises `LayoutError` for a symbol with no or another meaning, a key that is neither symbol nor number, and a key
    that stands twice.
    """
    symbols: set[str] = set()
    texts: dict[int, str] = {}
    for row in sheet.iter_rows():
        key = str(row[0].value).strip() if row[0].value is not None else ""
        text = " ".join(str(cell.value).strip() for cell in row[1:] if cell.value not in (None, ""))
        place = f"{sheet.title}!{row[0].coordinate}"
        if not text:
            continue  # headings stand alone in column A
        if key in symbols or (key.isdecimal() and int(key) in texts):
            raise LayoutError(place=place, expected="each footnote once", found=f"{key!r} again")
        if key in _SYMBOLS and _SYMBOLS[key][1] in text:
            symbols.add(key)
        elif key.isdecimal():
            texts[int(key)] = text
        else:
            raise LayoutError(
                place=place,
                expected="a footnote number, or one of " + ", ".join(f"{s} ({w})" for s, (_, w) in _SYMBOLS.items()),
                found=f"{key!r}: {text[:80]}",
                advice="give a new symbol its flag and the word that explains it",
            )
    return Footnotes(frozenset(symbols), texts)


def read_marks(printed: str, footnotes: Footnotes, place: str) -> Marks:
    """Flags and note of a cell of the Notes column, such as `§‖19`.

    Raises `LayoutError` for a sign that the workbook's Footnotes sheet does not explain.
    """
    symbols: list[str] = []
    notes: list[str] = []
    for mark in _MARK.finditer(printed):
        kind, sign = mark.lastgroup, mark.group()
        if kind == "symbol" and sign in footnotes.symbols:
            symbols.append(sign)
        elif kind == "number" and int(sign) in footnotes.texts:
            notes.append(f"[{sign}] {footnotes.texts[int(sign)]}")
        elif kind != "separator":
            raise LayoutError(
                place=place,
                expected="symbols and numbers that the Footnotes sheet explains",
                found=f"{sign!r} in {printed!r}",
                advice="read the Footnotes sheet: the note may say that the figure is another than it seems",
            )
    flags = tuple(sorted({_SYMBOLS[symbol][0] for symbol in symbols}))
    return Marks(flags, " ".join([*(["".join(symbols)] if symbols else []), *notes]) or None)
