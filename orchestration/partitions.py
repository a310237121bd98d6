"""The landed editions as partitions of the asset of their figures."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import dagster as dg

from orchestration.ingest.edition_store import EditionStore, Made
from orchestration.ingest.landing_store import Landed, LandingStore
from orchestration.ingest.set_aside import readable

FIGURES: Final = dg.AssetKey(["landing", "figures"])
EDITIONS: Final = dg.DynamicPartitionsDefinition(name="edition")
_NAME: Final = "edition"
# Dagster's own tags of a run over a range of partitions.
_RANGE_START: Final = "dagster/asset_partition_range_start"
_RANGE_END: Final = "dagster/asset_partition_range_end"


def arrivals(
    instance: dg.DagsterInstance, editions: EditionStore, store: LandingStore, source_id: str
) -> tuple[list[dg.AssetMaterialization], list[str]]:
    """Make partitions of a source's editions that are none yet; what to log of each, which ingestion has parsed, and
    what to say of those that cannot be read.
    """
    known = set(instance.get_dynamic_partitions(_NAME))
    new = [item for item in store.standing(source_id) if item.provenance.edition_id not in known]
    arrived, said = readable(store, new, editions.require)
    if arrived:
        instance.add_dynamic_partitions(_NAME, [item.provenance.edition_id for item, _ in arrived])
    logged = [
        dg.AssetMaterialization(FIGURES, partition=item.provenance.edition_id, metadata=metadata(item, made))
        for item, made in arrived
    ]
    return logged, said


def metadata(item: Landed, made: Made) -> dict[str, Any]:
    """What a person sees of a parsed edition."""
    return {
        "dagster/row_count": made.figures,
        "format": item.provenance.format,
        "sha256": item.provenance.sha256,
        "figures_content": made.content,
    }


def range_tags(instance: dg.DagsterInstance, edition_ids: Collection[str]) -> dict[str, str]:
    """Tags of one run over the editions asked for, and those between them in the order of arrival."""
    known = instance.get_dynamic_partitions(_NAME)
    new = [edition_id for edition_id in edition_ids if edition_id not in known]
    if new:  # landed by a run of another Dagster instance
        instance.add_dynamic_partitions(_NAME, new)
    asked = [edition_id for edition_id in [*known, *new] if edition_id in edition_ids]
    return {_RANGE_START: asked[0], _RANGE_END: asked[-1]}
