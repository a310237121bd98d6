"""Rows for a person or a program: table, CSV, JSON or Markdown.

Belongs here: the one way in which commands print rows. Does not belong here: queries, commands.
"""

from __future__ import annotations

import io
import json
from enum import StrEnum

import polars as pl
from rich.console import Console
from rich.table import Table


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


def print_rows(console: Console, rows: pl.DataFrame, output: Format, *, title: str | None = None) -> None:
    """Print rows; `title` heads a table and is left out of what programs read. Null prints as nothing (JSON: null)."""
    if output is Format.TABLE:
        console.print(_table(rows, title))
        return
    text = {Format.CSV: _csv, Format.JSON: _json, Format.MARKDOWN: _markdown}[output](rows)
    console.file.write(text)


def _table(rows: pl.DataFrame, title: str | None) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name, dtype in rows.schema.items():
        table.add_column(name, justify="right" if dtype.is_numeric() else "left")
    for row in rows.iter_rows():
        table.add_row(*map(_cell, row))
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _csv(rows: pl.DataFrame) -> str:
    lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
    flat = rows.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists)
    return flat.write_csv()


def _json(rows: pl.DataFrame) -> str:
    return json.dumps(rows.to_dicts(), default=str, ensure_ascii=False, indent=2) + "\n"


def _markdown(rows: pl.DataFrame) -> str:
    lines = io.StringIO()
    lines.write("| " + " | ".join(rows.columns) + " |\n")
    lines.write("|" + "|".join("---:" if dtype.is_numeric() else "---" for dtype in rows.schema.values()) + "|\n")
    for row in rows.iter_rows():
        lines.write("| " + " | ".join(_cell(value).replace("|", "\\|") for value in row) + " |\n")
    return lines.getvalue()
