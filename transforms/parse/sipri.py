"""SIPRI Military Expenditure Database: the yearly workbook, as a raw frame and as a layout fingerprint.

Belongs here: what becomes a row of the raw frame, and the checks that hold across sheets. Does not belong here: the
bounds of the tables (`sipri_layout`), the meaning of marks and cells (`sipri_marks`), contradictions between sheets
(`sipri_contradictions`), entity codes (`labels/sipri.csv`), unit conversion, fetching.

Terms: excerpts below 10 % of the data set for non-commercial use, with citation: doi 10.55163/CQGC9685.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from transforms.errors import LayoutError
from transforms.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import RAW_SCHEMA, checked
from transforms.parse.sipri_contradictions import prove_agreement, with_true_currencies, without_contradicted_zeros
from transforms.parse.sipri_layout import (
    CONSTANT,
    CURRENCY,
    CURRENT_PRICES,
    FISCAL_YEAR,
    FOOTNOTES,
    MEASURES,
    NOTES,
    OMITTED,
    REGIONS,
    REPORTING_YEAR,
    Measure,
    Table,
    find_sheets,
    find_table,
    header_position,
    printed,
    scale_of_local_currency,
    stated,
    texts_above,
    year_basis_of,
    year_of,
)
from transforms.parse.sipri_marks import Footnotes, Marks, read_colour, read_figure, read_footnotes, read_marks
from transforms.parse.workbook import open_workbook

# The releases of 2024 and 2025 hold 174 states; an export of the web tool holds those that its user ticked.
COUNTRY_FLOOR: Final = 150
_WORLD: Final = "World"
_NO_MARKS: Final = Marks((), None)


class _Figure(NamedTuple):
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


class _Row(NamedTuple):
    """One labelled row of a table, with what its leading columns say about all of its figures."""

    label: str
    cells: Sequence[Cell]
    marks: Marks
    note: str | None
    currency: str | None
    year_basis: str


def parse_sipri_workbook(payload: bytes, *, published_on: dt.date) -> pl.DataFrame:
    """Raw frame of one release: one row a printed cell of the eight tables, missing ones included.

    Money is in million US$ (regions: billion) or in units of the local currency, shares are fractions. Blue figures
    are SIPRI's estimates, red ones highly uncertain: both have status "estimate" and the flag of their colour; in
    Regional totals red says that more than 10 % is estimated. SIPRI does not tell outturns from other figures, so
    every other status is "actual". Rows printed without values are groups and yield nothing; "Omitted countries" and
    footnotes go to `note`.
    Raises `PayloadError` for bytes that are no workbook, `LayoutError` for sheets, headers, legends, labels or marks
    that are not SIPRI's, `ValueRefusedError` for a cell that is neither a figure nor a known spelling of missing.
    """
    workbook = open_workbook(payload)
    sheets = find_sheets(workbook)
    tables = {measure.sheet: find_table(sheets[measure.sheet], measure) for measure in MEASURES}
    _prove_last_year(tables, published_on)
    base_year = _base_year(tables)
    footnotes = read_footnotes(sheets[FOOTNOTES])
    regions = list(_rows(REGIONS, tables[REGIONS.sheet], footnotes, groups=()))
    groups = {row.label for row in regions} - {_WORLD}
    frames = [_sheet_frame(REGIONS, tables[REGIONS.sheet], regions, base_year)]
    for measure in MEASURES:
        if measure is not REGIONS:
            table = tables[measure.sheet]
            frames.append(_sheet_frame(measure, table, list(_rows(measure, table, footnotes, groups)), base_year))
    frame = pl.concat(frames)
    prove_agreement(frame)
    return checked(with_true_currencies(without_contradicted_zeros(frame)))


def layout_fingerprint(payload: bytes) -> Fingerprint:
    """What must stay the same for this parser to hold, for any workbook: one section a sheet.

    The header's cell, the headers as printed, the texts above the table (units and legend) and the labels of the rows.
    Raises `PayloadError` for bytes that are no workbook.
    """
    return fingerprint(_sheet_section(sheet) for sheet in open_workbook(payload).worksheets)


def _sheet_section(sheet: Worksheet) -> Section:
    name = sheet.title
    key = next((measure.sheet for measure in MEASURES if measure.name.fullmatch(name.strip())), name)
    for label_header in dict.fromkeys(measure.label_header for measure in MEASURES):
        position = header_position(sheet, label_header)
        if position is not None:
            row, column = position
            headers = [printed(cell.value) for cell in sheet[row][column - 1 :]]
            labels = (printed(cells[column - 1].value) for cells in sheet.iter_rows(min_row=row + 1))
            return Section(
                kind="sheet",
                key=key,
                name=name,
                places={"header": sheet.cell(row, column).coordinate},
                columns=[header for header in headers if header and year_of(header) is None],
                texts=texts_above(sheet, row),
                labels=list(dict.fromkeys(label for label in labels if label)),
                years=[f"{year}" for year in map(year_of, headers) if year is not None],
            )
    return Section(kind="sheet", key=key, name=name)


def _prove_last_year(tables: Mapping[str, Table], published_on: dt.date) -> None:
    last_years = {name: max(table.years.values()) for name, table in tables.items()}
    if len(set(last_years.values())) > 1 or max(last_years.values()) >= published_on.year:
        raise LayoutError(
            place="workbook",
            expected=f"tables that end in the same year, before the year of publication, {published_on.year}",
            found=", ".join(f"{name}: {year}" for name, year in last_years.items()),
            advice="check the edition's date; a cut or extended sheet is not the release",
        )


def _base_year(tables: Mapping[str, Table]) -> int:
    """Base year of constant prices, which the sheet's name and the text of two sheets must tell alike."""
    constant, regions = tables[CONSTANT.sheet], tables[REGIONS.sheet]
    name = CONSTANT.name.fullmatch(constant.sheet.title.strip())
    told = {
        f"name of {constant.sheet.title}": name["base_year"] if name else "",
        f"text of {constant.sheet.title}": stated(constant, CONSTANT.statements[0])["base_year"],
        f"text of {regions.sheet.title}": stated(regions, REGIONS.statements[0])["base_year"],
    }
    if len(set(told.values())) > 1:
        raise LayoutError(place=constant.sheet.title, expected="one base year of constant prices", found=str(told))
    return int(told.popitem()[1])


