"""The rows of a SIPRI table: states, regions, headings of groups, and what is none of them.

Belongs here: which row is what, and what its leading columns say about all of its figures. Does not belong here: the
bounds of the table (`table`), the cells of its years (`cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from openpyxl.cell.cell import Cell, MergedCell

from transforms.errors import LayoutError
from transforms.parse.sipri.findings import Findings
from transforms.parse.sipri.layout import CURRENCY, NOTES, REGIONS, Measure
from transforms.parse.sipri.marks import NO_MARKS, Footnotes, Marks, read_marks
from transforms.parse.sipri.printed import is_dots, printed
from transforms.parse.sipri.table import FISCAL_YEAR, OMITTED, REPORTING_YEAR, Table

# The releases held have 173 or 174 states; an export of the web tool has those that its user ticked.
STATE_FLOOR: Final = 150
# "World" since April 2022; before it "World total (excluding Iraq)" and "(including Iraq)".
_WORLD: Final = "World"
_A_ROW: Final = "a state or region, once, with its figures, or the heading of a group, without"


class Row(NamedTuple):
    """One labelled row of a table, with what its leading columns say about all of its figures."""

    label: str
    cells: Sequence[Cell]
    marks: Marks
    note: str | None
    currency: str | None
    own_reporting_year: bool  # "for calendar years except where otherwise stated": stated in its own column


def read_rows(measure: Measure, table: Table, footnotes: Footnotes, findings: Findings) -> list[Row]:
    """The states or regions of a table, in its order.

    Passed over: headings of groups, with blanks or dots in place of figures, and text below the table. Withheld with a
    notice: a region that labels/sipri.csv does not hold for the day of publication, as it says nothing about any
    country. Obstacles: figures without a label or with the label of a group, a label twice, fewer states than a
    release has.
    """
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in _scanned(table):
        label = printed(cells[table.label_column - 1].value)
        place = table.place(number, table.label_column)
        if not _is_row(measure, table, label, cells, place=place, findings=findings):
            continue
        fault = _fault(measure, label, findings.kinds.get(label), seen.get(label))
        if fault:
            findings.obstacles.add(
                LayoutError(
                    place=place,
                    expected=_A_ROW,
                    found=fault,
                    advice="compare the row with the source's own file",
                )
            )
            continue
        seen[label] = number
        with findings.obstacles.collected():
            rows.append(_row(measure, table, footnotes, label, _unmerged(table, number, cells)))
    _prove_complete(measure, table, seen, findings)
    return rows


def _scanned(table: Table) -> Iterator[tuple[int, tuple[Cell | MergedCell, ...]]]:
    first = table.header_row + 1
    return enumerate(table.sheet.iter_rows(min_row=first, max_col=table.last_column), start=first)


def _is_row(
    measure: Measure, table: Table, label: str, cells: Sequence[Cell | MergedCell], *, place: str, findings: Findings
) -> bool:
    """Whether a row is a state or region, or faulty; False for what is passed over or withheld."""
    years = [cells[column - 1].value for column in table.years]
    texts = [printed(value) for value in years]
    with_figures = any(not is_dots(text) and text != "xxx" for text in texts)
    kind = findings.kinds.get(label)
    if measure is REGIONS and kind in {None, "aggregate"} and label not in ("", *findings.regions) and with_figures:
        printed_figures = sum(isinstance(value, int | float) for value in years)
        findings.notice(
            "Withheld, not in labels/sipri.csv for its day", f"region {label}", place, cells=printed_figures
        )
        return False
    if with_figures:
        return True
    if kind == "aggregate":
        return measure is REGIONS
    if not any(texts):
        return kind is not None  # a state prints a sign in each year; anything else is a heading or text
    leading = [printed(cells[column - 1].value) for column in table.columns.values()]
    if kind is None and label and all(is_dots(text) for text in leading):
        findings.notice("Passed over, a row of dots that may head a group", label, place, cells=0)
        return False
    return label != ""


def _fault(measure: Measure, label: str, kind: str | None, earlier: int | None) -> str | None:
    if not label:
        return "a blank label in front of figures"
    if label == measure.label_header:
        return "a second header inside the table"
    if measure is not REGIONS and kind == "aggregate":
        return f"the group {label!r} with figures"
    if measure is REGIONS and kind in {"country", "historical_state"}:
        return f"the state {label!r} among the regions"
    return None if earlier is None else f"{label!r}, which row {earlier} holds already"


def _unmerged(table: Table, number: int, cells: Sequence[Cell | MergedCell]) -> list[Cell]:
    """The cells of a row up to the last that the table reads; one figure over two years would be no figure."""
    plain: list[Cell] = []
    for column, cell in enumerate(cells, start=1):
        if not isinstance(cell, Cell):
            raise LayoutError(place=table.place(number, column), expected="one cell a figure", found="merged cells")
        plain.append(cell)
    return plain


def _prove_complete(measure: Measure, table: Table, seen: dict[str, int], findings: Findings) -> None:
    if measure is REGIONS and not any(label.startswith(_WORLD) for label in seen):
        found = ", ".join(seen)
        findings.obstacles.add(LayoutError(place=table.sheet.title, expected=f"a row {_WORLD!r}", found=found))
    if measure is not REGIONS and len(seen) < STATE_FLOOR:
        findings.obstacles.add(
            LayoutError(
                place=table.sheet.title,
                expected=f"at least {STATE_FLOOR} states, as a whole release holds",
                found=f"{len(seen)} rows",
                advice="an export of https://milex.sipri.org holds a choice of states: fetch the whole release",
            )
        )


def _row(measure: Measure, table: Table, footnotes: Footnotes, label: str, cells: Sequence[Cell]) -> Row:
    def text_in(header: str) -> str:
        column = table.columns.get(header)
        text = printed(cells[column - 1].value) if column else ""
        return "" if is_dots(text) else text

    row = cells[0].row
    marks = NO_MARKS
    if text_in(NOTES):
        marks = read_marks(text_in(NOTES), footnotes, table.place(row, table.columns[NOTES]))
    said = [f"{header}: {text_in(header)}" for header in (FISCAL_YEAR, REPORTING_YEAR, OMITTED) if text_in(header)]
    if measure.local_currency and not text_in(CURRENCY):
        raise LayoutError(
            place=table.place(row, table.label_column), expected=f"a currency for {label}", found="a blank cell"
        )
    return Row(
        label=label,
        cells=cells,
        marks=marks,
        note="; ".join([*([marks.note] if marks.note else []), *said]) or None,
        currency=text_in(CURRENCY) if measure.local_currency else measure.currency,
        own_reporting_year=bool(text_in(REPORTING_YEAR)),
    )
