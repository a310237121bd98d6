"""SIPRI's workbook: its ten sheets, what each measures, and where its table stands.

Belongs here: sheet names, the statements by which a sheet proves its unit, headers, the bounds of a table.
Does not belong here: cells and marks inside the table (`sipri_marks`), the raw frame (`sipri`).

Layout read from the workbooks of April 2024 (1948-2023) and April 2025 (1949-2024_2); what is said of older ones is
known from what other readers of those files had to do, and is admitted only where it cannot change a figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError

OMITTED: Final = "Omitted countries"
NOTES: Final = "Notes"
CURRENCY: Final = "Currency"
FISCAL_YEAR: Final = "Fiscal Year (Jan-Dec if not stated)"
REPORTING_YEAR: Final = "Reporting year"

_COUNTRY_COLOURS: Final = MappingProxyType({"blue": "source_estimate", "red": "highly_uncertain"})
_COUNTRY_LEGEND: Final = (r"in blue are SIPRI estimates", r"in red indicate highly uncertain", r"xxx")
# "Figures in red indicate that more than 10% of the total figure consists of estimates for countries for which data
# is missing": another meaning than on the country sheets.
_REGION_COLOURS: Final = MappingProxyType({"red": "source_estimate"})
_REGION_LEGEND: Final = (r"in red indicate that more than 10% of the total figure consists of estimates", r"xxx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one sheet measures.

    `statements` are patterns that the text above the table must hold: they prove unit, basis and legend. `unit` None:
    that text tells the scale. `local_currency`: printed in the Currency column; else `currency`, None for shares.
    """

    sheet: str
    name: re.Pattern[str]
    indicator: str
    unit: str | None
    currency: str | None
    price_basis: str
    statements: tuple[str, ...]
    label_header: str = "Country"
    colours: Mapping[str, str] = field(default_factory=lambda: _COUNTRY_COLOURS)
    local_currency: bool = False
    as_percentage: bool = False  # the cells hold fractions and show them by a percentage format

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """Columns without which figures would lose their flags or their currency."""
        if self.label_header == "Region":
            return ()
        return (NOTES, CURRENCY) if self.local_currency else (NOTES,)


REGIONS: Final = Measure(
    sheet="Regional totals",
    name=re.compile("Regional totals"),
    indicator="defence_expenditure",
    unit="billion",
    currency="USD",
    price_basis="constant",
    statements=(r"US ?\$ ?b\W+at constant (?P<base_year>\d{4}) prices", *_REGION_LEGEND),
    label_header="Region",
    colours=_REGION_COLOURS,
)
FISCAL: Final = Measure(
    sheet="Local currency financial years",
    name=re.compile("Local currency financial years"),
    indicator="defence_expenditure",
    unit=None,
    currency=None,
    price_basis="current",
    statements=(r"in local currency at current prices and are for (?P<years>financial) years", *_COUNTRY_LEGEND),
    local_currency=True,
)
CALENDAR: Final = Measure(
    sheet="Local currency calendar years",
    name=re.compile("Local currency calendar years"),
    indicator="defence_expenditure",
    unit=None,
    currency=None,
    price_basis="current",
    statements=(r"in local currency at current prices and are for (?P<years>calendar) years", *_COUNTRY_LEGEND),
    local_currency=True,
)
CONSTANT: Final = Measure(
    sheet="Constant (YYYY) US$",
    name=re.compile(r"Constant \((?P<base_year>\d{4})\) US(?:\$|D)"),  # "Constant (2017) USD" in older files
    indicator="defence_expenditure",
    unit="million",
    currency="USD",
    price_basis="constant",
    statements=(r"US ?\$ ?m\W+at constant (?P<base_year>\d{4}) prices", *_COUNTRY_LEGEND),
)
CURRENT: Final = Measure(
    sheet="Current US$",
    name=re.compile(r"Current US(?:\$|D)"),
    indicator="defence_expenditure",
    unit="million",
    currency="USD",
    price_basis="current",
    statements=(r"US ?\$ ?m\W+in current prices", *_COUNTRY_LEGEND),
)
SHARE_OF_GDP: Final = Measure(
    sheet="Share of GDP",
    name=re.compile("Share of GDP"),
    indicator="defence_share_of_gdp",
    unit="fraction",
    currency=None,
    price_basis="current",
    statements=(r"as percentage of gross domestic product", *_COUNTRY_LEGEND),
    as_percentage=True,
)
PER_CAPITA: Final = Measure(
    sheet="Per capita",
    name=re.compile("Per capita"),
    indicator="defence_per_capita",
    unit="currency_per_head",
    currency="USD",
    price_basis="current",
    statements=(r"per capita", r"in current US ?\$", *_COUNTRY_LEGEND),
)
SHARE_OF_GOVERNMENT: Final = Measure(
    sheet="Share of Govt. spending",
    name=re.compile(r"Share of Govt\. spending"),
    indicator="government_share",
    unit="fraction",
    currency=None,
    price_basis="none",
    statements=(r"percentage of general government.* are for (?P<years>calendar|financial) years", *_COUNTRY_LEGEND),
    as_percentage=True,
)
MEASURES: Final = (REGIONS, FISCAL, CALENDAR, CONSTANT, CURRENT, SHARE_OF_GDP, PER_CAPITA, SHARE_OF_GOVERNMENT)
FRONT_PAGE: Final = "Front page"  # a text box: coverage, contents, terms of use
FOOTNOTES: Final = "Footnotes"

