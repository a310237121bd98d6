"""Rows for a person or a program: table, CSV, JSON or Markdown.

Belongs here: the one way in which commands print rows, and how each value is written. Does not belong here: queries,
commands, what fits a terminal (warehouse.reading.table_layout).

A figure is written as its source prints it. Differences of such figures carry the dust of binary arithmetic
(2.0 - 1.99 is 0.010000000000000009): where a decimal of few digits lies within that dust, it is the figure.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NoReturn

import polars as pl
from rich.console import Console
from rich.text import Text

from transforms.inert_text import inert
from warehouse import settings
from warehouse.reading.table_layout import TextColumn, lay_out

# What subtraction leaves: of percentages, whose operands are below a hundred, and of money relative to its size.
_DUST: Final = 1e-13
_DUST_RELATIVE: Final = 1e-12
_DUST_LARGEST: Final = 1e-11  # of a figure's own size: a figure that is smaller than the dust is kept as it is
_FEW_DIGITS: Final = 9  # significant digits of a decimal that is taken for the figure itself
_TABLE_DECIMALS: Final = 2  # in a table at least; more where each figure of the column has no more than
_MOST_TABLE_DECIMALS: Final = 4
_OF_TWO_DECIMALS: Final = 100  # money and counts: no source prints more of them
_MARKS_OF_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"


class Format(StrEnum):
    """How rows are printed. `csv-excel` has a byte-order mark, and keeps text what Excel would take for a formula."""

    TABLE = "table"
    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    JSON = "json"
    MARKDOWN = "markdown"


class _Screen(Console):
    def on_broken_pipe(self) -> NoReturn:
        """The reader of a pipe has read enough (`burden … | head`): no fault, and nothing is left to flush into it."""
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (open until the process ends)
        raise SystemExit(0)


def console(*, stderr: bool = False) -> Console:
    """Standard output, or standard error: plain text without markup, and no line is cut."""
    return _Screen(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def width_of(output: Console) -> int | None:
    """Characters of a line; None where nothing bounds it: a file or a pipe, unless COLUMNS is set."""
    return output.width if output.is_terminal or settings.width_is_chosen() else None


def print_rows(output: Console, rows: pl.DataFrame, form: Format, *, title: str | None = None) -> None:
    """Print rows; `title` heads a table and is left out of what programs read. Null prints as nothing (JSON: null)."""
    if form is Format.TABLE:
        _print_table(output, rows, title)
        return
    writers = {Format.CSV: to_csv, Format.CSV_EXCEL: _csv_excel, Format.JSON: to_json, Format.MARKDOWN: to_markdown}
    try:
        output.file.write(writers[form](rows))
        output.file.flush()
    except BrokenPipeError:
        output.on_broken_pipe()


def undusted(value: float) -> float:
    """The figure without the dust of binary arithmetic: 0.01 for 0.010000000000000009, else the value itself."""
    if not math.isfinite(value) or value == 0:
        return value
    near = float(f"{value:.{_FEW_DIGITS}g}")
    dust = min(max(_DUST, _DUST_RELATIVE * abs(value)), _DUST_LARGEST * abs(value))
    return near if abs(near - value) <= dust else value


def without_dust(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, each figure without the dust of binary arithmetic."""
    return rows.with_columns(pl.col(pl.Float64).map_elements(undusted, pl.Float64))


def plain(value: object) -> Any:  # noqa: ANN401 (what JSON knows)
    """A value as JSON writes it: NaN and infinity are null, decimals are numbers, days and times are ISO 8601 text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return undusted(value) if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _plain_decimal(value: Decimal) -> int | float | str | None:
    """A number where it has the same digits, else text: JSON's readers keep no more than a double does."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def to_json(rows: pl.DataFrame) -> str:
    """A JSON list of records."""
    return json.dumps([plain(row) for row in rows.to_dicts()], ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def to_csv(rows: pl.DataFrame) -> str:
    """CSV with a header; lists of words joined by semicolons, other nested values as JSON."""
    return _csv(rows, _field, "\n")


def _csv_excel(rows: pl.DataFrame) -> str:
    return _BYTE_ORDER_MARK + _csv(rows, _excel_field, "\r\n")


def _csv(rows: pl.DataFrame, field: Callable[[object], str], line_end: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(map(field, rows.columns))
    writer.writerows(map(field, row) for row in rows.iter_rows())
    return text.getvalue()


def _excel_field(value: object) -> str:
    """With an apostrophe before text that a spreadsheet would run as a formula; a negative figure is none."""
    field = _field(value)
    is_formula = not isinstance(value, int | float | Decimal) and field.startswith(_MARKS_OF_FORMULAS)
    return f"'{field}" if is_formula else field


def _field(value: object) -> str:
    if isinstance(value, float):
        return repr(undusted(value))
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ";".join(map(_field, value))
    return _text(value)


def _text(value: object) -> str:
    """Any value but a figure, as it is written in CSV, and in a table when it is inert."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return json.dumps(plain(value), ensure_ascii=False)
    return str(value)


def _print_table(output: Console, rows: pl.DataFrame, title: str | None) -> None:
    if title:
        output.print(Text(inert(title), style="italic"), soft_wrap=True)
    for line in lay_out(_columns(rows), width_of(output)):
        output.print(line, soft_wrap=True)


def _columns(rows: pl.DataFrame) -> list[TextColumn]:
    return [
        TextColumn(inert(s.name), table_cells(s.to_list()), numeric=s.dtype.is_numeric()) for s in rows.iter_columns()
    ]


def table_cells(values: Sequence[object]) -> list[str]:
    """A column's values for a reader: as many decimals for all as the source prints, or two of what is computed."""
    figures = [undusted(value) for value in values if isinstance(value, float) and math.isfinite(value)]
    decimals = max([_TABLE_DECIMALS, *(_decimals(figure) for figure in figures if abs(figure) < _OF_TWO_DECIMALS)])
    return [_cell(value, decimals if decimals <= _MOST_TABLE_DECIMALS else _TABLE_DECIMALS) for value in values]


def _decimals(figure: float) -> int:
    exponent = Decimal(repr(figure)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _cell(value: object, decimals: int) -> str:
    """A figure of which so few decimals would leave nothing is given two digits: 0.0033, never 0.00."""
    if isinstance(value, float) and math.isfinite(value):
        figure = undusted(value)
        text = f"{figure:,.{decimals}f}"
        return text if figure == 0 or float(text.replace(",", "")) else f"{figure:#.2g}"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ", ".join(_cell(item, decimals) for item in value)
    return inert(_text(value))


def to_markdown(rows: pl.DataFrame) -> str:
    """A table in Markdown, whole: figures to the right, as a table for a person has them; ends with a line end."""
    columns = _columns(rows)
    lines = io.StringIO()
    lines.write("| " + " | ".join(_in_markdown(column.name) for column in columns) + " |\n")
    lines.write("|" + "|".join("---:" if column.numeric else "---" for column in columns) + "|\n")
    for row in zip(*(column.cells for column in columns), strict=True):
        lines.write("| " + " | ".join(_in_markdown(cell) for cell in row) + " |\n")
    return lines.getvalue()


def _in_markdown(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", "<br>")
