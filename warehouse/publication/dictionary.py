"""The data dictionary: meta.table, meta.column and docs/dictionary.md, from the contracts.

Belongs here: contracts as rows and as a page. Does not belong here: descriptions (contracts), pages (report).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from warehouse.contracts import evidence
from warehouse.contracts.model import Column, Table
from warehouse.contracts.registry import SCHEMA_VERSION, TABLES
from warehouse.lineage.registry import LINEAGE
from warehouse.marts.macros import Macro, macros
from warehouse.publication.views import VIEWS, View
from warehouse.reading.rendering import to_markdown

Described = Table | View
ALL: Final[tuple[Described, ...]] = (*TABLES, *VIEWS)


def table_rows(tables: Iterable[Described], contents: Mapping[str, tuple[int, str]]) -> pl.DataFrame:
    """Rows of meta.table; `contents` gives rows and content hash by table id where they are known."""
    rows = [
        {
            "table_id": table.id,
            "description": table.description,
            "grain": ", ".join(table.grain),
            "rows": contents.get(table.id, (None, None))[0],
            "content_sha256": contents.get(table.id, (None, None))[1],
            "source": table.source,
            "licence": table.licence,
            "caveats": " ".join(table.caveats) or None,
        }
        for table in tables
    ]
    return pl.DataFrame(rows, schema=evidence.TABLE.polars_schema)


def column_rows(tables: Iterable[Described]) -> pl.DataFrame:
    """Rows of meta.column in contract order."""
    rows = [
        {
            "table_id": table.id,
            "position": position,
            "column_name": column.name,
            "type": column.type,
            "unit": column.unit,
            "nullable": column.nullable,
            "vocabulary": ", ".join(column.values) if column.values else None,
            "description": column.description,
        }
        for table in tables
        for position, column in enumerate(table.columns, start=1)
    ]
    return pl.DataFrame(rows, schema=evidence.COLUMN.polars_schema)


def dictionary_markdown(tables: Iterable[Described] = ALL) -> str:
    """The dictionary as a page: each table with its caveats, each column with unit, vocabulary and formula."""
    lines = [
        "# Data dictionary",
        "",
        f"Contract {SCHEMA_VERSION}. Written from the contracts by `make docs`; the same stands in `meta.table`,",
        "`meta.column` and the comments of the database. *Null* says that a column may be empty.",
        "",
    ]
    for table in tables:
        lines += [
            f"## {table.name if isinstance(table, View) else table.id}",
            "",
            table.description,
            "",
            f"*One row for each* {', '.join(table.grain)}.",
            "",
        ]
        lines += [f"*Source*: {table.source}. *Licence*: {table.licence}.", ""]
        lines += [f"- {caveat}" for caveat in table.caveats] + ([""] if table.caveats else [])
        lines.append(to_markdown(pl.DataFrame([_described(table, column) for column in table.columns])))
    lines += ["## Formulas", ""]
    lines += ["Macros of schema `mart`, which the marts are computed with: [metrics.md](metrics.md) defines them.", ""]
    lines.append(to_markdown(pl.DataFrame([_formula(macro) for macro in macros().values()])))
    return "\n".join(lines)


def _formula(macro: Macro) -> dict[str, str]:
    call = f"`{macro.name}({', '.join(macro.parameters)})`"
    return {"macro": call, "formula": f"{macro.formula}. {macro.reason}".strip()}


def _described(table: Described, column: Column) -> dict[str, str]:
    texts = dict.fromkeys(f.text for f in LINEAGE.get(table.id, ()) if f.column == column.name)
    formulas = "; ".join(" ".join(text.split()) for text in texts)
    meaning = column.description
    if column.values:
        meaning += " One of " + ", ".join(f"`{value}`" for value in column.values) + "."
    if formulas:
        meaning += f" *Formula*: {formulas}."
    return {
        "column": f"`{column.name}`",
        "type": column.type,
        "unit": column.unit or "",
        "null": "null" if column.nullable else "",
        "meaning": meaning,
    }
