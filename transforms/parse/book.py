"""A workbook as plain lists: what each cell holds, and the number of its style.

Belongs here: the values that openpyxl would give, without a Python object for each cell. Does not belong here: opening
and refusing (`workbook`), the pattern of plain cells (`plain_cells`), what a value or a colour means (the sources).

Workbooks whose sheets are all in plain XML are read by a pattern; any other by openpyxl, cell by cell, which takes ten
times as long and gives the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import product
from typing import Final, NamedTuple, TypeVar
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import is_date_format
from openpyxl.styles.colors import Color
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from transforms.parse.plain_cells import PlainCells
from transforms.parse.workbook import prove_workbook, unreadable_refused

_Item = TypeVar("_Item")
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXTS: Final = frozenset({"str", "e"})
_KINDS: Final = frozenset({None, "n", "s", "b"}) | _TEXTS


class Look(NamedTuple):
    """What a style shows of a cell: the colour of its font, None for the default one, and its number format."""

    colour: Color | None
    number_format: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `values[0][0]` is the cell A1; each row is as wide as the sheet.

    Values are int, float, str, bool, a moment of `datetime`, or None. `styles` are keys of `Book.looks`, 0 where there
    is no cell. `merged` are the places under a merge (row and column, from 1), the first of each left out.
    """

    title: str
    values: Sequence[Sequence[object]]
    styles: Sequence[Sequence[int]]
    merged: frozenset[tuple[int, int]] = field(default=frozenset())

    def place(self, row: int, column: int) -> str:
        """Locator of a cell, from 1: `Current US$!C10`."""
        return f"{self.title}!{get_column_letter(column)}{row}"


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets in their order, what their styles look like, and the workbook without cells: its theme and palette."""

    sheets: Sequence[Sheet]
    looks: Mapping[int, Look]
    workbook: Workbook


class _NotPlainError(Exception):
    """A sheet that the pattern does not cover."""


def read_book(payload: bytes) -> Book:
    """Every sheet of an .xlsx file; formulas as their stored results. Raises `PayloadError` as `open_workbook` does."""
    plain = prove_workbook(payload)
    with unreadable_refused():
        try:
            return _by_pattern(payload, plain)
        except (_NotPlainError, ValueError, LookupError):
            # What is wrong with a value is said by the one reader that takes everything.
            return _by_openpyxl(payload)


def _by_pattern(payload: bytes, plain: Mapping[str, PlainCells]) -> Book:
    reader = ExcelReader(io.BytesIO(payload), read_only=True, data_only=True, keep_links=False)
    reader.read()
    looks: dict[int, Look] = {}
    sheets = []
    for declared, relation in reader.parser.find_sheets():
        if relation.target in reader.valid_files and "chartsheet" not in relation.Type:
            cells = plain.get(relation.target)
            if cells is None:
                raise _NotPlainError
            _add_looks(looks, cells, reader.wb)
            sheets.append(_plain_sheet(declared.name, cells, reader.shared_strings))
    return Book(sheets, looks, reader.wb)


def _add_looks(looks: dict[int, Look], cells: PlainCells, workbook: Workbook) -> None:
    for style in {int(style or 0) for style in set(cells.styles)} - looks.keys():
        shown = ReadOnlyCell(workbook.worksheets[0], 1, 1, None, style_id=style)
        looks[style] = Look(shown.font.color, shown.number_format)
        if is_date_format(shown.number_format):
            raise _NotPlainError  # a number may be a day


def _plain_sheet(title: str, cells: PlainCells, texts: Sequence[str]) -> Sheet:
    numbers = {text: int(text or 0) for text in set(cells.styles)}
    held, shown = _contents(cells, texts), [numbers[text] for text in cells.styles]
    width = cells.last_column
    values: list[list[object]] = [[None] * width for _ in range(cells.last_row)]
    styles = [[0] * width for _ in range(cells.last_row)]
    for row in cells.rows:
        columns = cells.columns[row.cells]
        _fill(values[row.number - 1], columns, held[row.cells])
        _fill(styles[row.number - 1], columns, shown[row.cells])
    around = ET.fromstring(cells.rest)  # noqa: S314 (proven: whole, bounded, without a document type)
    merged = _merged(around, values)
    for place in _places(around, "hyperlink"):
        # openpyxl puts a link's address into a cell without a value.
        if _value_at(values, *place) is None:
            raise _NotPlainError
    return Sheet(title, values, styles, merged)


def _fill(row: list[_Item], columns: Sequence[int], given: Sequence[_Item]) -> None:
    if columns[-1] == len(columns):  # none is left out
        row[: len(columns)] = given
    else:
        for column, item in zip(columns, given, strict=True):
            row[column - 1] = item


def _contents(cells: PlainCells, texts: Sequence[str]) -> list[object]:
    """The value of each cell; ValueError and LookupError for what is none."""
    return [
        _content(kind, stored, inline, texts) if kind or inline is not None or not stored else _number(stored)
        for kind, stored, inline in zip(cells.kinds, cells.contents, cells.inline, strict=True)
    ]


def _content(kind: str | None, stored: str | None, inline: str | None, texts: Sequence[str]) -> object:
    if kind == "inlineStr" and stored is None:
        return None if inline is None else unescape(inline)
    if inline is not None or kind not in _KINDS:
        raise _NotPlainError
    if not stored:
        return None
    if kind == "s":
        return texts[int(stored)]
    if kind == "b":
        return bool(int(stored))
    return unescape(stored) if kind in _TEXTS else _number(stored)


def _number(stored: str) -> float:
    """A whole number stays one: a label or a year is printed as such."""
    return float(stored) if "." in stored or "E" in stored or "e" in stored else int(stored)


def _merged(around: ET.Element, values: Sequence[list[object]]) -> frozenset[tuple[int, int]]:
    """The places under merges, which hold no value whatever is stored there."""
    firsts = set(_places(around, "mergeCell", first_only=True))
    merged = frozenset(_places(around, "mergeCell")) - firsts
    for row, column in merged:
        if _value_at(values, row, column) is not None:
            values[row - 1][column - 1] = None
    return merged


def _value_at(values: Sequence[Sequence[object]], row: int, column: int) -> object:
    return values[row - 1][column - 1] if row <= len(values) and column <= len(values[row - 1]) else None


def _places(around: ET.Element, kind: str, *, first_only: bool = False) -> Iterator[tuple[int, int]]:
    """Row and column of the places under all elements of a kind, or of the first place of each."""
    for element in around.iter(_MAIN + kind):
        bounds = [place or 0 for place in range_boundaries(element.get("ref", ""))]  # 0 is of whole columns: no place
        left, top, right, bottom = bounds if not first_only else bounds[:2] * 2
        yield from product(range(top, bottom + 1), range(left, right + 1))


def _by_openpyxl(payload: bytes) -> Book:
    workbook = openpyxl.load_workbook(io.BytesIO(payload), data_only=True, keep_links=False)
    numbers: dict[tuple[int, ...], int] = {}
    looks: dict[int, Look] = {}
    sheets = [_parsed_sheet(sheet, numbers, looks) for sheet in workbook.worksheets]
    return Book(sheets, looks, workbook)


def _parsed_sheet(sheet: Worksheet, numbers: dict[tuple[int, ...], int], looks: dict[int, Look]) -> Sheet:
    values: list[list[object]] = []
    styles: list[list[int]] = []
    merged: set[tuple[int, int]] = set()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        values.append([cell.value for cell in row])
        styles.append([_numbered(cell, numbers, looks) if isinstance(cell, Cell) else 0 for cell in row])
        merged |= {(number, column) for column, cell in enumerate(row, start=1) if isinstance(cell, MergedCell)}
    return Sheet(sheet.title, values, styles, frozenset(merged))


def _numbered(cell: Cell, numbers: dict[tuple[int, ...], int], looks: dict[int, Look]) -> int:
    # Its public number, `style_id`, searches all styles for it.
    style = tuple(getattr(cell, "_style", None) or ())
    number = numbers.setdefault(style, len(numbers))
    if number not in looks:
        looks[number] = Look(cell.font.color, cell.number_format)
    return number
