"""Writes small NATO workbooks in the layouts of 2017 to 2025, with figures that keep NATO's own accounting.

Spending grows by 3 % a year at constant prices, prices by 2 %; the share of GDP of the n-th Ally is 1 + n/20 percent.
Totals are sums of the members of the year, GDP's with Iceland; every identity that the pipeline checks holds, so a
test that breaks one cell breaks one thing. Editions before an accession do not print that Ally.

No old workbook is at hand. `2019` follows a public reader of NATO's file of June 2019 (countries right of the titles'
column, Tables 5 and 7 twelve rows lower, Table 5 with real GDP in billions only); `2017` is its sister with GDP in
billions in two blocks and prices of 2010. Both print names and aggregates as NATO did before 2022.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Final

import polars as pl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories.workbook_cells import Cells, with_cells
from transforms.registers.reader import ecb_yearly_rates

ALLIES: Final = {
    "Albania": "Leks", "Belgium": "Euros", "Bulgaria": "Leva", "Canada": "Canadian dollars", "Croatia": "Euros",
    "Czechia": "Koruny", "Denmark": "Kroner", "Estonia": "Euros", "Finland": "Euros", "France": "Euros",
    "Germany": "Euros", "Greece": "Euros", "Hungary": "Forint", "Italy": "Euros", "Latvia": "Euros",
    "Lithuania": "Euros", "Luxembourg": "Euros", "Montenegro": "Euros", "Netherlands": "Euros",
    "North Macedonia": "Denars", "Norway": "Kroner", "Poland": "Zlotys", "Portugal": "Euros", "Romania": "New Lei",
    "Slovak Republic": "Euros", "Slovenia": "Euros", "Spain": "Euros", "Sweden": "Kronor", "Türkiye": "Liras",
    "United Kingdom": "Pounds", "United States": "US dollars",
}  # fmt: skip
NATIONAL: Final = {
    "Bulgaria": "BGN", "Canada": "CAD", "Czechia": "CZK", "Denmark": "DKK", "Hungary": "HUF", "Norway": "NOK",
    "Poland": "PLN", "Romania": "RON", "Sweden": "SEK", "Türkiye": "TRY", "United Kingdom": "GBP",
    "United States": "USD",
}  # fmt: skip
ACCESSION: Final = {"Montenegro": 2017, "North Macedonia": 2020, "Finland": 2023, "Sweden": 2024}
EUROPE_AND_CANADA: Final = "NATO Europe and Canada"
TOTAL: Final = "NATO Total"

Rows = Mapping[str, list[float]]
Edits = Cells | Callable[[Workbook], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a family of editions puts things: first rows, columns of labels, aggregates and years, sheet names."""

    sheet: str
    title_row: int
    header_row: int
    block_row: int
    title_column: int
    label_column: int
    aggregate_column: int
    first_year_column: int
    header_again: bool
    lower: frozenset[str] = frozenset()  # tables twelve rows lower
    change_table: bool = False
    printed: Mapping[str, str] = field(default_factory=dict)  # labels that are printed otherwise
    billions: bool = False  # GDP, in Table 5
    real_gdp_only: bool = False


_OLD_NAMES: Final = {
    "Czechia": "Czech Republic", "Türkiye": "Turkey", "North Macedonia": "North Macedonia*",
    EUROPE_AND_CANADA: "NATO - Europe and Canada", TOTAL: "NATO - Total",
}  # fmt: skip
LAYOUTS: Final = {
    "2017": Layout("Table {} ", 2, 6, 8, 1, 2, 1, 3, header_again=True, printed=_OLD_NAMES, billions=True),
    "2019": Layout(
        "table {}",
        3,
        7,
        9,
        1,
        2,
        1,
        3,
        header_again=False,
        lower=frozenset({"5", "7"}),
        change_table=True,
        printed=_OLD_NAMES,
        billions=True,
        real_gdp_only=True,
    ),
    "2024": Layout("TABLE{}", 4, 8, 10, 2, 3, 2, 4, header_again=False, change_table=True),
    "2025": Layout("Table {}", 1, 4, 3, 1, 1, 1, 2, header_again=True),
}


def nato_workbook(
    layout: str = "2024",
    *,
    first_year: int = 2014,
    last_year: int = 2024,
    base_year: int = 2015,
    estimates: int = 2,
    edits: Edits | None = None,
) -> bytes:
    """A whole workbook as bytes. `edits` maps `TABLE3!N35` to another cell value, or changes the workbook itself."""
    if callable(edits):
        workbook = _workbook(layout, first_year, last_year, base_year, estimates)
        edits(workbook)
        return _bytes_of(workbook)
    return with_cells(_unedited(layout, first_year, last_year, base_year, estimates), edits or {})


@cache
def _unedited(layout: str, first_year: int, last_year: int, base_year: int, estimates: int) -> bytes:
    return _bytes_of(_workbook(layout, first_year, last_year, base_year, estimates))


