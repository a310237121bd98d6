"""Opening a workbook: what is let through, and what each other kind of file is called."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from transforms import limits
from transforms.errors import PayloadError
from transforms.parse.workbook import open_workbook


def workbook_bytes() -> bytes:
    workbook = Workbook()
    workbook.worksheets[0]["A1"] = 3.22
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def archive_of(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """A workbook whose sheet XML was changed after it was saved."""
    with zipfile.ZipFile(io.BytesIO(workbook_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    return archive_of({**parts, name: change(parts[name])})


@pytest.mark.parametrize("read_only", [False, True])
def test_a_workbook_opens_with_its_values(read_only: bool) -> None:  # noqa: FBT001 - a parametrised argument
    sheet = open_workbook(workbook_bytes(), read_only=read_only).worksheets[0]
    assert next(sheet.iter_rows(values_only=True)) == (3.22,)


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b"", "an empty reply"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "a web page or XML"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(500), "a legacy .xls or a workbook with a password"),
        (b"%PDF-1.7 ...", "begin with b'%PDF-1.7 ...'"),
        (workbook_bytes()[:2000], "a damaged one"),
        (archive_of({"data.csv": b"a,b"}), "an archive of 1 files: data.csv"),
        (archive_of({}), "an archive of 0 files: none"),
        (archive_of({"xl/workbook.xml": b"<workbook"}), "unclosed token"),
        (archive_of({"xl/workbook.xml": b"<workbook/>"}), "parts that openpyxl cannot read"),
    ],
    ids=[
        "empty",
        "web page",
        "legacy",
        "pdf",
        "truncated",
        "other archive",
        "empty archive",
        "broken XML",
        "broken parts",
    ],
)
def test_another_file_is_refused_by_what_it_is(payload: bytes, found: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        open_workbook(payload)
    assert found in refusal.value.found


WHOLE = workbook_bytes()  # once: the time of saving is in it, and its size varies by a byte


@given(st.integers(0, len(WHOLE) - 1))
def test_a_workbook_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises(PayloadError):
        open_workbook(WHOLE[:length])


def test_a_part_that_does_not_match_its_checksum_is_refused() -> None:
    payload = archive_of({"xl/workbook.xml": b"x" * 50})
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        crc = archive.infolist()[0].CRC.to_bytes(4, "little")
    with pytest.raises(PayloadError):
        open_workbook(payload.replace(crc, bytes(4)))


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 1000)
    with pytest.raises(PayloadError, match="at most 1000 bytes unpacked"):
        open_workbook(workbook_bytes())


def test_a_formula_with_its_stored_result_opens_as_that_result() -> None:
    payload = with_sheet(lambda xml: xml.replace(b"<v>3.22</v>", b"<f>1+2.22</f><v>3.22</v>"))
    assert open_workbook(payload).worksheets[0]["A1"].value == 3.22


@pytest.mark.parametrize("cell", [b"<f>1+2.22</f>", b"<f>1+2.22</f><v/>", b"<f>1+2.22</f><v></v>"])
def test_a_formula_without_a_stored_result_is_refused_with_its_cell(cell: bytes) -> None:
    payload = with_sheet(lambda xml: xml.replace(b"<v>3.22</v>", cell))
    with pytest.raises(PayloadError, match="A1"):
        open_workbook(payload)
