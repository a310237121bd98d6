"""The cells of a sheet's XML by a pattern, where that XML is as plain as Excel, LibreOffice and openpyxl write it.

Belongs here: what plain is, and the cells of plain XML. Does not belong here: bounds (`workbook_bounds`), what a cell
holds once the workbook's texts and styles are known (`book`).

An XML parser that hands each element to Python takes ten times as long. What the pattern does not cover (comments,
CDATA, another encoding or namespace, rich text, cells out of order) is no plain XML: a parser reads it. A sheet
without its cells is still XML, and the parser of `workbook_bounds` reads it: nothing in a file goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt
from typing import Final, NamedTuple

from openpyxl.utils.cell import column_index_from_string

_TEXT: Final = r"[^<&]*+(?:&(?:amp|lt|gt|quot|apos);[^<&]*+)*+"
# Attributes in the one order in which those programs write them: none can be there twice.
_CELL: Final = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="([a-zA-Z]{1,9})")?'
    rf'(?:/>|>(?:<f(?: aca="false")?(?: t="[a-z]+")?(?: ref="[A-Z0-9:]+")?(?: si="[0-9]+")?(?:/>|>{_TEXT}</f>))?'
    rf'(?:<v>({_TEXT})</v>|<v/>|<is><t(?: xml:space="preserve")?>({_TEXT})</t></is>)?</c>)'
)
_GROUPS: Final = 6
# Between two cells of different rows: the end of a row, rows without cells, the beginning of the next.
_BETWEEN_ROWS: Final = re.compile(
    r"(?P<ended></row>)?(?:<row(?: [^<>]*)?(?:/>|></row>))*"
    r'(?P<begun><row r="(?P<row>[1-9][0-9]{0,6})"(?: [^<>]*[^<>/])?>)?'
)
_OPENED: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'][uU][tT][fF]-8[\"'])?"
    rb"(?: standalone=[\"']\w+[\"'])?\s*\?>)?\s*"
    rb'<worksheet xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"'
)
_BEGIN: Final = b"<sheetData>"
_EMPTY: Final = b"<sheetData/>"
_END: Final = b"</sheetData>"
# What XML does not allow in text, two of them characters of Unicode that are none; and CR, which it makes a line feed.
_NO_TEXT: Final = bytes({*range(32)} - set(b"\t\n"))
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf", b"]]>")


class PlainRow(NamedTuple):
    """A row with cells: its number, and which of the sheet's cells are its own."""

    number: int
    cells: slice


@dataclass(frozen=True, slots=True)
class PlainCells:
    """The cells of a sheet, row by row and from left to right; each sequence has one item a cell.

    `contents` are what is stored (`<v>`), `inline` a text that is stored in the cell itself, `kinds` how to take it:
    numbers without a kind or "n", "s" the number of a shared text, "b", "e", "str", "inlineStr". All are text as it
    is in the XML. `rest` is the XML without cells, `elements` how many XML elements that leaves out.
    """

    rows: Sequence[PlainRow]
    columns: Sequence[int]
    styles: Sequence[str | None]
    kinds: Sequence[str | None]
    contents: Sequence[str | None]
    inline: Sequence[str | None]
    rest: bytes
    elements: int

    @property
    def last_row(self) -> int:
        """The last row with a cell, 0 without any."""
        return self.rows[-1].number if self.rows else 0

    @property
    def last_column(self) -> int:
        """The last column with a cell, 0 without any."""
        return max(self.columns, default=0)


def plain_cells(xml: bytes) -> PlainCells | None:
    """The cells of a sheet's XML; None for XML that is no sheet, or not plain."""
    begin, end = xml.find(_BEGIN), xml.rfind(_END)
    begin, end = (begin + len(_BEGIN), end) if begin >= 0 else (xml.find(_EMPTY),) * 2
    if not (0 <= begin <= end and _is_text(xml[begin:end])):
        return None
    try:
        pieces = _CELL.split(xml[begin:end].decode())
    except UnicodeDecodeError:
        return None
    between, letters, numbers, styles, kinds, contents, inline = (
        pieces[first :: _GROUPS + 1] for first in range(_GROUPS + 1)
    )
    rows = _rows(between, numbers)
    columns = None if rows is None else _columns(rows, letters)
    if rows is None or columns is None:
        return None
    rest = xml[:begin] + "".join(between).encode() + xml[end:]
    if not _is_plain(rest):
        return None
    elements = _elements(xml) - _elements(rest)
    return PlainCells(rows, columns, styles, kinds, contents, inline, rest, elements)


def _is_text(cells: bytes) -> bool:
    """Whether a parser would leave each character of a text as it is."""
    return len(cells.translate(None, _NO_TEXT)) == len(cells) and not any(sign in cells for sign in _NO_CHARACTERS)


def _is_plain(rest: bytes) -> bool:
    """Whether what is around the cells leaves them cells of the one sheet; its XML is not yet proven to be whole."""
    return (
        _OPENED.match(rest) is not None
        and rest.count(b"<!") == 0  # a comment, CDATA, a document type
        and rest.count(b"<?") <= 1
        and rest.count(b"<sheetData") == 1
        and rest.count(b"xmlns=") == 1
    )


def _elements(xml: bytes) -> int:
    return xml.count(b"<") - xml.count(b"</")


def _rows(between: Sequence[str], numbers: Sequence[str]) -> list[PlainRow] | None:
    """The rows by what is between the cells; None for a cell outside of its row, and for rows that do not ascend."""
    rows: list[PlainRow] = []
    first, row = 0, ""
    last = len(numbers)
    for place in [place for place, text in enumerate(between) if text or place in (0, last)]:
        found = _BETWEEN_ROWS.fullmatch(between[place])
        if found is None or (found["ended"] is None) != (place == 0) or (found["begun"] is None) != (place == last):
            return None
        if place:
            if set(numbers[first:place]) != {row} or (rows and rows[-1].number >= int(row)):
                return None
            rows.append(PlainRow(int(row), slice(first, place)))
        first, row = place, found["row"]
    return rows


def _columns(rows: Sequence[PlainRow], letters: Sequence[str]) -> list[int] | None:
    """The column of each cell, from 1; None where those of a row do not ascend."""
    known = {name: column_index_from_string(name) for name in set(letters)}
    columns = [known[name] for name in letters]
    ascend = all(all(map(lt, columns[row.cells], columns[row.cells][1:])) for row in rows)
    return columns if ascend else None
