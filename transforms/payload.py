"""Bytes before they are a source's format: a web page in place of data, encodings, and CSV as rows of whole records.

Belongs here: what the formats of all sources share: the sniff, unpacking within limits, decoding, separators, decimal
commas, and the strict reading of JSON and of a table with a header. Does not belong here: headers and columns of any
source; what a figure is (parse.printed_number), workbooks (parse.workbook).

A spreadsheet that opens a CSV and saves it may change the separator to `;` (with decimal commas), quote every cell, add
a byte order mark, fill short lines up with empty cells and write days in the order of its locale. None of that changes
a figure. What does change one, 1.04E+17 in place of all digits, `printed_number` refuses.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from transforms import limits
from transforms.errors import PayloadError

_SHOWN_OF_AN_OPENING: Final = 60  # bytes

_SEPARATORS: Final = ",;\t"
# What zipfile raises for an archive that is not whole: a seek before the file, a wrong length or checksum, a password,
# a compression that Python does not know, names in no encoding.
DAMAGED_ARCHIVE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_GZIP: Final = b"\x1f\x8b"
_SHOWN_OF_AN_ERROR: Final = 300
_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NESTING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_ESCAPED_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", re.ASCII)
_DECIMAL_POINT: Final = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?", re.ASCII)


class Record(NamedTuple):
    """One row of a table by the names of its columns, and its place in the file (`row 12`)."""

    place: str
    cells: dict[str, str]


def opening(payload: bytes) -> bytes:
    """The first bytes behind a byte order mark (which sources send at times) and white space."""
    return payload[:200].removeprefix(codecs.BOM_UTF8).lstrip()


def is_web_page(payload: bytes) -> bool:
    """Whether bytes open as HTML or XML: what a server sends instead of data that it moved, refuses or repairs."""
    return opening(payload).startswith(b"<")


def refuse_web_page(payload: bytes, *, expected: str, place: str = "file") -> None:
    """Raises `PayloadError` for a web page or XML in place of `expected`."""
    if is_web_page(payload):
        found = f"a web page or XML: {opening(payload)[:_SHOWN_OF_AN_OPENING]!r}"
        raise PayloadError(place=place, expected=expected, found=found)


def decoded(payload: bytes, place: str, *, encodings: Sequence[str] = ("utf-8-sig",)) -> str:
    """The text, by the first of the encodings that reads it; UTF-16 with its mark only where it is among them.

    Raises `PayloadError` if none does.
    """
    marked = payload.startswith(_UTF_16_MARKS)
    wanted = [name for name in encodings if (name == "utf-16") == marked]
    failure = "text in UTF-16" if marked else "no text"
    for name in wanted:
        try:
            return payload.decode(name)
        except UnicodeDecodeError as error:
            failure = str(error)
    raise PayloadError(place=place, expected=f"text in {' or '.join(_named(encodings))}", found=failure)


def records(text: str, place: str) -> list[list[str]]:
    """The cells of each line, by the most frequent separator of the first line; figures with decimal points.

    Lines without a cell at the end of the file are left out. Decimal commas are turned into points where `;` or a tab
    separates the cells and no cell has a decimal point: then they are the sign of the file. Raises `PayloadError` for
    text that is no whole CSV.
    """
    _refuse_large_table(text, place)
    opening = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=opening.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (csv.Error, ValueError) as error:
        raise PayloadError(place=place, expected="a whole CSV", found=str(error)) from error
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise PayloadError(place=place, expected="a CSV with a header", found="no line")
    return rows if separator == "," else _with_decimal_points(rows)


def _refuse_large_table(text: str, place: str) -> None:
    """Before a cell is made of it: each takes 50 bytes and more."""
    separators = [text.count(separator) for separator in _SEPARATORS]
    for found, limit, what in (
        (max(separators) + text.count("\n"), limits.TABLE_CELLS, "cells"),
        (max(text.partition("\n")[0].count(separator) for separator in _SEPARATORS), limits.TABLE_COLUMNS, "columns"),
    ):
        if found > limit:
            raise PayloadError(place=place, expected=f"at most {limit} {what}", found=f"{found}")


def refuse_oversize(archive: zipfile.ZipFile, place: str = "archive") -> None:
    """Raises `PayloadError` for an archive that says it unpacks to more than `limits` allows.

    Python's zipfile unpacks a member no further than the archive says it goes.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    for found, limit, what in (
        (unpacked, limits.UNPACKED_BYTES, "bytes unpacked"),
        (len(members), limits.ARCHIVE_MEMBERS, "files"),
    ):
        if found > limit:
            raise PayloadError(
                place=place,
                expected=f"at most {limit} {what}",
                found=f"{found}",
                advice="no file of a source is that large: look at it before raising the limit",
            )


