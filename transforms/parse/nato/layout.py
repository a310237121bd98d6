"""The vocabulary of NATO's workbooks: tables, blocks, units, notes, and what each means.

Belongs here: every text that the parser understands, with the layout in which it was read.
Does not belong here: walking a sheet (transforms.parse.nato.table).

Read in the workbook of 17 June 2024. The layouts of 2025 and 2026 (titles in A1, `Core defence expenditure`) and of
2019 and before (`..`, `-`, prices of 2010, Table 5 with real GDP in billions only) follow descriptions by others and
wait for their first real file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a table. `prices` is current, constant or none; `currency` "label": it is in the row's label."""

    title: re.Pattern[str] | None  # None: the table has one block, without a title
    indicator: str
    prices: str
    currency: str | None = None
    unit: str | None = None  # None: the table's unit cell says it


@dataclass(frozen=True, slots=True)
class Unit:
    """One text of a unit cell, or one part of it. A group `year` is the base year of the table's constant prices."""

    text: re.Pattern[str]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table under one of its titles; editions that print another choice of blocks are entries of their own."""

    title: re.Pattern[str]
    units: tuple[Unit, ...]
    blocks: tuple[Block, ...]


def _text(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


TITLE: Final = _text(r"table\s*(?P<number>\d)\s*(?P<part>[ab])?\s*[:.\u2013-]\s*(?P<title>.+)")
_SPENDING: Final = r"(core )?defence expenditures?"
_RATES: Final = r"( and exchange rates)?"
_CURRENT: Final = _text(rf"current prices{_RATES}")
_CONSTANT: Final = _text(rf"constant (?P<year>\d{{4}}) prices{_RATES}")
_DOLLARS: Final = (
    Unit(_text(r"million us dollars"), "million"),
    Unit(_text(r"billion us dollars"), "billion"),
)
_PRICES_OF: Final = Unit(_text(r"(?P<year>\d{4}) prices and exchange rates"), None)
_PERCENT: Final = r"( \(%\))?"
_WHOLE: Final = (Unit(_text(rf"percentage of total {_SPENDING}"), "percent"),)

TABLES: Final[dict[str, Table]] = {
    "1": Table(
        _text(_SPENDING),
        (Unit(_text(r"million national currency( units?)?"), "million"),),
        (
            Block(_CURRENT, "defence_expenditure", "current", "label"),
            Block(_CONSTANT, "defence_expenditure", "constant", "label"),
        ),
    ),
    "2": Table(
        _text(_SPENDING),
        _DOLLARS,
        (
            Block(_CURRENT, "defence_expenditure", "current", "USD"),
            Block(_CONSTANT, "defence_expenditure", "constant", "USD"),
        ),
    ),
    "3": Table(
        _text(rf"{_SPENDING} as a (share|percentage) of (real )?(gdp|gross domestic product) and annual real change"),
        (Unit(_text(r"based on (?P<year>\d{4}) prices( and exchange rates)?"), None),),
        (
            Block(_text(rf"share of (real )?gdp{_PERCENT}"), "defence_share_of_gdp", "constant", unit="percent"),
            Block(_text(rf"annual real change{_PERCENT}"), "defence_real_change", "constant", unit="percent"),
        ),
    ),
    "5": Table(
        _text(r"(gdp|gross domestic product)"),
        _DOLLARS,
        (Block(_CURRENT, "gdp", "current", "USD"), Block(_CONSTANT, "gdp", "constant", "USD")),
    ),
    "6": Table(
        _text(rf"gdp per capita and {_SPENDING} per capita"),
        (_PRICES_OF,),
        (
            Block(
                _text(r"gdp per capita \(thousand us dollars\)"),
                "gdp_per_capita",
                "constant",
                "USD",
                "thousand_currency_per_head",
            ),
            Block(
                _text(rf"{_SPENDING} per capita \(us dollars\)"),
                "defence_per_capita",
                "constant",
                "USD",
                "currency_per_head",
            ),
        ),
    ),
    "7": Table(
        _text(r"military personnel"),
        (Unit(_text(r"thousands"), "thousand_persons"),),
        (Block(None, "personnel", "none"),),
    ),
    "8a": Table(
        _text(rf"distribution of {_SPENDING} by main category"),
        _WHOLE,
        (
            Block(_text(r"equipment \(a\)"), "equipment_share", "none"),
            Block(_text(r"personnel \(b\)"), "personnel_share", "none"),
        ),
    ),
    "8b": Table(
        _text(rf"distribution of {_SPENDING} by main category"),
        _WHOLE,
        (
            Block(_text(r"infrastructure \(c\)"), "infrastructure_share", "none"),
            Block(_text(r"other \(d\)"), "other_share", "none"),
        ),
    ),
}
# Tables that some editions print under another title and with other blocks.
OTHER_TABLES: Final[dict[str, tuple[Table, ...]]] = {
    "5": (Table(_text(r"real gdp"), (*_DOLLARS, _PRICES_OF), (Block(None, "gdp", "constant", "USD"),)),),
}
# Table 4 repeats figures of Tables 2 and 3 in another shape; the layouts after 2024 are not known to have it.
CHANGE_TABLE: Final = "4"
CHANGE_TITLE: Final = _text(rf"{_SPENDING} real change \d{{4}}-\d{{4}}e?")
CHANGE_UNIT: Final = _text(r"million us dollars \((?P<year>\d{4}) prices and exchange rates\)")
CHANGE_HEADER: Final = _text(r"real change (?P<since>\d{4})-(?P<year>\d{4}e?) \(%\)")
SHARE_HEADER: Final = _text(r"share of (real )?gdp (?P<year>\d{4}e?) \(%\)")

YEAR: Final = _text(r"(?P<year>(19|20)\d\d)\s*(?P<estimate>e?)")
ESTIMATES_NOTE: Final = _text(r"notes?\s*:\s*figures for (?P<years>\d{4}(?:(?:, | and )\d{4})*) are estimates")
LABEL_WITH_CURRENCY: Final = re.compile(r"(?P<label>.*?)\s*\((?P<currency>[^()]+)\)\s*(?P<mark>\**)")
WRITTEN_FIGURE: Final = re.compile(r"[-+]?\d[\d .,]*%?")
# A text between rows of figures that may change what the rows below it mean.
UNIT_LIKE: Final = _text(r"(?=.{1,80}$).*(dollar|euro|currenc|million|billion|thousand|per ?cent|prices|%).*")
MISSING: Final = frozenset({"..", "...", "…"})
NIL: Final = frozenset({"-", "\u2013"})  # hyphen and en dash
# Indicators that may be negative, and those that are parts of a whole.
SIGNED: Final = "defence_real_change"  # and the changes since a year, which begin with the same words
PARTS_OF_A_WHOLE: Final = frozenset(
    {"defence_share_of_gdp", "equipment_share", "personnel_share", "infrastructure_share", "other_share"}
)
# The median of a block in percent lies above this (2024: the lowest is 1.5), that of a block of fractions below.
PERCENT_FLOOR: Final = 0.9
# NATO has had at least 26 members with forces since 2004; a block with fewer rows than this was cut.
ROW_FLOOR: Final = 20


def find_table(number: str, title: str) -> Table | None:
    """The table of that number and title, or nothing."""
    known = (*((TABLES[number],) if number in TABLES else ()), *OTHER_TABLES.get(number, ()))
    return next((table for table in known if table.title.fullmatch(title)), None)