CURRENT_PRICES: Final = re.compile(r"(?P<year>\d{4}) \(current prices\)")
# On older constant sheets, a last column such as "2019 Current" that repeats the sheet Current US$.
_REPEATED_CURRENT: Final = re.compile(r"\d{4} Current.*")
_LABEL_COLUMNS: Final = frozenset({NOTES, CURRENCY, FISCAL_YEAR, REPORTING_YEAR})
_YEAR: Final = re.compile(r"((?:19|20)\d{2})(?:\.0)?")
_SCALE: Final = re.compile(r"(?<![\w.])(?:(?P<million>millions?|m\.)|(?P<billion>billions?|b\.))(?!\w)")
_NOT_THE_RELEASE: Final = (
    "exports of https://milex.sipri.org bear the same file name and hold other sheets and fewer countries: "
    "fetch the release that https://www.sipri.org/databases/milex links"
)


@dataclass(frozen=True, slots=True)
class Table:
    """Where one sheet's table stands, one-based as in openpyxl. `text` is everything above the header."""

    sheet: Worksheet
    header_row: int
    label_column: int
    columns: Mapping[str, int]  # by header, other than years
    years: Mapping[int, int]  # column -> year
    text: str

    @property
    def last_column(self) -> int:
        """Column of the last year; what stands to its right is read only through `columns`."""
        return max(self.years)

    def place(self, row: int, column: int) -> str:
        """Locator of a cell: `Current US$!C10`."""
        return f"{self.sheet.title}!{get_column_letter(column)}{row}"


def find_sheets(workbook: Workbook) -> dict[str, Worksheet]:
    """The ten sheets by the name that `Measure.sheet`, `FRONT_PAGE` and `FOOTNOTES` give them.

    Raises `LayoutError` for a missing sheet, and for another sheet unless it is empty.
    """
    known = {FRONT_PAGE: re.compile(FRONT_PAGE), FOOTNOTES: re.compile(FOOTNOTES)}
    known |= {measure.sheet: measure.name for measure in MEASURES}
    found: dict[str, Worksheet] = {}
    for sheet in workbook.worksheets:
        name = next((name for name, pattern in known.items() if pattern.fullmatch(sheet.title.strip())), None)
        if name is None and not any(_filled(value) for row in sheet.iter_rows(values_only=True) for value in row):
            continue
        if name is None or name in found:
            raise LayoutError(
                place=sheet.title,
                expected=f"the ten sheets of a SIPRI release, each once: {', '.join(known)}",
                found="another sheet that holds cells" if name is None else f"{name} a second time",
                advice="use the file as SIPRI published it; " + _NOT_THE_RELEASE,
            )
        found[name] = sheet
    missing = [name for name in known if name not in found]
    if missing:
        raise LayoutError(
            place="workbook",
            expected=f"the ten sheets of a SIPRI release: {', '.join(known)}",
            found=f"{', '.join(workbook.sheetnames)}; missing: {', '.join(missing)}",
            advice=_NOT_THE_RELEASE,
        )
    return found


