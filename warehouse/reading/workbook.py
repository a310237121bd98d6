"""The Excel workbook: a handful of sheets that a person wants to open, each with its units, terms and filters.

Belongs here: how sheets look. Does not belong here: which sheets
(warehouse.reading.workbook_sheets), terms (core.source).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.legend import Legend
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from warehouse.contracts.model import Column
from warehouse.contracts.registry import contract
from warehouse.publication.redistribution import Content
from warehouse.reading.rendering import undusted
from warehouse.reading.workbook_sheets import SHEETS, Sheet

_HEAD: Final = PatternFill("solid", fgColor="1F3A5F")
_WHITE: Final = Font(bold=True, color="FFFFFF")
_VERDICTS: Final = {
    "met": PatternFill("solid", bgColor="D5EBDD"),
    "not_met": PatternFill("solid", bgColor="F6D9D3"),
}
_LINK: Final = Font(color="1F5FBF", underline="single")
_TEXT: Final = Alignment(horizontal="left", indent=1)  # keeps a word off the figure before it
_LONG_TEXT: Final = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_FRONT_WIDTH: Final = 110  # characters
_LINE_HEIGHT: Final = 15  # points
_WIDEST: Final = 48  # characters
_NARROWEST: Final = 9
_HEAD_LINES: Final = 4
_MEASURED_ROWS: Final = 200  # rows that the width of a column is taken from
_ENDINGS: Final = {"pct": "percent", "pp": "points", "m": "million", "bn": "billion"}  # of the names of columns
_WORDS: Final = {
    "gdp": "GDP",
    "usd": "US$",
    "eur": "EUR",
    "us": "US",
    "nato": "NATO",
    "sipri": "SIPRI",
    "bank": "Bank",
    "url": "URL",
    "sha256": "SHA-256",
    "p": "probability",
    "p10": "10th percentile",
    "p50": "median",
    "p90": "90th percentile",
}
_BAR_HEIGHT: Final = 0.45  # centimetres
_LINES_HEIGHT: Final = 11
_CHART_WIDTH: Final = 18
_TWO_DECIMALS: Final = "#,##0.00"
_NO_DECIMALS: Final = "#,##0"


def write_workbook(content: Content, path: Path, left_out: Sequence[str]) -> None:
    """Write the sheets whose tables the content holds; figures stay numbers, dates stay dates, nothing is a formula."""
    workbook = Workbook()
    front = workbook.worksheets[0]
    sheets = [sheet for sheet in SHEETS if set(sheet.needs) <= set(content.columns)]
    for sheet in sheets:
        _write_sheet(workbook.create_sheet(sheet.title), sheet, content.connection)
    _write_front(front, content.connection, sheets, left_out)
    content_of_file = io.BytesIO()  # on a full disk openpyxl's own writing leaves an archive that fails once more
    workbook.save(content_of_file)
    path.write_bytes(content_of_file.getvalue())


def _write_front(
    page: Worksheet, warehouse: duckdb.DuckDBPyConnection, sheets: Sequence[Sheet], left_out: Sequence[str]
) -> None:
    page.title = "README"
    page.sheet_view.showGridLines = False
    ((build_id, built_at, version),) = warehouse.execute(
        "SELECT build_id, built_at, schema_version FROM meta.build"
    ).fetchall()
    sources = warehouse.execute("SELECT name, licence, citation, homepage FROM core.source ORDER BY name").fetchall()
    caveats = [
        caveat
        for table in ("mart.compliance", "mart.aggregate", "core.observation")
        for caveat in contract(table).caveats
    ]
    _append(page, ["Burden sharing"])
    build = f"Build {build_id}, {built_at:%Y-%m-%d %H:%M} UTC, contract {version}."
    _append(page, [f"{build} Column heads carry a note with meaning and unit."])
    _section(page, "Sheets", [(sheet.title, sheet.about) for sheet in sheets])
    for cell in page["A"]:
        if cell.value in {sheet.title for sheet in sheets}:
            cell.hyperlink, cell.font = f"#'{cell.value}'!A1", _LINK
    _section(
        page, "Terms and citations", [(n, f"{licence}. Cite: {cite}. {home}") for n, licence, cite, home in sources]
    )
    _section(page, "Left out", [("", line) for line in left_out] or [("", "Nothing; not to be passed on as it is.")])
    _section(page, "Before quoting a figure", [("", caveat) for caveat in caveats])
    page["A1"].font = Font(bold=True, size=18, color="1F3A5F")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 34, _FRONT_WIDTH
    _printable(page)
    page.print_title_rows = None
    for row in range(3, page.max_row + 1):
        cell = page.cell(row, 2)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        # Not every program finds the height of wrapped text by itself.
        page.row_dimensions[row].height = _LINE_HEIGHT * (1 + len(str(cell.value or "")) // _FRONT_WIDTH)


def _section(page: Worksheet, title: str, lines: Sequence[tuple[str, str]]) -> None:
    page.append([])
    _append(page, [title])
    page.cell(page.max_row, 1).font = Font(bold=True, size=13, color="1F3A5F")
    for line in lines:
        _append(page, line)
        page.cell(page.max_row, 1).alignment = Alignment(vertical="top")


def _write_sheet(page: Worksheet, sheet: Sheet, warehouse: duckdb.DuckDBPyConnection) -> None:
    cursor = warehouse.execute(sheet.query)
    names = [column[0] for column in cursor.description or []]
    rows = cursor.fetchall()
    described = {column.name: column for table in reversed(sheet.needs) for column in contract(table).columns}
    units = [_unit(name, described.get(name), sheet) for name in names]
    heads = [_headed(name, unit) for name, unit in zip(names, units, strict=True)]
    if sheet.unit:
        heads[0] += f" (figures in {sheet.unit})"
    _append(page, heads)
    for row in rows:
        _append(page, [_cell(value) for value in row])
    _head(page, names, described)
    for position, (name, unit) in enumerate(zip(names, units, strict=True), start=1):
        _format(page, position, [row[position - 1] for row in rows], unit)
        if name.lower().startswith("verdict"):
            _colour_verdicts(page, position, len(rows))
    if sheet.bars and rows:
        _draw_bars(page, names, sheet, rows)
    if sheet.lines:
        _draw_lines(page, names, sheet)
    page.freeze_panes = "B2"
    _printable(page)
    page.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(rows) + 1}"


def _append(page: Worksheet, values: Sequence[Any]) -> None:
    page.append([_as_text(page, value) if isinstance(value, str) else value for value in values])


def _as_text(page: Worksheet, value: str) -> str | Cell:
    """Text that stays text: no formula where it begins with `=`, no error where it reads `#N/A`.

    A control character, for which the format has no room, is written in the escape that Excel reads.
    """
    value = ILLEGAL_CHARACTERS_RE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    if not value.startswith(("=", "#")):
        return value
    cell = Cell(page, row=1, column=1, value=value)  # its place is given when it is appended
    cell.data_type, cell.quotePrefix = "s", True  # the prefix keeps it text after an edit
    return cell


def _unit(name: str, column: Column | None, sheet: Sheet) -> str | None:
    """The unit of a column: that of its contract, that of the sheet for a year, or what its name ends with."""
    if column and column.unit:
        return column.unit
    return sheet.unit if _is_year(name) else _ENDINGS.get(name.rpartition("_")[2])


def _is_year(name: str) -> bool:
    """2024, or 2026e for a year of estimates."""
    return name.removesuffix("e").isdigit()


def _headed(name: str, unit: str | None) -> str:
    """The name of a column in words, with its unit; what its name says of the unit is not said twice."""
    if _is_year(name):
        return name  # the unit is in the first head, so that a chart's axis has years
    if name.lower() != name or " " in name:
        return name
    words = [_WORDS.get(part, part) for part in name.split("_") if not (unit and part in _ENDINGS)]
    if unit and "per" not in words:
        words = [word for word in words if word not in {"US$", "EUR"} or word not in unit.split()]
    head = " ".join(words)
    head = head[0].upper() + head[1:]
    return f"{head} ({unit})" if unit and unit.lower() != head.lower() else head


def _draw_bars(page: Worksheet, names: Sequence[str], sheet: Sheet, rows: Sequence[Sequence[Any]]) -> None:
    """A bar a row, below the table."""
    position = names.index(str(sheet.bars)) + 1
    within = names.index(sheet.bars_within) if sheet.bars_within else None
    drawn = [row for row in rows if within is None or row[within] == rows[0][within]]
    chart = BarChart()
    chart.type, chart.style, chart.legend = "bar", 10, None
    chart.title = str(page.cell(1, position).value) + (f", {rows[0][within]}" if within is not None else "")
    chart.height, chart.width, chart.gapWidth = _BAR_HEIGHT * len(drawn), _CHART_WIDTH, 40
    chart.add_data(Reference(page, min_col=position, min_row=2, max_row=len(drawn) + 1))
    chart.set_categories(Reference(page, min_col=1, min_row=2, max_row=len(drawn) + 1))
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.x_axis.delete = chart.y_axis.delete = False
    page.add_chart(chart, f"A{page.max_row + 2}")


def _draw_lines(page: Worksheet, names: Sequence[str], sheet: Sheet) -> None:
    """A line for each row that the sheet names, over its years, below the table."""
    years = [position for position, name in enumerate(names, start=1) if _is_year(name)]

    def across(row: int) -> Reference:
        return Reference(page, min_col=years[0], max_col=years[-1], min_row=row)

    chart = LineChart()
    chart.title, chart.style = f"{sheet.title} ({sheet.unit})", 10
    chart.height, chart.width = _LINES_HEIGHT, _CHART_WIDTH
    for row, (name,) in enumerate(page.iter_rows(min_row=2, max_col=1, values_only=True), start=2):
        if name in sheet.lines:
            chart.series.append(Series(across(row), title=str(name)))
            chart.series[-1].smooth = False
    chart.set_categories(across(1))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.legend = Legend(legendPos="b")
    page.add_chart(chart, f"A{page.max_row + 2}")


def _printable(page: Worksheet) -> None:
    """As wide as a page, its head on each."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", int(page.PAPERSIZE_A4)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"


