"""Corruptions of editions of the World Bank, the IMF and Eurostat.

Belongs here: which edition is spoiled, and how. Does not belong here: how a corruption is made (text_faults), what came
of it (outcomes.csv).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from tests.faults import text_faults as text
from tests.faults.model import Fault, faults_of
from tests.faults.text_faults import inside_zip
from tests.faults.workbook_faults import Corruption, transposed

_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}


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


_WB: Final[dict[str, Corruption]] = {
    "share moved by 0.1 pp": text.bulk_cell("POL", "2020", lambda v: v + 0.1),
    "share moved by 1 pp": text.bulk_cell("POL", "2020", lambda v: v + 1),
    "digits of a share transposed": text.bulk_cell("GRC", "2020", transposed),
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
    "figures of all countries shifted by one column": text.bulk(_shifted),
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
    "figure with a decimal comma": text.bulk_cell("FRA", "2020", lambda v: str(v).replace(".", ",")),
    "digits of GDP transposed": text.bulk_cell("FRA", "2020", lambda v: transposed(v / 1e6) * 1e6),
    "GDP +3 %, one country and year": text.bulk_cell("FRA", "2020", lambda v: v * 1.03),
    "GDP +15 %, one country and year": text.bulk_cell("FRA", "2020", lambda v: v * 1.15),
    "GDP x1000, one country": text.bulk_figures(lambda v: v * 1000, "FRA"),
    "GDP of every country in millions": text.bulk_figures(lambda v: v / 1e6),
    "two countries exchanged": text.bulk(lambda rows: _codes_exchanged(rows, "LVA", "LTU")),
    "figures of all countries shifted by one column": text.bulk(_shifted),
    "headings a year off": text.bulk(lambda rows: _years_off(rows, -1)),
    "heading repeated": text.replaced('"2020"', '"2019"', 1),
    "country dropped": text.bulk(lambda rows: rows.remove(text.bulk_row(rows, "POL"))),
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


def _two_years_exchanged(values: dict[str, dict[str, Any]]) -> None:
    for series in values.values():
        if {"2019", "2020"} <= set(series):
            _exchanged(series, "2019", "2020")


def _forget(values: dict[str, Any], key: str) -> None:
    del values[key]


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
    "digits transposed": _gdp(lambda values: values["POL"].update({"2020": transposed(values["POL"]["2020"])})),
    "two countries exchanged": _gdp(lambda values: _exchanged(values, "LVA", "LTU")),
    "two countries of unlike size exchanged": _gdp(lambda values: _exchanged(values, "POL", "LTU")),
    "years off by one": _gdp(_gdp_years_off),
    "two years exchanged": _gdp(_two_years_exchanged),
    "country dropped": _gdp(lambda values: _forget(values, "POL")),
    "last year dropped": _gdp(_last_year_dropped),
    "one figure dropped": _gdp(lambda values: _forget(values["POL"], "2020")),
    "country unknown": _gdp(lambda values: values.update({"QQQ": values.pop("POL")})),
    "the world under a country's code": _gdp(lambda values: values.update({"POL": values["WEOWORLD"]})),
    "figure as text": _gdp_put("POL", "2020", "599.458"),
    "figure text": _gdp_put("POL", "2020", "n/a"),
    "figure NaN": _gdp_put("POL", "2020", float("nan")),
    "figure infinite": _gdp_put("POL", "2020", float("inf")),
    "figure null": _gdp_put("POL", "2020", None),
    "figure 0": _gdp_put("POL", "2020", 0),
    "figure a truth value": _gdp_put("POL", "2020", value=True),
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
    "figures in billions under a scale of units": text.scaled(1e-9, "OBS_VALUE"),
    "figure NaN": text.cells({"COUNTRY": "SVK", "TIME_PERIOD": "2020"}, OBS_VALUE="NaN"),
    "GDP +15 %, one country and year": text.scaled(1.15, "OBS_VALUE", COUNTRY="FRA", TIME_PERIOD="2020"),
    "GDP x10, one country": text.scaled(10, "OBS_VALUE", COUNTRY="FRA"),
    "two countries exchanged": text.exchanged("COUNTRY", "LVA", "LTU"),
    "two years exchanged": text.exchanged("TIME_PERIOD", "2019", "2020"),
    "country unknown": text.replaced("SVK", "QQQ"),
    "country dropped": text.dropped(COUNTRY="SVK"),
    "row twice": text.doubled(COUNTRY="SVK", TIME_PERIOD="2020"),
    "column renamed": text.replaced("OBS_VALUE", "VALUE"),
    "another frequency": text.replaced(",A,", ",Q,"),
    "latest outturn two years later": text.replaced(",2024,2025-", ",2026,2025-"),
    "another indicator": text.replaced("NGDPD", "NGDPDPC"),
    "sixteen years under one": text.cells({}, TIME_PERIOD="2020"),
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


def _money(factor: float, **fixed: str) -> Corruption:
    """Spending in euros and in national currency, which then agree with each other."""

    def corrupt(payload: bytes) -> bytes:
        for unit in ("MIO_EUR", "MIO_NAC"):
            payload = _stat(lambda v: v * factor, **fixed, unit=unit)(payload)
        return payload

    return corrupt


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
    "money moved by 5 %, both currencies": _money(1.05, **_ONE),
    "money of a euro country moved by 5 %, both currencies": _money(1.05, **{**_ONE, "geo": "DE"}),
    "digits transposed, national currency": _stat(transposed, **_ONE, unit="MIO_NAC"),
    "euros in thousands": _stat(lambda v: v * 1000, unit="MIO_EUR"),
    "all money in thousands": _money(1000),
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
}

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
    "figure with a decimal comma": text.cells({"geo": "DE", "unit": "PC_GDP", "TIME_PERIOD": "2022"}, OBS_VALUE="1,1"),
    "figure NaN": text.cells({"geo": "DE", "unit": "PC_GDP", "TIME_PERIOD": "2022"}, OBS_VALUE="NaN"),
    "share moved by 0.3 pp": text.moved(0.3, "OBS_VALUE", geo="DE", unit="PC_GDP", TIME_PERIOD="2022"),
    "row twice": text.doubled(geo="DE", TIME_PERIOD="2022"),
    "share as a fraction": text.scaled(0.01, "OBS_VALUE", unit="PC_GDP"),
    "euros in thousands": text.scaled(1000, "OBS_VALUE", unit="MIO_EUR"),
    "two countries exchanged": text.exchanged("geo", "LV", "LT"),
    "another sector": text.replaced("S13,", "S1311,"),
    "another function": text.replaced("GF02", "GF01"),
    "column renamed": text.replaced("OBS_VALUE", "VALUE"),
}


def _data_file_twice(held: dict[str, bytes]) -> None:
    (name,) = (name for name in held if name.startswith("API_"))
    held[name.replace("API_", "API_2_")] = held[name]


def _data_file_lost(held: dict[str, bytes]) -> None:
    held.pop(next(name for name in held if name.startswith("API_")))


OTHER_FAULTS: Final = (
    *faults_of("World Bank figures", _WB_FIGURES),
    *faults_of("World Bank CSV", _WB_CSV),
    *faults_of("IMF figures", _IMF_FIGURES),
    *faults_of("IMF SDMX", _IMF_SDMX),
    *faults_of("Eurostat figures", _EUROSTAT_FIGURES),
    *faults_of("Eurostat CSV", _EUROSTAT_CSV),
    *faults_of("World Bank published", {name: inside_zip(corrupt) for name, corrupt in _WB.items()}),
    Fault("two data files in the archive", "World Bank published", text.zip_members(_data_file_twice)),
    Fault("no data file in the archive", "World Bank published", text.zip_members(_data_file_lost)),
    Fault("archive cut off", "World Bank published", text.truncated),
    Fault(
        "sent again a year later",
        "World Bank published",
        inside_zip(text.replaced("2026-02-24", "2027-02-24", 1)),
        redated=dt.date(2027, 2, 24),
    ),
    *faults_of("IMF published", _IMF),
    Fault("sent again a year later", "IMF published", text.members_saved_again, redated=dt.date(2025, 10, 14)),
    *faults_of("Eurostat published", _EUROSTAT),
    Fault("sent again a year later", "Eurostat published", text.members(lambda _: None), redated=dt.date(2027, 4, 27)),
)
