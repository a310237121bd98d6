"""Two readers of a workbook's cells, by a pattern and by openpyxl: the same of every file that both read."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.sheet_xml import MAIN, seen, workbook
from transforms.errors import PayloadError
from transforms.parse import book as module
from transforms.parse.book import Book, read_book
from transforms.parse.plain_cells import plain_cells
from transforms.parse.workbook import prove_workbook


def by_pattern(payload: bytes) -> Book:
    """The book by the pattern alone; an error where the pattern does not cover it."""
    return module._by_pattern(payload, prove_workbook(payload))


CELLS = {
    "numbers": '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="n"><v>-1.5E-3</v></c><c r="C1"><v>007</v></c></row>',
    "a gap in a row": '<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row>',
    "styles": '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="0"><v>2</v></c></row>',
    "shared texts": '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
    "a text in its cell": (
        '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a &amp;lt; b\n</t></is></c></row>'
    ),
    "truth, errors and texts of formulas": (
        '<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c>'
        '<c r="C1" t="str"><f>A1&amp;"x"</f><v>1x</v></c></row>'
    ),
    "nothing": '<row r="1"><c r="A1"/><c r="B1" s="1"/><c r="C1"><v></v></c><c r="D1"><v/></c></row><row r="2"/>',
    "a link on a value": '<row r="1"><c r="A1"><v>1</v></c></row>',
}


@pytest.mark.parametrize("kind", CELLS)
def test_the_pattern_reads_what_openpyxl_reads(kind: str) -> None:
    behind = '<hyperlinks><hyperlink ref="A1" location="A2"/></hyperlinks>' if "link" in kind else ""
    payload = workbook(CELLS[kind], behind=behind)
    assert seen(by_pattern(payload)) == seen(module._by_openpyxl(payload))


def test_a_merge_leaves_the_value_of_its_first_place_only() -> None:
    cells = "".join(f'<c r="{column}1"><v>{number}</v></c>' for number, column in enumerate("ABC"))
    merge = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    payload = workbook(f'<row r="1">{cells}</row>', behind=merge)
    sheet = by_pattern(payload).sheets[0]
    assert (list(sheet.values[0]), set(sheet.merged)) == ([0, None, 2], {(1, 2)})
    assert seen(by_pattern(payload)) == seen(module._by_openpyxl(payload))


ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
TWO = f'<worksheet xmlns="{MAIN}"><sheetData>{ONE.replace(">1<", ">2<")}</sheetData>'
# Each would be read otherwise by a pattern than by an XML parser.
NOT_PLAIN: dict[str, Callable[[], bytes]] = {
    "a sheet in a comment": lambda: workbook(ONE, head="<!--", behind="</worksheet>-->" + TWO),
    "a cell in a comment": lambda: workbook(f"<!--{ONE}-->" + ONE.replace(">1<", ">2<")),
    "a cell in CDATA": lambda: workbook(f'<row r="1"><c r="A1" t="str"><v><![CDATA[{ONE}]]></v></c></row>'),
    "a cell in a processing instruction": lambda: workbook(f"<?x {ONE}?>{ONE}", head='<?xml version="1.0"?>'),
    "a cell outside of a row": lambda: workbook(f'{ONE}<c r="B1"><v>2</v></c>'),
    "a cell behind a row without cells": lambda: workbook('<row r="1" spans="1:1"/><c r="A1"><v>2</v></c>'),
    "a cell that says another row": lambda: workbook('<row r="2"><c r="A1"><v>1</v></c></row>'),
    "rows that do not ascend": lambda: workbook('<row r="2"><c r="A2"><v>2</v></c></row>' + ONE),
    "a cell twice": lambda: workbook('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
    "cells without places": lambda: workbook("<row><c><v>1</v></c></row>"),
    "rich text": lambda: workbook(
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>'
    ),
    "another namespace inside": lambda: workbook('<row r="1" xmlns="x"><c r="A1"><v>1</v></c></row>'),
    "another namespace": lambda: workbook(ONE, root='<worksheet xmlns="http://purl.oclc.org/ooxml/main">'),
    "another encoding": lambda: workbook(ONE, head='<?xml version="1.0" encoding="ISO-8859-1"?>'),
    "a line end of Windows in a text": lambda: workbook(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a\r\nb</t></is></c></row>'
    ),
    "a character by its number": lambda: workbook('<row r="1"><c r="A1" t="str"><v>&#65;</v></c></row>'),
    "a day": lambda: workbook('<row r="1"><c r="A1" s="2"><v>45000</v></c></row>'),
    "a moment as text": lambda: workbook('<row r="1"><c r="A1" t="d"><v>2026-01-01</v></c></row>'),
    "a link on nothing": lambda: workbook(ONE, behind='<hyperlinks><hyperlink ref="B7" location="A1"/></hyperlinks>'),
    "white space between cells": lambda: workbook(ONE.replace("><c", ">\n<c")),
}


@pytest.mark.parametrize("kind", NOT_PLAIN)
def test_what_only_a_parser_understands_is_left_to_openpyxl(kind: str) -> None:
    payload = NOT_PLAIN[kind]()
    with pytest.raises((module._NotPlainError, ValueError, LookupError)):
        by_pattern(payload)
    assert seen(read_book(payload)) == seen(module._by_openpyxl(payload))


@pytest.mark.parametrize(
    "rows",
    [
        ONE.replace("</row>", ""),
        ONE.replace("<v>1</v>", "<v>1</c></v>"),
        ONE.replace("<v>1", "<v>\x01"),
        ONE.replace("<v>1", "<v>]]>"),
        ONE.replace("<v>1", "<v>&unknown;"),
        ONE.replace('<row r="1"', '<row r="1" r="1"'),
        ONE.replace("<v>1</v>", "<v>one</v>"),
        ONE.replace("<c ", '<c t="s" ').replace("<v>1", "<v>99"),
        ONE.replace("<c ", '<c s="999" '),
    ],
)
def test_a_sheet_that_no_reader_understands_is_refused(rows: str) -> None:
    with pytest.raises(PayloadError):
        read_book(workbook(rows))


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
VALUES = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), TEXTS, st.booleans()
)


@given(st.dictionaries(st.tuples(st.integers(1, 6), st.integers(1, 30)), VALUES, max_size=20))
def test_whatever_openpyxl_writes_the_pattern_reads(cells: dict[tuple[int, int], object]) -> None:
    made = openpyxl.Workbook()
    for (row, column), value in cells.items():
        cell = made.worksheets[0].cell(row, column)
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"  # text that begins with "=" is no formula
    content = io.BytesIO()
    made.save(content)
    assert seen(by_pattern(content.getvalue())) == seen(module._by_openpyxl(content.getvalue()))


@given(st.lists(st.tuples(st.sampled_from(["n", "s", "b", "str", "e", "inlineStr"]), TEXTS), max_size=5))
def test_of_any_stored_content_both_readers_say_the_same(cells: list[tuple[str, str]]) -> None:
    row = "".join(
        f'<c r="{"ABCDE"[place]}1" t="{kind}"><v>{escape(text)}</v></c>' for place, (kind, text) in enumerate(cells)
    )
    payload = workbook(f'<row r="1">{row}</row>')
    try:
        expected: object = seen(module._by_openpyxl(payload))
    except (ValueError, LookupError):
        with pytest.raises(PayloadError):
            read_book(payload)
    else:
        assert seen(read_book(payload)) == expected


def test_what_is_left_of_a_plain_sheet_is_its_xml_without_cells() -> None:
    cells = plain_cells(f'<worksheet xmlns="{MAIN}"><sheetData>{ONE}</sheetData></worksheet>'.encode())
    assert cells is not None
    assert cells.rest == f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"></row></sheetData></worksheet>'.encode()
    assert (cells.elements, cells.last_row, cells.last_column) == (2, 1, 1)


@pytest.mark.parametrize(
    "name",
    [
        "nato/240617-def-exp-2024-TABLES-en.xlsx",  # Excel
        "sipri/SIPRI-Milex-data-1949-2025_v1.2.resaved.xlsx",  # LibreOffice
    ],
)
def test_both_readers_read_the_same_in_a_real_workbook(shared: Path, name: str) -> None:
    payload = (shared / "payloads" / name).read_bytes()
    assert seen(by_pattern(payload)) == seen(module._by_openpyxl(payload))
