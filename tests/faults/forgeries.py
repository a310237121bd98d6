"""Forgeries that contradict nothing in themselves: whoever makes them changes everything that follows, too.

Belongs here: which edition is forged, and how. Does not belong here: how a change is made (workbook_faults,
text_faults), what came of it (outcomes.csv). Names begin with `forged:`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from tests.faults import text_faults as text
from tests.faults import workbook_faults as book
from tests.faults.model import Fault
from tests.faults.workbook_faults import GDP, NATIONAL, USD, Corruption

FORGED: Final = "forged:"
_ALL_TABLES: Final = (NATIONAL, USD, "TABLE3", GDP, "TABLE6", "TABLE7", "TABLE8a", "TABLE8b")
_EVERY_YEAR: Final = range(2014, 2025)
_LAST_YEARS: Final = range(2022, 2025)
_ZLOTYS_A_EURO: Final = 4.5  # about its rate of these years: ECB, euro foreign exchange reference rates
_SERIES: Final = ("indicator", "entity", "currency", "price_basis", "unit")
# A year later: money and GDP grow as they do in most years.
_GROWN: Final = {"defence_expenditure": 1.05, "gdp": 1.04, "defence_share_of_gdp": 1.05 / 1.04}


def _a_year_later(heading: str) -> str:
    return f"{int(heading.removesuffix('e')) + 1}{'e' * heading.endswith('e')}"


def _texts_a_year_later(workbook: Workbook) -> None:
    """Notes, and the titles and headings of Table 4, which the other tables' headings do not hold."""
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and (sheet.title == "TABLE4" or str(cell.value).startswith("Notes: ")):
                    cell.value = _later(cell.value)


def _later(value: Any) -> Any:  # noqa: ANN401 (what a cell holds)
    if isinstance(value, str):
        return re.sub(r"(?<!\()20[12]\d", lambda found: f"{int(found[0]) + 1}", value)  # in brackets: the base year
    return value + 1 if value == _EVERY_YEAR[0] else value


def _last_of_before(values: list[Any]) -> list[Any]:
    return [*values[:-1], values[-2]]


def _one_year_on(growth: float) -> Callable[[list[Any]], list[Any]]:
    def change(values: list[Any]) -> list[Any]:
        last = values[-1]
        return [*values[1:], last * growth if isinstance(last, int | float) else last]

    return change


_INVENTED_YEAR: Final = book.together(
    *(book.columns_filled([sheet], _one_year_on(1.05)) for sheet in (NATIONAL, USD)),
    *(book.columns_filled([sheet], _one_year_on(1.04)) for sheet in (GDP, "TABLE6")),
    *(book.columns_filled([sheet], _one_year_on(1.0)) for sheet in ("TABLE3", "TABLE7", "TABLE8a", "TABLE8b")),
    book.headings(_ALL_TABLES, _a_year_later),
    _texts_a_year_later,
    book.everything_follows(),
    book.summary_follows(2015, 2025),
)
_FOLLOWS: Final = book.together(book.everything_follows(), book.summary_follows(2014, 2024))

_NATO: Final[Mapping[str, book.Edit]] = {
    "spending of a country +10 % in every table and year": book.together(
        book.scaled_consistently("Germany", 1.10, _EVERY_YEAR), _FOLLOWS
    ),
    "spending of a country +10 % in every table, its last three years": book.together(
        book.scaled_consistently("Germany", 1.10, _LAST_YEARS), _FOLLOWS
    ),
    "spending of a small country +30 % in every table, its last three years": book.together(
        book.scaled_consistently("Latvia", 1.30, _LAST_YEARS), _FOLLOWS
    ),
    "GDP of a country -10 % in every table and year": book.together(
        book.gdp_scaled_consistently("Germany", 0.90, _EVERY_YEAR), _FOLLOWS
    ),
    "the figures of the year before as this year's estimates": book.together(
        book.columns_filled(_ALL_TABLES, _last_of_before), _FOLLOWS
    ),
    "national spending in euros, still called zlotys": book.currency_converted("Poland", 1 / _ZLOTYS_A_EURO),
    "national spending in euros, called euros": book.currency_converted(
        "Poland", 1 / _ZLOTYS_A_EURO, ("Zlotys", "Euros")
    ),
}


def _of_nato(carrier: str) -> tuple[Fault, ...]:
    next_year = dt.date(2025, 6, 30)
    return (
        *(Fault(f"{FORGED} {name}", carrier, book.edited(edit)) for name, edit in _NATO.items()),
        Fault(
            f"{FORGED} the edition of a year ago, each year one later",
            carrier,
            book.edited(book.headings(_ALL_TABLES, _a_year_later), _texts_a_year_later),
            redated=next_year,
        ),
        Fault(f"{FORGED} a year invented, the first left out", carrier, book.edited(_INVENTED_YEAR), redated=next_year),
    )


def _of_figures(carrier: str, last: int, changes: Mapping[str, Corruption]) -> tuple[Fault, ...]:
    common = {
        "every figure of a country +10 %": text.scaled(1.1, entity="POL"),
        "the last year of a country +10 % in every table": text.scaled(1.1, entity="POL", year=f"{last}"),
        "the figures of the year before as the last year's": text.year_copied(f"{last - 1}", f"{last}", _SERIES),
        "each year one later": text.years_moved(1),
        "a year invented": text.year_invented(f"{last}", _GROWN),
    }
    return tuple(Fault(f"{FORGED} {name}", carrier, change) for name, change in {**common, **changes}.items())


FORGERIES: Final = (
    *_of_nato("NATO workbook"),
    *_of_figures("NATO figures", 2026, {"two countries exchanged everywhere": text.exchanged("entity", "NOR", "SWE")}),
    *_of_figures("SIPRI figures", 2024, {"two countries exchanged everywhere": text.exchanged("entity", "NOR", "SWE")}),
    *_of_figures("World Bank figures", 2024, {}),
    *_of_figures("IMF figures", 2029, {}),
    *_of_figures("Eurostat figures", 2025, {}),
)
