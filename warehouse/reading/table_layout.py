"""Rows as text of a given width in which nothing is cut: a table, a table whose words wrap, or a block a row.

Belongs here: widths, wrapping, which of the three layouts fits. Does not belong here: how one value is written
(warehouse.reading.rendering), files for programs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len
from rich.text import Text

_GAP: Final = 2  # blanks between columns
_TALLEST: Final = 5  # lines of a wrapped row; more reads worse than a block
_HEAD: Final = "bold"
_AFTER_BLANKS: Final = re.compile(r"(?<=\s)(?=\S)")
_AFTER_BLANKS_AND_UNDERSCORES: Final = re.compile(r"(?<=[\s_])(?=[^\s_])")


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column as text: its name, a cell a row, and whether it holds numbers (to the right, never wrapped)."""

    name: str
    cells: Sequence[str]
    numeric: bool


def lay_out(columns: Sequence[TextColumn], width: int | None) -> list[Text]:
    """The lines of a table that fits `width` characters (None: any width), its heads in bold; each cell is whole.

    Too wide: what is the same in every row is said once above the table, and heads and words wrap; where that does not
    fit either, each row is a block of names and values. Only a word that is longer than `width` makes a longer line.
    """
    widest = [_widest(column) for column in columns]
    if width is None or _table_width(widest) <= width:
        return _table(columns, widest)
    same, others = _apart(columns)
    widths = _wrapped_widths(others, width)
    if widths is None or any(len(_wrapped(cell, w)) > _TALLEST for c, w in _texts(others, widths) for cell in c.cells):
        return _blocks(columns, width)
    above = _wrapped(f"in every row: {'; '.join(f'{c.name} = {c.cells[0]}' for c in same)}", width) if same else []
    return [*map(Text, above), *_table(others, widths)]


def wrap(text: Text, width: int) -> list[Text]:
    """Styled text in lines of `width` characters, broken at blanks only: a word that is longer stays whole."""
    lines: list[Text] = []
    start = 0
    for line in _wrapped(text.plain, width):
        start = text.plain.index(line, start)
        lines.append(text[start : start + len(line)])
        start += len(line)
    return lines


def _apart(columns: Sequence[TextColumn]) -> tuple[list[TextColumn], list[TextColumn]]:
    """The columns that say the same in each of several rows (and say something), and the others."""
    same = [len(c.cells) > 1 and len(set(c.cells)) == 1 and c.cells[0] != "" for c in columns]
    if all(same):
        return [], list(columns)
    pairs = list(zip(columns, same, strict=True))
    return [column for column, is_same in pairs if is_same], [column for column, is_same in pairs if not is_same]


def _texts(columns: Sequence[TextColumn], widths: Sequence[int]) -> list[tuple[TextColumn, int]]:
    return [(column, width) for column, width in zip(columns, widths, strict=True) if not column.numeric]


def _table_width(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * (len(widths) - 1)


def _widest(column: TextColumn) -> int:
    lines = (line for cell in column.cells for line in cell.splitlines())
    return max(cell_len(line) for line in (column.name, *lines))


def _narrowest(column: TextColumn) -> int:
    """The width below which a word of the head or of a cell, or a number, would be broken."""
    words = column.cells if column.numeric else [word for cell in column.cells for word in cell.split()]
    head = _AFTER_BLANKS_AND_UNDERSCORES.split(column.name)
    return max(cell_len(word.rstrip()) for word in (*head, *words))


def _wrapped_widths(columns: Sequence[TextColumn], width: int) -> list[int] | None:
    """Widths at which the table fits, the room that is left given to the widest texts; None if there are none."""
    widths, wanted = [_narrowest(column) for column in columns], [_widest(column) for column in columns]
    room = width - _table_width(widths)
    if room < 0:
        return None
    for _ in range(room):
        neediest = max(range(len(columns)), key=lambda i: wanted[i] - widths[i])
        widths[neediest] += wanted[neediest] > widths[neediest]
    return widths


def _table(columns: Sequence[TextColumn], widths: Sequence[int]) -> list[Text]:
    sized = list(zip(columns, widths, strict=True))
    heads = [_wrapped(column.name, size, _AFTER_BLANKS_AND_UNDERSCORES) for column, size in sized]
    lines = [Text(line, style=_HEAD) for line in _row(sized, heads)]
    for cells in zip(*(column.cells for column in columns), strict=True):
        parts = [
            [cell] if column.numeric else _wrapped(cell, size)
            for (column, size), cell in zip(sized, cells, strict=True)
        ]
        lines += map(Text, _row(sized, parts))
    return lines


def _row(sized: Sequence[tuple[TextColumn, int]], parts: Sequence[Sequence[str]]) -> list[str]:
    """One row of the table, as many lines as its tallest cell has."""
    return [
        (" " * _GAP)
        .join(_padded(part, size, right=column.numeric) for (column, size), part in zip(sized, line, strict=True))
        .rstrip()
        for line in zip_longest(*parts, fillvalue="")
    ]


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks


def _blocks(columns: Sequence[TextColumn], width: int) -> list[Text]:
    """A block a row, with a blank line between two: each value after its column's name, wrapped below itself."""
    indent = max(cell_len(column.name) for column in columns) + _GAP
    lines: list[Text] = []
    for cells in zip(*(column.cells for column in columns), strict=True):
        if lines:
            lines.append(Text())
        for column, cell in zip(columns, cells, strict=True):
            first, *more = _wrapped(cell, width - indent)
            lines.append(Text.assemble((_padded(column.name, indent, right=False), _HEAD), first))
            lines += [Text(" " * indent + line) for line in more]
    return lines or [Text(line, style=_HEAD) for line in _wrapped("  ".join(c.name for c in columns), width)]


def _wrapped(text: str, width: int, breaks: re.Pattern[str] = _AFTER_BLANKS) -> list[str]:
    """The text in lines of `width` characters, broken where `breaks` finds a place, never within a word."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in breaks.split(paragraph):
            if line.strip() and cell_len((line + piece).rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return lines
