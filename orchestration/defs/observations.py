"""The assets of core.observation, every landed edition in one table, and of what rates prove of their currencies."""

from __future__ import annotations

import dagster as dg
import polars as pl

from orchestration.defs.editions import STORE
from orchestration.ingest.assembly import assemble
from orchestration.ingest.landing_store import Landed
from orchestration.ingest.parsing import completed, currency_proofs
from orchestration.ingest.staleness import table_version
from orchestration.partitions import FIGURES
from orchestration.stores import Stores
from orchestration.tables import table_asset
from transforms.normalise.exchange_rates import rates_of_the_world_bank
from transforms.normalise.withholding import withhold
from warehouse.contracts.core import EDITION, OBSERVATION
from warehouse.contracts.currency import OFFICIAL_RATE, PROOF
from warehouse.settings import SPILL
from warehouse.table_file import TableFile
from warehouse.table_store import Tables


def gather(reads: Tables, stores: Stores, _run_id: str) -> TableFile:
    parsed, items = stores.editions(), _known(reads, stores)
    editions, decisions = reads[EDITION.id], stores.decisions().read()
    return assemble(
        (parsed.figures(item) for item in items),
        sum(parsed.require(item).figures for item in items),
        lambda figures: withhold(completed(figures, editions), decisions),
        stores.tables().unfinished(OBSERVATION.id),
        folder=stores.root / SPILL,
    )


def prove(reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    rates = pl.concat(
        [reads[OFFICIAL_RATE.id], rates_of_the_world_bank(reads.files[OBSERVATION.id].scan(), reads[EDITION.id])],
        how="diagonal",
    )
    editions = stores.editions()
    return currency_proofs([editions.implied_rates(item) for item in _known(reads, stores)], rates)


def _known(reads: Tables, stores: Stores) -> list[Landed]:
    known = set(reads[EDITION.id]["edition_id"])
    return [item for item in stores.landing().standing() if item.provenance.edition_id in known]


@dg.definitions
def observations() -> dg.Definitions:
    observation = table_asset(
        OBSERVATION,
        gather,
        group="core",
        kinds={"polars", "parquet"},
        code_version=table_version(OBSERVATION),
        deps=[STORE, FIGURES],
    )
    proof = table_asset(
        PROOF,
        prove,
        group="core",
        kinds={"polars"},
        code_version=table_version(PROOF),
        deps=[FIGURES],
    )
    return dg.Definitions(assets=[observation, proof])
