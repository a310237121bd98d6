"""One table of NATO's workbook: its blocks, their headers of years, and every figure of their rows.

Belongs here: walking a sheet from its title down. Does not belong here: which sheet carries which table, what tables
must have in common (transforms.parse.nato.workbook), what a text means (transforms.parse.nato.layout), one cell
(transforms.parse.nato.cell), and Table 4, which has another shape (transforms.parse.nato.change_table).

A block is found by its title and the header of years above its rows; nothing is found by row number, so the layouts of
2019, 2024 and 2025 are read by the same code. An unknown cell is refused with its place, and so is a figure
where none belongs: outside the years or between rows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError
from transforms.parse.frame import RawFigure
from transforms.parse.nato import layout
from transforms.parse.nato.cell import is_number, looks_like_a_figure, read_cell, split_marks, squeezed

_DEAD: Final = frozenset({"#REF!", "", None, 0})


@dataclass(frozen=True, slots=True)
class Year:
    """One column of a header."""

    column: int
    year: int
    is_estimate: bool
    place: str


@dataclass(slots=True)
class OpenBlock:
    """A block whose rows are being read. `base_year` is that of its title, if that names one.

    `passed_over` holds the texts below its first row that are not understood: notes and page numbers.
    """

    block: layout.Block
    base_year: int | None
    place: str
    years: list[Year] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    figures: list[RawFigure] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet that carries one table; `table` is None for Table 4, which has another shape."""

    worksheet: Worksheet
    number: str
    title_row: int
    table: layout.Table | None

    def place(self, row: int, column: int) -> str:
        return f"{self.worksheet.title}!{get_column_letter(column)}{row}"


def read_blocks(sheet: Sheet, published_on: dt.date) -> list[OpenBlock]:
    """The blocks of a table with their figures, in order."""
    if sheet.table is None:
        return []
    reader = _TableReader(sheet, sheet.table, published_on)
    for row in sheet.worksheet.iter_rows(min_row=sheet.title_row + 1):
        reader.read(row)
    return reader.finish()


