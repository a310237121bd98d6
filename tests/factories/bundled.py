"""Good editions in the sources' own layouts, with the bundled figures: for a clone, which has no file of a source.

Belongs here: writing a bundled edition as a source would send it. Does not belong here: the layouts (the factories
next to this one).
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

import polars as pl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import XLSX, Provenance
from orchestration.ingest.sources.nato import WORKBOOK
from tests.factories import eurostat, imf, world_bank
from tests.factories.nato_workbook import ALLIES, EUROPE_AND_CANADA, TOTAL, Edits, nato_workbook
from tests.factories.workbook_places import header_cells, label_of
from transforms.registers.reader import countries, labels

# The sidecar of a made edition of NATO that is handed in after that of June 2024.
MADE_EDITION: Final = Provenance(
    source_id="nato",
    edition_id="nato:2024-06-30",
    title="A made edition",
    published_on=dt.date(2024, 6, 30),
    retrieved_at=dt.datetime(2024, 7, 1, tzinfo=dt.UTC),
    url="https://example.org/240630-def-exp-2024-TABLES-en.xlsx",
    media_type=XLSX,
    format=WORKBOOK.name,
    definition="nato",
    completeness="complete",
    origin="dropped",
    licence="made for a test",
    citation="made for a test",
    sha256="",
    bytes=0,
    price_base_year=2015,
)
_PRICE_BLOCKS: Final = {"current": 0, "constant": 1}
_SECOND_BLOCK: Final = frozenset({"defence_real_change", "defence_per_capita", "personnel_share", "other_share"})
_MONEY_TABLES: Final = frozenset({"TABLE1", "TABLE2", "TABLE5"})


def bundled_figures(edition_id: str) -> pl.DataFrame:
    """The rows of a bundled figures file; null in `value` where it holds a word for missing."""
    source = edition_id.partition(":")[0]
    payload = next(payload for payload, sidecar in bundled_editions(source) if sidecar.edition_id == edition_id)
    text = pl.read_csv(io.BytesIO(payload), infer_schema=False)
    return text.with_columns(pl.col("value").cast(pl.Float64, strict=False))


def nato_2024() -> bytes:
    """NATO's workbook of June 2024 in the factory's layout, which is that edition's."""
    return nato_workbook(edits=lambda workbook: _refill(workbook, bundled_figures("nato:2024-06-17")))


def nato_after_2024(layout: str = "2024", *, more_soldiers: int = 100, edits: Edits | None = None) -> bytes:
    """A good edition that follows that of June 2024: its figures, but for what was reviewed in that edition alone.

    The three shares set by hand follow the money, Croatia's history converts at the euro's rate, and Belgium has
    `more_soldiers` in 2014, so that no two editions need be alike.
    """

    def fill(workbook: Workbook) -> None:
        _refill(workbook, _mended(bundled_figures("nato:2024-06-17"), more_soldiers))
        if callable(edits):
            edits(workbook)
        for place, value in ({} if edits is None or callable(edits) else edits).items():
            sheet, _, cell = place.partition("!")
            workbook[sheet][cell] = value

    return nato_workbook(layout, edits=fill)


def _mended(rows: pl.DataFrame, more_soldiers: int) -> pl.DataFrame:
    key = ["entity", "year"]
    constant = rows.filter(pl.col("price_basis") == "constant", pl.col("currency") == "USD")
    spent = constant.filter(pl.col("indicator") == "defence_expenditure").select(*key, spent="value")
    gdp = constant.filter(pl.col("indicator") == "gdp").select(*key, gdp="value")
    current = rows.filter(pl.col("indicator") == "defence_expenditure", pl.col("price_basis") == "current")
    dollars = current.filter(pl.col("currency") == "USD").select(*key, dollars="value")
    euros = current.filter(pl.col("currency") == "EUR").join(dollars, on=key)
    rates = euros.group_by("year").agg(euros_a_dollar=(pl.col("value") / pl.col("dollars")).median())
    croatia = (pl.col("entity") == "HRV") & (pl.col("currency") == "EUR")
    base_year = euros.join(rates, on="year").filter(pl.col("entity") == "HRV", pl.col("year") == "2015")
    at_one_rate = base_year.select(pl.col("dollars") * pl.col("euros_a_dollar") / pl.col("value")).item()
    belgium = (pl.col("indicator") == "personnel") & pl.col("entity").is_in(["BEL", "NATO", "NATO_EUR_CAN"])
    joined = (
        rows.join(spent.unique(), on=key, how="left", maintain_order="left")
        .join(gdp.unique(), on=key, how="left", maintain_order="left")
        .join(dollars.unique(), on=key, how="left", maintain_order="left")
        .join(rates, on="year", how="left", maintain_order="left")
    )
    value = (
        pl.when(pl.col("flags").fill_null("").str.contains("hand_set"))
        .then(100 * pl.col("spent") / pl.col("gdp"))
        .when(croatia & (pl.col("price_basis") == "current"))
        .then(pl.col("dollars") * pl.col("euros_a_dollar"))
        .when(croatia)
        .then(pl.col("value") * at_one_rate)
        .when(belgium & (pl.col("year") == "2014"))
        .then(pl.col("value") + more_soldiers / 1000)
        .otherwise(pl.col("value"))
    )
    return joined.with_columns(value=value).select(rows.columns)


