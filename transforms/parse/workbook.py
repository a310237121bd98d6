"""Open an Excel workbook from bytes, or say what the bytes are instead."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook

from transforms.errors import PayloadError
from transforms.parse.plain_cells import PlainCells
from transforms.parse.workbook_bounds import refuse_beyond_limits
from transforms.payload import DAMAGED_ARCHIVE, opening, refuse_oversize, refuse_web_page

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_COMPOUND_FILE: Final = bytes.fromhex("D0CF11E0A1B11AE1")
_WORKBOOK_PART: Final = "xl/workbook.xml"
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
# A formula whose result was never stored reads as an empty cell. Excel and LibreOffice always store one; scripts do
# not. `t="str"` with an empty result is a formula that yields no text.
_FORMULA_WITHOUT_RESULT: Final = re.compile(
    rb'<c r="(?P<cell>[A-Z]+\d+)"(?![^>]*t="str")[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_FETCH_AGAIN: Final = "fetch it again; a fresh copy that is refused too means that the source has changed its file"


# What openpyxl raises for parts that are not as they should be. SyntaxError is the base of the parse errors of XML.
_UNREADABLE: Final = (
    InvalidFileException,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
)


def open_workbook(payload: bytes, *, read_only: bool = False) -> Workbook:
    """Open .xlsx bytes; cells hold values, formulas their stored results.

    `read_only` is openpyxl's streaming mode: sheets are then parsed as they are iterated.
    Raises `PayloadError` for an empty reply, a web page, a legacy .xls, a broken or oversized archive, an archive
    that is no workbook, one whose sheets reach beyond `limits`, and a formula without a stored result.
    """
    prove_workbook(payload)
    with unreadable_refused():
        # What other workbooks a formula asks, and what they held, is a third of the time that NATO's takes.
        return openpyxl.load_workbook(io.BytesIO(payload), read_only=read_only, data_only=True, keep_links=False)


def prove_workbook(payload: bytes) -> dict[str, PlainCells]:
    """Raises `PayloadError` for whatever `open_workbook` refuses before openpyxl reads it.

    The cells of sheets in plain XML, which are read on the way, by the part's name.
    """
    _refuse_other_files(payload)
    parts = _parts(payload)
    plain = refuse_beyond_limits(parts)
    _refuse_formulas_without_result(parts)
    return plain


@contextmanager
def unreadable_refused() -> Iterator[None]:
    """Turn what openpyxl raises for a broken part into a `PayloadError`."""
    try:
        with warnings.catch_warnings():
            # Of parts that are not read here: styles without a default, extensions, data validation.
            warnings.simplefilter("ignore", UserWarning)
            yield
    except _UNREADABLE as error:
        raise PayloadError(
            place="workbook",
            expected="an Excel workbook",
            found=f"parts that openpyxl cannot read: {type(error).__name__}: {error}",
            advice=_FETCH_AGAIN,
        ) from error


def _refuse_other_files(payload: bytes) -> None:
    if payload.startswith((_ZIP, _EMPTY_ZIP)):
        return
    refuse_web_page(payload, expected="an .xlsx workbook")
    if not payload:
        found = "an empty reply"
    elif payload.startswith(_COMPOUND_FILE):
        found = "an OLE compound file: a legacy .xls or a workbook with a password"
    else:
        found = f"{len(payload)} bytes that begin with {opening(payload)[:16]!r}"
    raise PayloadError(place="file", expected="an .xlsx workbook", found=found, advice=_FETCH_AGAIN)


def _parts(payload: bytes) -> dict[str, bytes]:
    """Every file of the archive, unpacked once."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            refuse_oversize(archive)
            names = archive.namelist()
            if _WORKBOOK_PART not in names:
                raise PayloadError(
                    place="archive",
                    expected=f"a workbook, with {_WORKBOOK_PART}",
                    found=f"an archive of {len(names)} files: {', '.join(names[:5]) or 'none'}",
                )
            return {name: _unpacked(archive, name) for name in names}
    except DAMAGED_ARCHIVE as error:
        raise PayloadError(
            place="archive", expected="a whole .xlsx archive", found=f"a damaged one: {error}", advice=_FETCH_AGAIN
        ) from error


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except zipfile.BadZipFile as error:
        raise PayloadError(
            place=name, expected="bytes that match their checksum", found="a damaged part", advice=_FETCH_AGAIN
        ) from error


def _refuse_formulas_without_result(parts: Mapping[str, bytes]) -> None:
    for name, content in parts.items():
        bare = None
        if _SHEET_PART.fullmatch(name) and b"<f" in content:
            bare = _FORMULA_WITHOUT_RESULT.search(content)
        if bare:
            raise PayloadError(
                place=f"{name} {bare['cell'].decode()}",
                expected="a value, or a formula with its stored result",
                found="a formula without a result",
                advice="a script saved the file: use the source's own, or open and save it in a spreadsheet",
            )
