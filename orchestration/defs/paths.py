"""Assets of mart.path, mart.outlook and mart.outlook_share: computed in polars, through the gate of all tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import dagster as dg
import polars as pl

from orchestration.ingest.staleness import table_version
from orchestration.stores import Stores
from orchestration.tables import table_asset
from transforms.outlook.draws import SEED, Fan, Place, fans
from transforms.outlook.inputs import Inputs, inputs_of_nato
from transforms.outlook.revision import DRAWS
from warehouse.code_versions import digest
from warehouse.contracts.mart_path import OUTLOOK, OUTLOOK_SHARE, PATH
from warehouse.contracts.reference import GUIDELINE
from warehouse.marts.outlook import fan_rows, outlooks_of, path_rows
from warehouse.table_store import Tables


def path_of(reads: Tables, _stores: Stores, _run_id: str) -> pl.DataFrame:
    return path_rows(inputs_of_nato(reads, reads[GUIDELINE.id]))


def outlook_of(reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    inputs, drawn = _drawn(reads, stores)
    return outlooks_of(inputs, reads[PATH.id], reads, drawn, seed=SEED, draws=DRAWS)


def fans_of(reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    return fan_rows(_drawn(reads, stores)[1], seed=SEED)


Drawn = tuple[Inputs, Mapping[Place, Fan]]
_waiting: Final[dict[str, Drawn]] = {}


def _drawn(reads: Tables, stores: Stores) -> Drawn:
    """What mart.outlook and mart.outlook_share are read off.

    The first of the two that a process builds draws; the draws, a hundred megabytes, wait for the second.
    """
    version = digest(stores.tables().manifest(table_id).content_sha256 for table_id in OUTLOOK_SHARE.reads)
    if version in _waiting:
        return _waiting.pop(version)
    inputs = inputs_of_nato(reads, reads[GUIDELINE.id])
    _waiting.clear()
    _waiting[version] = inputs, fans(inputs, reads, seed=SEED)
    return _waiting[version]


@dg.definitions
def target_paths() -> dg.Definitions:
    return dg.Definitions(
        assets=[
            table_asset(table, compute, group="mart", kinds={"polars"}, code_version=table_version(table))
            for table, compute in ((PATH, path_of), (OUTLOOK, outlook_of), (OUTLOOK_SHARE, fans_of))
        ]
    )