def _bytes_of(workbook: Workbook) -> bytes:
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _workbook(layout: str, first_year: int, last_year: int, base_year: int, estimates: int) -> Workbook:
    shape = LAYOUTS[layout]
    figures = _figures(first_year, last_year, base_year)
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, (title, unit, blocks) in figures.tables(shape).items():
        sheet = workbook.create_sheet(shape.sheet.format(number))
        titled, header = f"Table {number} : {title}", figures.header(estimates)
        down = 12 if number in shape.lower else 0
        there = replace(
            shape,
            title_row=shape.title_row + down,
            header_row=shape.header_row + down,
            block_row=shape.block_row + down,
        )
        _write_table(sheet, there, title=titled, unit=unit, blocks=blocks, header=header)
    if shape.change_table:
        _write_change_table(workbook.create_sheet(shape.sheet.format(4), 3), figures, shape, estimates)
    return workbook


@cache
def _figures(first_year: int, last_year: int, base_year: int) -> Figures:
    return Figures(list(range(first_year, last_year + 1)), base_year)


class Figures:
    """The figures of all tables for given years."""

    def __init__(self, years: list[int], base_year: int) -> None:
        self.years = years
        self.base_year = base_year
        self.prices = [1.02 ** (year - base_year) for year in years]
        numbered = {ally: n for n, ally in enumerate(ALLIES, start=1) if ACCESSION.get(ally, 0) <= years[-1]}
        self.spending = {ally: [100.0 * n * 1.03 ** (year - 2014) for year in years] for ally, n in numbered.items()}
        self.share = {ally: [1 + n / 20 for _ in years] for ally, n in numbered.items()}
        self.gdp = {
            ally: [100 * e / s for e, s in zip(row, self.share[ally], strict=True)]
            for ally, row in self.spending.items()
        }
        self.iceland = [20_000.0 for _ in years]

    def header(self, estimates: int) -> list[int | str]:
        return [f"{year}e" if year > self.years[-1] - estimates else year for year in self.years]

    def tables(self, layout: Layout) -> dict[str, tuple[str, str, dict[str, Rows]]]:
        """Number -> title, unit cell, rows by block title (an empty title: the block has none)."""
        base = self.base_year
        spending, gdp = self.with_totals(self.spending), self.with_totals(self._with_iceland(), iceland=True)
        share = {name: [100 * e / y for e, y in zip(row, gdp[name], strict=True)] for name, row in spending.items()}
        rates = "prices and exchange rates"
        unit, scale = ("Billion US dollars", 1e3) if layout.billions else ("Million US dollars", 1.0)
        money = {name: [y / scale for y in row] for name, row in gdp.items()}
        gdp_table: tuple[str, str, dict[str, Rows]] = (
            ("Real GDP", f"{unit} ({base} {rates})", {"": money})
            if layout.real_gdp_only
            else ("GDP", unit, {f"Current {rates}": self.current(money), f"Constant {base} {rates}": money})
        )
        return {
            "1": (
                "Defence expenditure",
                "Million national currency units",
                {
                    "Current prices": self.national(current=True),
                    f"Constant {base} prices ": self.national(current=False),
                },
            ),
            "2": (
                "Defence expenditure",
                "Million US dollars",
                {f"Current {rates}": self.current(spending), f"Constant {base} {rates}": spending},
            ),
            "3": (
                "Defence expenditure as a share of GDP and annual real change",
                f"Based on {base} prices",
                {"Share of real GDP (%)": share, "Annual real change (%)": self.growth(spending)},
            ),
            "5": gdp_table,
            "6": (
                "GDP per capita and defence expenditure per capita",
                f"{base} {rates}",
                {
                    "GDP per capita (thousand US dollars)": self.a_head(gdp, thousand=1e3),
                    "Defence expenditure per capita (US dollars)": self.a_head(spending),
                },
            ),
            "7": (
                "Military personnel",
                "Thousands",
                {"": self.with_totals({name: [m / 10 for m in row] for name, row in self.spending.items()})},
            ),
            "8a": (
                "Distribution of defence expenditure by main category",
                "Percentage of total defence expenditure",
                {"Equipment (a)": self.flat(25.0), "Personnel (b)": self.flat(40.0)},
            ),
            "8b": (
                "Distribution of defence expenditure by main category",
                "Percentage of total defence expenditure",
                {"Infrastructure (c)": self.flat(5.0), "Other (d)": self.flat(30.0)},
            ),
        }

    def national(self, *, current: bool) -> Rows:
        """National currency at the ECB's yearly rates: those of the base year at constant prices."""
        rows = self.current(self.spending) if current else self.spending
        return {
            f"{ally}   ({ALLIES[ally]})": [
                value * _rate(ALLIES[ally], ally, year if current else self.base_year)
                for value, year in zip(row, self.years, strict=True)
            ]
            for ally, row in rows.items()
        }

    def current(self, rows: Rows) -> Rows:
        return {name: [value * p for value, p in zip(row, self.prices, strict=True)] for name, row in rows.items()}

    def growth(self, rows: Rows) -> Rows:
        return {
            name: [3.0, *(100 * (after / before - 1) for before, after in pairwise(row))] for name, row in rows.items()
        }

    def a_head(self, rows: Rows, *, thousand: float = 1) -> Rows:
        """Money over people: 2.1 million for the first Ally, 4.2 for the second …; 1 041 million in all."""
        people = {
            ally: [2.1 * n for _ in self.years] for n, ally in enumerate(ALLIES, start=1) if ally in self.spending
        }
        iceland = "Iceland" in rows
        of = self.with_totals(
            {**people, **({"Iceland": [0.4 for _ in self.years]} if iceland else {})}, iceland=iceland
        )
        return {name: [m / p / thousand for m, p in zip(row, of[name], strict=True)] for name, row in rows.items()}

    def flat(self, share: float) -> Rows:
        return {ally: [share for _ in self.years] for ally in self.spending}

    def with_totals(self, rows: Rows, *, iceland: bool = False) -> dict[str, list[float]]:
        def total(names: list[str]) -> list[float]:
            return [
                sum(rows[name][column] for name in names if ACCESSION.get(name, 0) <= year)
                for column, year in enumerate(self.years)
            ]

        members = [*self.spending, *(["Iceland"] if iceland else [])]
        return {
            **rows,
            EUROPE_AND_CANADA: total([name for name in members if name != "United States"]),
            TOTAL: total(members),
        }

    def _with_iceland(self) -> dict[str, list[float]]:
        return {**self.gdp, "Iceland": self.iceland}


