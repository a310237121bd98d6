"""Bytes before they are a source's format: a web page in place of data, encodings, and CSV as rows of whole records.

A spreadsheet that opens a CSV and saves it may change the separator to `;` (with decimal commas), quote every cell, add
a byte order mark, fill short lines up with empty cells and write days in the order of its locale. None of that changes
a figure. What does change one, 1.04E+17 in place of all digits, `printed_number` refuses.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from transforms.errors import PayloadError

_SHOWN_OF_AN_OPENING: Final = 60  # bytes

_SEPARATORS: Final = ",;\t"
_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_POINT: Final = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?", re.ASCII)


class Record(NamedTuple):
    """One row of a table by the names of its columns, and its place in the file (`row 12`)."""

    place: str
    cells: dict[str, str]


def opening(payload: bytes) -> bytes:
    """The first bytes behind a byte order mark (which sources send at times) and white space."""
    return payload[:200].removeprefix(codecs.BOM_UTF8).lstrip()


def is_web_page(payload: bytes) -> bool:
    """Whether bytes open as HTML or XML: what a server sends instead of data that it moved, refuses or repairs."""
    return opening(payload).startswith(b"<")


def refuse_web_page(payload: bytes, *, expected: str, place: str = "file") -> None:
    """Raises `PayloadError` for a web page or XML in place of `expected`."""
    if is_web_page(payload):
        found = f"a web page or XML: {opening(payload)[:_SHOWN_OF_AN_OPENING]!r}"
        raise PayloadError(place=place, expected=expected, found=found)


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
    """The cells of each line, by the most frequent separator of the first line; figures with decimal points.

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


def table(payload: bytes, *, expected: str) -> tuple[list[str], list[Record]]:
    """Header and records of a delimited file whose every row has a cell for each column.

    `expected` says what the file should be. Raises `PayloadError` for a web page, other bytes, and a row of another
    length: a cut file.
    """
    refuse_web_page(payload, expected=expected)
    header, *rows = records(decoded(payload, "file"), "file")
    return header, whole_records(header, rows)


def whole_records(header: Sequence[str], rows: Sequence[Sequence[str]], *, rows_named: str = "row") -> list[Record]:
    """The rows below a header by column, each with its place; `PayloadError` for a row of another length."""
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise PayloadError(
                place=f"{rows_named} {number}",
                expected=f"{len(header)} cells",
                found=f"{len(row)} cells",
                advice="the file may be cut: fetch it again",
            )
    return [
        Record(f"{rows_named} {number}", dict(zip(header, row, strict=True)))
        for number, row in enumerate(rows, start=2)
    ]


def _with_decimal_points(rows: list[list[str]]) -> list[list[str]]:
    cells = [cell for row in rows for cell in row]
    if any(_DECIMAL_POINT.fullmatch(cell) for cell in cells):
        return rows
    return [[cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in rows]


def _named(encodings: Sequence[str]) -> list[str]:
    return ["UTF-8" if name == "utf-8-sig" else name.upper() for name in encodings]
