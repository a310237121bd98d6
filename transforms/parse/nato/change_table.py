"""NATO's Table 4: two years of spending, the change between them, and the shares of both years.

Belongs here: that one table, whose header names a measure over each column. Does not belong here: the year tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError
from transforms.parse.frame import RawFigure
from transforms.parse.nato import layout
from transforms.parse.nato.cell import looks_like_a_figure, read_cell, split_marks

_HEADER_SEARCH: Final = 20  # rows below the title


@dataclass(frozen=True, slots=True)
class _Column:
    column: int
    indicator: str
    unit: str
    currency: str | None
    year: int
    is_estimate: bool


def parse_change_table(worksheet: Worksheet, title_row: int) -> list[RawFigure]:
    """Raw figures of Table 4; the change since its first year is `defence_real_change_since_<year>`, in percent.

    Raises `LayoutError` and `ValueRefusedError` with sheet and cell.
    """
    header_row, columns = _find_header(worksheet, title_row)
    base_year = _find_base_year(worksheet, title_row, header_row)
    figures: list[RawFigure] = []
    for row in range(header_row + 1, worksheet.max_row + 1):
        figures.extend(_row(worksheet, row, columns, base_year))
    _refuse_repeated(figures)
    if len(figures) < layout.ROW_FLOOR * len(columns):
        raise LayoutError(
            place=f"{worksheet.title}!row {header_row}",
            expected=f"at least {layout.ROW_FLOOR} countries below",
            found=str(len(figures) // len(columns)),
        )
    return figures


def _find_header(worksheet: Worksheet, title_row: int) -> tuple[int, list[_Column]]:
    for row in range(title_row + 1, title_row + _HEADER_SEARCH):
        texts = {cell.column: " ".join(str(cell.value).split()) for cell in worksheet[row] if cell.value is not None}
        since = next((match for text in texts.values() if (match := layout.CHANGE_HEADER.fullmatch(text))), None)
        if since:
            place = f"{worksheet.title}!row {row}"
            return row, [_column(column, text, since["since"], place) for column, text in sorted(texts.items())]
    raise LayoutError(
        place=f"{worksheet.title}!row {title_row}", expected="a header with the real change", found="none"
    )


def _column(column: int, text: str, since: str, place: str) -> _Column:
    for pattern, indicator, unit, currency in (
        (layout.YEAR, "defence_expenditure", "million", "USD"),
        (layout.CHANGE_HEADER, f"defence_real_change_since_{since}", "percent", None),
        (layout.SHARE_HEADER, "defence_share_of_gdp", "percent", None),
    ):
        match = pattern.fullmatch(text)
        if match:
            year = match["year"]
            is_estimate = (text if pattern is layout.YEAR else year).lower().endswith("e")
            return _Column(column, indicator, unit, currency, int(year[:4]), is_estimate)
    raise LayoutError(place=place, expected="a year, a real change or a share", found=repr(text))


def _find_base_year(worksheet: Worksheet, title_row: int, header_row: int) -> int:
    for row in range(title_row + 1, header_row):
        for cell in worksheet[row]:
            match = layout.CHANGE_UNIT.fullmatch(" ".join(str(cell.value).split())) if cell.value is not None else None
            if match:
                return int(match["year"])
    raise LayoutError(
        place=f"{worksheet.title}!row {title_row}",
        expected="a unit cell with the base year",
        found="none that is known",
    )


def _row(worksheet: Worksheet, row: int, columns: list[_Column], base_year: int) -> Iterator[RawFigure]:
    before = range(1, columns[0].column)
    labels = [text for column in before if isinstance(text := worksheet.cell(row, column).value, str)]
    values = {column.column: worksheet.cell(row, column.column) for column in columns}
    if all(cell.value is None for cell in values.values()):
        return
    place = f"{worksheet.title}!{values[columns[0].column].coordinate}"
    if len(labels) != 1:
        raise LayoutError(place=place, expected="one country label in front of figures", found=str(labels))
    _refuse_stray(worksheet, row, columns)
    label, note = split_marks(" ".join(labels[0].split()))
    for column in columns:
        cell = values[column.column]
        locator = f"{worksheet.title}!{cell.coordinate}"
        value, availability = read_cell(cell.value, locator, column.indicator)
        yield RawFigure(
            indicator=column.indicator,
            entity_label=label,
            year=column.year,
            value=value,
            availability=availability,
            unit=column.unit,
            currency=column.currency,
            price_basis="constant",
            base_year=base_year,
            year_basis="as_published",
            status="estimate" if column.is_estimate else "actual",
            flags=["estimate"] if column.is_estimate else [],
            note=note,
            locator=locator,
        )


def _refuse_stray(worksheet: Worksheet, row: int, columns: list[_Column]) -> None:
    """Refuse a figure outside the header's columns; a remark in words may be to their right."""
    named = {column.column for column in columns}
    for cell in next(worksheet.iter_rows(min_row=row, max_row=row)):
        if not isinstance(cell, Cell) or cell.column in named or not looks_like_a_figure(cell):
            continue
        if cell.column > columns[0].column or not isinstance(cell.value, str):
            raise LayoutError(
                place=f"{worksheet.title}!{cell.coordinate}",
                expected="no figure outside the columns that the header names",
                found=repr(cell.value),
                advice="the columns may be shifted against the header",
            )


def _refuse_repeated(figures: list[RawFigure]) -> None:
    """A header that repeats a column and a table that repeats a country print the same figure twice."""
    places: dict[tuple[str, str, int], str] = {}
    for figure in figures:
        key = (figure.indicator, figure.entity_label, figure.year)
        if key in places:
            raise LayoutError(
                place=figure.locator,
                expected=f"{figure.indicator} of {figure.entity_label} in {figure.year} once",
                found=f"also at {places[key]}",
            )
        places[key] = figure.locator
