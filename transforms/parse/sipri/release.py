"""SIPRI Military Expenditure Database: the yearly workbook, as a raw frame with notices.

Terms: excerpts below 10 % of the data set for non-commercial use, with citation: doi 10.55163/CQGC9685.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.errors import LayoutError
from transforms.normalise.entities import valid_on
from transforms.parse.book import read_book
from transforms.parse.frame import RAW_SCHEMA, Reading, checked
from transforms.parse.sipri.cells import prove_fractions, sheet_frame
from transforms.parse.sipri.colours import Palette
from transforms.parse.sipri.contradictions import without_contradicted_zeros, without_contradictions
from transforms.parse.sipri.currencies import with_true_currencies
from transforms.parse.sipri.findings import Findings
from transforms.parse.sipri.layout import CONSTANT, FOOTNOTES, MEASURES, REGIONS, find_sheets
from transforms.parse.sipri.marks import Footnotes, read_footnotes
from transforms.parse.sipri.rows import read_rows
from transforms.parse.sipri.table import Table, find_table, stated
from transforms.registers.reader import labels, national_currencies

# Tables of the release of April 2017, the oldest of this layout, end in 2016.
_OLDEST_LAST_YEAR: Final = 2016


def parse_sipri_workbook(payload: bytes, *, published_on: dt.date) -> pl.DataFrame:
    """The raw frame that `read_sipri_workbook` gives, without its notices."""
    return read_sipri_workbook(payload, published_on=published_on).figures


def read_sipri_workbook(payload: bytes, *, published_on: dt.date) -> Reading:
    """Raw frame of one release, one row a printed cell of the eight tables, missing ones included; and notices.

    Money is in million US$ (regions: billion) or in units of the local currency, shares are fractions. Blue figures
    are SIPRI's estimates, red ones highly uncertain: both have status "estimate" and the flag of their colour; in
    Regional totals red says that more than 10 % is estimated. SIPRI does not mark outturns, so
    every other status is "actual". Headings of groups yield nothing; "Omitted countries" and footnotes go to
    `note`. Notices name what was withheld (a region that the labels do not hold, cells that another sheet
    contradicts) or printed as an Excel error.
    Raises `PayloadError` for bytes that are no workbook; else one error for all obstacles: `LayoutError` for sheets,
    headers, legends, rows or marks that are not SIPRI's, `ValueRefusedError` for a cell that is neither a figure nor a
    known spelling of missing.
    """
    book = read_book(payload)
    known = labels("sipri")
    regions = valid_on(known, published_on).filter(pl.col("kind") == "aggregate")["label"]
    findings = Findings(dict(known.select("label", "kind").iter_rows()), regions.to_list())
    sheets = find_sheets(book, findings.obstacles)
    tables: dict[str, Table] = {}
    for measure in MEASURES:
        if measure.sheet in sheets:
            table = find_table(sheets[measure.sheet], measure, findings.obstacles)
            tables |= {measure.sheet: table} if table else {}
    _prove_years(tables, published_on, findings)
    base_year = _base_year(tables, findings)
    footnotes = Footnotes(frozenset(), {})
    if FOOTNOTES in sheets:
        footnotes = read_footnotes(sheets[FOOTNOTES], findings.obstacles)
    palette = Palette(book)
    frames = [pl.DataFrame(schema=RAW_SCHEMA)]
    for measure in MEASURES:
        if measure.sheet in tables:
            table = tables[measure.sheet]
            rows = read_rows(measure, table, footnotes, findings)
            if measure.as_percentage:
                prove_fractions(table, rows, book.looks, findings)
            frames.append(sheet_frame(measure, table, rows, base_year, palette=palette, findings=findings))
    frame = without_contradictions(pl.concat(frames), findings)
    frame = with_true_currencies(without_contradicted_zeros(frame), _former_currencies(), findings)
    findings.obstacles.refuse()
    return Reading(checked(frame), tuple(findings.notices))


def _prove_years(tables: Mapping[str, Table], published_on: dt.date, findings: Findings) -> None:
    """The tables show which release it is; the front page does not (that of April 2022 names the years to 2020)."""
    last_years = {name: max(table.years.values()) for name, table in tables.items()}
    if not last_years:
        return
    last = max(last_years.values())
    if last < _OLDEST_LAST_YEAR:
        findings.obstacles.add(
            LayoutError(
                place="workbook",
                expected=f"a release since April 2017, whose tables end in {_OLDEST_LAST_YEAR} or later",
                found=f"tables that end in {last}",
                advice="older releases have other layouts, which are not supported: take the figures from a later one",
            )
        )
    if len(set(last_years.values())) > 1 or last >= published_on.year:
        findings.obstacles.add(
            LayoutError(
                place="workbook",
                expected=f"tables that end in the same year, before the year of publication, {published_on.year}",
                found=", ".join(f"{name}: {year}" for name, year in last_years.items()),
                advice="check the edition's date; a cut or extended sheet is not the release",
            )
        )


def _base_year(tables: Mapping[str, Table], findings: Findings) -> int:
    """Base year of constant prices, which the sheet's name and the text of two sheets must agree on; else 0."""
    stated_years: dict[str, str] = {}
    if CONSTANT.sheet in tables:
        constant = tables[CONSTANT.sheet]
        name = CONSTANT.name.fullmatch(constant.sheet.title.strip())
        stated_years[f"name of {constant.sheet.title}"] = name["base_year"] if name else ""
    for measure in (CONSTANT, REGIONS):
        if measure.sheet in tables:
            try:
                match = stated(tables[measure.sheet], measure.statements[0])
            except LayoutError:
                continue  # an obstacle already, of `find_table`
            stated_years[f"text of {measure.sheet}"] = match["base_year"]
    if len(set(stated_years.values())) > 1:
        place = tables[CONSTANT.sheet].sheet.title
        findings.obstacles.add(
            LayoutError(place=place, expected="one base year of constant prices", found=str(stated_years))
        )
    return int(next(iter(stated_years.values()), 0))


def _former_currencies() -> dict[str, float]:
    """Irrevocable rate to the euro by SIPRI's label of the state, for those that joined it."""
    joined = national_currencies().filter(pl.col("irrevocable_rate").is_not_null())
    names = labels("sipri").join(joined, left_on="entity", right_on="iso3")
    return dict(names.select("label", "irrevocable_rate").iter_rows())
