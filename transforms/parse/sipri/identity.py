"""Which release a SIPRI workbook is, by its own tables.

The years of the tables are the release: SIPRI adds one each April and names its file by the first and the last
(`1949-2024`). Nothing else in the file can be relied on: the front page of April 2022 still speaks of the years to
2020, the titles say "© SIPRI 2021" in 2022 and "© SIPRI 2023" in 2024, and whoever saves a file again changes its
properties. SIPRI issues a release again under a suffix of the file's name (`_2`, `_v1.2`), not in the file.
"""

from __future__ import annotations

import datetime as dt
from itertools import takewhile
from typing import Final

from openpyxl.workbook.workbook import Workbook

from transforms.errors import LayoutError
from transforms.parse.identity import Identity
from transforms.parse.sipri.layout import CALENDAR, CONSTANT, CURRENT, FISCAL, SHARE_OF_GDP
from transforms.parse.sipri.printed import printed, year_of
from transforms.parse.workbook import open_workbook

# The sheets whose years begin with the release's first one; the others begin in 1988.
_LONG_SHEETS: Final = (CURRENT, CONSTANT, SHARE_OF_GDP, CALENDAR, FISCAL)
_DEEPEST_HEADER: Final = 40  # rows; the headers seen are in rows 6 to 15
# A release is the newest until the last days of April of the year after its own; days seen: 22 to 28 April.
_SUPERSEDED: Final = (5, 31)  # month and day, with a month to spare


def release_identity(payload: bytes) -> Identity:
    """The years of the tables as the edition (`1949-2024`), of which SIPRI may have made several issues.

    Raises `PayloadError` for bytes that are no workbook, `LayoutError` for one without SIPRI's country tables.
    """
    workbook = open_workbook(payload, read_only=True)
    first, last = _years(workbook)
    return Identity(
        definition="sipri",
        edition=f"{first}-{last}",
        reissued=True,
        window=(dt.date(last + 1, 1, 1), dt.date(last + 2, *_SUPERSEDED)),
    )


def _years(workbook: Workbook) -> tuple[int, int]:
    """First and last year of the first long table that has a header: that all agree the parser proves."""
    for measure in _LONG_SHEETS:
        for sheet in workbook.worksheets:
            if measure.name.fullmatch(sheet.title.strip()):
                for row in sheet.iter_rows(max_row=_DEEPEST_HEADER, values_only=True):
                    years = _header_years(row, measure.label_header)
                    if years:
                        return years[0], years[-1]
    raise LayoutError(
        place="workbook",
        expected=f"a header {CURRENT.label_header!r} with years on a sheet like {CURRENT.sheet} or {CONSTANT.sheet}",
        found=", ".join(sheet.title for sheet in workbook.worksheets)[:200],
        advice="hand in the workbook that https://www.sipri.org/databases/milex links",
    )


def _header_years(row: tuple[object, ...], label_header: str) -> list[int]:
    """The run of years behind the label; behind a gap older files keep stray blocks."""
    labels = [number for number, cell in enumerate(row) if printed(cell) == label_header]
    if not labels:
        return []
    cells = [year_of(cell) for cell in row[labels[0] + 1 :]]
    begin = next((number for number, year in enumerate(cells) if year is not None), len(cells))
    return [year for year in takewhile(lambda year: year is not None, cells[begin:]) if year is not None]
