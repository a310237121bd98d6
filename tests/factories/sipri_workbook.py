"""Small workbooks in SIPRI's layout, colours and footnotes included, with invented figures.

Belongs here: a workbook that the parser accepts unchanged, and the means to change one cell of it. Does not belong
here: what the parser should make of it.

Every state spends 1000 million of its currency in every year, but for Costa Rica, which spends nothing; the figures of
State 144 are estimates.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

YEARS = (2022, 2023, 2024)
FISCAL_SHEET = "Local currency financial years"
CALENDAR_SHEET = "Local currency calendar years"
CONSTANT_SHEET = "Constant (2023) US$"
CURRENT_SHEET = "Current US$"
GDP_SHEET = "Share of GDP"
CAPITA_SHEET = "Per capita"
GOVERNMENT_SHEET = "Share of Govt. spending"
REGION_SHEET = "Regional totals"

BLUE = Color(indexed=12)
RED = Color(indexed=10)

ESTIMATED = "State 144"
GROUPS = ("Africa", "North Africa", "Europe")
# label, currency as printed, units of it for a US dollar, marks
STATES: tuple[tuple[str, str, float, str], ...] = (
    ("Algeria", "Dinar", 134.0, "§4"),
    ("Libya", "Dinar", 4.8, "‡§¶16"),
    ("Germany", "Euro", 0.925, ""),
    ("France", "Euro", 0.925, "101"),
    ("Croatia", "Kunas     ", 0.925, ""),
    ("Switzerland", "Francs    ", 0.881, "†¶"),
    ("United States of America", "US dollars", 1.0, ""),
    ("Liberia", "Dollars", 1.0, ""),
    ("Australia", "Dollars", 1.52, ""),
    ("Zimbabwe", "US dollars", 1.0, "§‖"),
    ("Costa Rica", "Colones   ", 515.0, ""),
    *((f"State {number:03}", "Crowns", 7.0, "") for number in range(145)),
)
_COUNTRY_LEGEND = (
    "Figures in blue are SIPRI estimates. Figures in red indicate highly uncertain data.",
    '". ." = data unavailable. "xxx" = country did not exist or was not independent.',
)
_REGION_TEXT = (
    "Figures are in US$ b., at constant 2023 prices and exchange rates, except for the last figure.",
    "Figures in red indicate that more than 10% of the total figure consists of estimates for countries.",
    'The symbol "xxx" indicates that none of the countries were independent at this time.',
)
_FOOTNOTES: tuple[tuple[str | int, str], ...] = (
    ("†", "Figures for these countries do not include military pensions"),
    ("‡", "Figures for these countries are for current spending only"),
    ("§", "Figures for these countries are for the adopted budget, rather than actual expenditure"),
    ("¶", "Figures for these countries do not include spending on paramilitary forces"),
    ("‖", "This country changed or redenominated its currency during the period"),
    (4, "Algeria: The figures for Algeria are budget figures from 2004."),
    (16, "Libya: No information has been available since 2015."),
    (101, "France: The series has been revised back to 1949."),
)
# sheet -> lines above the legend, columns between the label and the first year
_COUNTRY_SHEETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    FISCAL_SHEET: (
        ("Figures are in local currency at current prices and are for financial years.",),
        ("Currency", "Fiscal Year (Jan-Dec if not stated)", "Notes"),
    ),
    CALENDAR_SHEET: (
        ("Figures are in local currency at current prices and are for calendar years, unless otherwise stated.",),
        ("Currency", "Notes"),
    ),
    CONSTANT_SHEET: (("Figures are in US $m., at constant 2023 prices and exchange rates",), ("", "Notes")),
    CURRENT_SHEET: (("Figures are in US $m., in current prices, converted at the exchange rate.",), ("Notes",)),
    GDP_SHEET: (("Military expenditure by country as percentage of gross domestic product",), ("Notes",)),
    CAPITA_SHEET: (("Military expenditure per capita by country", "Figures are in current US$"), ("Notes",)),
    GOVERNMENT_SHEET: (
        (
            "Figures are for miltary expenditure expressed as a percentage of general government expenditure,",
            "and are for calendar years except where otherwise stated.",
        ),
        ("Notes", "Reporting year"),
    ),
}


def sipri_workbook(years: Sequence[object] = YEARS, *, local_unit: float = 1.0) -> Workbook:
    """A release with ten sheets, three groups and 156 states.

    `years` are the headers as printed; sheets in local currency hold units of currency divided by `local_unit`.
    """
    workbook = Workbook()
    workbook.worksheets[0].title = "Front page"
    _add_regions(workbook.create_sheet(REGION_SHEET), years)
    for title in _COUNTRY_SHEETS:
        _add_countries(workbook.create_sheet(title), years, local_unit)
    footnotes = workbook.create_sheet("Footnotes")
    footnotes.append(["Footnotes and special notes"])
    for key, text in _FOOTNOTES:
        footnotes.append([key, text] if isinstance(key, str) else [key, None, text])
    return workbook


def release_to(last_year: int) -> Workbook:
    """The header of one long table since 1949: all that says which release a workbook is."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = CURRENT_SHEET
    sheet.append([_COUNTRY_SHEETS[CURRENT_SHEET][0][0]])
    sheet.append(["Country", "Notes", *range(1949, last_year + 1)])
    return workbook


