"""The figures of one SIPRI sheet: value, status by colour, flags, note and locator of each cell.

Belongs here: the cells of a table's years, and what must hold for the cells of one sheet. Does not belong here: rows
and marks (`rows`, `marks`), what another sheet prints (`contradictions`).
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from openpyxl.utils.cell import get_column_letter

from transforms.errors import LayoutError, ValueRefusedError
from transforms.parse.book import Look
from transforms.parse.frame import RAW_SCHEMA
from transforms.parse.sipri.colours import Palette
from transforms.parse.sipri.contradictions import note_with
from transforms.parse.sipri.findings import Findings
from transforms.parse.sipri.layout import REGIONS, Measure
from transforms.parse.sipri.marks import ReadCell, flag_of_colour, read_figure
from transforms.parse.sipri.rows import Row
from transforms.parse.sipri.table import CURRENT_PRICES, Table, scale_of_local_currency, year_basis_of

# More Excel errors than one cell in a hundred: the tool that saved the file lost figures.
_ERRORS_IN_A_HUNDRED: Final = 1
# Shares of one state move by less than this from its middle one, or from the sheet's: Ukraine's rose from 3.4 to 36.5 %
# in two years. A fraction that is printed as percent is a hundredfold.
_SHARE_APART: Final = 25.0
_PRINTED_AS: Final = "printed as "
_NUMBERS: Final = frozenset({int, float})
_REFUSED: Final = ReadCell(None, "missing")  # takes the place of a cell that is an obstacle
_LARGEST: Final = sys.float_info.max

_OF_A_ROW: Final = {
    **{name: RAW_SCHEMA[name] for name in ("entity_label", "currency", "year_basis", "note")},
    "row": pl.String(),
}
_OF_A_COLUMN: Final = {"year": RAW_SCHEMA["year"], "price_basis": RAW_SCHEMA["price_basis"], "column": pl.String()}


class _Figures(NamedTuple):
    """The cells of a sheet's years, row by row: one item a cell in each list, None where there is nothing."""

    values: list[float | None]
    availabilities: list[str]
    statuses: list[str]
    flags: list[int]  # numbers of `flag_sets`
    flag_sets: dict[tuple[str, ...], int]
    faults: dict[int, str]  # by the cell's number: Excel errors
    refused: list[int]  # the numbers of cells that are obstacles


def sheet_frame(
    measure: Measure, table: Table, rows: Sequence[Row], base_year: int, *, palette: Palette, findings: Findings
) -> pl.DataFrame:
    """Raw frame of one sheet: one row a cell of its years, missing ones included."""
    basis, unit = "calendar", measure.unit or "unit"
    with findings.obstacles.collected():
        basis = year_basis_of(table, measure)
        unit = measure.unit or scale_of_local_currency(table)
    figures = _figures(measure, table, rows, palette=palette, findings=findings)
    constant = pl.col("price_basis") == "constant"
    frame = (
        _placed(measure, table, rows, basis)
        .with_columns(
            indicator=pl.lit(measure.indicator),
            unit=pl.lit(unit),
            base_year=pl.when(constant).then(pl.lit(base_year, dtype=pl.Int16)),
            value=pl.Series(figures.values, dtype=pl.Float64),
            availability=pl.Series(figures.availabilities, dtype=pl.String),
            status=pl.Series(figures.statuses, dtype=pl.String),
            flags=pl.Series([list(flags) for flags in figures.flag_sets], dtype=RAW_SCHEMA["flags"])[figures.flags],
            fault=_faults(figures),
        )
        .with_columns(note=note_with(pl.col("fault"), pl.col("fault").is_not_null()))
    )
    _prove_no_empty_year(table, frame.filter(pl.col("value").is_not_null())["year"], findings)
    _prove_few_errors(table, figures, frame["locator"], findings)
    if measure is not REGIONS:
        _prove_colours_kept(table, figures, findings)
    return frame.filter(~pl.int_range(pl.len()).is_in(figures.refused)).select(*RAW_SCHEMA)


