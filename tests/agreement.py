"""Every row of a mart against its lineage: what `burden explain` would say of each, without walking to cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from warehouse.contracts.registry import contract
from warehouse.lineage.model import Derivation, Input
from warehouse.reading.explain import agree

Disagreement = tuple[str, dict[str, Any], Any, Any]  # column, key, published, recomputed


def disagreements(warehouse: duckdb.DuckDBPyConnection, table_id: str, derivation: Derivation) -> list[Disagreement]:
    """The rows for which the derivation holds and its formula gives another value than the published one."""
    table = contract(table_id)
    inputs = ", ".join(f'{_input(item)} AS "{name}"' for name, item in derivation.inputs.items()) or "NULL AS nothing"
    explained = f"""(SELECT r, r."{derivation.column}" AS published, {inputs}
                     FROM {_quoted(table_id)} AS r WHERE {derivation.when})"""
    grain = ", ".join(f'r."{name}"' for name in table.grain)
    rows: Sequence[Sequence[Any]]
    if isinstance(derivation.formula, pl.Expr):
        of_row = ", ".join(f'r."{name}" AS "r.{name}"' for name in table.column_names)
        frame: pl.DataFrame = warehouse.sql(f"SELECT {of_row}, * EXCLUDE (r) FROM {explained}").pl()
        keys = [pl.col(f"r.{name}") for name in table.grain]
        rows = frame.select(*keys, "published", derivation.formula.alias("recomputed")).rows()
    else:
        query = f"SELECT {grain}, published, {derivation.formula} AS recomputed FROM {explained}"
        rows = warehouse.execute(f"SELECT * FROM ({query}) WHERE published IS DISTINCT FROM recomputed").fetchall()
    found = [(dict(zip(table.grain, row[:-2], strict=True)), row[-2], row[-1]) for row in rows]
    return [
        (derivation.column, key, published, recomputed)
        for key, published, recomputed in found
        if not agree(recomputed, published)
    ]


def rows_without_one_derivation(
    warehouse: duckdb.DuckDBPyConnection, table_id: str, derivations: Sequence[Derivation]
) -> int:
    """Rows for which none of a column's derivations holds, or several do."""
    holding = " + ".join(f"coalesce(({derivation.when})::INT, 0)" for derivation in derivations)
    ((found,),) = warehouse.execute(f"SELECT count(*) FROM {_quoted(table_id)} AS r WHERE {holding} <> 1").fetchall()
    return int(found)


def _input(item: Input) -> str:
    """A correlated subquery: one value, null where no row is found; a list in the order of the grain if `many`."""
    source = f"FROM {_quoted(item.table)} AS i WHERE {item.where}"
    if not item.many:
        return f'(SELECT any_value(i."{item.column}") {source})'
    grain = ", ".join(f'i."{name}"' for name in contract(item.table).grain)
    return f"""coalesce((SELECT list(i."{item.column}" ORDER BY {grain}) {source}), [])"""


def _quoted(table_id: str) -> str:
    schema, _, name = table_id.partition(".")
    return f'"{schema}"."{name}"'