def find_table(sheet: Worksheet, measure: Measure) -> Table:
    """The table of a sheet, found by its header and bounded by the last of its consecutive years.

    Raises `LayoutError` for a sheet without header, an unknown column, years that do not ascend by one or run on
    behind a gap, and a sheet whose text does not state what `measure` says.
    """
    position = header_position(sheet, measure.label_header)
    if position is None:
        raise LayoutError(
            place=sheet.title, expected=f"a header row with {measure.label_header!r} and years", found="none"
        )
    row, column = position
    headers = {number: cell.value for number, cell in enumerate(sheet[row], start=1) if number > column}
    years = _years(sheet, row, headers)
    first, last = min(years), max(years)
    columns = _label_columns(sheet, row, {c: h for c, h in headers.items() if c < first and _filled(h)})
    for needed in measure.needed_columns:
        if needed not in columns:
            raise LayoutError(
                place=f"{sheet.title}, row {row}", expected=f"a column {needed}", found=", ".join(columns)
            )
    columns |= _columns_behind(sheet, row, {c: h for c, h in headers.items() if c > last}, measure)
    table = Table(sheet, row, column, columns, years, text_above(sheet, row))
    for statement in measure.statements:
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
    told = (stated(table, statement).groupdict().get("years") for statement in measure.statements)
    return "fiscal" if "financial" in told else "calendar"


def header_position(sheet: Worksheet, label_header: str) -> tuple[int, int] | None:
    """Row and column of the first cell that holds `label_header` with a year to its right."""
    for row_number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        for column_number, value in enumerate(row, start=1):
            if printed(value) == label_header and any(year_of(header) is not None for header in row[column_number:]):
                return row_number, column_number
    return None


def text_above(sheet: Worksheet, header_row: int) -> str:
    """All text above the header, joined by blanks."""
    return " ".join(texts_above(sheet, header_row))


def texts_above(sheet: Worksheet, header_row: int) -> list[str]:
    """The text of each cell above the header."""
    rows = sheet.iter_rows(max_row=header_row - 1, values_only=True)
    return [printed(value) for row in rows for value in row if _filled(value)]


def printed(value: object) -> str:
    """A cell's content as text, with single blanks; blank cells give an empty string."""
    return " ".join(str(value).split()) if value is not None else ""


def year_of(value: object) -> int | None:
    """A header's year, printed as 2010, 2010.0, "2010" or "2010.0"; None for anything else."""
    match = _YEAR.fullmatch(printed(value))
    return int(match[1]) if match else None


def _filled(value: object) -> bool:
    return printed(value) != ""


def _years(sheet: Worksheet, row: int, headers: Mapping[int, object]) -> dict[int, int]:
    years: dict[int, int] = {}
    ended = False
    for column, header in headers.items():
        year = year_of(header)
        if year is None:
            ended = bool(years)
        elif ended:
            raise LayoutError(
                place=f"{sheet.title}!{get_column_letter(column)}{row}",
                expected="one run of years",
                found=f"{year} behind a gap: a second table, or a column without its year",
                advice="use the file as SIPRI published it",
            )
        elif years and year != max(years.values()) + 1:
            raise LayoutError(
                place=f"{sheet.title}!{get_column_letter(column)}{row}",
                expected=f"years that ascend by one, here {max(years.values()) + 1}",
                found=str(year),
            )
        else:
            years[column] = year
    return years


def _label_columns(sheet: Worksheet, row: int, headers: Mapping[int, object]) -> dict[str, int]:
    known: dict[str, int] = {}
    for column, header in headers.items():
        name = printed(header)
        if name not in _LABEL_COLUMNS or name in known:
            raise LayoutError(
                place=f"{sheet.title}!{get_column_letter(column)}{row}",
                expected=f"one of the columns {', '.join(sorted(_LABEL_COLUMNS))}, each once, or a year",
                found=repr(name),
                advice="say what the column means before reading the sheet",
            )
        known[name] = column
    return known


def _columns_behind(sheet: Worksheet, row: int, headers: Mapping[int, object], measure: Measure) -> dict[str, int]:
    """Known columns to the right of the years.

    Behind a blank header SIPRI's older files keep stray blocks: no part of the table, unless years stand above them.
    """
    known: dict[str, int] = {}
    apart = False
    for column, header in headers.items():
        name = printed(header)
        if measure is REGIONS and (name == OMITTED or CURRENT_PRICES.fullmatch(name)):
            known[name] = column
        elif name == "":
            apart = True
        elif not apart and not (measure is CONSTANT and _REPEATED_CURRENT.fullmatch(name)):
            raise LayoutError(
                place=f"{sheet.title}!{get_column_letter(column)}{row}",
                expected="the end of the table behind its last year",
                found=repr(name),
                advice="say what the column means before reading the sheet",
            )
    return known