def ungzipped(payload: bytes) -> bytes:
    """The content of a gzip file, the payload itself if it is none.

    Raises `PayloadError` for a damaged file, for one that unpacks to more than `limits` allows, and for gzip within
    gzip, which no source sends.
    """
    if not payload.startswith(_GZIP):
        return payload
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(payload)) as packed:
            content = packed.read(limits.UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise PayloadError(place="gzip", expected="a whole gzip file", found=str(error)) from error
    if len(content) > limits.UNPACKED_BYTES:
        raise PayloadError(place="gzip", expected=f"at most {limits.UNPACKED_BYTES} bytes unpacked", found="more")
    if content.startswith(_GZIP):
        raise PayloadError(place="gzip", expected="one layer of gzip", found="gzip within gzip")
    return content


def json_reply(payload: bytes, place: str, *, expected: str) -> Any:  # noqa: ANN401 (what JSON holds)
    """What a JSON text says, each key once, finite numbers only.

    Raises `PayloadError` for what is no such JSON: too large or nested beyond `limits`, a key that is there twice, NaN
    and Infinity, half of a surrogate pair. `expected` says what the reply should be.
    """
    if len(payload) > limits.JSON_BYTES:
        raise PayloadError(
            place=place, expected=f"at most {limits.JSON_BYTES} bytes of JSON", found=f"{len(payload)} bytes"
        )
    _refuse_deep_json(payload, place)
    try:
        reply = json.loads(payload, object_pairs_hook=_each_key_once, parse_constant=_refuse_constant, parse_int=_whole)
        if _ESCAPED_SURROGATE.search(payload):
            json.dumps(reply, ensure_ascii=False).encode()  # fails for half of a pair
    except ValueError as error:  # of JSON, its encoding, its numbers, its keys
        raise PayloadError(place=place, expected=expected, found=str(error)[:_SHOWN_OF_AN_ERROR]) from error
    return reply


def _refuse_deep_json(payload: bytes, place: str) -> None:
    depth = 0
    for found in _NESTING.finditer(payload):
        mark = found[0]
        if mark in b"[{":
            depth += 1
            if depth > limits.JSON_DEPTH:
                raise PayloadError(
                    place=place, expected=f"at most {limits.JSON_DEPTH} values within each other", found="more"
                )
        elif mark in b"]}":
            depth -= 1


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that is there twice `json` keeps the last; which of the two figures is meant nobody knows."""
    held = dict(pairs)
    if len(held) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} twice")
    return held


def _whole(digits: str) -> int:
    if len(digits) > limits.NUMBER_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name}, which is no number of JSON")


def table(payload: bytes, *, expected: str) -> tuple[list[str], list[Record]]:
    """Header and records of a delimited file whose every row has a cell for each column.

    `expected` says what the file should be. Raises `PayloadError` for a web page, other bytes, and a row of another
    length: a cut file.
    """
    refuse_web_page(payload, expected=expected)
    header, *rows = records(decoded(payload, "file"), "file")
    return header, whole_records(header, rows)


def whole_records(header: Sequence[str], rows: Sequence[Sequence[str]], *, rows_named: str = "row") -> list[Record]:
    """The rows below a header by column, each with its place; `PayloadError` for a row of another length."""
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise PayloadError(
                place=f"{rows_named} {number}",
                expected=f"{len(header)} cells",
                found=f"{len(row)} cells",
                advice="the file may be cut: fetch it again",
            )
    return [
        Record(f"{rows_named} {number}", dict(zip(header, row, strict=True)))
        for number, row in enumerate(rows, start=2)
    ]


def _with_decimal_points(rows: list[list[str]]) -> list[list[str]]:
    cells = [cell for row in rows for cell in row]
    if any(_DECIMAL_POINT.fullmatch(cell) for cell in cells):
        return rows
    return [[cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in row] for row in rows]


def _named(encodings: Sequence[str]) -> list[str]:
    return ["UTF-8" if name == "utf-8-sig" else name.upper() for name in encodings]
