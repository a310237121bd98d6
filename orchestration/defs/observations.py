"""The asset of core.observation: every landed edition, parsed and normalised, with what is withheld, in one table.

Belongs here: bringing the editions together. Does not belong here: parsing and normalising (transforms).
"""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import polars as pl

from orchestration.code_versions import package_version
from orchestration.defs.editions import STORE
from orchestration.parsing import observations as observations_of
from orchestration.stores import Stores
from orchestration.tables import table_asset
from transforms.withholding import withhold
from warehouse.contracts.core import EDITION, OBSERVATION


def _gather(reads: Mapping[str, pl.DataFrame], stores: Stores, _run_id: str) -> pl.DataFrame:
    editions = reads[EDITION.id]
    known = set(editions["edition_id"])
    landed = [item for item in stores.landing().landed() if item.provenance.edition_id in known]
    return withhold(observations_of(landed, editions), stores.decisions().read())


@dg.definitions
def observations() -> dg.Definitions:
    observation = table_asset(
        OBSERVATION,
        _gather,
        group="core",
        kinds={"polars", "parquet"},
        code_version=package_version("transforms"),
        deps=[STORE],
    )
    return dg.Definitions(assets=[observation])