def _placed(measure: Measure, table: Table, rows: Sequence[Row], basis: str) -> pl.DataFrame:
    """What each cell of the years has from its row and its column."""
    columns = list(_columns(measure, table))
    of_rows = pl.DataFrame(
        {
            "entity_label": [row.label for row in rows],
            "currency": [row.currency for row in rows],
            "year_basis": ["as_published" if row.own_reporting_year else basis for row in rows],
            "note": [row.note for row in rows],
            "row": [f"{row.number}" for row in rows],
        },
        schema=_OF_A_ROW,
    )
    of_columns = pl.DataFrame(
        {
            "year": [year for _, year, _ in columns],
            "price_basis": [price_basis for _, _, price_basis in columns],
            "column": [f"{table.sheet.title}!{get_column_letter(column)}" for column, _, _ in columns],
        },
        schema=_OF_A_COLUMN,
    )
    cells = np.arange(len(rows) * len(columns))
    return pl.concat([of_rows[cells // len(columns)], of_columns[cells % len(columns)]], how="horizontal").with_columns(
        locator=pl.concat_str("column", "row")
    )


def _figures(measure: Measure, table: Table, rows: Sequence[Row], *, palette: Palette, findings: Findings) -> _Figures:
    columns = [(column - 1, year) for column, year, _ in _columns(measure, table)]
    read = _Figures([], [], [], [], {(): 0}, {}, [])
    colours: dict[int, str | None] = {}  # the flag of each style whose colour the legend explains
    texts: dict[object, str] = {}  # the availability that each text in place of a figure says
    for row in rows:
        plain = read.flag_sets.setdefault(row.marks.flags, len(read.flag_sets))
        for column, year in columns:
            content, style = row.values[column], row.styles[column]
            value, availability, colour = None, texts.get(content), None
            if type(content) in _NUMBERS and 0 <= content <= _LARGEST and style in colours:  # type: ignore[operator]
                value, availability, colour = float(content), "reported", colours[style]  # type: ignore[arg-type]
            elif availability is None:
                locator = table.place(row.number, column + 1)
                figure = _REFUSED
                try:
                    figure, colour = _read(measure, content, style, palette, locator)
                except (LayoutError, ValueRefusedError) as obstacle:
                    findings.obstacles.add(obstacle)
                    read.refused.append(len(read.values))
                value, availability = figure.value, figure.availability
                if value is not None:
                    colours[style] = colour
                elif figure.fault:
                    read.faults[len(read.values)] = _PRINTED_AS + figure.fault
                    findings.notice("Missing, printed as an error", f"{row.label} {year}, {figure.fault}", locator)
                elif figure is not _REFUSED:
                    texts[content] = availability
            flags = 0 if value is None else plain
            if colour:
                flags = read.flag_sets.setdefault(tuple(sorted({*row.marks.flags, colour})), len(read.flag_sets))
            read.values.append(value)
            read.availabilities.append(availability)
            read.statuses.append("estimate" if colour else "actual")
            read.flags.append(flags)
    return read


def _read(measure: Measure, content: object, style: int, palette: Palette, locator: str) -> tuple[ReadCell, str | None]:
    """What a cell says, and the flag of its colour if that is a figure."""
    figure = read_figure(content, locator)
    if figure.value is None:
        return figure, None
    return figure, flag_of_colour(palette.name(style), measure.colours, locator)


def _faults(figures: _Figures) -> pl.Series:
    faults = [figures.faults.get(number) for number in range(len(figures.values))] if figures.faults else []
    return pl.Series(faults or [None] * len(figures.values), dtype=pl.String)


def _columns(measure: Measure, table: Table) -> Iterator[tuple[int, int, str]]:
    """Column, year and price basis: the years, and in Regional totals the last one again at current prices."""
    for column, year in table.years.items():
        yield column, year, measure.price_basis
    for header, column in table.columns.items():
        current = CURRENT_PRICES.fullmatch(header)
        if current:
            yield column, int(current["year"]), "current"


def _prove_no_empty_year(table: Table, reported: pl.Series, findings: Findings) -> None:
    """Figures that slipped by one column against the header leave its first or its last year without any."""
    years = set(reported)
    for column, year in table.years.items():
        if year not in years:
            findings.obstacles.add(
                LayoutError(
                    place=table.place(table.header_row, column),
                    expected=f"at least one figure below {year}",
                    found="none in any row",
                    advice="the columns may be shifted against the header",
                )
            )


def _prove_few_errors(table: Table, figures: _Figures, places: pl.Series, findings: Findings) -> None:
    if len(figures.faults) * 100 > (len(figures.values) - len(figures.refused)) * _ERRORS_IN_A_HUNDRED:
        first, said = next(iter(figures.faults.items()))
        findings.obstacles.add(
            ValueRefusedError(
                place=places[first],
                expected=f"figures on {table.sheet.title}, with an Excel error in a cell or two",
                found=f"{len(figures.faults)} errors such as {said.removeprefix(_PRINTED_AS)}",
                advice="the tool that saved the file lost figures: fetch the source's own again",
            )
        )


def _prove_colours_kept(table: Table, figures: _Figures, findings: Findings) -> None:
    """A file saved without font colours has lost every mark of an estimate; in real sheets one cell in seven has it."""
    if "estimate" not in figures.statuses:
        findings.obstacles.add(
            LayoutError(
                place=table.sheet.title,
                expected="figures in blue or red among those in black: estimates and uncertain data",
                found="none in colour",
                advice="the file may have been saved by a tool that drops font colours: fetch the source's own again",
            )
        )


def prove_fractions(table: Table, rows: Sequence[Row], looks: Mapping[int, Look], findings: Findings) -> None:
    """A share without a percentage format, such as four of April 2026, is a fraction like the others of its state.

    Each is held to the middle share of its row that has the format, or of the sheet where the row has none; a sheet
    without any such format is held as a whole (`contradictions`).
    """
    formatted: dict[str, list[float]] = {}
    bare: list[tuple[Row, int, float]] = []
    percentages = {style for style, look in looks.items() if "%" in look.number_format}
    for row in rows:
        for column in table.years:
            content = row.values[column - 1]
            if isinstance(content, int | float) and not isinstance(content, bool) and content > 0:
                if row.styles[column - 1] in percentages:
                    formatted.setdefault(row.label, []).append(content)
                else:
                    bare.append((row, column, content))
    if not formatted:
        return
    of_sheet = statistics.median(share for shares in formatted.values() for share in shares)
    for row, column, share in bare:
        middle = statistics.median(formatted[row.label]) if row.label in formatted else of_sheet
        if not middle / _SHARE_APART <= share <= middle * _SHARE_APART:
            findings.obstacles.add(
                LayoutError(
                    place=table.place(row.number, column),
                    expected="a fraction, as the percentage format of the others shows",
                    found=f"{share!r} in the format {looks[row.styles[column - 1]].number_format!r},"
                    f" the middle one being {middle:.4g}",
                    advice="the sheet may hold percent now: verify this before changing the unit",
                )
            )
