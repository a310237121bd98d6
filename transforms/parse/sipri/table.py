"""Where the table of a SIPRI sheet begins and ends, and what the text above it states.

Belongs here: headers, their spellings, the bounds of a table. Does not belong here: what a sheet measures (`layout`),
the rows and cells of the table (`rows`, `marks`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from transforms.errors import LayoutError, Obstacles
from transforms.parse.book import Sheet
from transforms.parse.sipri.layout import CONSTANT, CURRENCY, NOTES, REGIONS, Measure
from transforms.parse.sipri.printed import filled, printed, year_of

FISCAL_YEAR: Final = "Fiscal Year (Jan-Dec if not stated)"
REPORTING_YEAR: Final = "Reporting year"
OMITTED: Final = "Omitted countries"
CURRENT_PRICES: Final = re.compile(r"(?P<year>\d{4}) \(current prices\)")

# April 2026 prints "Fiscal Year (Jan.–Dec. if not stated)" where earlier releases print "(Jan-Dec if not stated)".  # noqa: RUF003
_LEADING_COLUMNS: Final = {
    NOTES: re.compile(r"notes?", re.IGNORECASE),
    CURRENCY: re.compile(r"currency", re.IGNORECASE),
    FISCAL_YEAR: re.compile(r"(?:fiscal|financial) year\b.*", re.IGNORECASE),
    REPORTING_YEAR: re.compile(r"reporting year", re.IGNORECASE),
}
# On the constant sheets of 2017 to 2021, a last column such as "2020 Current" that repeats the sheet Current US$.
_REPEATED_CURRENT: Final = re.compile(r"\d{4} current.*", re.IGNORECASE)
_SCALE: Final = re.compile(r"(?<![\w.])(?:(?P<million>millions?|m\.)|(?P<billion>billions?|b\.))(?!\w)")


@dataclass(frozen=True, slots=True)
class Table:
    """Position of one sheet's table, one-based as in spreadsheets. `text` is everything above the header."""

    sheet: Sheet
    header_row: int
    label_column: int
    columns: Mapping[str, int]  # by header, other than years
    years: Mapping[int, int]  # column -> year
    text: str

    @property
    def last_column(self) -> int:
        """The last column that is read."""
        return max([*self.years, *self.columns.values()])

    def place(self, row: int, column: int) -> str:
        """Locator of a cell: `Current US$!C10`."""
        return self.sheet.place(row, column)


def find_table(sheet: Sheet, measure: Measure, obstacles: Obstacles) -> Table | None:
    """The table of a sheet, found by its header and bounded by the last of its consecutive years.

    Obstacles: a sheet without header (None is returned), an unknown column, years that do not ascend by one or go on
    behind a gap, and a sheet whose text does not state what `measure` says.
    """
    position = header_position(sheet, measure.label_header)
    if position is None:
        expected = f"a header row with {measure.label_header!r} and years"
        obstacles.add(LayoutError(place=sheet.title, expected=expected, found="none"))
        return None
    row, column = position
    headers = {number: value for number, value in enumerate(sheet.values[row - 1], start=1) if number > column}
    years = _years(sheet, row, headers, obstacles)
    first, last = min(years), max(years)
    columns = _leading_columns(sheet, row, {c: h for c, h in headers.items() if c < first and filled(h)}, obstacles)
    for needed in measure.needed_columns:
        if needed not in columns:
            place, found = f"{sheet.title}, row {row}", ", ".join(columns)
            obstacles.add(LayoutError(place=place, expected=f"a column {needed}", found=found))
    columns |= _columns_behind(sheet, row, {c: h for c, h in headers.items() if c > last}, measure, obstacles)
    table = Table(sheet, row, column, columns, years, text_above(sheet, row))
    for statement in measure.statements:
        with obstacles.collected():
            stated(table, statement)
    return table


def stated(table: Table, statement: str) -> re.Match[str]:
    """The match of a statement in the text above the table; `LayoutError` where it is not made."""
    found = re.search(statement, table.text, re.IGNORECASE)
    if found is None:
        raise LayoutError(
            place=f"{table.sheet.title}, text above the table",
            expected=f"a statement like {statement!r}",
            found=repr(table.text[:400]),
            advice="unit, price basis or legend may have changed: read the sheet before changing the parser",
        )
    return found


