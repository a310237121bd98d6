"""Corruptions of workbooks: cells, rows, columns, headings and sheets, found by what is printed there.

Belongs here: small functions that make a corruption. Does not belong here: which edition is spoiled (catalogue).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.faults.model import Corruption

Edit = Callable[[Workbook], None]
Value = bool | float | str | None
MONEY = ("TABLE1", "TABLE2")
NATIONAL, USD, SHARE, GDP, HEAD, PERSONNEL = "TABLE1", "TABLE2", "TABLE3", "TABLE5", "TABLE6", "TABLE7"
CURRENT, CONSTANT = 0, 1
EUROPE, TOTAL = "NATO Europe and Canada", "NATO Total"


def edited(*edits: Edit) -> Corruption:
    """A corruption of a workbook's bytes: opened, edited, saved."""

    def corrupt(payload: bytes) -> bytes:
        workbook = load_workbook(io.BytesIO(payload))
        for edit in edits:
            edit(workbook)
        content = io.BytesIO()
        workbook.save(content)
        return content.getvalue()

    return corrupt


def at(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell), "a merged cell holds nothing to change"
    return cell


def label_cell(sheet: Worksheet, label: str, block: int = 0) -> Cell:
    """The label of a row in the n-th block; currencies and notes may follow it."""
    found = [
        at(sheet, row, column)
        for row in range(1, sheet.max_row + 1)
        for column in (1, 2, 3)
        if str(sheet.cell(row, column).value or "").replace("*", "").partition("(")[0].strip() == label
    ]
    return found[block]


def header_cells(sheet: Worksheet) -> list[Cell]:
    """The headings of years, of all headers."""
    return [
        cell
        for row in sheet.iter_rows(max_row=12)
        for cell in row
        if isinstance(cell, Cell) and str(cell.value).rstrip("e").isdigit() and len(str(cell.value).rstrip("e")) == 4
    ]


def figure(workbook: Workbook, sheet: str, label: str, year: int, block: int = 0) -> Cell:
    """The cell of a country and year in the n-th block of a sheet."""
    column = next(c.column for c in header_cells(workbook[sheet]) if str(c.value).rstrip("e") == str(year))
    return at(workbook[sheet], label_cell(workbook[sheet], label, block).row, column)


def put(sheet: str, label: str, year: int, value: Value, block: int = 0) -> Edit:
    def edit(workbook: Workbook) -> None:
        figure(workbook, sheet, label, year, block).value = value

    return edit


def changed(sheet: str, label: str, year: int, change: Callable[[float], Value], block: int = 0) -> Edit:
    """One figure replaced by what `change` makes of it."""

    def edit(workbook: Workbook) -> None:
        cell = figure(workbook, sheet, label, year, block)
        assert isinstance(cell.value, int | float)
        cell.value = change(cell.value)

    return edit


def row_changed(sheet: str, label: str, change: Callable[[float], Value], block: int = 0) -> Edit:
    def edit(workbook: Workbook) -> None:
        cell = label_cell(workbook[sheet], label, block)
        _change_row(workbook[sheet], cell.row, cell.column + 1, change)

    return edit


def sheet_changed(sheet: str, change: Callable[[float], Value]) -> Edit:
    """Every figure below the headings of a sheet."""

    def edit(workbook: Workbook) -> None:
        first = header_cells(workbook[sheet])[0]
        for row in range(first.row + 1, workbook[sheet].max_row + 1):
            _change_row(workbook[sheet], row, first.column, change)

    return edit


def _change_row(sheet: Worksheet, row: int, first_column: int, change: Callable[[float], Value]) -> None:
    for column in range(first_column, sheet.max_column + 1):
        cell = sheet.cell(row, column)
        if isinstance(cell, Cell) and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            cell.value = change(cell.value)


def transposed(value: float) -> float:
    """The first two different neighbouring digits exchanged, as a typist does: 1.45 -> 4.15."""
    digits = list(repr(float(value)))
    for left, right in ((n, m) for n in range(len(digits)) for m in range(n + 1, len(digits))):
        between = "".join(digits[left + 1 : right]).strip(".")
        if digits[left].isdigit() and digits[right].isdigit() and not between and digits[left] != digits[right]:
            digits[left], digits[right] = digits[right], digits[left]
            return float("".join(digits))
    raise ValueError(f"{value} has no two different neighbouring digits")