def payload_of(workbook: Workbook) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def cell_at(workbook: Workbook, title: str, label: str, header: object) -> Cell:
    """The cell of a sheet at a row's label and a header as printed; the header itself for its own label."""
    sheet = workbook[title]
    row = next(number for number, row in enumerate(sheet.values, start=1) if row[0] == label)
    cell = sheet.cell(row, column_of(sheet, header))
    assert isinstance(cell, Cell), "a merged cell holds nothing to change"
    return cell


def column_of(sheet: Worksheet, header: object) -> int:
    """One-based column of a header."""
    headers = next(sheet.iter_rows(min_row=header_row(sheet), values_only=True))
    return headers.index(header) + 1


def header_row(sheet: Worksheet) -> int:
    """One-based row of the header."""
    return next(number for number, row in enumerate(sheet.values, start=1) if row[0] in {"Country", "Region"})


def paint(cell: Cell | MergedCell, colour: Color) -> None:
    """Give a cell's font a colour."""
    cell.font = Font(color=colour)


def _add_regions(sheet: Worksheet, years: Sequence[object]) -> None:
    for line in _REGION_TEXT:
        sheet.append([line])
    sheet.append(["Region", *years, f"{str(years[-1])[:4]} (current prices)", "", "Omitted countries"])
    for label in ("World", *GROUPS):
        sheet.append([label, *(10.0 for _ in years), 11.0, None, "Djibouti" if label == "Africa" else ""])


def _add_countries(sheet: Worksheet, years: Sequence[object], local_unit: float) -> None:
    text, columns = _COUNTRY_SHEETS[sheet.title]
    for line in (*text, *_COUNTRY_LEGEND, ""):
        sheet.append([line])
    sheet.append(["Country", *columns, *years])
    sheet.append([])
    for group in GROUPS:
        sheet.append([group])
    for label, currency, rate, marks in STATES:
        leading = {"Currency": currency, "Notes": marks}
        figure = _figure(sheet.title, 0.0 if label == "Costa Rica" else 1000.0, rate, local_unit)
        sheet.append([label, *(leading.get(column) for column in columns), *(figure for _ in years)])
        if label == ESTIMATED:
            for cell in sheet[sheet.max_row][1 + len(columns) :]:
                paint(cell, BLUE)
        if sheet.title in {GDP_SHEET, GOVERNMENT_SHEET}:
            for cell in sheet[sheet.max_row][1 + len(columns) :]:
                cell.number_format = "0.00%"


def _figure(title: str, spending_m: float, rate: float, local_unit: float) -> float | str:
    if title in {FISCAL_SHEET, CALENDAR_SHEET}:
        return spending_m * 1e6 / local_unit
    if title in {CONSTANT_SHEET, CURRENT_SHEET}:
        return spending_m / rate
    if spending_m == 0:
        return "..."
    return 100.0 if title == CAPITA_SHEET else 0.02
