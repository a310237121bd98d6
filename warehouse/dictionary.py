"""The data dictionary: meta.table and meta.column, from the contracts.

Belongs here: contracts as rows. Does not belong here: descriptions (contracts), pages (report).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from warehouse.contracts import evidence
from warehouse.contracts.model import Table


def table_rows(tables: Iterable[Table], contents: Mapping[str, tuple[int, str]]) -> pl.DataFrame:
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


def column_rows(tables: Iterable[Table]) -> pl.DataFrame:
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
