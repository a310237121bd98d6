"""Corruptions of workbooks: cells, rows, columns, headings and sheets, found by what is printed there.

Belongs here: small functions that make a corruption. Does not belong here: which edition is spoiled (catalogue).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories.workbook_places import header_cells, label_of

Corruption = Callable[[bytes], bytes]
Edit = Callable[[Workbook], None]
Value = bool | float | str | dt.date | None
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
    return _labelled(sheet, label)[block]


def _labelled(sheet: Worksheet, label: str) -> list[Cell]:
    """Every cell left of the years that holds the label."""
    rows = sheet.iter_rows(max_col=header_cells(sheet)[0].column - 1)
    return [cell for row in rows for cell in row if isinstance(cell, Cell) and label_of(cell) == label]


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
        cell.value = change(number(cell))

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
    for _, cell in _cells(sheet, row, first_column):
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            cell.value = change(cell.value)


def _cells(sheet: Worksheet, row: int, first_column: int = 1) -> list[tuple[int, Cell]]:
    """The cells of a row with their columns, without those that a merged cell covers."""
    cells = ((column, sheet.cell(row, column)) for column in range(first_column, sheet.max_column + 1))
    return [(column, cell) for column, cell in cells if isinstance(cell, Cell)]


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
    """A piece of text replaced everywhere."""

    def edit(workbook: Workbook) -> None:
        hits = 0
        for sheet in sheets:
            for row in workbook[sheet].iter_rows():
                for cell in row:
                    if isinstance(cell, Cell) and isinstance(cell.value, str) and old in cell.value:
                        cell.value, hits = cell.value.replace(old, new), hits + 1
        assert hits, f"{old!r} is nowhere"

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


def labels_swapped(sheets: Iterable[str], one: str, other: str) -> Edit:
    """The labels of two rows exchanged in every block, with currencies and notes."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            pairs = list(zip(*(_labelled(workbook[sheet], label) for label in (one, other)), strict=True))
            assert pairs, f"{sheet} holds neither {one} nor {other}"
            for first, second in pairs:
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
            rows = [cell.row for cell in _labelled(workbook[sheet], name)]
            assert rows, f"{sheet} holds no {name}"
            for row in reversed(rows):
                workbook[sheet].delete_rows(row)

    return edit


def row_copied(sheet: str, source: str, target: str) -> Edit:
    """A row overwritten with another, label included."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        one, other = label_cell(held, source).row, label_cell(held, target).row
        for column, cell in _cells(held, other):
            cell.value = held.cell(one, column).value

    return edit


def figures_swapped(sheet: str, one: str, other: str, block: int = 0) -> Edit:
    """The figures of two rows exchanged, labels left."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first, second = (label_cell(held, name, block) for name in (one, other))
        rows = _cells(held, first.row, first.column + 1), _cells(held, second.row, first.column + 1)
        for (_, left), (_, right) in zip(*rows, strict=True):
            left.value, right.value = right.value, left.value

    return edit


def shifted(sheet: str, *, columns: int = 0, rows: int = 0, figures_only: bool = True) -> Edit:
    """Figures moved away from their headings or labels."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first = header_cells(held)[0]
        left = get_column_letter(first.column - (not figures_only))
        right = get_column_letter(held.max_column)
        held.move_range(f"{left}{first.row + 1}:{right}{held.max_row}", rows=rows, cols=columns)

    return edit


def scaled_consistently(country: str, factor: float, years: Iterable[int]) -> Edit:
    """A country's spending scaled in every table, with totals, shares, growth and figures a head: a perfect forgery."""

    def edit(workbook: Workbook) -> None:
        for year in years:
            for block in (CURRENT, CONSTANT):
                _scale(figure(workbook, NATIONAL, country, year, block), factor)
                added = number(figure(workbook, USD, country, year, block)) * (factor - 1)
                for name in (country, EUROPE, TOTAL):
                    _add(figure(workbook, USD, name, year, block), added)
        _follow(workbook, (country, EUROPE, TOTAL))

    return edit


def _follow(workbook: Workbook, names: Iterable[str]) -> None:
    """Shares, real changes and spending a head as they follow from constant-price money."""
    years = sorted({int(str(cell.value).removesuffix("e")) for cell in header_cells(workbook[USD])})
    for name in names:
        spent = {year: number(figure(workbook, USD, name, year, CONSTANT)) for year in years}
        for year in years:
            share = 100 * spent[year] / number(figure(workbook, GDP, name, year, CONSTANT))
            figure(workbook, SHARE, name, year).value = share
            # thousands of US$ of GDP a head, so tens of US$ for a percent
            figure(workbook, HEAD, name, year, 1).value = number(figure(workbook, HEAD, name, year)) * share * 10
            if year - 1 in spent:
                figure(workbook, SHARE, name, year, 1).value = 100 * (spent[year] / spent[year - 1] - 1)


def number(cell: Cell) -> float:
    assert isinstance(cell.value, int | float), f"{cell.coordinate} holds no figure"
    return cell.value


