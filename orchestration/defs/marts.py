"""Assets of the marts: each is the SQL file that its contract names."""

from __future__ import annotations

import dagster as dg

from orchestration.ingest.staleness import table_version
from orchestration.revision_report import changed_verdicts, largest_moves
from orchestration.tables import table_asset
from warehouse.contracts.mart_vintages import HEADLINE_AUDIT, REVISION
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Table
from warehouse.marts.run import compute_mart

_REPORTS = {REVISION.id: largest_moves, HEADLINE_AUDIT.id: changed_verdicts}


def _asset(table: Table) -> dg.AssetsDefinition:
    return table_asset(
        table,
        lambda reads, _stores, _run_id: compute_mart(table, reads.files),
        group="mart",
        kinds={"duckdb", "sql"},
        code_version=table_version(table),
        report=_REPORTS.get(table.id),
    )


@dg.definitions
def marts() -> dg.Definitions:
    return dg.Definitions(assets=[_asset(table) for table in MARTS if table.sql])
