"""Every row of a mart against its formulas at once: what `burden explain` would say of each, without walking to cells.

Belongs here: a formula (warehouse.formulas) as one query over its whole table. Does not belong here: formulas; the
explanation of a single figure (warehouse.reading.explain).
"""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.contracts.registry import contract
from warehouse.formulas.model import Formula, Input
from warehouse.reading.explain import agree

Disagreement = tuple[str, dict[str, Any], Any, Any]  # column, key, published, recomputed


def disagreements(warehouse: duckdb.DuckDBPyConnection, table_id: str, formula: Formula) -> list[Disagreement]:
    """The rows for which the formula holds and gives another value than the published one."""
    table = contract(table_id)
    grain = ", ".join(f'r."{name}"' for name in table.grain)
    inputs = ", ".join(f'{_input(item)} AS "{item.name}"' for item in formula.inputs) or "NULL AS nothing"
    query = f"""
        SELECT * EXCLUDE (r) FROM (
            SELECT {grain}, published, {formula.expression} AS recomputed, r
            FROM (SELECT r, r."{formula.column}" AS published, {inputs}
                  FROM {_quoted(table_id)} AS r WHERE {formula.when})
        ) WHERE published IS DISTINCT FROM recomputed"""
    rows = warehouse.execute(query).fetchall()
    keys = len(table.grain)
    return [
        (formula.column, dict(zip(table.grain, row[:keys], strict=True)), row[keys], row[keys + 1])
        for row in rows
        if not agree(row[keys + 1], row[keys])
    ]


def rows_without_one_formula(warehouse: duckdb.DuckDBPyConnection, table_id: str, formulas: tuple[Formula, ...]) -> int:
    """Rows for which none of a column's formulas holds, or several do."""
    holding = " + ".join(f"coalesce(({formula.when})::INT, 0)" for formula in formulas)
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
