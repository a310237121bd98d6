"""The layout of a SIPRI workbook apart from its figures, for comparison with the edition before."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.sipri.layout import MEASURES
from transforms.parse.sipri.printed import printed, year_of
from transforms.parse.sipri.table import header_position, texts_above
from transforms.parse.workbook import open_workbook


def layout_fingerprint(payload: bytes) -> Fingerprint:
    """What must stay the same for this parser to hold, for any workbook: one section a sheet.

    The header's cell, the headers as printed, the texts above the table (units and legend) and the labels of the rows.
    Raises `PayloadError` for bytes that are no workbook.
    """
    return fingerprint(_sheet_section(sheet) for sheet in open_workbook(payload).worksheets)


def _sheet_section(sheet: Worksheet) -> Section:
    name = sheet.title
    key = next((measure.sheet for measure in MEASURES if measure.name.fullmatch(name.strip())), name)
    for label_header in dict.fromkeys(measure.label_header for measure in MEASURES):
        position = header_position(sheet, label_header)
        if position is not None:
            row, column = position
            headers = [printed(cell.value) for cell in sheet[row][column - 1 :]]
            labels = (printed(cells[column - 1].value) for cells in sheet.iter_rows(min_row=row + 1))
            return Section(
                kind="sheet",
                key=key,
                name=name,
                places={"header": sheet.cell(row, column).coordinate},
                columns=[header for header in headers if header and year_of(header) is None],
                texts=texts_above(sheet, row),
                labels=list(dict.fromkeys(label for label in labels if label)),
                years=[f"{year}" for year in map(year_of, headers) if year is not None],
            )
    return Section(kind="sheet", key=key, name=name)