def _scale(cell: Cell, factor: float) -> None:
    cell.value = number(cell) * factor


def _add(cell: Cell, added: float) -> None:
    cell.value = number(cell) + added


def together(*edits: Edit) -> Edit:
    def edit(workbook: Workbook) -> None:
        for one in edits:
            one(workbook)

    return edit


def columns_filled(sheets: Iterable[str], change: Callable[[list[Any]], list[Any]]) -> Edit:
    """The figures of each row under the headings replaced by what `change` makes of them, in order of the years."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            years = [cell.column for cell in header_cells(workbook[sheet])]
            for row in range(header_cells(workbook[sheet])[0].row + 1, workbook[sheet].max_row + 1):
                cells = [cell for column, cell in _cells(workbook[sheet], row) if column in years]
                if len(cells) == len(years) and any(isinstance(cell.value, int | float) for cell in cells):
                    for cell, value in zip(cells, change([cell.value for cell in cells]), strict=True):
                        cell.value = value

    return edit


def year_dropped(sheets: Iterable[str], year: int) -> Edit:
    """The column of a year deleted, heading included."""

    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            found = [c for c in header_cells(workbook[sheet]) if str(c.value).removesuffix("e") == str(year)]
            workbook[sheet].delete_cols(found[0].column)

    return edit


def sheet_removed(title: str) -> Edit:
    return lambda workbook: workbook.remove(workbook[title])


def sheet_renamed(title: str, new: str) -> Edit:
    def edit(workbook: Workbook) -> None:
        workbook[title].title = new

    return edit


def sheets_exchanged(one: str, other: str) -> Edit:
    """The names of two sheets exchanged."""
    return together(sheet_renamed(one, "aside"), sheet_renamed(other, one), sheet_renamed("aside", other))


def block_figures_swapped(sheet: str, name: str) -> Edit:
    """The figures of a row exchanged between the two blocks of a sheet."""

    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first, second = (label_cell(held, name, block) for block in (0, 1))
        rows = _cells(held, first.row, first.column + 1), _cells(held, second.row, first.column + 1)
        for (_, left), (_, right) in zip(*rows, strict=True):
            left.value, right.value = right.value, left.value

    return edit


def gdp_scaled_consistently(country: str, factor: float, years: Iterable[int]) -> Edit:
    """A country's GDP scaled in every table, with totals, shares and figures a head: the other perfect forgery."""

    def edit(workbook: Workbook) -> None:
        for year in years:
            for block in (CURRENT, CONSTANT):
                added = number(figure(workbook, GDP, country, year, block)) * (factor - 1)
                for name in (country, EUROPE, TOTAL):
                    _add(figure(workbook, GDP, name, year, block), added)
            _scale(figure(workbook, HEAD, country, year), factor)
        _follow(workbook, (country, EUROPE, TOTAL))

    return edit


def everything_follows(names: Iterable[str] | None = None) -> Edit:
    """Shares, real changes and spending a head recalculated, of all rows of the table of money or of those named."""

    def edit(workbook: Workbook) -> None:
        _follow(workbook, _rows_of_money(workbook) if names is None else names)

    return edit


def _rows_of_money(workbook: Workbook) -> list[str]:
    """The labels that the tables of money and of GDP hold with a figure in every year."""
    years = [int(str(cell.value).removesuffix("e")) for cell in header_cells(workbook[USD])]
    found = {label_of(cell) for row in workbook[USD].iter_rows(max_col=3) for cell in row if isinstance(cell, Cell)}

    def is_whole(label: str) -> bool:
        try:
            cells = [figure(workbook, sheet, label, year, CONSTANT) for sheet in (USD, GDP) for year in years]
        except IndexError:
            return False
        return all(isinstance(cell.value, int | float) for cell in cells)

    return sorted(label for label in found if label and is_whole(label))


def currency_converted(country: str, factor: float, names: tuple[str, str] | None = None) -> Edit:
    """National spending of a country in another currency, in both price blocks; `names`: its label, old and new."""
    rows = [row_changed(NATIONAL, country, lambda value: value * factor, block) for block in (CURRENT, CONSTANT)]
    return together(*rows, *([texts([NATIONAL], *names)] if names else []))


def summary_follows(first: int, last: int) -> Edit:
    """Table 4, which prints money and share of the first and the last year and the change between them, once more."""

    def edit(workbook: Workbook) -> None:
        sheet = workbook["TABLE4"]
        for name in _rows_of_money(workbook):
            cells = [cell for row in sheet.iter_rows(max_col=3) for cell in row if isinstance(cell, Cell)]
            line = next((cell for cell in cells if isinstance(cell.value, str) and label_of(cell) == name), None)
            if line is None:
                continue
            money = [number(figure(workbook, USD, name, year, CONSTANT)) for year in (first, last)]
            shares = [number(figure(workbook, SHARE, name, year)) for year in (first, last)]
            for column, value in enumerate([*money, 100 * (money[1] / money[0] - 1), *shares], start=1):
                line.offset(column=column).value = value

    return edit
