"""Assets of the reference tables: registers with citations, through the same gate as any other table.

Belongs here: one asset a register. Does not belong here: which register feeds which table (warehouse.reference).
"""

from __future__ import annotations

import dagster as dg

from orchestration.ingest.staleness import table_version
from orchestration.tables import table_asset
from warehouse.contracts.model import Table
from warehouse.reference import REGISTERS, Register


def _asset(table: Table, register: Register) -> dg.AssetsDefinition:
    return table_asset(
        table,
        lambda _reads, _stores, _run_id: register(),
        group="reference",
        kinds={"csv", "polars"},
        code_version=table_version(table),
    )


@dg.definitions
def reference() -> dg.Definitions:
    return dg.Definitions(assets=[_asset(table, register) for table, register in REGISTERS.values()])