@cache
def _rate(currency: str, ally: str, year: int) -> float:
    """Units for one US dollar; two where the ECB quotes none (lek, denar, a year that is not over)."""
    code = "EUR" if currency == "Euros" else NATIONAL.get(ally, "")
    rates = dict(ecb_yearly_rates().filter(pl.col("year") == year).select("currency", "units_per_eur").iter_rows())
    known = {**rates, "EUR": 1.0}
    return known[code] / rates["USD"] if code in known and "USD" in rates else 2.0


def _write_table(
    sheet: Worksheet, layout: Layout, *, title: str, unit: str, blocks: Mapping[str, Rows], header: list[int | str]
) -> None:
    sheet.cell(layout.title_row, layout.title_column, title)
    sheet.cell(layout.title_row + (2 if layout.title_row > 1 else 1), layout.title_column, unit)
    row = layout.block_row
    for position, (block, rows) in enumerate(blocks.items()):
        if block:
            sheet.cell(row, layout.aggregate_column, block)
        if position == 0:
            _write_header(sheet, layout, layout.header_row, header)
        elif layout.header_again:
            row += 1
            _write_header(sheet, layout, row, header)
        row = max(row, layout.header_row) + 1
        for name, values in rows.items():
            is_aggregate = name in {EUROPE_AND_CANADA, TOTAL}
            sheet.cell(row, layout.aggregate_column if is_aggregate else layout.label_column, _printed(name, layout))
            for column, value in enumerate(values):
                sheet.cell(row, layout.first_year_column + column, value)
            row += 1
        row += 1
    years = " and ".join(str(text).rstrip("e") for text in header if str(text).endswith("e"))
    sheet.cell(row + 1, layout.label_column, f"Notes: Figures for {years} are estimates. ")


def _write_header(sheet: Worksheet, layout: Layout, row: int, header: list[int | str]) -> None:
    for column, text in enumerate(header):
        sheet.cell(row, layout.first_year_column + column, text)


def _printed(name: str, layout: Layout) -> str:
    label, gap, currency = name.partition("   (")
    return layout.printed.get(label, label) + gap + currency


def _write_change_table(sheet: Worksheet, figures: Figures, layout: Layout, estimates: int) -> None:
    since = figures.years.index(2014)
    last = figures.header(estimates)[-1]
    sheet.cell(16, 2, f"Table 4 : Defence expenditure real change 2014-{last}")
    sheet.cell(18, 2, f"Million US dollars ({figures.base_year} prices and exchange rates)")
    header: list[int | str] = [
        2014, last, f"Real change 2014-{last} (%)", "Share of real GDP 2014 (%)", f"Share of real GDP {last} (%)",
    ]  # fmt: skip
    for column, text in enumerate(header):
        sheet.cell(20, 4 + column, text)
    for row, ally in enumerate(figures.spending, start=23):
        first, newest = figures.spending[ally][since], figures.spending[ally][-1]
        share = [100 * e / y for e, y in zip(figures.spending[ally], figures.gdp[ally], strict=True)]
        sheet.cell(row, 3, _printed(ally, layout))
        for column, value in enumerate((first, newest, 100 * (newest / first - 1), share[since], share[-1])):
            sheet.cell(row, 4 + column, value)