def _refill(workbook: Workbook, figures: pl.DataFrame) -> None:
    """Each figure where the factory's layout of its table has that row and year."""
    rows = {sheet.title: _label_rows(sheet) for sheet in workbook.worksheets}
    columns = {
        sheet.title: {str(cell.value).removesuffix("e"): cell.column for cell in header_cells(sheet)}
        for sheet in workbook
    }
    printed = labels("nato").filter(pl.col("label").is_in([*ALLIES, "Iceland", EUROPE_AND_CANADA, TOTAL]))
    named = dict(printed.select("entity", "label").iter_rows())
    names = {title.replace("Table ", "TABLE"): title for title in rows}  # `TABLE3` until 2024, then `Table 3`
    for row in figures.iter_rows(named=True):
        for table, _, cell in (place.partition("!") for place in row["locator"].split("; ")):
            if table == "TABLE4" and table not in names:
                continue  # newer layouts have none
            sheet = workbook[names[table]]
            line = rows[sheet.title][named[row["entity"]]]
            if table == "TABLE4":  # its columns are no years
                sheet[f"{cell.rstrip('0123456789')}{line[0]}"] = row["value"]
            else:
                sheet.cell(line[_block(table, row)], columns[sheet.title][row["year"]], row["value"])


def _label_rows(sheet: Worksheet) -> dict[str, list[int]]:
    """The rows of each label, block by block."""
    found: dict[str, list[int]] = {}
    for row in sheet.iter_rows(max_col=3):
        for cell in row:
            if isinstance(cell, Cell) and isinstance(cell.value, str):
                found.setdefault(label_of(cell), []).append(cell.row)
    return found


def _block(table: str, row: dict[str, Any]) -> int:
    return _PRICE_BLOCKS[row["price_basis"]] if table in _MONEY_TABLES else int(row["indicator"] in _SECOND_BLOCK)


def world_bank_gdp() -> bytes:
    """The bulk download of GDP in current US$ with the bundled figures of October 2024, as of a year later."""
    rows = bundled_figures("world_bank:2024-10-24")
    years, codes = sorted(rows["year"].unique()), _codes("world_bank")
    printed = rows.filter(pl.col("value").is_not_null())
    cells = dict(zip(printed.select("entity", "year").iter_rows(), printed["value"], strict=True))
    countries = rows["entity"].unique(maintain_order=True)
    table = {codes[entity]: [str(cells.get((entity, year), "")) for year in years] for entity in countries}
    return world_bank.bulk_csv(table, years=years, updated="2025-10-24")


def world_bank_pages(edition_id: str, indicator: str, series: tuple[str, str], *, lastupdated: str) -> bytes:
    """One page of API v2 with the bundled figures of an indicator, years without a figure included."""
    rows = bundled_figures(edition_id).filter(
        pl.col("indicator") == indicator, pl.col("entity").is_in(countries()["iso3"].implode())
    )
    return world_bank.api_page(
        [
            world_bank.api_row(entity, year, value, series=series)
            for entity, year, value in rows.select("entity", "year", "value").iter_rows()
        ],
        lastupdated=lastupdated,
    )


def eurostat_gov_ev(*, updated: str) -> bytes:
    """The bundled edition as JSON-stat, with another day of update."""
    codes = _codes("eurostat")
    rows = bundled_figures("eurostat:gov_ev:2026-04-27").with_columns(
        item=pl.col("indicator").replace_strict({"defence_investment": "P51G"}, default="TE"),
        printed_in=pl.when(pl.col("currency").is_null()).then(pl.lit("PC_GDP")).otherwise("MIO_" + pl.col("currency")),
        geo=pl.col("entity").replace_strict(codes),
    )
    names = {"na_item": "item", "unit": "printed_in", "geo": "geo", "time": "year"}
    axes = {"freq": ["A"], "expend": ["DEF"], **{axis: sorted(rows[column].unique()) for axis, column in names.items()}}
    place = {axis: {code: n for n, code in enumerate(codes)} for axis, codes in axes.items()}
    values: dict[str, float] = {}
    for row in rows.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        flat = 0
        for axis, codes_of_axis in axes.items():
            flat = flat * len(codes_of_axis) + (place[axis][row[names[axis]]] if axis in names else 0)
        values[str(flat)] = row["value"]
    return eurostat.jsonstat(values, axes=axes, updated=updated)


def imf_gdp() -> bytes:
    """The bundled GDP as the SDMX interface sends it, each a thousandth higher: no two editions are alike."""
    codes = _codes("imf")
    rows = bundled_figures("imf:2024-10").filter(pl.col("value").is_not_null())
    return imf.sdmx_csv(
        [
            imf.sdmx_row(codes[entity], year=year, value=f"{billions * 1.001 * 1e9:.0f}")
            for entity, year, billions in rows.select("entity", "year", "value").iter_rows()
        ]
    )


def eurostat_by_function() -> bytes:
    """Spending in both currencies and its share of GDP, bundled, as the data set by function prints them."""
    codes = _codes("eurostat")
    rows = bundled_figures("eurostat:gov_ev:2026-04-27").filter(
        pl.col("indicator").is_in(["defence_expenditure", "defence_share_of_gdp"]), pl.col("value").is_not_null()
    )
    return eurostat.sdmx_csv(
        [
            eurostat.csv_row(codes[entity], year, str(value), unit="PC_GDP" if currency is None else f"MIO_{currency}")
            for entity, year, value, currency in rows.select("entity", "year", "value", "currency").iter_rows()
        ]
    )


def _codes(source: str) -> dict[str, str]:
    """The source's code of each entity; of two, the later in the register."""
    return dict(labels(source).select("entity", "label").iter_rows())
