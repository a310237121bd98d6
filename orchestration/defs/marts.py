"""Assets of the marts: each is the SQL file that its contract names.

Belongs here: one asset a mart. Does not belong here: SQL (warehouse/marts).
"""

from __future__ import annotations

import dagster as dg

from orchestration.code_versions import mart_version
from orchestration.tables import table_asset
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Table
from warehouse.metrics import compute_mart


def _asset(table: Table) -> dg.AssetsDefinition:
    return table_asset(
        table,
        lambda reads, _stores, _run_id: compute_mart(table, reads),
        group="mart",
        kinds={"duckdb", "sql"},
        code_version=mart_version(table),
    )


@dg.definitions
def marts() -> dg.Definitions:
    return dg.Definitions(assets=[_asset(table) for table in MARTS if table.sql])
