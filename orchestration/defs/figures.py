"""The asset of parsed editions: a partition each, so that one is parsed again by itself."""

import warnings
from typing import Any

import dagster as dg

from orchestration.defs.editions import STORE
from orchestration.ingest.parsing import read
from orchestration.ingest.staleness import ingest_version
from orchestration.partitions import EDITIONS, FIGURES, metadata
from orchestration.stores import Stores

with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.BetaWarning)  # of the backfill policy: without it a run for each edition

    @dg.asset(
        key=FIGURES,
        partitions_def=EDITIONS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        deps=[STORE],
        group_name="landing",
        kinds={"polars", "parquet"},
        description="The figures of each edition, parsed and normalised by itself, kept as Parquet until its bytes or "
        "the code of its format change. Materialise a partition to parse an edition again.",
        code_version=ingest_version(),
    )
    def edition_figures(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[Any]:
        landed = {item.provenance.edition_id: item for item in stores.landing().standing()}
        for edition_id in context.partition_keys:
            item = landed.get(edition_id)
            if item is None:  # taken out of the landing store by hand; a range may span it
                context.log.warning("%s is a partition of before: it has not landed", edition_id)
                continue
            made = stores.editions().keep(item, read(item.read(), item.provenance))
            context.add_asset_metadata(metadata(item, made), partition_key=edition_id)
        return dg.MaterializeResult()
