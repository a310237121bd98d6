"""How far a workbook reaches, read from its XML before anything makes its cells.

Belongs here: the bounds of sheets, merges, links and comments, and the refusal of a workbook beyond `limits`.
Does not belong here: what the cells hold (parse.workbook and the parsers of the sources).

openpyxl makes a cell for each place between the first and the last, under each merge and each link: one cell at
XFD1048576, a row numbered 2 000 000 000 or a merge over everything, in a file of 6 KB, takes minutes and gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from transforms import limits
from transforms.errors import PayloadError
from transforms.parse.plain_cells import PlainCells, plain_cells

# Whatever its name: a relation may call a sheet anything.
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff")
# Drawings of comments, which Excel writes as HTML of its own; what follows a fault in it nothing reads.
_NO_WHOLE_XML: Final = ".vml"
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,10})")
_ROW: Final = re.compile(r"[0-9]{1,10}")
_SPANNING: Final = frozenset({"mergeCell", "hyperlink", "comment"})
_LETTERS: Final = 26


def refuse_beyond_limits(parts: Mapping[str, bytes]) -> dict[str, PlainCells]:
    """The cells of the parts that are sheets in plain XML, by the part's name.

    Raises `PayloadError` for a workbook that reaches further than `limits` allows, or whose XML is not whole or has a
    document type.
    """
    bounds = _Bounds()
    cells: dict[str, PlainCells] = {}
    for name, content in parts.items():
        if _XML.match(content):
            plain = plain_cells(content)
            cells |= {name: plain} if plain else {}
            bounds.read(name, content, plain)
    return cells


class _Bounds:
    """What was met in all parts so far."""

    def __init__(self) -> None:
        self._part = ""
        self._cells = self._spanned = self._elements = 0
        self._begin_part("")

    def read(self, name: str, xml: bytes, plain: PlainCells | None) -> None:
        """Take in one part; of plain cells only what is around them is left to read."""
        self._begin_part(name)
        if plain:
            self._last_row, self._last_column = plain.last_row, plain.last_column
            self._elements += plain.elements
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            parser.Parse(plain.rest if plain else xml, True)  # noqa: FBT003 (expat takes it by position)
        except expat.ExpatError as error:
            if name.lower().endswith(_NO_WHOLE_XML):
                return
            raise PayloadError(place=name, expected="whole XML", found=str(error)) from error
        self._cells += self._last_row * self._last_column
        self._refuse_above(self._cells, limits.WORKBOOK_CELLS, "cells between the first and the last of each sheet")

    def _begin_part(self, name: str) -> None:
        self._part = name
        self._row = self._column = self._last_row = self._last_column = self._depth = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._meet_cell(attributes.get("r"))
        elif kind == "row":
            self._row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
            self._last_row = max(self._last_row, self._row)
        elif kind in _SPANNING and "ref" in attributes:
            self._spanned += self._area(attributes["ref"])
            self._refuse_above(self._spanned, limits.WORKBOOK_SPANNED_CELLS, "cells under merges, links and comments")
        self._refuse_above(self._depth, limits.WORKBOOK_DEPTH, "elements within each other")
        self._refuse_above(self._elements, limits.WORKBOOK_ELEMENTS, "elements")

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _meet_cell(self, reference: str | None) -> None:
        if reference is None:
            row, self._column = self._row, self._column + 1
        else:
            row, self._column = self._place(reference)
        self._last_row = max(self._last_row, row)
        self._last_column = max(self._last_column, self._column)

    def _area(self, reference: str) -> int:
        """Cells of a range like B2:D9, of either order."""
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = self._place(first), self._place(last or first)
        return (abs(bottom - top) + 1) * (abs(right - left) + 1)

    def _place(self, reference: str) -> tuple[int, int]:
        found = _CELL.fullmatch(reference)
        if found is None:
            raise PayloadError(place=self._part, expected="a cell like AB12", found=repr(reference[:40]))
        column = 0
        for letter in found[1].upper():
            column = column * _LETTERS + ord(letter) - ord("A") + 1
        return int(found[2]), column

    def _number(self, row: str) -> int:
        if not _ROW.fullmatch(row):
            raise PayloadError(place=self._part, expected="the number of a row", found=repr(row[:40]))
        return int(row)

    def _refuse_above(self, found: int, limit: int, what: str) -> None:
        if found > limit:
            raise PayloadError(
                place=self._part,
                expected=f"at most {limit} {what}",
                found=str(found),
                advice="no statistics workbook is that large: look at the file before raising the limit",
            )

    def _refuse_doctype(self, *_declared: object) -> None:
        raise PayloadError(place=self._part, expected="XML without a document type", found="a document type")
