"""Assets of the reference tables: registers with citations, through the same gate as any other table, in one step."""

from __future__ import annotations

import dagster as dg
import polars as pl

from orchestration.ingest.staleness import table_version
from orchestration.tables import Compute, table_assets
from warehouse.reference import REGISTERS, Register


def _read_by(register: Register) -> Compute:
    def read(_reads: object, _stores: object, _run_id: str) -> pl.DataFrame:
        return register()

    return read


reference: dg.AssetsDefinition = table_assets(
    "registers",
    [(table, _read_by(register), table_version(table)) for table, register in REGISTERS.values()],
    group="reference",
    kinds={"csv", "polars"},
)