def _rows(measure: Measure, table: Table, footnotes: Footnotes, groups: Collection[str]) -> Iterator[_Row]:
    seen: dict[str, int] = {}
    for number, cells in enumerate(table.sheet.iter_rows(min_row=table.header_row + 1), start=table.header_row + 1):
        label = printed(cells[table.label_column - 1].value)
        filled = any(printed(cell.value) for cell in cells[table.label_column : table.last_column])
        if not filled and (not label or label in groups):
            continue
        fault = _fault(measure, label, filled=filled, group=label in groups, earlier=seen.get(label))
        if fault:
            raise LayoutError(
                place=table.place(number, table.label_column),
                expected="a state or region, once, with its figures, or a group that Regional totals lists, without",
                found=fault,
                advice="compare the row with the source's own file",
            )
        seen[label] = number
        yield _row(measure, table, footnotes, label, _unmerged(table, number, cells))
    _prove_complete(measure, table, seen)


def _unmerged(table: Table, number: int, cells: Sequence[Cell | MergedCell]) -> list[Cell]:
    """The cells of a row up to the last that the table reads; one figure over two years would be no figure."""
    plain: list[Cell] = []
    for column, cell in enumerate(cells[: max([table.last_column, *table.columns.values()])], start=1):
        if not isinstance(cell, Cell):
            raise LayoutError(place=table.place(number, column), expected="one cell a figure", found="merged cells")
        plain.append(cell)
    return plain


def _fault(measure: Measure, label: str, *, filled: bool, group: bool, earlier: int | None) -> str | None:
    if not label:
        return "a blank label beside figures"
    if label == measure.label_header:
        return "a second header inside the table"
    if not filled:
        return f"{label!r} without figures and no known group"
    if group:
        return f"the group {label!r} with figures"
    return None if earlier is None else f"{label!r}, which row {earlier} holds already"


def _prove_complete(measure: Measure, table: Table, labels: Collection[str]) -> None:
    if measure is REGIONS and _WORLD not in labels:
        raise LayoutError(place=table.sheet.title, expected=f"a row {_WORLD!r}", found=", ".join(labels))
    if measure is not REGIONS and len(labels) < COUNTRY_FLOOR:
        raise LayoutError(
            place=table.sheet.title,
            expected=f"at least {COUNTRY_FLOOR} states, as a whole release holds",
            found=f"{len(labels)} rows",
            advice="an export of https://milex.sipri.org holds a choice of states: fetch the whole release",
        )


