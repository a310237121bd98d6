"""What the formats of all sources share: a web page in place of data, and tables whose rows are whole."""

from __future__ import annotations

import pytest

from transforms.errors import PayloadError
from transforms.payload import Record, is_web_page, table


@pytest.mark.parametrize(
    "payload", [b"<!DOCTYPE html>", b"<HTML>", b"\xef\xbb\xbf\r\n <?xml version='1.0'?>", b"\n\t<message:Error/>"]
)
def test_html_and_xml_are_recognised_behind_marks_and_blanks(payload: bytes) -> None:
    assert is_web_page(payload)


@pytest.mark.parametrize("payload", [b"", b"Country,Year\n<1,2\n", b"PK\x03\x04<", b'{"html": "<p>"}'])
def test_data_that_holds_an_angle_is_no_web_page(payload: bytes) -> None:
    assert not is_web_page(payload)


def test_a_row_is_read_by_column_with_its_place() -> None:
    header, rows = table(b"geo;value\r\nDEU;1,5\r\n", expected="a CSV")
    assert header == ["geo", "value"]
    assert rows == [Record("row 2", {"geo": "DEU", "value": "1.5"})]


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b"geo,value\nDEU,1\nFRA\n", "row 3: expected 2 cells, found 1 cells; the file may be cut"),
        (b"geo,value\nDEU,1,2\n", "row 2: expected 2 cells, found 3 cells"),
        (b"<html></html>", "file: expected a CSV of the project, found a web page or XML"),
        (b'geo,value\n"DEU,1\n', "expected a whole CSV"),
        ("geo,value\nTürkiye,1\n".encode("latin-1"), "expected text in UTF-8"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_with_its_place(payload: bytes, found: str) -> None:
    with pytest.raises(PayloadError, match=found):
        table(payload, expected="a CSV of the project")
