"""An independent reading of a SIPRI workbook: its printed figures, cell by cell, by nothing but openpyxl."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

SYMBOLS = {
    "†": "excludes_pensions",
    "‡": "current_spending_only",
    "§": "budget_not_outturn",
    "¶": "excludes_paramilitary",
    "‖": "redenominated",
}


@dataclass(frozen=True)
class PrintedFigure:
    """One number of a table: whose, of which year, in which colour, with which signs in the column Notes."""

    label: str
    year: int
    value: float
    colour: str
    notes: str


def printed_figures(payload: bytes) -> dict[str, PrintedFigure]:
    """Every number below a year, by locator (`Current US$!C10`)."""
    workbook = openpyxl.load_workbook(io.BytesIO(payload), data_only=True)
    return {
        f"{sheet.title}!{place}": figure
        for sheet in workbook.worksheets
        if sheet.title not in {"Front page", "Footnotes"}
        for place, figure in _of_sheet(sheet).items()
    }


def _of_sheet(sheet: Worksheet) -> dict[str, PrintedFigure]:
    head = next(row for row in sheet.iter_rows() if str(row[0].value).strip() in {"Country", "Region"})
    years = {
        cell.column: int(str(cell.value)[:4])
        for cell in head
        if re.fullmatch(r"\d{4}(\.0)?( \(current prices\))?", str(cell.value).strip())
    }
    notes = next((cell.column for cell in head if cell.value == "Notes"), None)
    found = {}
    for row in sheet.iter_rows(min_row=(head[0].row or 0) + 1):
        for cell in row:
            if cell.column in years and isinstance(cell.value, int | float):
                signs = row[notes - 1].value if notes else None
                found[cell.coordinate] = PrintedFigure(
                    " ".join(str(row[0].value).split()),
                    years[cell.column],
                    float(cell.value),
                    _colour(cell),
                    "" if signs is None else str(signs),
                )
    return found


def _colour(cell: Cell) -> str:
    colour = cell.font.color
    if colour is None:
        return "black"
    if colour.type == "indexed":
        return {12: "blue", 10: "red"}.get(colour.indexed, "black")
    if colour.type == "rgb":
        return {"0000FF": "blue", "FF0000": "red"}.get(colour.rgb[-6:], "black")
    return "black"
