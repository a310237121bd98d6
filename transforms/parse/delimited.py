"""Delimited text as sources write it and as spreadsheets save it again.

Belongs here: encodings, separators, decimal commas, and days in the order of a locale: what is of no source in
particular. Does not belong here: headers and columns of any source; what a figure is (printed_number).

A spreadsheet that opens a CSV and saves it may change the separator to `;` (with decimal commas), quote every cell, add
a byte order mark, fill short lines up with empty cells and write days in the order of its locale. None of that changes
a figure. What does change one, 1.04E+17 in place of all digits, `printed_number` refuses.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Final

from transforms.errors import PayloadError

_SEPARATORS: Final = ",;\t"
_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_POINT: Final = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?", re.ASCII)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


def decoded(payload: bytes, place: str, *, encodings: Sequence[str] = ("utf-8-sig",)) -> str:
    """The text, by the first of the encodings that reads it; UTF-16 with its mark only where it is among them.

    Raises `PayloadError` if none does.
    """
    marked = payload.startswith(_UTF_16_MARKS)
    wanted = [name for name in encodings if (name == "utf-16") == marked]
    failure = "text in UTF-16" if marked else "no text"
    for name in wanted:
        try:
            return payload.decode(name)
        except UnicodeDecodeError as error:
            failure = str(error)
    raise PayloadError(place=place, expected=f"text in {' or '.join(_named(encodings))}", found=failure)


def records(text: str, place: str) -> list[list[str]]:
    """The cells of each line, by the separator that stands most often in the first line; figures with decimal points.

    Lines without a cell at the end of the file are left out. Decimal commas are turned into points where `;` or a tab
    separates the cells and no cell has a decimal point: then they are the sign of the file. Raises `PayloadError` for
    text that is no whole CSV.
    """
    opening = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=opening.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (csv.Error, ValueError) as error:
        raise PayloadError(place=place, expected="a whole CSV", found=str(error)) from error
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise PayloadError(place=place, expected="a CSV with a header", found="no line")
    return rows if separator == "," else _with_decimal_points(rows)


def days_meant(printed: str) -> tuple[dt.date, ...]:
    """The days that a printed one may mean: two for 3/1/2023, whose order depends on a locale; none if it is no day."""
    iso = _ISO_DAY.match(printed)
    if iso:
        return _existing((int(iso[1]), int(iso[2]), int(iso[3])))
    local = _LOCAL_DAY.match(printed)
    if not local:
        return ()
    first, second, year = (int(part) for part in local.groups())
    return _existing((year, first, second), (year, second, first))


def _existing(*candidates: tuple[int, int, int]) -> tuple[dt.date, ...]:
    found = []
    for candidate in candidates:
        try:
            found.append(dt.date(*candidate))
        except ValueError:
            continue  # the other order, or no day at all
    return tuple(dict.fromkeys(found))


def _with_decimal_points(rows: list[list[str]]) -> list[list[str]]:
    cells = [cell for row in rows for cell in row]
    if any(_DECIMAL_POINT.fullmatch(cell) for cell in cells):
        return rows
    return [[cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in rows]


def _named(encodings: Sequence[str]) -> list[str]:
    return ["UTF-8" if name == "utf-8-sig" else name.upper() for name in encodings]
