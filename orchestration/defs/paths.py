"""Assets of mart.path, mart.outlook and mart.outlook_share: computed in polars, through the gate of all tables.

Belongs here: which function computes which table. Does not belong here: the computation.
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import polars as pl

from orchestration.ingest.staleness import table_version
from orchestration.stores import Stores
from orchestration.tables import table_asset
from transforms.outlook.inputs import inputs_of_nato
from warehouse.contracts.mart_path import OUTLOOK, OUTLOOK_SHARE, PATH
from warehouse.contracts.reference import GUIDELINE
from warehouse.marts.outlook import outlook_rows, outlook_share_rows, path_rows


def path_of(reads: Mapping[str, pl.DataFrame], _stores: Stores, _run_id: str) -> pl.DataFrame:
    return path_rows(inputs_of_nato(reads, reads[GUIDELINE.id]))


def outlook_of(reads: Mapping[str, pl.DataFrame], _stores: Stores, _run_id: str) -> pl.DataFrame:
    return outlook_rows(inputs_of_nato(reads, reads[GUIDELINE.id]), reads[PATH.id], reads)


def fans_of(reads: Mapping[str, pl.DataFrame], _stores: Stores, _run_id: str) -> pl.DataFrame:
    return outlook_share_rows(inputs_of_nato(reads, reads[GUIDELINE.id]), reads)


@dg.definitions
def target_paths() -> dg.Definitions:
    return dg.Definitions(
        assets=[
            table_asset(table, compute, group="mart", kinds={"polars"}, code_version=table_version(table))
            for table, compute in ((PATH, path_of), (OUTLOOK, outlook_of), (OUTLOOK_SHARE, fans_of))
        ]
    )