def headings(sheets: Iterable[str], change: Callable[[str], str | int]) -> Edit:
    """The headings of years replaced."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            for cell in header_cells(workbook[sheet]):
                cell.value = change(str(cell.value))

    return edit


def texts(sheets: Iterable[str], old: str, new: str) -> Edit:
    """A piece of text replaced wherever it stands."""

    def edit(workbook: Workbook) -> None:
        hits = 0
        for sheet in sheets:
            for row in workbook[sheet].iter_rows():
                for cell in row:
                    if isinstance(cell, Cell) and isinstance(cell.value, str) and old in cell.value:
                        cell.value, hits = cell.value.replace(old, new), hits + 1
        assert hits, f"{old!r} stands nowhere"

    return edit


def titles_swapped(sheet: str, one: str, other: str) -> Edit:
    """Two block titles, found by how they begin, exchanged."""

    def edit(workbook: Workbook) -> None:
        cells = [_beginning(workbook[sheet], text) for text in (one, other)]
        cells[0].value, cells[1].value = cells[1].value, cells[0].value

    return edit


def _beginning(sheet: Worksheet, text: str) -> Cell:
    rows = sheet.iter_rows()
    return next(c for row in rows for c in row if isinstance(c, Cell) and str(c.value or "").strip().startswith(text))


def labels_swapped(sheets: Iterable[str], one: str, other: str, blocks: Iterable[int] = (0, 1)) -> Edit:
    """The labels of two rows exchanged, with currencies and notes; `blocks` beyond a sheet's last are left out."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            for block in blocks:
                try:
                    first, second = (label_cell(workbook[sheet], label, block) for label in (one, other))
                except IndexError:
                    continue
                first.value, second.value = second.value, first.value

    return edit


def label(sheet: str, old: str, new: str | None, block: int = 0) -> Edit:
    def edit(workbook: Workbook) -> None:
        label_cell(workbook[sheet], old, block).value = new

    return edit


def row_dropped(sheets: Iterable[str], name: str) -> Edit:
    """Every row of a label deleted."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            while True:
                try:
                    row = label_cell(workbook[sheet], name).row
                except IndexError:
                    break
                workbook[sheet].delete_rows(row)

    return edit


def row_copied(sheet: str, source: str, target: str) -> Edit:
    """A row overwritten with another, label included."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        one, other = label_cell(held, source).row, label_cell(held, target).row
        for column in range(1, held.max_column + 1):
            at(held, other, column).value = held.cell(one, column).value

    return edit


def figures_swapped(sheet: str, one: str, other: str, block: int = 0) -> Edit:
    """The figures of two rows exchanged, labels left."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first, second = (label_cell(held, name, block) for name in (one, other))
        for column in range(first.column + 1, held.max_column + 1):
            left, right = at(held, first.row, column), at(held, second.row, column)
            left.value, right.value = right.value, left.value

    return edit


def shifted(sheet: str, *, columns: int = 0, rows: int = 0, figures_only: bool = True) -> Edit:
    """Figures moved beside their headings or labels."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first = header_cells(held)[0]
        start = at(held, first.row + 1, first.column + (0 if figures_only else -1))
        last = at(held, held.max_row, held.max_column)
        held.move_range(f"{start.coordinate}:{last.coordinate}", rows=rows, cols=columns)

    return edit


def scaled_consistently(country: str, factor: float, years: Iterable[int], *, blocks: Iterable[int] = (0, 1)) -> Edit:
    """A country's spending scaled in every table, with totals, shares, growth and figures a head: a perfect forgery."""

    def edit(workbook: Workbook) -> None:
        ally = country != "United States"
        for year in years:
            for block in blocks:
                figure(workbook, NATIONAL, country, year, block).value *= factor  # type: ignore[operator] # a figure
                spent = figure(workbook, USD, country, year, block)
                added = spent.value * (factor - 1)  # type: ignore[operator] # a figure
                spent.value += added  # type: ignore[operator] # a figure
                for aggregate in (EUROPE, TOTAL) if ally else (TOTAL,):
                    figure(workbook, USD, aggregate, year, block).value += added  # type: ignore[operator] # a figure
        _follow(workbook, (country, EUROPE, TOTAL))

    return edit


def _follow(workbook: Workbook, names: Iterable[str]) -> None:
    """Shares and real changes as they follow from constant-price money."""
    years = sorted({int(str(cell.value).rstrip("e")) for cell in header_cells(workbook[USD])})
    for name in names:
        spent = {y: float(figure(workbook, USD, name, y, CONSTANT).value) for y in years}  # type: ignore[arg-type] # a figure
        for year in years:
            gdp = float(figure(workbook, GDP, name, year, CONSTANT).value)  # type: ignore[arg-type] # a figure
            head = figure(workbook, HEAD, name, year)
            share = 100 * spent[year] / gdp
            figure(workbook, SHARE, name, year).value = share
            figure(workbook, HEAD, name, year, 1).value = float(head.value) * share * 10  # type: ignore[arg-type] # thousands
            if year - 1 in spent:
                figure(workbook, SHARE, name, year, 1).value = 100 * (spent[year] / spent[year - 1] - 1)
