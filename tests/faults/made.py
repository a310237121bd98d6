"""Good editions in the sources' own layouts, with the bundled figures: for a clone, which has no file of a source.

Belongs here: writing a bundled edition as a source would send it. Does not belong here: the factories' layouts
(tests/factories), what is spoiled in them (catalogue).
"""

from __future__ import annotations

import io
from typing import Any, Final

import polars as pl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.sources.bundle import bundled_editions
from tests.factories import eurostat, imf, world_bank
from tests.factories.nato_workbook import ALLIES, EUROPE_AND_CANADA, TOTAL, nato_workbook
from tests.faults.workbook_faults import header_cells, label_of
from transforms.registers import labels

_PRICE_BLOCKS: Final = {"current": 0, "constant": 1}
_SECOND_BLOCK: Final = frozenset({"defence_real_change", "defence_per_capita", "personnel_share", "other_share"})
_MONEY_SHEETS: Final = frozenset({"TABLE1", "TABLE2", "TABLE5"})


def bundled_figures(edition_id: str) -> pl.DataFrame:
    """The rows of a bundled figures file; null in `value` where it holds a word for missing."""
    source = edition_id.partition(":")[0]
    payload = next(payload for payload, sidecar in bundled_editions(source) if sidecar.edition_id == edition_id)
    text = pl.read_csv(io.BytesIO(payload), infer_schema=False)
    return text.with_columns(pl.col("value").cast(pl.Float64, strict=False))


def nato_2024() -> bytes:
    """NATO's workbook of June 2024 in the factory's layout, which is that edition's."""
    return nato_workbook(edits=_refilled)


def _refilled(workbook: Workbook) -> None:
    rows = {sheet.title: _label_rows(sheet) for sheet in workbook.worksheets}
    columns = {
        sheet.title: {str(cell.value).removesuffix("e"): cell.column for cell in header_cells(sheet)}
        for sheet in workbook
    }
    printed = labels("nato").filter(pl.col("label").is_in([*ALLIES, "Iceland", EUROPE_AND_CANADA, TOTAL]))
    named = dict(printed.select("entity", "label").iter_rows())
    for row in bundled_figures("nato:2024-06-17").iter_rows(named=True):
        for place in row["locator"].split("; "):
            sheet, _, cell = place.partition("!")
            line = rows[sheet][named[row["entity"]]]
            if sheet == "TABLE4":  # its columns are no years
                workbook[sheet][f"{cell.rstrip('0123456789')}{line[0]}"] = row["value"]
            else:
                workbook[sheet].cell(line[_block(sheet, row)], columns[sheet][row["year"]], row["value"])


def _label_rows(sheet: Worksheet) -> dict[str, list[int]]:
    """The rows of each label, block by block."""
    found: dict[str, list[int]] = {}
    for row in sheet.iter_rows(max_col=3):
        for cell in row:
            if isinstance(cell, Cell) and isinstance(cell.value, str):
                found.setdefault(label_of(cell), []).append(cell.row)
    return found


def _block(sheet: str, row: dict[str, Any]) -> int:
    return _PRICE_BLOCKS[row["price_basis"]] if sheet in _MONEY_SHEETS else int(row["indicator"] in _SECOND_BLOCK)


def world_bank_gdp() -> bytes:
    """The bulk download of GDP in current US$ that the bundled edition of October 2024 is an excerpt of."""
    rows = bundled_figures("world_bank:2024-10-24")
    years, codes = sorted(rows["year"].unique()), _codes("world_bank")
    printed = rows.filter(pl.col("value").is_not_null())
    cells = dict(zip(printed.select("entity", "year").iter_rows(), printed["value"], strict=True))
    countries = rows["entity"].unique(maintain_order=True)
    table = {codes[entity]: [str(cells.get((entity, year), "")) for year in years] for entity in countries}
    return world_bank.bulk_csv(table, years=years)


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
    """Spending in euros and its share of GDP of the bundled edition, as the data set by function prints them."""
    codes = _codes("eurostat")
    shown = {"defence_expenditure": "MIO_EUR", "defence_share_of_gdp": "PC_GDP"}
    in_euros = pl.col("currency").is_null() | (pl.col("currency") == "EUR")
    rows = bundled_figures("eurostat:gov_ev:2026-04-27").filter(
        pl.col("indicator").is_in(list(shown)), in_euros, pl.col("value").is_not_null()
    )
    return eurostat.sdmx_csv(
        [
            eurostat.csv_row(codes[entity], year, str(value), unit=shown[indicator])
            for entity, year, value, indicator in rows.select("entity", "year", "value", "indicator").iter_rows()
        ]
    )


def _codes(source: str) -> dict[str, str]:
    """The source's code of each entity; of two, the later in the register."""
    return dict(labels(source).select("entity", "label").iter_rows())