class _TableReader:
    """Reads a table row by row: texts open blocks, headers give years, labelled rows give figures."""

    def __init__(self, sheet: Sheet, table: layout.Table, published_on: dt.date) -> None:
        self._sheet = sheet
        self._table = table
        self._published_on = published_on
        self._years: list[Year] = []
        self._unit: str | None = None
        self._unit_base_year: int | None = None
        self._blocks: list[OpenBlock] = []
        self._estimates: tuple[str, set[int]] | None = None
        # Not understood; harmless below the last row of figures, where notes are printed, but not above another row.
        self._doubtful: LayoutError | None = None
        untitled = [block for block in self._table.blocks if block.title is None]
        if untitled:
            self._blocks.append(OpenBlock(untitled[0], None, f"{sheet.worksheet.title}!row {sheet.title_row}"))

    def read(self, row: tuple[Cell | MergedCell, ...]) -> None:
        cells = [cell for cell in row if isinstance(cell, Cell) and cell.value is not None]
        if not cells:
            return
        years = _header_years(cells, self._sheet)
        if years:
            self._open_header(years)
        elif self._years and any(self._years[0].column <= cell.column <= self._years[-1].column for cell in cells):
            self._read_figures(cells[0].row, cells)
        else:
            for cell in cells:
                if isinstance(cell.value, str):
                    self._read_text(cell)
                elif is_number(cell.value):
                    self._doubt(cell, "a row with a label and figures below a header of years")

    def _doubt(self, cell: Cell, expected: str) -> None:
        if self._doubtful is None:
            place = self._sheet.place(cell.row, cell.column)
            self._doubtful = LayoutError(place=place, expected=expected, found=repr(cell.value))

    def finish(self) -> list[OpenBlock]:
        for block in self._blocks:
            _prove_block(block)
        wanted, found = len(self._table.blocks), [block.block for block in self._blocks]
        if sorted(map(repr, found)) != sorted(map(repr, self._table.blocks)):
            raise LayoutError(
                place=f"{self._sheet.worksheet.title}",
                expected=f"{wanted} blocks, each once",
                found=f"{len(found)}: {', '.join(block.place for block in self._blocks)}",
            )
        if self._estimates is not None:
            self._compare_estimates(*self._estimates)
        return self._blocks

    def _open_header(self, years: list[Year]) -> None:
        _prove_years(years, self._published_on)
        self._years = years
        if self._blocks and not self._blocks[-1].labels:
            self._blocks[-1].years = years
        elif self._blocks and [(y.year, y.is_estimate) for y in years] != [
            (y.year, y.is_estimate) for y in self._blocks[-1].years
        ]:
            raise LayoutError(place=years[0].place, expected="a block title before another header", found="other years")

    def _read_text(self, cell: Cell) -> None:
        text = squeezed(cell.value)
        place = self._sheet.place(cell.row, cell.column)
        note = layout.ESTIMATES_NOTE.match(text)
        if note:
            self._estimates = place, {int(year) for year in re.findall(r"\d{4}", note["years"])}
        elif not self._understand(text, place):
            if not (self._blocks and self._blocks[-1].labels):
                # A text between title and figures might change what they mean; below them are notes, page numbers.
                error = LayoutError(place=place, expected="a unit or a block title that is known", found=repr(text))
                raise self._doubtful or error
            if layout.UNIT_LIKE.fullmatch(text):
                self._doubt(cell, "a unit or a block title that is known")
            self._blocks[-1].passed_over.setdefault(text, place)

    def _understand(self, text: str, place: str) -> bool:
        """Whether the text, or each piece that its brackets make of it, is a unit or a block title; if so, use it."""
        whole = text.strip(" :")
        pieces = [piece for piece in re.split(r"\s*[(),;]\s*", whole) if piece]
        for texts in ([whole], pieces):
            found = [self._look_up(piece) for piece in texts]
            known = [(meaning, match) for meaning, match in found if match is not None]
            if texts and len(known) == len(texts):
                self._use(known, place)
                return True
        return False

    def _look_up(self, text: str) -> tuple[layout.Unit | layout.Block | None, re.Match[str] | None]:
        for unit in self._table.units:
            match = unit.text.fullmatch(text)
            if match:
                return unit, match
        for block in self._table.blocks:
            match = block.title.fullmatch(text) if block.title else None
            if match:
                return block, match
        return None, None

    def _use(self, known: list[tuple[layout.Unit | layout.Block | None, re.Match[str]]], place: str) -> None:
        """Set unit and base year to what the whole text says (a unit cell may say either or both); open its block."""
        units = [(meaning, match) for meaning, match in known if isinstance(meaning, layout.Unit)]
        if units:
            self._unit = next((unit.unit for unit, _ in units if unit.unit), None)
            years = [int(match["year"]) for _, match in units if "year" in match.re.groupindex]
            self._unit_base_year = years[0] if years else None
        for meaning, match in known:
            if isinstance(meaning, layout.Block):
                own = int(match["year"]) if "year" in match.re.groupindex else None
                self._blocks.append(OpenBlock(meaning, own, place, years=self._years))

    def _read_figures(self, row: int, cells: list[Cell]) -> None:
        labels = [cell for cell in cells if cell.column < self._years[0].column and isinstance(cell.value, str)]
        place = self._sheet.place(row, self._years[0].column)
        if not labels:
            self._refuse_unlabelled(row, cells)
            return
        if len(labels) > 1:
            raise LayoutError(place=place, expected="one label", found=str([cell.value for cell in labels]))
        if not self._blocks:
            raise LayoutError(place=place, expected="a block title above the figures", found=str(labels[0].value))
        if self._doubtful is not None:
            raise self._doubtful
        block = self._blocks[-1]
        if block.years != self._years:
            block.years = self._years
        self._refuse_stray(row, cells)
        label, currency, note = _split_label(squeezed(labels[0].value), self._sheet.place(row, labels[0].column), block)
        if label in block.labels:
            raise LayoutError(place=place, expected=f"{label} once", found=f"also at {block.labels[label]}")
        block.labels[label] = place
        block.figures.extend(self._figures(row, label, currency, note, block))

    def _refuse_unlabelled(self, row: int, cells: list[Cell]) -> None:
        """Below the last country are hidden rows of #REF! and zeros (2024); any other figure needs a label."""
        hidden = self._sheet.worksheet.row_dimensions[row].hidden
        alive = [cell for cell in cells if cell.value not in _DEAD]
        if alive and not hidden:
            place = self._sheet.place(row, alive[0].column)
            raise LayoutError(place=place, expected="a country label in front of figures", found="none")

    def _refuse_stray(self, row: int, cells: list[Cell]) -> None:
        """Refuse a figure outside the years; a remark in words may be to their right."""
        first, last = self._years[0], self._years[-1]
        for cell in cells:
            if cell.column > last.column and looks_like_a_figure(cell):
                expected = f"no figure beyond {last.year}, the header's last year"
            elif cell.column < first.column and not isinstance(cell.value, str):
                expected = f"no figure before {first.year}, the header's first year"
            else:
                continue
            raise LayoutError(
                place=self._sheet.place(row, cell.column),
                expected=expected,
                found=str(cell.value),
                advice="the columns may be shifted against the header",
            )

    def _figures(
        self, row: int, label: str, currency: str | None, note: str | None, block: OpenBlock
    ) -> Iterator[RawFigure]:
        unit = block.block.unit or self._unit
        base_year = None
        if block.block.prices == "constant":
            base_year = block.base_year or self._unit_base_year
        if unit is None or (block.block.prices == "constant" and base_year is None):
            raise LayoutError(place=block.place, expected="a unit cell with unit and base year", found="none above")
        before = block.figures[0] if block.figures else None
        if before and (before.unit, before.base_year) != (unit, base_year):
            place = self._sheet.place(row, self._years[0].column)
            raise LayoutError(place=place, expected=f"{before.unit} as at {before.locator}", found=f"now {unit}")
        for year in self._years:
            place = self._sheet.place(row, year.column)
            cell = self._sheet.worksheet.cell(row, year.column)
            if isinstance(cell, MergedCell):
                raise LayoutError(place=place, expected="one cell a figure", found="merged cells")
            value, availability = read_cell(cell.value, place, block.block.indicator)
            yield RawFigure(
                indicator=block.block.indicator,
                entity_label=label,
                year=year.year,
                value=value,
                availability=availability,
                unit=unit,
                currency=currency if block.block.currency == "label" else block.block.currency,
                price_basis=block.block.prices,
                base_year=base_year,
                year_basis="as_published",
                status="estimate" if year.is_estimate else "actual",
                flags=["estimate"] if year.is_estimate else [],
                note=note,
                locator=place,
            )

    def _compare_estimates(self, place: str, named: set[int]) -> None:
        for block in self._blocks:
            marked = {year.year for year in block.years if year.is_estimate}
            if marked != named:
                raise LayoutError(
                    place=block.years[0].place,
                    expected=f"the estimates that the note at {place} names: {sorted(named)}",
                    found=f"years marked e: {sorted(marked)}",
                )


