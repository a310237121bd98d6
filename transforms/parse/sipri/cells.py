"""The figures of one SIPRI sheet: value, status by colour, flags, note and locator of each cell.

Belongs here: the cells of a table's years, and what must hold for the cells of one sheet. Does not belong here: rows
and marks (`rows`, `marks`), what another sheet prints (`contradictions`).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import polars as pl
from openpyxl.cell.cell import Cell

from transforms.errors import LayoutError, ValueRefusedError
from transforms.parse.frame import RAW_SCHEMA
from transforms.parse.sipri.colours import Palette
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


class Figure(NamedTuple):
    """What differs from cell to cell of one sheet; names and types are those of RAW_SCHEMA."""

    entity_label: str
    year: int
    value: float | None
    availability: str
    currency: str | None
    price_basis: str
    year_basis: str
    status: str
    flags: list[str]
    note: str | None
    locator: str


def sheet_frame(
    measure: Measure, table: Table, rows: Sequence[Row], base_year: int, *, palette: Palette, findings: Findings
) -> pl.DataFrame:
    """Raw frame of one sheet: one row a cell of its years, missing ones included."""
    basis, unit = "calendar", measure.unit or "unit"
    with findings.obstacles.collected():
        basis = year_basis_of(table, measure)
        unit = measure.unit or scale_of_local_currency(table)
    figures = [
        figure
        for row in rows
        for figure in _row_figures(measure, table, row, basis, palette=palette, findings=findings)
    ]
    _prove_no_empty_year(table, figures, findings)
    _prove_few_errors(table, figures, findings)
    if measure is not REGIONS:
        _prove_colours_kept(table, figures, findings)
    schema = {name: RAW_SCHEMA[name] for name in Figure._fields}
    constant = pl.col("price_basis") == "constant"
    return (
        pl.DataFrame(figures, schema=schema, orient="row")
        .with_columns(
            indicator=pl.lit(measure.indicator),
            unit=pl.lit(unit),
            base_year=pl.when(constant).then(pl.lit(base_year, dtype=pl.Int16)),
        )
        .select(*RAW_SCHEMA)
    )


def _row_figures(
    measure: Measure, table: Table, row: Row, basis: str, *, palette: Palette, findings: Findings
) -> Iterator[Figure]:
    for column, year, price_basis in _columns(measure, table):
        cell = row.cells[column - 1]
        locator = f"{table.sheet.title}!{cell.coordinate}"
        try:
            read = read_figure(cell, locator)
            colour = _flag(measure, cell, read, palette, locator)
        except (LayoutError, ValueRefusedError) as obstacle:
            findings.obstacles.add(obstacle)
            continue
        note = row.note
        if read.fault:
            note = "; ".join([*([note] if note else []), f"printed as {read.fault}"])
            findings.notice("Missing, printed as an error", f"{row.label} {year}, {read.fault}", locator)
        flags = row.marks.flags if read.value is not None else ()
        yield Figure(
            entity_label=row.label,
            year=year,
            value=read.value,
            availability=read.availability,
            currency=row.currency,
            price_basis=price_basis,
            year_basis="as_published" if row.own_reporting_year else basis,
            status="estimate" if colour else "actual",
            flags=sorted({*flags, colour}) if colour else list(flags),
            note=note,
            locator=locator,
        )


def _columns(measure: Measure, table: Table) -> Iterator[tuple[int, int, str]]:
    """Column, year and price basis: the years, and in Regional totals the last one again at current prices."""
    for column, year in table.years.items():
        yield column, year, measure.price_basis
    for header, column in table.columns.items():
        current = CURRENT_PRICES.fullmatch(header)
        if current:
            yield column, int(current["year"]), "current"


def _flag(measure: Measure, cell: Cell, read: ReadCell, palette: Palette, locator: str) -> str | None:
    return None if read.value is None else flag_of_colour(palette.name(cell), measure.colours, locator)


def _prove_no_empty_year(table: Table, figures: Sequence[Figure], findings: Findings) -> None:
    """Figures that slipped by one column against the header leave its first or its last year without any."""
    reported = {figure.year for figure in figures if figure.value is not None}
    for column, year in table.years.items():
        if year not in reported:
            findings.obstacles.add(
                LayoutError(
                    place=table.place(table.header_row, column),
                    expected=f"at least one figure below {year}",
                    found="none in any row",
                    advice="the columns may be shifted against the header",
                )
            )


def _prove_few_errors(table: Table, figures: Sequence[Figure], findings: Findings) -> None:
    errors = [figure for figure in figures if figure.note and "printed as #" in figure.note]
    if len(errors) * 100 > len(figures) * _ERRORS_IN_A_HUNDRED:
        findings.obstacles.add(
            ValueRefusedError(
                place=errors[0].locator,
                expected=f"figures on {table.sheet.title}, with an Excel error in a cell or two",
                found=f"{len(errors)} errors such as {(errors[0].note or '').rpartition(' ')[2]}",
                advice="the tool that saved the file lost figures: fetch the source's own again",
            )
        )


def _prove_colours_kept(table: Table, figures: Sequence[Figure], findings: Findings) -> None:
    """A file saved without font colours has lost every mark of an estimate; in real sheets one cell in seven has it."""
    if not any(figure.status == "estimate" for figure in figures):
        findings.obstacles.add(
            LayoutError(
                place=table.sheet.title,
                expected="figures in blue or red among those in black: estimates and uncertain data",
                found="none in colour",
                advice="the file may have been saved by a tool that drops font colours: fetch the source's own again",
            )
        )


def prove_fractions(table: Table, rows: Sequence[Row], findings: Findings) -> None:
    """A share without a percentage format, such as four of April 2026, is a fraction like the others of its state.

    Each is held to the middle share of its row that has the format, or of the sheet where the row has none; a sheet
    without any such format is held as a whole (`contradictions`).
    """
    formatted: dict[str, list[float]] = {}
    bare: list[tuple[str, Cell, float]] = []
    for row in rows:
        for cell in (row.cells[column - 1] for column in table.years):
            content = cell.value
            if isinstance(content, int | float) and not isinstance(content, bool) and content > 0:
                if "%" in cell.number_format:
                    formatted.setdefault(row.label, []).append(float(content))
                else:
                    bare.append((row.label, cell, float(content)))
    if not formatted:
        return
    of_sheet = statistics.median(share for shares in formatted.values() for share in shares)
    for label, cell, share in bare:
        middle = statistics.median(formatted[label]) if label in formatted else of_sheet
        if not middle / _SHARE_APART <= share <= middle * _SHARE_APART:
            findings.obstacles.add(
                LayoutError(
                    place=f"{table.sheet.title}!{cell.coordinate}",
                    expected="a fraction, as the percentage format of the others shows",
                    found=f"{cell.value!r} in the format {cell.number_format!r}, the middle one being {middle:.4g}",
                    advice="the sheet may hold percent now: verify this before changing the unit",
                )
            )