def scale_of_local_currency(table: Table) -> str:
    """Source unit of a sheet in local currency: "unit" unless the text above it speaks of millions or billions."""
    scales = {str(match.lastgroup) for match in _SCALE.finditer(table.text)}
    if len(scales) > 1:
        raise LayoutError(
            place=f"{table.sheet.title}, text above the table", expected="one scale", found=", ".join(sorted(scales))
        )
    return scales.pop() if scales else "unit"


def year_basis_of(table: Table, measure: Measure) -> str:
    """The year basis that the text above the table states; "calendar" where it speaks of years only."""
    year_kinds = (stated(table, statement).groupdict().get("years") for statement in measure.statements)
    return "fiscal" if "financial" in year_kinds else "calendar"


def header_position(sheet: Sheet, label_header: str) -> tuple[int, int] | None:
    """Row and column of the first cell that holds `label_header` with a year to its right."""
    for row_number, row in enumerate(sheet.values, start=1):
        for column_number, value in enumerate(row, start=1):
            if printed(value) == label_header and any(year_of(header) is not None for header in row[column_number:]):
                return row_number, column_number
    return None


def text_above(sheet: Sheet, header_row: int) -> str:
    """All text above the header, joined by blanks."""
    return " ".join(texts_above(sheet, header_row))


def texts_above(sheet: Sheet, header_row: int) -> list[str]:
    """The text of each cell above the header."""
    return [printed(value) for row in sheet.values[: header_row - 1] for value in row if filled(value)]


def _years(sheet: Sheet, row: int, headers: Mapping[int, object], obstacles: Obstacles) -> dict[int, int]:
    """The first run of years. Years behind a gap that the run holds already are those of a stray block."""
    years: dict[int, int] = {}
    ended = False
    for column, header in headers.items():
        year = year_of(header)
        place = sheet.place(row, column)
        if year is None:
            ended = bool(years)
        elif not years or (not ended and year == max(years.values()) + 1):
            years[column] = year
        elif not ended:
            expected = f"years that ascend by one, here {max(years.values()) + 1}"
            obstacles.add(LayoutError(place=place, expected=expected, found=str(year)))
            years[column] = year
        elif year > max(years.values()):
            obstacles.add(
                LayoutError(
                    place=place,
                    expected="one run of years",
                    found=f"{year} behind a gap: a second table, or a column without its year",
                    advice="use the file as SIPRI published it",
                )
            )
    return years


def _leading_columns(sheet: Sheet, row: int, headers: Mapping[int, object], obstacles: Obstacles) -> dict[str, int]:
    known: dict[str, int] = {}
    for column, header in headers.items():
        text = printed(header)
        name = next((name for name, spelling in _LEADING_COLUMNS.items() if spelling.fullmatch(text)), None)
        if name is None or name in known:
            obstacles.add(
                LayoutError(
                    place=sheet.place(row, column),
                    expected=f"one of the columns {', '.join(sorted(_LEADING_COLUMNS))}, each once, or a year",
                    found=repr(text),
                    advice="say what the column means before reading the sheet",
                )
            )
        else:
            known[name] = column
    return known


def _columns_behind(
    sheet: Sheet, row: int, headers: Mapping[int, object], measure: Measure, obstacles: Obstacles
) -> dict[str, int]:
    """Known columns to the right of the years.

    Behind a blank header SIPRI's older files keep stray blocks: no part of the table.
    """
    known: dict[str, int] = {}
    apart = False
    for column, header in headers.items():
        name = printed(header)
        if measure is REGIONS and (name == OMITTED or CURRENT_PRICES.fullmatch(name)):
            known.setdefault(name, column)
        elif name == "":
            apart = True
        elif not apart and not (measure is CONSTANT and _REPEATED_CURRENT.fullmatch(name)):
            obstacles.add(
                LayoutError(
                    place=sheet.place(row, column),
                    expected="the end of the table behind its last year",
                    found=repr(name),
                    advice="say what the column means before reading the sheet",
                )
            )
    return known