def _split_label(text: str, place: str, block: OpenBlock) -> tuple[str, str | None, str | None]:
    """Country, currency as printed (Table 1 only) and footnote star."""
    currency = None
    if block.block.currency == "label":
        match = layout.LABEL_WITH_CURRENCY.fullmatch(text)
        if not match:
            raise LayoutError(place=place, expected="a country with its currency in parentheses", found=repr(text))
        text, currency = match["label"] + match["mark"], squeezed(match["currency"])
    label, marks = split_marks(text)
    return label, currency, marks


def _header_years(cells: list[Cell], sheet: Sheet) -> list[Year]:
    """The years of a header row, or nothing if the row is none. Raises `LayoutError` for years with other content."""
    found, others = [], []
    for cell in cells:
        text = str(int(cell.value)) if isinstance(cell.value, float) and cell.value.is_integer() else str(cell.value)
        match = None if isinstance(cell.value, bool) else layout.YEAR.fullmatch(text.strip())
        place = sheet.place(cell.row, cell.column)
        if match is None:
            others.append((place, cell.value))
        else:
            found.append(Year(cell.column, int(match["year"]), bool(match["estimate"]), place))
    if not others:
        return found if len(found) > 1 else []
    # Money may look like a year; a row of figures that rise by one each does not occur.
    if len(found) > 2 and all(after.year == before.year + 1 for before, after in pairwise(found)):  # noqa: PLR2004
        raise LayoutError(place=others[0][0], expected="nothing but years in a header", found=repr(others[0][1]))
    return []


def _prove_years(years: list[Year], published_on: dt.date) -> None:
    for before, after in pairwise(years):
        if after.year != before.year + 1 or after.column != before.column + 1:
            raise LayoutError(
                place=after.place, expected=f"{before.year + 1} next to {before.year}", found=str(after.year)
            )
        if before.is_estimate and not after.is_estimate:
            raise LayoutError(
                place=after.place, expected="an estimate after an estimate", found=f"{after.year} without e"
            )
    if years[-1].year > published_on.year:
        raise LayoutError(
            place=years[-1].place,
            expected=f"no year after {published_on.year}, when the edition was published",
            found=str(years[-1].year),
        )


def _prove_block(block: OpenBlock) -> None:
    if len(block.labels) < layout.ROW_FLOOR:
        raise LayoutError(
            place=block.place, expected=f"at least {layout.ROW_FLOOR} rows below", found=f"{len(block.labels)}"
        )
    values = [abs(figure.value) for figure in block.figures if figure.value is not None]
    if block.block.unit == "percent" or block.block.indicator in layout.PARTS_OF_A_WHOLE:
        middle = median(values) if values else 0.0
        if values and middle < layout.PERCENT_FLOOR:
            raise LayoutError(
                place=block.place,
                expected=f"{block.block.indicator} in percent",
                found=f"figures with a median of {middle:.4f}: fractions",
            )
    reported = {figure.year for figure in block.figures if figure.availability == "reported"}
    empty = [year for year in block.years if year.year not in reported]
    if empty:
        raise LayoutError(
            place=empty[0].place,
            expected=f"figures of {block.block.indicator} below {empty[0].year}",
            found="none in any row",
            advice="the columns may be shifted against the header",
        )
