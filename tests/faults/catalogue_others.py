"""Corruptions of editions of SIPRI, the World Bank, the IMF and Eurostat.

Belongs here: which edition is spoiled, and how. Does not belong here: how a corruption is made (workbook_faults,
text_faults), what came of it (outcomes.csv).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from openpyxl import Workbook

from tests.factories import sipri_workbook as sipri
from tests.faults import text_faults as text
from tests.faults import workbook_faults as book
from tests.faults.model import PAYLOADS, Corruption, Fault
from tests.faults.text_faults import inside_zip

_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}
_DOLLARS: Final = {"indicator": "defence_expenditure", "entity": "POL", "price_basis": "current"}
_STATES_SHEETS: Final = (
    sipri.FISCAL_SHEET, sipri.CALENDAR_SHEET, sipri.CONSTANT_SHEET, sipri.CURRENT_SHEET, sipri.GDP_SHEET,
    sipri.CAPITA_SHEET, sipri.GOVERNMENT_SHEET,
)  # fmt: skip


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
        held, header = workbook[sheet], sipri.header_row(workbook[sheet])
        first = next(cell for cell in held[header] if isinstance(cell.value, int))
        last = held.cell(held.max_row, held.max_column)
        held.move_range(f"{first.column_letter}{header + 1}:{last.column_letter}{last.row}", cols=1)

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
    "digits transposed, current dollars of the base year": _changed(sipri.CURRENT_SHEET, "Germany", 2023, book.transposed),
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
        book.sheet_changed(sipri.CURRENT_SHEET, lambda v: v * 1000), book.sheet_changed(sipri.CONSTANT_SHEET, lambda v: v * 1000)
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
}  # fmt: skip

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

_WB: Final[dict[str, Corruption]] = {
    "share moved by 0.1 pp": text.bulk_cell("POL", "2020", lambda v: v + 0.1),
    "share moved by 1 pp": text.bulk_cell("POL", "2020", lambda v: v + 1),
    "digits of a share transposed": text.bulk_cell("GRC", "2020", book.transposed),
    "share as a fraction, one country": text.bulk_figures(lambda v: v / 100, "POL"),
    "shares as fractions": text.bulk_figures(lambda v: v / 100),
    "sign of a share flipped": text.bulk_cell("POL", "2020", lambda v: -v),
    "figure with a decimal comma": text.bulk_cell("POL", "2020", lambda v: str(v).replace(".", ",")),
    "figure with thousands separators": text.bulk_cell("POL", "2020", lambda _: "2,231.5"),
    "figure NaN": text.bulk_cell("POL", "2020", lambda _: "NaN"),
    "figure infinite": text.bulk_cell("POL", "2020", lambda _: "inf"),
    "figure two dots": text.bulk_cell("POL", "2020", lambda _: ".."),
    "figure emptied": text.bulk_cell("POL", "2020", lambda _: ""),
    "figure 0": text.bulk_cell("POL", "2020", lambda _: "0"),
    "country code unknown": text.replaced('"POL"', '"QQQ"'),
    "country code in small letters": text.replaced('"POL"', '"pol"'),
    "country twice": text.replaced('"POL"', '"LVA"'),
    "an aggregate under a country's code": text.bulk(lambda rows: _codes_exchanged(rows, "WLD", "POL")),
    "two countries exchanged": text.bulk(lambda rows: _codes_exchanged(rows, "LVA", "GRC")),
    "two countries of like shares exchanged": text.bulk(lambda rows: _codes_exchanged(rows, "LVA", "LTU")),
    "country dropped": text.bulk(lambda rows: rows.remove(text.bulk_row(rows, "POL"))),
    "headings a year off": text.bulk(lambda rows: _years_off(rows, -1)),
    "heading repeated": text.replaced('"2020"', '"2019"', 1),
    "figures shifted by one column": text.bulk(lambda rows: _shifted(rows, "POL")),
    "figures of all countries shifted by one column": text.bulk(lambda rows: _shifted(rows)),
    "code of another indicator": text.replaced("MS.MIL.XPND.GD.ZS", "NY.GDP.MKTP.CD"),
    "indicator unknown": text.replaced("MS.MIL.XPND.GD.ZS", "MS.MIL.XPND.XX"),
    "names in mojibake": text.mojibake,
    "semicolons between the columns": text.semicolons,
    "another encoding": text.utf16,
    "cut off": text.truncated,
    "cut off at a line": lambda payload: b"\r\n".join(payload.split(b"\r\n")[:150]) + b"\r\n",
    "the file twice in one": text.repeated,
    "web page in the archive": text.html,
}


def _codes_exchanged(rows: text.Rows, one: str, other: str) -> None:
    first, second = text.bulk_row(rows, one), text.bulk_row(rows, other)
    first[:2], second[:2] = second[:2], first[:2]


def _years_off(rows: text.Rows, by: int) -> None:
    header = text.bulk_header(rows)
    header[4:] = [str(int(year) + by) if year else year for year in header[4:]]


def _shifted(rows: text.Rows, *codes: str) -> None:
    for row in rows[rows.index(text.bulk_header(rows)) + 1 :]:
        if not codes or row[1] in codes:
            row[4:-1] = ["", *row[4:-2]]


_WB_FIGURES: Final[dict[str, Corruption]] = {
    "share moved by 0.1 pp": text.moved(0.1, **_SHARE, year="2020"),
    "share as a fraction": text.scaled(0.01, indicator="defence_share_of_gdp"),
    "two countries exchanged": text.exchanged("entity", "LVA", "GRC"),
    "row lost": text.dropped(entity="POL", year="2020"),
    "country lost": text.dropped(entity="POL"),
    "value NaN": text.cells({**_SHARE, "year": "2020"}, value="NaN"),
}

_WB_CSV: Final[dict[str, Corruption]] = {
    "country code unknown": text.replaced('"FRA"', '"QQQ"'),
    "indicator unknown": text.replaced("NY.GDP.MKTP.CD", "NY.GDP.MKTP.XX"),
    "figure with a decimal comma": text.replaced("4000000000000", "4000000000,5", 1),
    "GDP x1000, one country": text.bulk_figures(lambda v: v * 1000, "FRA"),
    "GDP of every country in millions": text.bulk_figures(lambda v: v / 1e6),
    "heading repeated": text.replaced('"2024"', '"2023"', 1),
    "country twice": text.replaced('"FRA"', '"DEU"'),
    "web page under the name": text.html,
}


def _gdp(edit: Callable[[dict[str, dict[str, Any]]], None]) -> Corruption:
    return inside_zip(text.members(lambda reply: edit(reply["values"]["NGDPD"])), "NGDPD")


def _gdp_scaled(factor: float, *countries: str, years: tuple[str, ...] = ()) -> Corruption:
    def edit(values: dict[str, dict[str, Any]]) -> None:
        for country in countries or values:
            for year in years or values[country]:
                values[country][year] *= factor

    return _gdp(edit)


def _gdp_put(country: str, year: str, value: object) -> Corruption:
    return _gdp(lambda values: values[country].update({year: value}))


def _gdp_years_off(values: dict[str, dict[str, Any]]) -> None:
    for country, series in values.items():
        values[country] = {str(int(year) - 1): value for year, value in series.items()}


def _exchanged(values: dict[str, Any], one: str, other: str) -> None:
    values[one], values[other] = values[other], values[one]


def _last_year_dropped(values: dict[str, dict[str, Any]]) -> None:
    for series in values.values():
        series.pop("2029", None)


_IMF: Final[dict[str, Corruption]] = {
    "GDP x1000": _gdp_scaled(1000),
    "GDP of one country x1000": _gdp_scaled(1000, "POL"),
    "GDP in millions of one country": _gdp_scaled(1e-3, "POL"),
    "GDP +5 % of one country and year": _gdp_scaled(1.05, "POL", years=("2020",)),
    "GDP +5 % of one country": _gdp_scaled(1.05, "POL"),
    "GDP negative": _gdp_scaled(-1, "POL", years=("2020",)),
    "digits transposed": _gdp(lambda values: values["POL"].update({"2020": book.transposed(values["POL"]["2020"])})),
    "two countries exchanged": _gdp(lambda values: _exchanged(values, "LVA", "LTU")),
    "two countries of unlike size exchanged": _gdp(lambda values: _exchanged(values, "POL", "LTU")),
    "years off by one": _gdp(_gdp_years_off),
    "two years exchanged": _gdp(
        lambda values: (
            [_exchanged(series, "2019", "2020") for series in values.values() if {"2019", "2020"} <= set(series)]
            and None
        )
    ),
    "country dropped": _gdp(lambda values: values.pop("POL") and None),
    "last year dropped": _gdp(_last_year_dropped),
    "one figure dropped": _gdp(lambda values: values["POL"].pop("2020") and None),
    "country unknown": _gdp(lambda values: values.update({"QQQ": values.pop("POL")})),
    "the world under a country's code": _gdp(lambda values: values.update({"POL": values["WEOWORLD"]})),
    "figure as text": _gdp_put("POL", "2020", "599.458"),
    "figure text": _gdp_put("POL", "2020", "n/a"),
    "figure NaN": _gdp_put("POL", "2020", float("nan")),
    "figure infinite": _gdp_put("POL", "2020", float("inf")),
    "figure null": _gdp_put("POL", "2020", None),
    "figure 0": _gdp_put("POL", "2020", 0),
    "figure a truth value": _gdp_put("POL", "2020", True),
    "year no number": _gdp_put("POL", "2020/21", 599.5),
    "another indicator": inside_zip(text.replaced("NGDPD", "NGDPDPC"), "NGDPD"),
    "key twice": inside_zip(text.replaced('"LTU":', '"LVA":', 1), "NGDPD"),
    "cut off": inside_zip(text.truncated, "NGDPD"),
    "web page in place of the reply": inside_zip(text.html, "NGDPD"),
    "empty reply": inside_zip(lambda _: b'{"values": {}}', "NGDPD"),
    "archive cut off": text.truncated,
}

_IMF_FIGURES: Final[dict[str, Corruption]] = {
    "GDP x1000": text.scaled(1000, entity="POL"),
    "GDP +5 % of one country and year": text.scaled(1.05, entity="POL", year="2020"),
    "two countries exchanged": text.exchanged("entity", "LVA", "LTU"),
    "forecast marks lost": text.cells({"year": "2027"}, status="actual"),
    "value NaN": text.cells({"entity": "POL", "year": "2020"}, value="NaN"),
    "row twice": text.doubled(entity="POL", year="2020"),
}

_IMF_SDMX: Final[dict[str, Corruption]] = {
    "scale changed": text.replaced(",9,", ",6,"),
    "figure NaN": text.replaced("140800000000", "NaN", 1),
    "country unknown": text.replaced("SVK", "QQQ"),
    "row twice": text.replaced(",2024,1408", ",2023,1408", 1),
    "column renamed": text.replaced("OBS_VALUE", "VALUE"),
    "another frequency": text.replaced(",A,", ",Q,"),
    "latest outturn a year later": text.replaced(",2024,2025-", ",2026,2025-"),
    "another indicator": text.replaced("NGDPD", "NGDPDPC"),
}


def _places(reply: dict[str, Any], **fixed: str) -> list[str]:
    """Keys of `value` that lie at the given codes, of a JSON-stat reply."""
    axes = [list(reply["dimension"][axis]["category"]["index"]) for axis in reply["id"]]
    found = []
    for key in reply["value"]:
        place, codes = int(key), {}
        for axis, names in reversed(list(zip(reply["id"], axes, strict=True))):
            place, at = divmod(place, len(names))
            codes[axis] = names[at]
        if all(codes[axis] == code for axis, code in fixed.items()):
            found.append(key)
    return found


def _stat(change: Callable[[float], object], **fixed: str) -> Corruption:
    def edit(reply: dict[str, Any]) -> None:
        for key in _places(reply, **fixed):
            reply["value"][key] = change(reply["value"][key])

    return text.members(edit)


def _codes(axis: str, edit: Callable[[dict[str, int]], None]) -> Corruption:
    return text.members(lambda reply: edit(reply["dimension"][axis]["category"]["index"]))


def _stat_dropped(**fixed: str) -> Corruption:
    def edit(reply: dict[str, Any]) -> None:
        for key in _places(reply, **fixed):
            del reply["value"][key]

    return text.members(edit)


def _times_off(index: dict[str, int]) -> None:
    renamed = {str(int(year) - 1): place for year, place in index.items()}
    index.clear()
    index.update(renamed)


_ONE: Final = {"na_item": "TE", "geo": "PL", "time": "2023"}
_EUROSTAT: Final[dict[str, Corruption]] = {
    "share moved by 0.1 pp": _stat(lambda v: v + 0.1, **_ONE, unit="PC_GDP"),
    "share moved by 0.3 pp": _stat(lambda v: v + 0.3, **_ONE, unit="PC_GDP"),
    "shares as fractions": _stat(lambda v: v / 100, unit="PC_GDP"),
    "money moved by 5 %, euros": _stat(lambda v: v * 1.05, **_ONE, unit="MIO_EUR"),
    "money moved by 5 %, both currencies": text.members(
        lambda reply: [reply["value"].update({key: reply["value"][key] * 1.05}) for unit in ("MIO_EUR", "MIO_NAC") for key in _places(reply, **_ONE, unit=unit)] and None
    ),
    "money of a euro country moved by 5 %, both currencies": text.members(
        lambda reply: [reply["value"].update({key: reply["value"][key] * 1.05}) for unit in ("MIO_EUR", "MIO_NAC") for key in _places(reply, na_item="TE", geo="DE", time="2023", unit=unit)] and None
    ),
    "digits transposed, national currency": _stat(book.transposed, **_ONE, unit="MIO_NAC"),
    "euros in thousands": _stat(lambda v: v * 1000, unit="MIO_EUR"),
    "all money in thousands": text.members(
        lambda reply: [reply["value"].update({key: reply["value"][key] * 1000}) for unit in ("MIO_EUR", "MIO_NAC") for key in _places(reply, unit=unit)] and None
    ),
    "sign flipped": _stat(lambda v: -v, **_ONE, unit="MIO_EUR"),
    "value as text": _stat(str, **_ONE, unit="MIO_EUR"),
    "value text": _stat(lambda _: "many", **_ONE, unit="MIO_EUR"),
    "value NaN": _stat(lambda _: float("nan"), **_ONE, unit="MIO_EUR"),
    "value infinite": _stat(lambda _: float("inf"), **_ONE, unit="MIO_EUR"),
    "value null": _stat(lambda _: None, **_ONE, unit="MIO_EUR"),
    "value 0": _stat(lambda _: 0, **_ONE, unit="MIO_EUR"),
    "share dropped": _stat_dropped(**_ONE, unit="PC_GDP"),
    "country dropped": _stat_dropped(geo="PL"),
    "two countries exchanged": _codes("geo", lambda index: _exchanged(index, "LV", "LT")),
    "two units exchanged": _codes("unit", lambda index: _exchanged(index, "MIO_EUR", "MIO_NAC")),
    "money and percent exchanged": _codes("unit", lambda index: _exchanged(index, "MIO_EUR", "PC_GDP")),
    "spending and investment exchanged": _codes("na_item", lambda index: _exchanged(index, "TE", "P51G")),
    "two years exchanged": _codes("time", lambda index: _exchanged(index, "2022", "2023")),
    "years off by one": _codes("time", _times_off),
    "the union under a country's code": _codes("geo", lambda index: _exchanged(index, "EU27_2020", "PL")),
    "country unknown": text.replaced('"PL"', '"QQ"'),
    "unit unknown": text.replaced("PC_GDP", "PC_XXX"),
    "item unknown": text.replaced("P51G", "P52G"),
    "size of another cube": text.members(lambda reply: reply["size"].reverse()),
    "place beyond the cube": text.members(lambda reply: reply["value"].update({"99999": 1.0})),
    "one place for two codes": _codes("geo", lambda index: index.update({"LV": index["LT"]})),
    "key twice": text.replaced('"100":', '"101":', 1),
    "flags lost": text.members(lambda reply: reply.update({"status": {}})),
    "cut off": text.truncated,
    "another encoding": text.utf16,
    "web page under the name": text.html,
    "answer without data": lambda _: b'{"version": "2.0", "class": "dataset", "value": {}}',
}  # fmt: skip

_EUROSTAT_FIGURES: Final[dict[str, Corruption]] = {
    "share x100": text.scaled(100, indicator="defence_share_of_gdp"),
    "share moved by 0.3 pp": text.moved(0.3, **_SHARE, year="2022"),
    "euros in thousands": text.scaled(1000, indicator="defence_expenditure", currency="EUR"),
    "currencies exchanged": text.exchanged("currency", "EUR", "NAC"),
    "two countries exchanged": text.exchanged("entity", "LVA", "LTU"),
    "row lost": text.dropped(**_SHARE, year="2023"),
}

_EUROSTAT_CSV: Final[dict[str, Corruption]] = {
    "country unknown": text.replaced(",EL,", ",QQ,"),
    "unit unknown": text.replaced("PC_GDP", "PC_XXX"),
    "figure with a decimal comma": text.replaced("43812.0", '"43812,0"', 1),
    "figure NaN": text.replaced("43812.0", "NaN", 1),
    "row twice": text.replaced(",DE,2023,43812.0", ",DE,2022,43812.0", 1),
    "share as a fraction": text.replaced(",1.1,", ",0.011,"),
    "another sector": text.replaced("S13,", "S1311,"),
    "another function": text.replaced("GF02", "GF01"),
    "column renamed": text.replaced("OBS_VALUE", "VALUE"),
}


def _of(carrier: str, corruptions: dict[str, Corruption]) -> tuple[Fault, ...]:
    return tuple(Fault(name, carrier, corrupt) for name, corrupt in corruptions.items())


def _release_before(_: bytes) -> bytes:
    return (PAYLOADS / "sipri" / "SIPRI-Milex-data-1948-2023.xlsx").read_bytes()


def _data_file_twice(held: dict[str, bytes]) -> None:
    (name,) = (name for name in held if name.startswith("API_"))
    held[name.replace("API_", "API_2_")] = held[name]


def _data_file_lost(held: dict[str, bytes]) -> None:
    held.pop(next(name for name in held if name.startswith("API_")))


OTHER_FAULTS: Final = (
    *_of("SIPRI figures", _SIPRI_FIGURES),
    *_of("World Bank figures", _WB_FIGURES),
    *_of("World Bank CSV", _WB_CSV),
    *_of("IMF figures", _IMF_FIGURES),
    *_of("IMF SDMX", _IMF_SDMX),
    *_of("Eurostat figures", _EUROSTAT_FIGURES),
    *_of("Eurostat CSV", _EUROSTAT_CSV),
    *_of("SIPRI published", {name: book.edited(edit) for name, edit in _SIPRI_EDITS.items()}),
    Fault("the release of the year before under the new name", "SIPRI published", _release_before),
    Fault("archive cut off", "SIPRI published", text.truncated),
    *_of("World Bank published", {name: inside_zip(corrupt) for name, corrupt in _WB.items()}),
    Fault("two data files in the archive", "World Bank published", text.zip_members(_data_file_twice)),
    Fault("no data file in the archive", "World Bank published", text.zip_members(_data_file_lost)),
    Fault("archive cut off", "World Bank published", text.truncated),
    Fault("sent again a year later", "World Bank published", inside_zip(text.replaced("2026-02-24", "2027-02-24", 1)), redated=dt.date(2027, 2, 24)),
    *_of("IMF published", _IMF),
    Fault("sent again a year later", "IMF published", text.members_saved_again, redated=dt.date(2025, 10, 14)),
    *_of("Eurostat published", _EUROSTAT),
    Fault("sent again a year later", "Eurostat published", text.members(lambda _: None), redated=dt.date(2027, 4, 27)),
)  # fmt: skip
