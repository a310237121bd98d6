"""The catalogue: every corruption that the pipeline is tried with.

Belongs here: which edition is spoiled, how, and why a fault that nothing catches cannot be told from a revision.
Does not belong here: how a corruption is made (workbook_faults, text_faults), what came of it (outcomes.csv).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from openpyxl import Workbook

from tests.factories import sipri_workbook as sipri
from tests.faults import text_faults as text
from tests.faults import workbook_faults as book
from tests.faults.model import Corruption, Fault
from tests.faults.workbook_faults import CONSTANT, CURRENT, GDP, HEAD, NATIONAL, PERSONNEL, SHARE, USD

_TABLES: Final = (NATIONAL, USD, SHARE, GDP, HEAD, PERSONNEL, "TABLE8a", "TABLE8b")
_NOBODY_ELSE: Final = (
    "The edition agrees with itself in every table, and no second source prints the figure by this definition: so would "
    "a real revision."
)
_ALONE: Final = "Nothing in the edition, nor in another source, is computed from this figure: so would a real revision."


def _remove(sheet: str) -> book.Edit:
    return lambda workbook: workbook.remove(workbook[sheet])


def _rename(sheet: str, title: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        workbook[sheet].title = title

    return edit


# Of both workbooks, the made one and the source's own: what is done is found by labels and headings.
_WORKBOOK: Final[dict[str, tuple[Corruption, str]]] = {
    # one share of GDP
    "share of Germany 2023 moved by 0.05 pp": (book.edited(book.changed(SHARE, "Germany", 2023, lambda v: v + 0.05)), ""),
    "share of Germany 2023 moved by 0.1 pp": (book.edited(book.changed(SHARE, "Germany", 2023, lambda v: v + 0.1)), ""),
    "share of Germany 2023 moved by 1 pp": (book.edited(book.changed(SHARE, "Germany", 2023, lambda v: v + 1)), ""),
    "digits of a share transposed": (book.edited(book.changed(SHARE, "Poland", 2021, book.transposed)), ""),
    "share with its sign flipped": (book.edited(book.changed(SHARE, "Italy", 2020, lambda v: -v)), ""),
    "share as a fraction, one cell": (book.edited(book.changed(SHARE, "Italy", 2020, lambda v: v / 100)), ""),
    "share with a decimal comma": (book.edited(book.put(SHARE, "Italy", 2020, "1,59")), ""),
    "share as text with a percent sign": (book.edited(book.put(SHARE, "Italy", 2020, "1.59%")), ""),
    "share NaN": (book.edited(book.put(SHARE, "Italy", 2020, "NaN")), ""),
    "share infinite": (book.edited(book.put(SHARE, "Italy", 2020, "inf")), ""),
    "share 1E+308": (book.edited(book.put(SHARE, "Italy", 2020, 1e308)), ""),
    "share a spreadsheet error": (book.edited(book.put(SHARE, "Italy", 2020, "#REF!")), ""),
    "share a truth value": (book.edited(book.put(SHARE, "Italy", 2020, True)), ""),
    "share an empty cell": (book.edited(book.put(SHARE, "Italy", 2020, None)), ""),
    "share the word zero": (book.edited(book.put(SHARE, "Italy", 2020, "zero")), ""),
    "share 0": (book.edited(book.put(SHARE, "Italy", 2020, 0)), ""),
    "shares of two years swapped": (
        book.edited(
            book.changed(SHARE, "Latvia", 2019, lambda v: v + 0.3), book.changed(SHARE, "Latvia", 2020, lambda v: v - 0.3)
        ),
        "",
    ),
    "all shares as fractions": (book.edited(book.sheet_changed(SHARE, lambda v: v / 100)), ""),
    # money
    "digits of spending in US$ transposed": (book.edited(book.changed(USD, "Spain", 2019, book.transposed, CONSTANT)), ""),
    "digits of current spending in US$ transposed": (
        book.edited(book.changed(USD, "Spain", 2019, book.transposed, CURRENT)),
        "",
    ),
    "digits of national spending transposed": (
        book.edited(book.changed(NATIONAL, "Poland", 2019, book.transposed, CURRENT)),
        "",
    ),
    "national spending of a euro member transposed": (
        book.edited(book.changed(NATIONAL, "Spain", 2019, book.transposed, CURRENT)),
        "",
    ),
    "spending in US$ x1000, one row": (book.edited(book.row_changed(USD, "Norway", lambda v: v * 1000, CURRENT)), ""),
    "national spending x1000, one row": (book.edited(book.row_changed(NATIONAL, "Norway", lambda v: v * 1000)), ""),
    "spending in US$ x1000, whole table": (book.edited(book.sheet_changed(USD, lambda v: v * 1000)), ""),
    "national spending x1000, whole table": (book.edited(book.sheet_changed(NATIONAL, lambda v: v * 1000)), ""),
    "spending and GDP in US$ x1000": (
        book.edited(book.sheet_changed(USD, lambda v: v * 1000), book.sheet_changed(GDP, lambda v: v * 1000)),
        "",
    ),
    "unit cell says billion": (book.edited(book.texts([USD], "Million", "Billion")), ""),
    "unit cell unknown": (book.edited(book.texts([USD], "Million US dollars", "Crores of rupees")), ""),
    "spending negative": (book.edited(book.changed(USD, "Spain", 2019, lambda v: -v, CONSTANT)), ""),
    "spending of a country +2 % in one table": (
        book.edited(book.row_changed(USD, "Germany", lambda v: v * 1.02, CONSTANT)),
        "",
    ),
    "spending +2 % with its totals, shares left": (
        book.edited(
            book.changed(USD, "Germany", 2023, lambda v: v + 1000, CONSTANT),
            book.changed(USD, book.EUROPE, 2023, lambda v: v + 1000, CONSTANT),
            book.changed(USD, book.TOTAL, 2023, lambda v: v + 1000, CONSTANT),
        ),
        "",
    ),
    "spending +2 % in every table, all that follows from it changed": (
        book.edited(book.scaled_consistently("Germany", 1.02, (2023,))),
        _NOBODY_ELSE,
    ),
    "spending +10 % in every table, all that follows from it changed": (
        book.edited(book.scaled_consistently("Germany", 1.10, (2022, 2023))),
        _NOBODY_ELSE,
    ),
    "aggregate of spending edited": (book.edited(book.changed(USD, book.TOTAL, 2020, lambda v: v + 500, CURRENT)), ""),
    "aggregate of GDP edited": (book.edited(book.changed(GDP, book.EUROPE, 2020, lambda v: v * 1.01, CURRENT)), ""),
    "GDP of a country -3 %": (book.edited(book.changed(GDP, "Greece", 2020, lambda v: v * 0.97, CONSTANT)), ""),
    "current GDP of a country -3 %": (book.edited(book.changed(GDP, "Greece", 2020, lambda v: v * 0.97, CURRENT)), ""),
    # figures beside spending
    "personnel in persons": (book.edited(book.sheet_changed(PERSONNEL, lambda v: v * 1000)), ""),
    "personnel of a country x10": (book.edited(book.changed(PERSONNEL, "Italy", 2020, lambda v: v * 10)), ""),
    "GDP a head x1000": (book.edited(book.sheet_changed(HEAD, lambda v: v * 1000)), ""),
    "spending a head of a country +10 %": (book.edited(book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1, 1)), ""),
    "both figures a head of a country +10 %": (
        book.edited(book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1), book.changed(HEAD, "Italy", 2020, lambda v: v * 1.1, 1)),
        "",
    ),
    "share of equipment +1 pp": (book.edited(book.changed("TABLE8a", "France", 2021, lambda v: v + 1)), ""),
    "equipment +1 pp, personnel -1 pp": (
        book.edited(
            book.changed("TABLE8a", "France", 2021, lambda v: v + 1),
            book.changed("TABLE8a", "France", 2021, lambda v: v - 1, 1),
        ),
        _ALONE,
    ),
    "real change edited": (book.edited(book.changed(SHARE, "France", 2021, lambda v: v + 1, 1)), ""),
    # rows
    "figures of two countries swapped, shares": (book.edited(book.figures_swapped(SHARE, "France", "Germany")), ""),
    "figures of two countries swapped, spending in US$": (
        book.edited(book.figures_swapped(USD, "Latvia", "Lithuania", CURRENT)),
        "",
    ),
    "labels of two countries swapped, US$ table": (book.edited(book.labels_swapped([USD], "Latvia", "Lithuania")), ""),
    "labels of two countries swapped, personnel": (
        book.edited(book.labels_swapped([PERSONNEL], "Latvia", "Lithuania")),
        "",
    ),
    "labels of two euro members swapped, every table": (
        book.edited(book.labels_swapped(_TABLES, "Latvia", "Lithuania")),
        "",
    ),
    "labels of two euro members swapped, national currency": (
        book.edited(book.labels_swapped([NATIONAL], "Latvia", "Lithuania")),
        "",
    ),
    "row duplicated": (book.edited(book.row_copied(SHARE, "France", "Germany")), ""),
    "country dropped from one table": (book.edited(book.row_dropped([PERSONNEL], "Italy")), ""),
    "country dropped from shares": (book.edited(book.row_dropped([SHARE], "Italy")), ""),
    "country dropped from every table": (book.edited(book.row_dropped(_TABLES, "Italy")), ""),
    "aggregate among the members": (book.edited(book.label(USD, "Italy", "NATO Total")), ""),
    "aggregate dropped": (book.edited(book.row_dropped([USD], "NATO Total")), ""),
    "country unknown": (book.edited(book.label(USD, "Italy", "Ruritania")), ""),
    "country of no alliance": (book.edited(book.label(USD, "Italy", "Switzerland")), ""),
    "label empty": (book.edited(book.label(USD, "Italy", None)), ""),
    "label in mojibake": (book.edited(book.label(USD, "Türkiye", "TÃ¼rkiye")), ""),
    "currency label changed": (book.edited(book.texts([NATIONAL], "Zlotys", "Euros")), ""),
    "currency label unknown": (book.edited(book.texts([NATIONAL], "Zlotys", "Groats")), ""),
    # columns and headings
    "figures shifted by one column": (book.edited(book.shifted(SHARE, columns=1)), ""),
    "figures shifted by one row": (book.edited(book.shifted(SHARE, rows=1)), ""),
    "headings a year off, one table": (
        book.edited(book.headings([USD], lambda t: f"{int(t.rstrip('e')) - 1}{'e' * t.endswith('e')}")),
        "",
    ),
    "headings a year off, every table": (
        book.edited(book.headings(_TABLES, lambda t: f"{int(t.rstrip('e')) - 1}{'e' * t.endswith('e')}")),
        "",
    ),
    "one heading wrong": (book.edited(book.headings([USD], lambda t: "2091" if t == "2019" else t)), ""),
    "heading repeated": (book.edited(book.headings([USD], lambda t: "2018" if t == "2019" else t)), ""),
    "estimate mark lost, one table": (book.edited(book.headings([USD], lambda t: t.rstrip("e"))), ""),
    "estimate mark lost, every table": (book.edited(book.headings(_TABLES, lambda t: t.rstrip("e"))), ""),
    "estimate mark too many": (book.edited(book.headings([USD], lambda t: f"{t.rstrip('e')}e" if t == "2020" else t)), ""),
    # titles and sheets
    "base year changed in one title": (book.edited(book.texts([USD], "2015", "2010")), ""),
    "base year changed everywhere": (book.edited(book.texts([NATIONAL, USD, SHARE, GDP, HEAD], "2015", "2010")), ""),
    "titles of price blocks swapped, national": (book.edited(book.titles_swapped(NATIONAL, "Current", "Constant")), ""),
    "titles of price blocks swapped, US$": (book.edited(book.titles_swapped(USD, "Current", "Constant")), ""),
    "titles of price blocks swapped, GDP": (book.edited(book.titles_swapped(GDP, "Current", "Constant")), ""),
    "titles of price blocks swapped, national, US$ and GDP": (
        book.edited(*(book.titles_swapped(sheet, "Current", "Constant") for sheet in (NATIONAL, USD, GDP))),
        "",
    ),
    "titles of shares and real change swapped": (book.edited(book.titles_swapped(SHARE, "Share", "Annual")), ""),
    "titles of figures a head swapped": (book.edited(book.titles_swapped(HEAD, "GDP per capita (", "Defence expenditure per")), ""),
    "titles of equipment and personnel swapped": (book.edited(book.titles_swapped("TABLE8a", "Equipment", "Personnel")), ""),
    "titles of infrastructure and other swapped": (
        book.edited(book.titles_swapped("TABLE8b", "Infrastructure", "Other")),
        "",
    ),
    "sheet missing": (book.edited(_remove("TABLE7")), ""),
    "sheet empty": (book.edited(book.shifted(PERSONNEL, rows=200, figures_only=False)), ""),
    # bytes
    "web page under the name": (text.html, ""),
    "archive cut off": (text.truncated, ""),
    "no bytes": (text.empty, ""),
}  # fmt: skip

_SPENT: Final = {"indicator": "defence_expenditure", "entity": "POL"}
_DOLLARS: Final = {**_SPENT, "currency": "USD", "price_basis": "current"}
_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}

_FIGURES: Final[tuple[Fault, ...]] = (
    *(
        Fault(f"share moved by {by} pp", "NATO figures", text.moved(by, **_SHARE, year="2023"))
        for by in (0.05, 0.1, 1.0, -0.3)
    ),
    Fault("share as a fraction", "NATO figures", text.scaled(0.01, indicator="defence_share_of_gdp")),
    Fault("money in thousands", "NATO figures", text.scaled(1000, **_DOLLARS)),
    Fault("value as text", "NATO figures", text.rows({**_SHARE, "year": "2023"}, value="about four")),
    Fault("value NaN", "NATO figures", text.rows({**_SHARE, "year": "2023"}, value="NaN")),
    Fault("value infinite", "NATO figures", text.rows({**_SHARE, "year": "2023"}, value="inf")),
    Fault("value with a decimal comma", "NATO figures", text.rows({**_SHARE, "year": "2023"}, value="3,83")),
    Fault("share withheld", "NATO figures", text.rows({**_SHARE, "year": "2023"}, value="missing"), untold=(
        "A source may withhold a figure; it stays visible as missing, and in the revision report.")),
    Fault("row lost", "NATO figures", text.dropped(**_SHARE, year="2020")),
    Fault("row twice", "NATO figures", text.doubled(**_SHARE, year="2020")),
    Fault("country lost", "NATO figures", text.dropped(entity="POL")),
    Fault("year lost", "NATO figures", text.dropped(year="2020")),
    Fault("last year lost", "NATO figures", text.dropped(year="2026")),
    Fault("indicator lost", "NATO figures", text.dropped(indicator="personnel")),
    Fault("two countries exchanged", "NATO figures", text.exchanged("entity", "LVA", "LTU")),
    Fault("two indicators exchanged", "NATO figures", text.exchanged("indicator", "equipment_share", "personnel_share")),
    Fault("two price bases exchanged", "NATO figures", text.exchanged("price_basis", "current", "constant")),
    Fault("two years exchanged", "NATO figures", text.exchanged("year", "2019", "2020", **_SHARE)),
    Fault("estimate mark lost", "NATO figures", text.rows({"status": "estimate", "year": "2025"}, status="actual")),
    Fault("estimate mark lost in one row", "NATO figures", text.rows({**_SHARE, "year": "2025"}, status="actual")),
    Fault("currency changed", "NATO figures", text.rows({**_SPENT, "currency": "PLN"}, currency="EUR")),
    Fault("currency of no country", "NATO figures", text.rows({**_SPENT, "currency": "PLN"}, currency="zł")),
    Fault("base year changed in one series", "NATO figures", text.rows({**_DOLLARS, "price_basis": "constant"}, base_year="2015")),
    Fault("aggregate under a country's code", "NATO figures", text.rows({"entity": "NATO"}, entity="POL")),
    Fault("country unknown", "NATO figures", text.rows({"entity": "POL"}, entity="XYZ")),
    Fault("column renamed", "NATO figures", text.replaced("price_basis", "prices", 1)),
    Fault("year in two digits", "NATO figures", text.rows({"year": "2020"}, year="20")),
    Fault("published a year later", "NATO figures", text.replaced("\n", "\n"), sidecar={"published_on": dt.date(2027, 7, 10)},
          untold="A sidecar's date is what its sender says; the same figures under a later date change nothing that is printed."),
)  # fmt: skip

_SIPRI_SHARE: Final = {"indicator": "defence_share_of_gdp", "entity": "POL"}
_SIPRI_DOLLARS: Final = {"indicator": "defence_expenditure", "entity": "POL", "price_basis": "current"}
_SIPRI_FOOT: Final = "SIPRI prints no GDP beside its shares; they are compared with the World Bank's copy of SIPRI's next release, not with their own."


def _release(*edits: book.Edit) -> Corruption:
    return book.edited(*edits)


def _sipri_cell(sheet: str, state: str, year: int, value: book.Value) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        sipri.cell_at(workbook, sheet, state, year).value = value

    return edit


def _sipri_labels(sheets: tuple[str, ...], one: str, other: str) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for sheet in sheets:
            cells = [sipri.cell_at(workbook, sheet, label, "Country") for label in (one, other)]
            cells[0].value, cells[1].value = cells[1].value, cells[0].value

    return edit


def _sipri_years(sheet: str, by: int) -> book.Edit:
    def edit(workbook: Workbook) -> None:
        for cell in workbook[sheet][sipri.header_row(workbook[sheet])]:
            if isinstance(cell.value, int):
                cell.value += by

    return edit


_OTHERS: Final[tuple[Fault, ...]] = (
    Fault("share x100", "SIPRI figures", text.scaled(100, indicator="defence_share_of_gdp")),
    Fault("share moved by 0.1 pp", "SIPRI figures", text.moved(0.001, **_SIPRI_SHARE, year="2020")),
    Fault("current dollars moved by 5 %, another year", "SIPRI figures", text.scaled(1.05, **_SIPRI_DOLLARS, year="2020"), untold=_ALONE),
    Fault("current dollars moved by 5 %, base year", "SIPRI figures", text.scaled(1.05, **_SIPRI_DOLLARS, year="2023")),
    Fault("current dollars x1000", "SIPRI figures", text.scaled(1000, **_SIPRI_DOLLARS)),
    Fault("two states exchanged, every sheet", "SIPRI figures", text.exchanged("entity", "LVA", "LTU")),
    Fault("two states exchanged, shares", "SIPRI figures", text.exchanged("entity", "LVA", "LTU", indicator="defence_share_of_gdp")),
    Fault("price bases exchanged", "SIPRI figures", text.exchanged("price_basis", "current", "constant", indicator="defence_expenditure")),
    Fault("state lost", "SIPRI figures", text.dropped(entity="POL")),
    Fault("share negative", "SIPRI figures", text.scaled(-1, **_SIPRI_SHARE)),
    Fault("figure with a decimal comma", "SIPRI workbook", _release(_sipri_cell(sipri.CURRENT_SHEET, "Germany", 2023, "1081,1"))),
    Fault("figure NaN", "SIPRI workbook", _release(_sipri_cell(sipri.CURRENT_SHEET, "Germany", 2023, "NaN"))),
    Fault("two labels exchanged on one sheet", "SIPRI workbook", _release(_sipri_labels((sipri.CURRENT_SHEET,), "Algeria", "Germany"))),
    Fault("two labels exchanged on the sheet of shares", "SIPRI workbook", _release(_sipri_labels((sipri.GDP_SHEET,), "Algeria", "Costa Rica"))),
    Fault("state unknown", "SIPRI workbook", _release(_sipri_cell(sipri.CURRENT_SHEET, "Germany", "Country", "Ruritania"))),  # type: ignore[arg-type] # a heading
    Fault("sheet missing", "SIPRI workbook", _release(lambda workbook: workbook.remove(workbook[sipri.GDP_SHEET]))),
    Fault("sheet renamed", "SIPRI workbook", _release(_rename(sipri.CURRENT_SHEET, "Dollars"))),
    Fault("base year changed in a sheet's name", "SIPRI workbook", _release(_rename(sipri.CONSTANT_SHEET, "Constant (2015) US$"))),
    Fault("headings a year off on one sheet", "SIPRI workbook", _release(_sipri_years(sipri.CURRENT_SHEET, -1))),
    Fault("currency changed", "SIPRI workbook", _release(book.texts([sipri.FISCAL_SHEET], "Dinar", "Groats"))),
    Fault("share of SIPRI moved by 0.1 pp", "World Bank figures", text.moved(0.1, **_SIPRI_SHARE, year="2020")),
    Fault("share as a fraction", "World Bank figures", text.scaled(0.01, indicator="defence_share_of_gdp")),
    Fault("two countries exchanged", "World Bank figures", text.exchanged("entity", "LVA", "GRC")),
    Fault("row lost", "World Bank figures", text.dropped(entity="POL", year="2020")),
    Fault("country code unknown", "World Bank CSV", text.replaced('"FRA"', '"QQQ"')),
    Fault("indicator unknown", "World Bank CSV", text.replaced("NY.GDP.MKTP.CD", "NY.GDP.MKTP.XX")),
    Fault("figure with a decimal comma", "World Bank CSV", text.replaced("4000000000000", "4000000000,5", 1)),
    Fault("heading repeated", "World Bank CSV", text.replaced('"2024"', '"2023"', 1)),
    Fault("country twice", "World Bank CSV", text.replaced('"FRA"', '"DEU"')),
    Fault("web page under the name", "World Bank CSV", text.html),
    Fault("GDP x1000", "IMF figures", text.scaled(1000, entity="POL")),
    Fault("GDP +5 % of one country and year", "IMF figures", text.scaled(1.05, entity="POL", year="2020"), untold=_ALONE),
    Fault("two countries exchanged", "IMF figures", text.exchanged("entity", "LVA", "LTU")),
    Fault("forecast marks lost", "IMF figures", text.rows({"year": "2027"}, status="actual")),
    Fault("scale changed", "IMF SDMX", text.replaced(",9,", ",6,")),
    Fault("figure NaN", "IMF SDMX", text.replaced("140800000000", "NaN", 1)),
    Fault("country unknown", "IMF SDMX", text.replaced("SVK", "QQQ")),
    Fault("row twice", "IMF SDMX", text.replaced(",2024,1408", ",2023,1408", 1)),
    Fault("column renamed", "IMF SDMX", text.replaced("OBS_VALUE", "VALUE")),
    Fault("share x100", "Eurostat figures", text.scaled(100, indicator="defence_share_of_gdp")),
    Fault("share moved by 0.3 pp", "Eurostat figures", text.moved(0.3, **_SIPRI_SHARE, year="2022")),
    Fault("euros in thousands", "Eurostat figures", text.scaled(1000, indicator="defence_expenditure", currency="EUR")),
    Fault("currencies exchanged", "Eurostat figures", text.exchanged("currency", "EUR", "NAC")),
    Fault("two countries exchanged", "Eurostat figures", text.exchanged("entity", "LVA", "LTU")),
    Fault("country unknown", "Eurostat JSON", text.replaced('"EL"', '"QQ"')),
    Fault("unit unknown", "Eurostat JSON", text.replaced("PC_GDP", "PC_XXX")),
    Fault("value text", "Eurostat JSON", text.replaced("52000.0", '"many"')),
    Fault("value NaN", "Eurostat JSON", text.replaced("52000.0", "NaN")),
    Fault("size of another cube", "Eurostat JSON", text.members(lambda held: held["size"].reverse())),
)  # fmt: skip


def _workbook_faults(carrier: str) -> tuple[Fault, ...]:
    return tuple(Fault(name, carrier, corrupt, untold) for name, (corrupt, untold) in _WORKBOOK.items())


MADE_REDATED: Final = Fault(
    "a year-old edition under a new date", "NATO workbook", book.edited(), sidecar={"published_on": dt.date(2025, 6, 30)}
)
# Those that need the source's own file come last: a clone has none.
FAULTS: Final[dict[str, Fault]] = {
    fault.id: fault
    for fault in (
        *_workbook_faults("NATO workbook"), MADE_REDATED, *_FIGURES, *_OTHERS, *_workbook_faults("NATO published")
    )
}  # fmt: skip
