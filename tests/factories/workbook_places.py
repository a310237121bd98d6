"""Where labels and years are in a workbook, found by what is printed there."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

_YEARS = {str(year) for year in range(1949, 2100)}


def label_of(cell: Cell) -> str:
    """The name alone; currencies and notes may follow it."""
    return str(cell.value or "").replace("*", "").partition("(")[0].strip()


def header_cells(sheet: Worksheet) -> list[Cell]:
    """The headings of years: the first row that holds several."""
    rows = ([cell for cell in _cells(sheet, row) if is_year(cell.value)] for row in range(1, sheet.max_row + 1))
    return next(cells for cells in rows if len(cells) > 1)


def is_year(heading: object) -> bool:
    return str(heading).removesuffix("e") in _YEARS


def _cells(sheet: Worksheet, row: int) -> Iterator[Cell]:
    """Cells of a row that hold something of their own: of merged ones the first."""
    return (cell for line in sheet.iter_rows(row, row) for cell in line if isinstance(cell, Cell))
