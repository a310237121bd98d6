"""Corruptions of SIPRI's editions: its workbook, and the bundled excerpt.

Belongs here: which edition is spoiled, and how. Does not belong here: how a corruption is made (workbook_faults,
text_faults), what came of it (outcomes.csv).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tests.factories import sipri_workbook as sipri
from tests.faults import text_faults as text
from tests.faults import workbook_faults as book
from tests.faults.model import PAYLOADS, Fault, faults_of
from tests.faults.workbook_faults import Corruption

_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}
_DOLLARS: Final = {"indicator": "defence_expenditure", "entity": "POL", "price_basis": "current"}
_STATES_SHEETS: Final = (
    sipri.FISCAL_SHEET,
    sipri.CALENDAR_SHEET,
    sipri.CONSTANT_SHEET,
    sipri.CURRENT_SHEET,
    sipri.GDP_SHEET,
    sipri.CAPITA_SHEET,
    sipri.GOVERNMENT_SHEET,
)


def _put(sheet: str, state: str, year: object, value: book.Value) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        sipri.cell_at(workbook, sheet, state, year).value = value

    return edit


def _changed(sheet: str, state: str, year: object, change: Callable[[float], book.Value]) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        cell = sipri.cell_at(workbook, sheet, state, year)
        cell.value = change(book.number(cell))

    return edit


def _labels_exchanged(sheets: tuple[str, ...], one: str, other: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            cells = [sipri.cell_at(workbook, sheet, label, "Country") for label in (one, other)]
            cells[0].value, cells[1].value = cells[1].value, cells[0].value

    return edit


def _years_moved(sheets: tuple[str, ...], by: int) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            for cell in workbook[sheet][sipri.header_row(workbook[sheet])]:
                if isinstance(cell.value, int):
                    cell.value += by

    return edit


def _state_dropped(sheets: tuple[str, ...], state: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            workbook[sheet].delete_rows(sipri.cell_at(workbook, sheet, state, "Country").row)

    return edit


def _words_for_missing_as_zero(sheet: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for row in workbook[sheet].iter_rows(min_row=sipri.header_row(workbook[sheet]) + 1):
            for cell in row:
                if cell.value in {"...", ". ."}:
                    cell.value = 0

    return edit


def _colours_lost(sheet: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for row in workbook[sheet].iter_rows():
            for cell in row:
                cell.style = "Normal"

    return edit


def _figures_shifted(sheet: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        held = workbook[sheet]
        first = book.header_cells(held)[0]
        right = get_column_letter(held.max_column)
        held.move_range(f"{first.column_letter}{first.row + 1}:{right}{held.max_row}", cols=1)

    return edit


_SIPRI_EDITS: Final[dict[str, book.Edit]] = {
    "figure with a decimal comma": _put(sipri.CURRENT_SHEET, "Germany", 2023, "66826,6"),
    "figure with thousands separators": _put(sipri.CURRENT_SHEET, "Germany", 2023, "66,826.6"),
    "figure with a footnote glued to it": _put(sipri.CURRENT_SHEET, "Germany", 2023, "66826.6 [4]"),
    "figure NaN": _put(sipri.CURRENT_SHEET, "Germany", 2023, "NaN"),
    "figure infinite": _put(sipri.CURRENT_SHEET, "Germany", 2023, "inf"),
    "figure a spreadsheet error": _put(sipri.CURRENT_SHEET, "Germany", 2023, "#DIV/0!"),
    "sign of a figure flipped": _changed(sipri.CURRENT_SHEET, "Germany", 2023, lambda v: -v),
    "digits transposed, current dollars": _changed(sipri.CURRENT_SHEET, "Germany", 2020, book.transposed),
    "digits transposed, constant dollars": _changed(sipri.CONSTANT_SHEET, "Germany", 2020, book.transposed),
    "digits transposed, current dollars of the base year": _changed(
        sipri.CURRENT_SHEET, "Germany", 2023, book.transposed
    ),
    "digits transposed, national currency": _changed(sipri.CALENDAR_SHEET, "Germany", 2020, book.transposed),
    "share moved by 0.1 pp": _changed(sipri.GDP_SHEET, "Germany", 2020, lambda v: v + 0.001),
    "share moved by 1 pp": _changed(sipri.GDP_SHEET, "Germany", 2020, lambda v: v + 0.01),
    "share in percent instead of a fraction, one row": book.row_changed(sipri.GDP_SHEET, "Germany", lambda v: v * 100),
    "shares in percent instead of fractions": book.sheet_changed(sipri.GDP_SHEET, lambda v: v * 100),
    "share emptied": _put(sipri.GDP_SHEET, "Germany", 2020, None),
    "words for missing as zero, shares": _words_for_missing_as_zero(sipri.GDP_SHEET),
    "current dollars x1000, one row": book.row_changed(sipri.CURRENT_SHEET, "Germany", lambda v: v * 1000),
    "current dollars x1000, whole sheet": book.sheet_changed(sipri.CURRENT_SHEET, lambda v: v * 1000),
    "dollars x1000, both sheets": book.together(
        book.sheet_changed(sipri.CURRENT_SHEET, lambda v: v * 1000),
        book.sheet_changed(sipri.CONSTANT_SHEET, lambda v: v * 1000),
    ),
    "national currency x1000, one row": book.row_changed(sipri.CALENDAR_SHEET, "Germany", lambda v: v * 1000),
    "a region's total x10": _changed(sipri.REGION_SHEET, "World", 2020, lambda v: v * 10),
    "a region among the states": _put(sipri.CURRENT_SHEET, "Germany", "Country", "Europe"),
    "two labels exchanged, current dollars": _labels_exchanged((sipri.CURRENT_SHEET,), "Germany", "France"),
    "two labels exchanged, shares": _labels_exchanged((sipri.GDP_SHEET,), "Germany", "France"),
    "two labels exchanged, national currency": _labels_exchanged((sipri.CALENDAR_SHEET,), "Germany", "France"),
    "two labels exchanged, every sheet": _labels_exchanged(_STATES_SHEETS, "Germany", "France"),
    "state unknown": _put(sipri.CURRENT_SHEET, "Germany", "Country", "Ruritania"),
    "state in mojibake": _put(sipri.CURRENT_SHEET, "Türkiye", "Country", "TÃ¼rkiye"),
    "state dropped from one sheet": _state_dropped((sipri.GDP_SHEET,), "Germany"),
    "state dropped from every sheet": _state_dropped(_STATES_SHEETS, "Germany"),
    "row repeated under another state": book.row_copied(sipri.CURRENT_SHEET, "France", "Germany"),
    "headings a year off, one sheet": _years_moved((sipri.CURRENT_SHEET,), -1),
    "headings a year off, every sheet": _years_moved((*_STATES_SHEETS, sipri.REGION_SHEET), -1),
    "heading repeated": _put(sipri.CURRENT_SHEET, "Country", 2019, 2018),
    "figures shifted by one column": _figures_shifted(sipri.CURRENT_SHEET),
    "sheet missing": book.sheet_removed(sipri.GDP_SHEET),
    "sheet renamed": book.sheet_renamed(sipri.CURRENT_SHEET, "Dollars"),
    "names of current and constant sheets exchanged": book.sheets_exchanged(sipri.CURRENT_SHEET, sipri.CONSTANT_SHEET),
    "names of fiscal and calendar sheets exchanged": book.sheets_exchanged(sipri.FISCAL_SHEET, sipri.CALENDAR_SHEET),
    "names of the sheets of shares exchanged": book.sheets_exchanged(sipri.GDP_SHEET, sipri.GOVERNMENT_SHEET),
    "base year changed in the sheet's name": book.sheet_renamed(sipri.CONSTANT_SHEET, "Constant (2015) US$"),
    "base year changed in the sheet's text": book.texts([sipri.CONSTANT_SHEET], "2023 prices", "2015 prices"),
    "currency changed": book.texts([sipri.CALENDAR_SHEET], "Zlotys", "Euros"),
    "currency unknown": book.texts([sipri.CALENDAR_SHEET], "Zlotys", "Groats"),
    "colours lost, so every mark of an estimate": _colours_lost(sipri.CURRENT_SHEET),
}

_SIPRI_FIGURES: Final[dict[str, Corruption]] = {
    "share x100": text.scaled(100, indicator="defence_share_of_gdp"),
    "share moved by 0.1 pp": text.moved(0.1, **_SHARE, year="2020"),
    "share moved by 1 pp": text.moved(1, **_SHARE, year="2020"),
    "current dollars moved by 5 %, another year": text.scaled(1.05, **_DOLLARS, year="2020"),
    "current dollars moved by 5 %, base year": text.scaled(1.05, **_DOLLARS, year="2023"),
    "current dollars x1000": text.scaled(1000, **_DOLLARS),
    "every figure in dollars x1000": text.scaled(1000, indicator="defence_expenditure"),
    "two states exchanged, every sheet": text.exchanged("entity", "LVA", "LTU"),
    "two states exchanged, shares": text.exchanged("entity", "LVA", "LTU", indicator="defence_share_of_gdp"),
    "price bases exchanged": text.exchanged("price_basis", "current", "constant", indicator="defence_expenditure"),
    "two years exchanged": text.exchanged("year", "2019", "2020"),
    "state lost": text.dropped(entity="POL"),
    "share negative": text.scaled(-1, **_SHARE),
    "row twice": text.doubled(**_SHARE, year="2020"),
    "a region under a state's code": text.cells({"entity": "WORLD"}, entity="POL"),
    "value NaN": text.cells({**_SHARE, "year": "2020"}, value="NaN"),
    "base year changed": text.cells({"base_year": "2023"}, base_year="2015"),
}


def _release_before(_: bytes) -> bytes:
    return (PAYLOADS / "sipri" / "SIPRI-Milex-data-1948-2023.xlsx").read_bytes()


SIPRI_FAULTS: Final = (
    *faults_of("SIPRI figures", _SIPRI_FIGURES),
    *faults_of("SIPRI published", {name: book.edited(edit) for name, edit in _SIPRI_EDITS.items()}),
    Fault("the release of the year before under the new name", "SIPRI published", _release_before),
    Fault("archive cut off", "SIPRI published", text.truncated),
)
