"""A file that would take minutes or gigabytes is refused before it does, and the refusal names the limit."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from transforms import limits
from transforms.errors import PayloadError
from transforms.parse.eurostat import parse_eurostat_sdmx_csv
from transforms.parse.workbook import open_workbook
from transforms.payload import json_reply, records, table, ungzipped

SHEET = "xl/worksheets/sheet1.xml"


def workbook(edit: Callable[[str], str | bytes]) -> bytes:
    """A workbook of one sheet with A1 and B2, its XML edited."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"] = 1, 2  # type: ignore[index]
    whole, edited = io.BytesIO(), io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(edited, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, edit(text.decode()) if name == SHEET else text)
    return edited.getvalue()


def replaced(old: str, new: str) -> Callable[[str], str | bytes]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


BOMBS: dict[str, tuple[Callable[[str], str | bytes], str]] = {
    "a cell at the last place": (replaced('r="B2"', 'r="XFD1048576"'), "700000 cells between"),
    "a cell at the last place, in XML that is not plain": (
        replaced('r="B2"', 'x="" r="XFD1048576"'),
        "700000 cells between",
    ),
    "a cell at the last place, in UTF-16": (
        lambda text: text.replace('r="B2"', 'r="XFD1048576"').encode("utf-16"),
        "700000 cells between",
    ),
    "a cell at the last place, in a text of its cell": (
        replaced("<v>1</v>", '<is><t>1</t></is><extLst><c r="XFD1048576"/></extLst>'),
        "700000 cells between",
    ),
    "a row without end": (replaced('<row r="2"', '<row r="2000000000"'), "700000 cells between"),
    "a row number of many digits": (replaced('<row r="2"', f'<row r="{"9" * 5000}"'), "the number of a row"),
    "a place that is none": (replaced('r="B2"', 'r="AAAAAAAA2"'), "a cell like AB12"),
    "a place in other digits": (replaced('r="B2"', 'r="B٢"'), "a cell like AB12"),
    "a merge over everything": (
        replaced("</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "100000 cells under merges",
    ),
    "many merges": (
        replaced("</sheetData>", "</sheetData><mergeCells>" + 9 * '<mergeCell ref="A1:Z999"/>' + "</mergeCells>"),
        "100000 cells under merges",
    ),
    "a link over everything": (
        replaced("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'),
        "100000 cells under merges",
    ),
    "rows without numbers": (replaced('<row r="2"', "<row/>" * 400_000 + '<row r="400001"'), "cells between"),
    "elements within each other": (replaced("<sheetData>", "<a>" * 100 + "</a>" * 100 + "<sheetData>"), "64 elements"),
    "entities": (
        lambda text: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text.partition("?>")[2],
        "without a document type",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_workbook_that_reaches_too_far_is_refused(bomb: str) -> None:
    edit, says = BOMBS[bomb]
    with pytest.raises(PayloadError, match=says):
        open_workbook(workbook(edit))


def test_a_sheet_is_bounded_whatever_its_part_is_called() -> None:
    """A relation may name any part as a sheet."""
    content = io.BytesIO()
    bomb = workbook(replaced('r="B2"', 'r="XFD1048576"'))
    with zipfile.ZipFile(io.BytesIO(bomb)) as source, zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            text = source.read(name).replace(b"sheet1.xml", b"sheet1.bin")
            target.writestr(name.replace("sheet1.xml", "sheet1.bin"), text)
    with pytest.raises(PayloadError, match=r"sheet1\.bin: expected at most 700000 cells"):
        open_workbook(content.getvalue())


def test_a_cell_far_out_that_leaves_few_places_is_read() -> None:
    sheet = open_workbook(workbook(replaced('r="B2"', 'r="XFD2"'))).active
    assert sheet is not None
    assert sheet.max_column == 16384


@pytest.mark.parametrize("layers", [2, 30])
def test_gzip_within_gzip_is_refused(layers: int) -> None:
    payload = b"DATAFLOW\n"
    for _ in range(layers):
        payload = gzip.compress(payload)
    with pytest.raises(PayloadError, match="one layer of gzip"):
        parse_eurostat_sdmx_csv(payload)


def test_gzip_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 1000)
    with pytest.raises(PayloadError, match="at most 1000 bytes unpacked"):
        ungzipped(gzip.compress(b"0" * 1001))


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"[" * 100_000 + b"]" * 100_000, "at most 50 values within each other"),
        (b'{"a":' * 51 + b"1" + b"}" * 51, "at most 50 values within each other"),
        (b'{"a": 1, "a": 2}', "'a' twice"),
        (b'{"a": NaN}', "NaN, which is no number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number of 5000 digits"),
        (b'{"a": "\\ud800"}', "surrogates not allowed"),
        (b'{"a": "\xff"}', "invalid start byte"),
        (b'{"a": "' + b'\\"' * 100_000, "Unterminated string"),
    ],
)
def test_json_beyond_reason_is_refused(payload: bytes, says: str) -> None:
    with pytest.raises(PayloadError, match=says):
        json_reply(payload, "file", expected="a reply")


def test_brackets_in_a_text_are_no_nesting_and_a_whole_surrogate_pair_is_text() -> None:
    payload = b'{"a": "' + b"[" * 1000 + b'\\"[", "b": "\\ud83d\\ude00"}'
    assert json_reply(payload, "file", expected="a reply") == {"a": "[" * 1000 + '"[', "b": "\N{GRINNING FACE}"}


def test_a_table_of_a_million_columns_is_refused() -> None:
    with pytest.raises(PayloadError, match="at most 2000 columns"):
        table(b"a," * 1_000_000 + b"a\n", expected="a table")


def test_a_table_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TABLE_CELLS", 100)
    with pytest.raises(PayloadError, match="at most 100 cells"):
        records("a,b\n" * 51, "file")


def test_a_refusal_is_inert_whatever_the_file_says() -> None:
    refusal = PayloadError(place="sheet \x1b[2J", expected="a name", found="2 \u202e%\ud800")
    assert str(refusal) == "sheet \\x1b[2J: expected a name, found 2 \\u202e%\\ud800"
