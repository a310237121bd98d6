"""The layout of a SIPRI workbook apart from its figures, for comparison with the edition before."""

from __future__ import annotations

from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.book import Sheet, read_book
from transforms.parse.sipri.layout import MEASURES
from transforms.parse.sipri.printed import printed, year_of
from transforms.parse.sipri.table import header_position, texts_above


def layout_fingerprint(payload: bytes) -> Fingerprint:
    """What must stay the same for this parser to hold, for any workbook: one section a sheet.

    The header's cell, the headers as printed, the texts above the table (units and legend) and the labels of the rows.
    Raises `PayloadError` for bytes that are no workbook.
    """
    return fingerprint(_sheet_section(sheet) for sheet in read_book(payload).sheets)


def _sheet_section(sheet: Sheet) -> Section:
    name = sheet.title
    key = next((measure.sheet for measure in MEASURES if measure.name.fullmatch(name.strip())), name)
    for label_header in dict.fromkeys(measure.label_header for measure in MEASURES):
        position = header_position(sheet, label_header)
        if position is not None:
            row, column = position
            headers = [printed(value) for value in sheet.values[row - 1][column - 1 :]]
            labels = (printed(values[column - 1]) for values in sheet.values[row:])
            return Section(
                kind="sheet",
                key=key,
                name=name,
                places={"header": sheet.place(row, column).rpartition("!")[2]},
                columns=[header for header in headers if header and year_of(header) is None],
                texts=texts_above(sheet, row),
                labels=list(dict.fromkeys(label for label in labels if label)),
                years=[f"{year}" for year in map(year_of, headers) if year is not None],
            )
    return Section(kind="sheet", key=key, name=name)
