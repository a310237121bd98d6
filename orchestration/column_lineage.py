"""Column lineage for the UI, derived from the lineage that `burden explain` walks: nothing is written twice.

Dagster's open-source UI keeps the metadata and does not draw it (1.13.27): there it is read in a column's description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from warehouse.contracts.model import Column, Table
from warehouse.lineage.registry import LINEAGE


def column_lineage(table: Table) -> Mapping[str, Any]:
    """Metadata of a materialisation: the columns of other tables that each column is computed from; empty for a table
    without derivations.

    A column that is computed from others of its row leads to what those are computed from.
    """
    deps = {
        column: [
            dg.TableColumnDep(asset_key=dg.AssetKey(source.split(".")), column_name=name)
            for source, name in _computed_from(table, column)
        ]
        for column in table.column_names
    }
    known = {column: found for column, found in deps.items() if found}
    return {"dagster/column_lineage": dg.TableColumnLineage(deps_by_column=known)} if known else {}


def described(table: Table, column: Column) -> str:
    """A column's comment, and the columns of other tables that it is computed from."""
    sources = ", ".join(f"`{source}.{name}`" for source, name in _computed_from(table, column.name))
    return f"{column.comment()} Computed from {sources}." if sources else column.comment()


def _computed_from(table: Table, column: str) -> list[tuple[str, str]]:
    return list(dict.fromkeys(_sources(table, column, frozenset())))


def _sources(table: Table, column: str, seen: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(table, column) of every figure of another table that goes into a column, through its own row."""
    for derivation in LINEAGE.get(table.id, ()):
        if derivation.column != column:
            continue
        for figure in derivation.inputs.values():
            if figure.table != table.id:
                yield figure.table, figure.column
            elif figure.column not in seen:
                yield from _sources(table, figure.column, seen | {column})