def _head(page: Worksheet, names: Sequence[str], described: Mapping[str, Column]) -> None:
    page.row_dimensions[1].height = _LINE_HEIGHT * _HEAD_LINES
    for position, name in enumerate(names, start=1):
        cell = page.cell(1, position)
        cell.font, cell.fill = _WHITE, _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if name in described:
            cell.comment = Comment(described[name].comment(), "Burden sharing", height=110, width=320)


def _format(page: Worksheet, position: int, values: Sequence[Any], unit: str | None) -> None:
    number_format = _number_format(values, unit)
    shown = [len(_printed(value)) for value in values[:_MEASURED_ROWS]]
    head = str(page.cell(1, position).value)
    # A head breaks between its words, into one line less than there is room for.
    broken = max(len(head) // (_HEAD_LINES - 1), *map(len, head.split()))
    width = max([_NARROWEST, broken, *shown]) + 3
    page.column_dimensions[get_column_letter(position)].width = min(width, _WIDEST)
    is_text = any(isinstance(value, str | list) for value in values)
    wraps = max(shown, default=0) > _WIDEST and len(values) <= _MEASURED_ROWS
    if not is_text:
        page.cell(1, position).alignment = Alignment(horizontal="right", wrap_text=True, vertical="center")
    for (cell,) in page.iter_rows(min_row=2, min_col=position, max_col=position):
        if number_format:
            cell.number_format = number_format
        elif is_text:
            cell.alignment = _LONG_TEXT if wraps else _TEXT


def _colour_verdicts(page: Worksheet, position: int, rows: int) -> None:
    letter = get_column_letter(position)
    for verdict, fill in _VERDICTS.items():
        rule = Rule(type="cellIs", operator="equal", formula=[f'"{verdict}"'], dxf=DifferentialStyle(fill=fill))
        page.conditional_formatting.add(f"{letter}2:{letter}{rows + 1}", rule)


def _number_format(values: Sequence[Any], unit: str | None) -> str | None:
    """Money in millions without decimals; shares and points with two, as they are printed; days as ISO dates."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, dt.datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(first, dt.date):
        return "yyyy-mm-dd"
    if isinstance(first, float):
        return _NO_DECIMALS if unit and unit.startswith("million") else _TWO_DECIMALS
    return None


def _cell(value: object) -> Any:  # noqa: ANN401 (openpyxl takes what Excel knows)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return undusted(value) if isinstance(value, float) else value


def _printed(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else str(_cell(value))