def _row(measure: Measure, table: Table, footnotes: Footnotes, label: str, cells: Sequence[Cell]) -> _Row:
    def text_in(header: str) -> str:
        column = table.columns.get(header)
        return printed(cells[column - 1].value) if column else ""

    row = cells[0].row
    marks = _NO_MARKS
    if text_in(NOTES):
        marks = read_marks(text_in(NOTES), footnotes, table.place(row, table.columns[NOTES]))
    said = [f"{header}: {text_in(header)}" for header in (FISCAL_YEAR, REPORTING_YEAR, OMITTED) if text_in(header)]
    if measure.local_currency and not text_in(CURRENCY):
        raise LayoutError(
            place=table.place(row, table.label_column), expected=f"a currency for {label}", found="a blank cell"
        )
    return _Row(
        label=label,
        cells=cells,
        marks=marks,
        note="; ".join([*([marks.note] if marks.note else []), *said]) or None,
        currency=text_in(CURRENCY) if measure.local_currency else measure.currency,
        # "for calendar years except where otherwise stated": the statement stands in the column Reporting year.
        year_basis="as_published" if text_in(REPORTING_YEAR) else year_basis_of(table, measure),
    )


def _sheet_frame(measure: Measure, table: Table, rows: list[_Row], base_year: int) -> pl.DataFrame:
    columns = [(column, year, measure.price_basis) for column, year in table.years.items()]
    for header, column in table.columns.items():
        current = CURRENT_PRICES.fullmatch(header)
        if current:
            columns.append((column, int(current["year"]), "current"))
    figures = [
        _figure(measure, table, row, row.cells[column - 1], year=year, price_basis=price_basis)
        for row in rows
        for column, year, price_basis in columns
    ]
    _prove_no_empty_year(table, figures)
    if measure is not REGIONS:
        _prove_colours_kept(table, figures)
    schema = {name: RAW_SCHEMA[name] for name in _Figure._fields}
    constant = pl.col("price_basis") == "constant"
    return (
        pl.DataFrame(figures, schema=schema, orient="row")
        .with_columns(
            indicator=pl.lit(measure.indicator),
            unit=pl.lit(measure.unit or scale_of_local_currency(table)),
            base_year=pl.when(constant).then(pl.lit(base_year, dtype=pl.Int16)),
        )
        .select(*RAW_SCHEMA)
    )


def _prove_no_empty_year(table: Table, figures: Sequence[_Figure]) -> None:
    """Figures that slipped by one column against the header leave its first or its last year without any."""
    reported = {figure.year for figure in figures if figure.value is not None}
    for column, year in table.years.items():
        if year not in reported:
            raise LayoutError(
                place=table.place(table.header_row, column),
                expected=f"at least one figure below {year}",
                found="none in any row",
                advice="the columns may be shifted against the header",
            )


def _prove_colours_kept(table: Table, figures: Sequence[_Figure]) -> None:
    """A file saved without font colours has lost every mark of an estimate; in real sheets one cell in seven has it."""
    if not any(figure.status == "estimate" for figure in figures):
        raise LayoutError(
            place=table.sheet.title,
            expected="figures in blue or red among those in black: estimates and uncertain data",
            found="none in colour",
            advice="the file may have been saved by a tool that drops font colours: fetch the source's own again",
        )


def _figure(measure: Measure, table: Table, row: _Row, cell: Cell, *, year: int, price_basis: str) -> _Figure:
    locator = f"{table.sheet.title}!{cell.coordinate}"
    value, availability = read_figure(cell, locator)
    colour = None
    if value is not None:
        colour = read_colour(cell, measure.colours, locator)
        _prove_fraction(measure, cell, locator)
    flags = row.marks.flags if value is not None else ()
    return _Figure(
        entity_label=row.label,
        year=year,
        value=value,
        availability=availability,
        currency=row.currency,
        price_basis=price_basis,
        year_basis=row.year_basis,
        status="estimate" if colour else "actual",
        flags=sorted({*flags, colour}) if colour else list(flags),
        note=row.note,
        locator=locator,
    )


def _prove_fraction(measure: Measure, cell: Cell, locator: str) -> None:
    if measure.as_percentage and "%" not in cell.number_format:
        raise LayoutError(
            place=locator,
            expected="a fraction, shown by a percentage format",
            found=f"{cell.value!r} in the format {cell.number_format!r}",
            advice="the sheet may hold percent now: find out before changing the unit",
        )
