"""Corruptions of NATO's editions: workbooks, a transcription, figures files.

Belongs here: which edition is spoiled, and how. Does not belong here: how a corruption is made (workbook_faults,
text_faults), what came of it (outcomes.csv).
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import polars as pl

from tests.faults import text_faults as text
from tests.faults import workbook_faults as book
from tests.faults.model import Fault, faults_of
from tests.faults.workbook_faults import CONSTANT, CURRENT, GDP, HEAD, NATIONAL, PERSONNEL, SHARE, USD, Corruption, Edit

_TABLES: Final = (NATIONAL, USD, SHARE, "TABLE4", GDP, HEAD, PERSONNEL, "TABLE8a", "TABLE8b")


def _a_year_before(heading: str) -> str:
    return f"{int(heading.removesuffix('e')) - 1}{'e' * heading.endswith('e')}"


def _last_repeated(values: list[Any]) -> list[Any]:
    return [*values[:-1], values[-2]]


def _first_two_swapped(values: list[Any]) -> list[Any]:
    return [values[1], values[0], *values[2:]]


def _a_year_later(values: list[Any]) -> list[Any]:
    return [values[0], *values[:-1]]


# Of both workbooks, the made one and the source's own: what is done is found by labels and headings.
_EDITS: Final[dict[str, Edit]] = {
    "share of Germany 2023 moved by 0.05 pp": book.changed(SHARE, "Germany", 2023, lambda v: v + 0.05),
    "share of Germany 2023 moved by 0.1 pp": book.changed(SHARE, "Germany", 2023, lambda v: v + 0.1),
    "share of Germany 2023 moved by 1 pp": book.changed(SHARE, "Germany", 2023, lambda v: v + 1),
    "digits of a share transposed": book.changed(SHARE, "Poland", 2021, book.transposed),
    "share with its sign flipped": book.changed(SHARE, "Italy", 2020, lambda v: -v),
    "share as a fraction, one cell": book.changed(SHARE, "Italy", 2020, lambda v: v / 100),
    "share with a decimal comma": book.put(SHARE, "Italy", 2020, "1,59"),
    "share as text with a percent sign": book.put(SHARE, "Italy", 2020, "1.59%"),
    "share NaN": book.put(SHARE, "Italy", 2020, "NaN"),
    "share infinite": book.put(SHARE, "Italy", 2020, "inf"),
    "share 1E+308": book.put(SHARE, "Italy", 2020, 1e308),
    "share a spreadsheet error": book.put(SHARE, "Italy", 2020, "#REF!"),
    "share a truth value": book.put(SHARE, "Italy", 2020, value=True),
    "share an empty cell": book.put(SHARE, "Italy", 2020, None),
    "share the word zero": book.put(SHARE, "Italy", 2020, "zero"),
    "share 0": book.put(SHARE, "Italy", 2020, 0),
    "shares of two years swapped": book.together(
        book.changed(SHARE, "Latvia", 2019, lambda v: v + 0.3), book.changed(SHARE, "Latvia", 2020, lambda v: v - 0.3)
    ),
    "all shares as fractions": book.sheet_changed(SHARE, lambda v: v / 100),
    "digits of spending in US$ transposed": book.changed(USD, "Spain", 2019, book.transposed, CONSTANT),
    "digits of current spending in US$ transposed": book.changed(USD, "Spain", 2019, book.transposed, CURRENT),
    "digits of national spending transposed": book.changed(NATIONAL, "Poland", 2019, book.transposed, CURRENT),
    "national spending of a euro member transposed": book.changed(NATIONAL, "Spain", 2019, book.transposed, CURRENT),
    "spending in US$ x1000, one row": book.row_changed(USD, "Norway", lambda v: v * 1000, CURRENT),
    "national spending x1000, one row": book.row_changed(NATIONAL, "Norway", lambda v: v * 1000),
    "spending in US$ x1000, whole table": book.sheet_changed(USD, lambda v: v * 1000),
    "national spending x1000, whole table": book.sheet_changed(NATIONAL, lambda v: v * 1000),
    "spending and GDP in US$ x1000": book.together(
        book.sheet_changed(USD, lambda v: v * 1000), book.sheet_changed(GDP, lambda v: v * 1000)
    ),
    "unit cell says billion": book.texts([USD], "Million", "Billion"),
    "unit cell unknown": book.texts([USD], "Million US dollars", "Crores of rupees"),
    "spending negative": book.changed(USD, "Spain", 2019, lambda v: -v, CONSTANT),
    "spending of a country +2 % in one table": book.row_changed(USD, "Germany", lambda v: v * 1.02, CONSTANT),
    "spending +2 % with its totals, shares left": book.together(
        book.changed(USD, "Germany", 2023, lambda v: v + 1000, CONSTANT),
        book.changed(USD, book.EUROPE, 2023, lambda v: v + 1000, CONSTANT),
        book.changed(USD, book.TOTAL, 2023, lambda v: v + 1000, CONSTANT),
    ),
    "spending +2 % in every table, all that follows from it changed": book.scaled_consistently(
        "Germany", 1.02, (2023,)
    ),
    "spending +10 % in every table, all that follows from it changed": book.scaled_consistently(
        "Germany", 1.10, (2022, 2023)
    ),
    "aggregate of spending edited": book.changed(USD, book.TOTAL, 2020, lambda v: v + 500, CURRENT),
    "aggregate of GDP edited": book.changed(GDP, book.EUROPE, 2020, lambda v: v * 1.01, CURRENT),
    "GDP of a country -3 %": book.changed(GDP, "Greece", 2020, lambda v: v * 0.97, CONSTANT),
    "current GDP of a country -3 %": book.changed(GDP, "Greece", 2020, lambda v: v * 0.97, CURRENT),
    "personnel in persons": book.sheet_changed(PERSONNEL, lambda v: v * 1000),
    "personnel of a country x10": book.changed(PERSONNEL, "Italy", 2020, lambda v: v * 10),
    "GDP a head x1000": book.sheet_changed(HEAD, lambda v: v * 1000),
    "spending a head of a country +10 %": book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1, 1),
    "both figures a head of a country +10 %": book.together(
        book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1), book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1, 1)
    ),
    "share of equipment +1 pp": book.changed("TABLE8a", "France", 2021, lambda v: v + 1),
    "equipment +1 pp, personnel -1 pp": book.together(
        book.changed("TABLE8a", "France", 2021, lambda v: v + 1),
        book.changed("TABLE8a", "France", 2021, lambda v: v - 1, 1),
    ),
    "real change edited": book.changed(SHARE, "France", 2021, lambda v: v + 1, 1),
    "figures of two countries swapped, shares": book.figures_swapped(SHARE, "France", "Germany"),
    "figures of two countries swapped, spending in US$": book.figures_swapped(USD, "Latvia", "Lithuania", CURRENT),
    "labels of two countries swapped, US$ table": book.labels_swapped([USD], "Latvia", "Lithuania"),
    "labels of two countries swapped, personnel": book.labels_swapped([PERSONNEL], "Latvia", "Lithuania"),
    "labels of two euro members swapped, every table": book.labels_swapped(_TABLES, "Latvia", "Lithuania"),
    "labels of two euro members swapped, national currency": book.labels_swapped([NATIONAL], "Latvia", "Lithuania"),
    "row duplicated": book.row_copied(SHARE, "France", "Germany"),
    "country dropped from one table": book.row_dropped([PERSONNEL], "Italy"),
    "country dropped from shares": book.row_dropped([SHARE], "Italy"),
    "country dropped from every table": book.row_dropped(_TABLES, "Italy"),
    "aggregate among the members": book.label(USD, "Italy", "NATO Total"),
    "aggregate dropped": book.row_dropped([USD], "NATO Total"),
    "country unknown": book.label(USD, "Italy", "Ruritania"),
    "country of no alliance": book.label(USD, "Italy", "Switzerland"),
    "label empty": book.label(USD, "Italy", None),
    "label in mojibake": book.label(USD, "Türkiye", "TÃ¼rkiye"),
    "currency label changed": book.texts([NATIONAL], "Zlotys", "Euros"),
    "currency label unknown": book.texts([NATIONAL], "Zlotys", "Groats"),
    "figures shifted by one column": book.shifted(SHARE, columns=1),
    "figures shifted by one row": book.shifted(SHARE, rows=1),
    "headings a year off, one table": book.headings([USD], _a_year_before),
    "headings a year off, every table": book.headings(_TABLES, _a_year_before),
    "one heading wrong": book.headings([USD], lambda t: "2091" if t == "2019" else t),
    "heading repeated": book.headings([USD], lambda t: "2018" if t == "2019" else t),
    "estimate mark lost, one table": book.headings([USD], lambda t: t.rstrip("e")),
    "estimate mark lost, every table": book.headings(_TABLES, lambda t: t.rstrip("e")),
    "estimate mark too many": book.headings([USD], lambda t: f"{t.rstrip('e')}e" if t == "2020" else t),
    "base year changed in one title": book.texts([USD], "2015", "2010"),
    "base year changed everywhere": book.texts([NATIONAL, USD, SHARE, GDP, HEAD], "2015", "2010"),
    "titles of price blocks swapped, national": book.titles_swapped(NATIONAL, "Current", "Constant"),
    "titles of price blocks swapped, US$": book.titles_swapped(USD, "Current", "Constant"),
    "titles of price blocks swapped, GDP": book.titles_swapped(GDP, "Current", "Constant"),
    "titles of price blocks swapped, national, US$ and GDP": book.together(
        *(book.titles_swapped(sheet, "Current", "Constant") for sheet in (NATIONAL, USD, GDP))
    ),
    "titles of shares and real change swapped": book.titles_swapped(SHARE, "Share", "Annual"),
    "titles of figures a head swapped": book.titles_swapped(HEAD, "GDP per capita (", "Defence expenditure per"),
    "titles of equipment and personnel swapped": book.titles_swapped("TABLE8a", "Equipment", "Personnel"),
    "titles of infrastructure and other swapped": book.titles_swapped("TABLE8b", "Infrastructure", "Other"),
    "sheet missing": book.sheet_removed("TABLE7"),
    "sheet empty": book.shifted(PERSONNEL, rows=200, figures_only=False),
    # more of what people do to workbooks
    "share with a footnote glued to it": book.put(SHARE, "Italy", 2020, "1.59*"),
    "share as text": book.put(SHARE, "Italy", 2020, "1.59"),
    "share a date": book.put(SHARE, "Italy", 2020, dt.date(2020, 1, 28)),
    "spending with thousands separators": book.put(USD, "Italy", 2020, "32,866"),
    "shares cut to whole percent": book.sheet_changed(SHARE, lambda v: float(int(v))),
    "shares rounded to one decimal": book.sheet_changed(SHARE, lambda v: round(v, 1)),
    "share and all that follows from it of the year before": book.columns_filled(_TABLES, _last_repeated),
    "figures of the year before under the last heading, spending in US$": book.columns_filled([USD], _last_repeated),
    "figures in the opposite order of years, shares": book.columns_filled([SHARE], lambda values: values[::-1]),
    "figures of two years swapped, every table": book.columns_filled(_TABLES, _first_two_swapped),
    "figures of two years swapped, personnel": book.columns_filled([PERSONNEL], _first_two_swapped),
    "personnel shifted by a year": book.columns_filled([PERSONNEL], _a_year_later),
    "year dropped from one table": book.year_dropped([USD], 2019),
    "last year dropped from every table": book.year_dropped(_TABLES, 2024),
    "sheets of national currency and US$ exchanged": book.sheets_exchanged(NATIONAL, USD),
    "sheet renamed": book.sheet_renamed(SHARE, "Shares of GDP"),
    "figures of two countries swapped, equipment": book.figures_swapped("TABLE8a", "Latvia", "Lithuania"),
    "labels of two countries swapped, all categories": book.labels_swapped(
        ["TABLE8a", "TABLE8b"], "Latvia", "Lithuania"
    ),
    "labels of two countries swapped, figures a head": book.labels_swapped([HEAD], "Latvia", "Lithuania"),
    "labels of two countries of other currencies swapped, every table": book.labels_swapped(
        _TABLES, "Norway", "Sweden"
    ),
    "equipment and personnel of one country swapped": book.block_figures_swapped("TABLE8a", "France"),
    "GDP -5 % in every table, all that follows from it changed": book.gdp_scaled_consistently("Germany", 0.95, (2023,)),
    "share at the guideline instead of below": book.put(SHARE, "Italy", 2020, 2.0),
    "spending emptied but not its share": book.put(USD, "Italy", 2020, None, CONSTANT),
    "GDP emptied but not its share": book.put(GDP, "Italy", 2020, None, CONSTANT),
    "national spending emptied": book.put(NATIONAL, "Italy", 2020, None),
    "share the mark for missing": book.put(SHARE, "Italy", 2020, ".."),
    "equipment and personnel emptied": book.together(
        book.put("TABLE8a", "France", 2021, None), book.put("TABLE8a", "France", 2021, None, 1)
    ),
}

_BYTES: Final[dict[str, Corruption]] = {
    "web page under the name": text.html,
    "archive cut off": text.truncated,
    "no bytes": text.empty,
}

_SPENT: Final = {"indicator": "defence_expenditure", "entity": "POL"}
_DOLLARS: Final = {**_SPENT, "currency": "USD", "price_basis": "current"}
_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}
_SHARE_2023: Final = {**_SHARE, "year": "2023"}

_FIGURES: Final[dict[str, Corruption]] = {
    **{f"share moved by {by} pp": text.moved(by, **_SHARE_2023) for by in (0.05, 0.1, 1.0, -0.3)},
    "share as a fraction": text.scaled(0.01, indicator="defence_share_of_gdp"),
    "money in thousands": text.scaled(1000, **_DOLLARS),
    "GDP a head in thousands": text.scaled(1000, indicator="gdp_per_capita"),
    "value as text": text.cells(_SHARE_2023, value="about four"),
    "value NaN": text.cells(_SHARE_2023, value="NaN"),
    "value infinite": text.cells(_SHARE_2023, value="inf"),
    "value with a decimal comma": text.cells(_SHARE_2023, value="3,83"),
    "share withheld": text.cells(_SHARE_2023, value="missing"),
    "row lost": text.dropped(**_SHARE, year="2020"),
    "row twice": text.doubled(**_SHARE, year="2020"),
    "country lost": text.dropped(entity="POL"),
    "year lost": text.dropped(year="2020"),
    "last year lost": text.dropped(year="2026"),
    "indicator lost": text.dropped(indicator="personnel"),
    "two countries exchanged": text.exchanged("entity", "LVA", "LTU"),
    "two indicators exchanged": text.exchanged("indicator", "equipment_share", "personnel_share"),
    "two indicators exchanged, infrastructure": text.exchanged("indicator", "infrastructure_share", "other_share"),
    "two price bases exchanged": text.exchanged("price_basis", "current", "constant"),
    "two years exchanged": text.exchanged("year", "2019", "2020", **_SHARE),
    "two years exchanged everywhere": text.exchanged("year", "2019", "2020"),
    "estimate mark lost": text.cells({"status": "estimate", "year": "2025"}, status="actual"),
    "estimate mark lost in one row": text.cells({**_SHARE, "year": "2025"}, status="actual"),
    "currency changed": text.cells({**_SPENT, "currency": "PLN"}, currency="EUR"),
    "currency of no country": text.cells({**_SPENT, "currency": "PLN"}, currency="zł"),
    "base year changed in one series": text.cells({**_DOLLARS, "price_basis": "constant"}, base_year="2015"),
    "aggregate under a country's code": text.cells({"entity": "NATO"}, entity="POL"),
    "country unknown": text.cells({"entity": "POL"}, entity="XYZ"),
    "columns of value and year exchanged": text.columns_exchanged("value", "year"),
    "column renamed": text.replaced("price_basis", "prices", 1),
    "year in two digits": text.cells({"year": "2020"}, year="20"),
    "semicolons between the columns": text.semicolons,
    "another encoding": text.utf16,
    "cut off": text.truncated,
    "the file twice in one": text.repeated,
}

_WIDE: Final = {"measure": "core_share_gdp", "geo": "PL"}
_TRANSCRIPTION: Final[dict[str, Corruption]] = {
    **{f"share moved by {by} pp": text.moved(by, "y2023", **_WIDE) for by in (0.05, 0.1, 1.0)},
    "digits of a share transposed": text.cells(_WIDE, y2023="2.33"),
    "digits of money transposed": text.cells({"measure": "core_usd_2021_m", "geo": "ES"}, y2019="12345"),
    "decimal point lost": text.scaled(100, "y2023", **_WIDE),
    "line of another country typed twice": text.exchanged("geo", "LV", "LT", measure="core_share_gdp"),
    "lines of two countries exchanged in every table": text.exchanged("geo", "LV", "LT"),
    "headings a year off": text.replaced("y2026", "y2027", 1),
    "two columns exchanged": text.columns_exchanged("y2022", "y2023"),
    "a figure left out": text.cells(_WIDE, y2023=pl.lit(None, pl.String)),
    "a line left out": text.dropped(**_WIDE),
    "a line twice": text.doubled(**_WIDE),
    "measure unknown": text.replaced("core_share_gdp", "core_share", 1),
    "two measures exchanged": text.exchanged("measure", "equipment_share_pct", "personnel_share_pct"),
    "country unknown": text.cells({"geo": "PL"}, geo="PO"),
    "NaN": text.cells(_WIDE, y2023="NaN"),
    "thousands separators": text.cells({"measure": "core_usd_2021_m", "geo": "ES"}, y2019="12,345"),
    "letter O for zero": text.cells(_WIDE, y2023="3.O1"),
    "cut off": text.truncated,
}


_WORKBOOK: Final = {**{name: book.edited(edit) for name, edit in _EDITS.items()}, **_BYTES}
# Of the made workbook, which every clone has: one of each kind.
_KINDS: Final = (
    "share of Germany 2023 moved by 0.05 pp",
    "digits of a share transposed",
    "share as a fraction, one cell",
    "share with a decimal comma",
    "share an empty cell",
    "shares of two years swapped",
    "spending in US$ x1000, one row",
    "spending +10 % in every table, all that follows from it changed",
    "GDP of a country -3 %",
    "GDP a head x1000",
    "equipment +1 pp, personnel -1 pp",
    "labels of two countries swapped, US$ table",
    "labels of two euro members swapped, every table",
    "row duplicated",
    "country dropped from shares",
    "country dropped from every table",
    "aggregate among the members",
    "country unknown",
    "label in mojibake",
    "currency label changed",
    "figures shifted by one column",
    "headings a year off, one table",
    "headings a year off, every table",
    "estimate mark lost, one table",
    "estimate mark lost, every table",
    "titles of price blocks swapped, US$",
    "titles of equipment and personnel swapped",
    "last year dropped from every table",
    "sheet missing",
    "web page under the name",
    "archive cut off",
)
NATO_FAULTS: Final = (
    *faults_of("NATO workbook", {name: _WORKBOOK[name] for name in _KINDS}),
    *faults_of("NATO figures", _FIGURES),
    Fault("published a year later", "NATO figures", text.replaced("\n", "\n"), redated=dt.date(2027, 7, 10)),
    *faults_of("NATO published", _WORKBOOK),
    Fault("sent again a year later", "NATO published", book.edited(), redated=dt.date(2025, 6, 30)),
    *faults_of("NATO transcription", _TRANSCRIPTION),
)
