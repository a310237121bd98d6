"""All contracts in one place, in an order in which they can be built, and the version of the public contract."""

from __future__ import annotations

from typing import Final

from warehouse.contracts import core, evidence
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Table

SCHEMA_VERSION: Final = "0.6.0"

TABLES: Final[tuple[Table, ...]] = (*core.TABLES, *MARTS, *evidence.TABLES)


def contract(table_id: str) -> Table:
    """The contract of `schema.table`; KeyError with the known ids otherwise."""
    for table in TABLES:
        if table.id == table_id:
            return table
    raise KeyError(f"no table {table_id}; known: {', '.join(table.id for table in TABLES)}")
