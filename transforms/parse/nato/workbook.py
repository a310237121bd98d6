"""NATO's workbook of defence expenditure: bytes in, one raw frame out, a locator on every row.

Belongs here: which sheet carries which table, and what all tables of a workbook must have in common.
Does not belong here: reading a table (transforms.parse.nato.table), what the texts mean (transforms.parse.nato.layout),
country codes, and merging of cells that two tables print.

A table is found by its title; a sheet with figures and no title that is known is refused with its cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError
from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.nato import layout
from transforms.parse.nato.cell import is_number, split_marks, squeezed
from transforms.parse.nato.change_table import parse_change_table
from transforms.parse.nato.hand_set import flag_hand_set
from transforms.parse.nato.table import OpenBlock, Sheet, Year, read_blocks
from transforms.parse.workbook import open_workbook


def parse_nato_workbook(payload: bytes, *, published_on: dt.date) -> pl.DataFrame:
    """Every figure of the workbook as a raw frame: each printed cell is one row, also where two tables print the same.

    Units are the source's (million, thousand US dollars per head, percent). `status` follows the `e` of the header,
    `hand_set` marks shares that are bare integers against NATO's own money tables. Raises `PayloadError` for bytes that
    are no workbook, `LayoutError` and `ValueRefusedError` with sheet and cell for everything that is not known.
    """
    workbook = open_workbook(payload)
    sheets = find_tables(workbook)
    blocks: list[OpenBlock] = []
    changes: list[RawFigure] = []
    figures: list[RawFigure] = []
    for sheet in sheets.values():
        if sheet.table is None:
            changes = parse_change_table(sheet.worksheet, sheet.title_row)
            figures.extend(changes)
        else:
            read = read_blocks(sheet, published_on)
            blocks.extend(read)
            figures.extend(figure for block in read for figure in block.figures)
    _prove_one_header(blocks, changes)
    _prove_no_row_lost(blocks)
    return raw_frame(flag_hand_set(figures))


def find_tables(workbook: Workbook) -> dict[str, Sheet]:
    """Sheets by the number of their table. Raises `LayoutError` for a missing, doubled or unknown sheet."""
    found: dict[str, Sheet] = {}
    for worksheet in workbook.worksheets:
        sheet = _identify(worksheet)
        if sheet is None:
            continue
        if sheet.number in found:
            other = found[sheet.number].worksheet.title
            raise LayoutError(place=worksheet.title, expected=f"one Table {sheet.number}", found=f"{other} as well")
        found[sheet.number] = sheet
    missing = sorted(set(layout.TABLES) - set(found))
    if missing:
        raise LayoutError(
            place="workbook",
            expected=f"Tables {', '.join(layout.TABLES)}",
            found=f"no Table {', '.join(missing)} among the sheets {', '.join(workbook.sheetnames)}",
            advice="look whether a sheet was lost or its title changed",
        )
    return found


def _identify(worksheet: Worksheet) -> Sheet | None:
    """The table on a worksheet, or nothing for one without figures: an empty one, a cover, a list of tables."""
    titled: dict[str, Cell] = {}
    figure: Cell | None = None
    for cell in _cells(worksheet):
        match = layout.TITLE.fullmatch(squeezed(cell.value)) if isinstance(cell.value, str) else None
        if match:
            titled.setdefault(match["number"] + (match["part"] or "").lower(), cell)
        elif figure is None and (is_number(cell.value) or _is_written_figure(cell.value)):
            figure = cell
    if figure is None and len(titled) != 1:
        return None
    if not titled and figure is not None:
        raise LayoutError(
            place=f"{worksheet.title}!{figure.coordinate}",
            expected="a table's title on a sheet with figures",
            found=f"{figure.value!r} on a sheet without one",
            advice="a sheet of your own belongs in another file: fetch the source's file again",
        )
    if len(titled) > 1:
        first, second = list(titled.values())[:2]
        place = f"{worksheet.title}!{second.coordinate}"
        raise LayoutError(
            place=place, expected=f"one table on a sheet, that of {first.coordinate}", found="another title"
        )
    number, cell = next(iter(titled.items()))
    title = layout.TITLE.fullmatch(squeezed(cell.value))
    table = layout.find_table(number, title["title"].strip()) if title else None
    is_change_table = title and number == layout.CHANGE_TABLE and layout.CHANGE_TITLE.fullmatch(title["title"].strip())
    if table is None and not is_change_table:
        place = f"{worksheet.title}!{cell.coordinate}"
        raise LayoutError(place=place, expected="a known table title", found=repr(cell.value))
    return Sheet(worksheet, number, cell.row, table)


def _prove_one_header(blocks: list[OpenBlock], changes: list[RawFigure]) -> None:
    """All tables of an edition span the same years with the same estimates; Table 4 names some of them."""
    first = blocks[0]
    header = [(year.year, year.is_estimate) for year in first.years]
    for block in blocks:
        if [(year.year, year.is_estimate) for year in block.years] != header:
            raise LayoutError(
                place=block.years[0].place,
                expected=f"the years of the header at {first.years[0].place}: {_span(first.years)}",
                found=_span(block.years),
            )
    for figure in changes:
        if (figure.year, figure.status == "estimate") not in header:
            raise LayoutError(
                place=figure.locator,
                expected=f"a year of the header at {first.years[0].place}: {_span(first.years)}",
                found=f"{figure.year}, {figure.status}",
            )


def _span(years: list[Year]) -> str:
    return ", ".join(f"{year.year}{'e' if year.is_estimate else ''}" for year in years)


def _prove_no_row_lost(blocks: list[OpenBlock]) -> None:
    """A row whose cells are all blank looks like a note; one that begins with a known label is none."""
    known = {label for block in blocks for label in block.labels}
    for block in blocks:
        for text, place in block.passed_over.items():
            match = layout.LABEL_WITH_CURRENCY.fullmatch(text) if block.block.currency == "label" else None
            label, _ = split_marks(match["label"] if match else text)
            if label in known:
                raise LayoutError(place=place, expected=f"figures, `..` or `-` after {label}", found="blank cells")


def _is_written_figure(value: object) -> bool:
    text = value.strip() if isinstance(value, str) else ""
    return bool(layout.WRITTEN_FIGURE.fullmatch(text)) and not layout.YEAR.fullmatch(text)


def _cells(worksheet: Worksheet) -> Iterator[Cell]:
    for row in worksheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and cell.value is not None:
                yield cell
