"""The rows of a SIPRI table: states, regions, headings of groups, and what is none of them.

Belongs here: which row is what, and what its leading columns say about all of its figures. Does not belong here: the
bounds of the table (`table`), the cells of its years (`cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from transforms.errors import LayoutError
from transforms.parse.sipri.findings import Findings
from transforms.parse.sipri.layout import CURRENCY, NOTES, REGIONS, Measure
from transforms.parse.sipri.marks import NO_MARKS, Footnotes, Marks, read_marks
from transforms.parse.sipri.printed import filled, is_dots, printed
from transforms.parse.sipri.table import FISCAL_YEAR, OMITTED, REPORTING_YEAR, Table

# The releases held have 173 or 174 states; an export of the web tool has those that its user ticked.
STATE_FLOOR: Final = 150
# "World" since April 2022; before it "World total (excluding Iraq)" and "(including Iraq)".
_WORLD: Final = "World"
_NUMBERS: Final = frozenset({int, float})
_A_ROW: Final = "a state or region, once, with its figures, or the heading of a group, without"


class Row(NamedTuple):
    """One labelled row of a table, with what its leading columns say about all of its figures."""

    label: str
    number: int  # in the sheet, from 1
    values: Sequence[object]
    styles: Sequence[int]
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
        label = printed(cells[table.label_column - 1])
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
            _refuse_merged(table, number)
            rows.append(_row(measure, table, footnotes, label, number))
    _prove_complete(measure, table, seen, findings)
    return rows


def _scanned(table: Table) -> Iterator[tuple[int, Sequence[object]]]:
    return enumerate(table.sheet.values[table.header_row :], start=table.header_row + 1)


def _is_row(
    measure: Measure, table: Table, label: str, cells: Sequence[object], *, place: str, findings: Findings
) -> bool:
    """Whether a row is a state or region, or faulty; False for what is passed over or withheld."""
    years = [cells[column - 1] for column in table.years]
    with_figures = any(type(value) in _NUMBERS for value in years) or any(_is_figure(value) for value in years)
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
    if not any(filled(value) for value in years):
        return kind is not None  # a state prints a sign in each year; anything else is a heading or text
    leading = [printed(cells[column - 1]) for column in table.columns.values()]
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


def _is_figure(value: object) -> bool:
    text = printed(value)
    return not is_dots(text) and text != "xxx"


def _refuse_merged(table: Table, number: int) -> None:
    """Up to the last column that the table reads; one figure over two years would be no figure."""
    for column in range(1, table.last_column + 1) if table.sheet.merged else ():
        if (number, column) in table.sheet.merged:
            raise LayoutError(place=table.place(number, column), expected="one cell a figure", found="merged cells")


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


def _row(measure: Measure, table: Table, footnotes: Footnotes, label: str, row: int) -> Row:
    values = table.sheet.values[row - 1]

    def text_in(header: str) -> str:
        column = table.columns.get(header)
        text = printed(values[column - 1]) if column else ""
        return "" if is_dots(text) else text

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
        number=row,
        values=values,
        styles=table.sheet.styles[row - 1],
        marks=marks,
        note="; ".join([*([marks.note] if marks.note else []), *said]) or None,
        currency=text_in(CURRENCY) if measure.local_currency else measure.currency,
        own_reporting_year=bool(text_in(REPORTING_YEAR)),
    )
