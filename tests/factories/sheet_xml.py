"""Workbooks whose first sheet is XML of the test's own, and what of a book two readers must agree on."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from itertools import zip_longest
from typing import Final

import openpyxl
from openpyxl.styles import Font

from transforms.parse.book import Book, Sheet

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET: Final = "xl/worksheets/sheet1.xml"
_TYPES: Final = "[Content_Types].xml"
_SHARED: Final = f'<sst xmlns="{MAIN}"><si><t>one &amp; only</t></si><si><r><t>t</t></r><r><t>wo</t></r></si></sst>'
_SHARED_DECLARED: Final = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def workbook(rows: str, *, root: str = f'<worksheet xmlns="{MAIN}">', behind: str = "", head: str = "") -> bytes:
    """A workbook whose only sheet holds these rows; its style 1 is red, its style 2 a day; it has two shared texts."""
    return workbook_of(f"{head}{root}<sheetData>{rows}</sheetData>{behind}</worksheet>".encode())


def workbook_of(xml: bytes) -> bytes:
    """The same with this sheet."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in (_around() | {SHEET: xml}).items():
            archive.writestr(name, part)
    return content.getvalue()


@cache
def _around() -> dict[str, bytes]:
    """The parts of the workbook by name."""
    made, content = openpyxl.Workbook(), io.BytesIO()
    sheet = made.worksheets[0]
    sheet["A1"].font = Font(color="FFFF0000")
    sheet["B1"].number_format = "yyyy-mm-dd"
    made.save(content)
    with zipfile.ZipFile(content) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    declared = parts[_TYPES].replace(b"</Types>", _SHARED_DECLARED)
    return parts | {_TYPES: declared, "xl/sharedStrings.xml": _SHARED.encode()}


def seen(book: Book) -> list[tuple[str, dict[tuple[int, int], object], set[tuple[int, int]]]]:
    """Of each sheet: its name, what each cell with a value holds (with its type) and looks like, and its merges."""
    return [(sheet.title, _held(book, sheet), set(sheet.merged)) for sheet in book.sheets]


def _held(book: Book, sheet: Sheet) -> dict[tuple[int, int], object]:
    return {
        (row, column): (repr(value), book.looks[style])
        for row, (values, styles) in enumerate(zip(sheet.values, sheet.styles, strict=True), start=1)
        for column, (value, style) in enumerate(zip_longest(values, styles), start=1)
        if value is not None
    }
