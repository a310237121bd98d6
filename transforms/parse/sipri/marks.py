"""SIPRI's marks: colours, spellings of missing, note symbols and footnotes.

Belongs here: what each mark means, and the refusal of any other. Does not belong here: where tables are (`table`),
what a sheet measures (`layout`), and what a figure is worth next to another (`contradictions`).

Read from the legends of the workbooks of April 2021 to April 2026.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from transforms.errors import LayoutError, Obstacles, ValueRefusedError
from transforms.parse.book import Sheet
from transforms.parse.sipri.printed import is_dots, printed

_DID_NOT_EXIST: Final = "xxx"
# Excel's error values. One cell of April 2021 prints #VALUE! (Share of Govt. spending!M120, Myanmar 1997).
_EXCEL_ERROR: Final = re.compile(r"#(?:VALUE!|REF!|DIV/0!|N/A|NAME\?|NUM!|NULL!)")

# Symbol of the Notes column -> flag, and a word by which the workbook's own legend must explain the symbol.
_SYMBOLS: Final[Mapping[str, tuple[str, str]]] = {
    "†": ("excludes_pensions", "pensions"),
    "‡": ("current_spending_only", "current spending only"),
    "§": ("budget_not_outturn", "adopted budget"),
    "¶": ("excludes_paramilitary", "paramilitary"),
    "‖": ("redenominated", "redenominated"),
}
# The web tool and Google Sheets save the number of a footnote as a float: 4.0.
_MARK: Final = re.compile(
    rf"(?P<symbol>[{''.join(_SYMBOLS)}])|(?P<number>\d+)(?:\.0+)?(?![\d.])|(?P<separator>[\s,;]+)|(?P<unknown>.)"
)
_FOOTNOTE_NUMBER: Final = re.compile(r"(\d+)(?:\.0+)?")


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


NO_MARKS: Final = Marks((), None)
_EMPTY_FOOTNOTE: Final = "(a footnote without text)"


class ReadCell(NamedTuple):
    """What a cell of the table says; `fault` is an Excel error that is printed in place of a figure."""

    value: float | None
    availability: str
    fault: str | None = None


def read_figure(content: object, place: str) -> ReadCell:
    """Value and availability of a cell of the table.

    Raises `ValueRefusedError` for any text but the known spellings, for a negative and for a figure that is not finite:
    one unreadable cell makes the edition suspect, and a silent gap would not.
    """
    if isinstance(content, int | float) and not isinstance(content, bool):
        if 0 <= content <= sys.float_info.max:
            return ReadCell(float(content), "reported")
    elif content is None or isinstance(content, str):
        text = printed(content)
        if is_dots(text):
            return ReadCell(None, "missing")
        if text == _DID_NOT_EXIST:
            return ReadCell(None, "did_not_exist")
        if _EXCEL_ERROR.fullmatch(text):
            return ReadCell(None, "missing", text)
    raise ValueRefusedError(
        place=place,
        expected='a number from 0 up, a spelling of missing (dots or blank) or "xxx"',
        found=repr(content),
        advice="compare with the source's own file; no figure is guessed from another sheet",
    )


def flag_of_colour(name: str, meanings: Mapping[str, str], place: str) -> str | None:
    """Flag of a figure by the name of its font colour, None for plain text. `meanings` is the legend of the sheet.

    Raises `LayoutError` for a colour that the legend does not explain.
    """
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


def read_footnotes(sheet: Sheet, obstacles: Obstacles) -> Footnotes:
    """Symbols and numbered notes of the Footnotes sheet: the key in column A, its text to the right.

    A number without a text is a note that SIPRI has left empty (41, Honduras, in April 2023).
    Obstacles: a symbol with no or another meaning, a key that is neither symbol nor number, a repeated key.
    """
    symbols: set[str] = set()
    texts: dict[int, str] = {}
    for row, values in enumerate(sheet.values, start=1):
        key = printed(values[0]) if values else ""
        text = " ".join(str(value).strip() for value in values[1:] if printed(value))
        number = _FOOTNOTE_NUMBER.fullmatch(key)
        place = sheet.place(row, 1)
        if not text and not number:
            continue  # headings are alone in column A
        if key in symbols or (number and int(number[1]) in texts):
            obstacles.add(LayoutError(place=place, expected="each footnote once", found=f"{key!r} again"))
        elif key in _SYMBOLS and _SYMBOLS[key][1] in text:
            symbols.add(key)
        elif number:
            texts[int(number[1])] = text
        else:
            obstacles.add(
                LayoutError(
                    place=place,
                    expected="a footnote number, or one of "
                    + ", ".join(f"{s} ({w})" for s, (_, w) in _SYMBOLS.items()),
                    found=f"{key!r}: {text[:80]}",
                    advice="give a new symbol its flag and the word that explains it",
                )
            )
    return Footnotes(frozenset(symbols), texts)


def read_marks(text: str, footnotes: Footnotes, place: str) -> Marks:
    """Flags and note of a cell of the Notes column, such as `§‖19`; dots are no mark.

    Raises `LayoutError` for a sign that the workbook's Footnotes sheet does not explain.
    """
    if is_dots(text):
        return NO_MARKS
    symbols: list[str] = []
    notes: list[str] = []
    for mark in _MARK.finditer(text):
        kind, sign = mark.lastgroup, mark.group()
        if kind == "symbol" and sign in footnotes.symbols:
            symbols.append(sign)
        elif kind == "number" and int(mark["number"]) in footnotes.texts:
            number = int(mark["number"])
            notes.append(f"[{number}] {footnotes.texts[number] or _EMPTY_FOOTNOTE}")
        elif kind != "separator":
            raise LayoutError(
                place=place,
                expected="symbols and numbers that the Footnotes sheet explains",
                found=f"{sign!r} in {text!r}",
                advice="read the Footnotes sheet: the note may say that the figure is another than it seems",
            )
    flags = tuple(sorted({_SYMBOLS[symbol][0] for symbol in symbols}))
    return Marks(flags, " ".join([*(["".join(symbols)] if symbols else []), *notes]) or None)
