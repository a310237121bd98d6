"""Assets of the landing store: what arrived is taken in or refused, source by source; and core.edition.

Belongs here: one landing asset a source, the store as a whole, and the list of editions.
Does not belong here: fetching, parsing, figures.

All sources are taken in by one step whose outputs are optional: a source whose payload is refused is not
materialised and shows a failed check, while the store (and so everything computed from it) goes on with the editions
that were believed before.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import dagster as dg
import polars as pl

from orchestration.code_versions import package_version
from orchestration.intake import Outcome, take_in
from orchestration.landing import LandingStore
from orchestration.parsing import edition_rows
from orchestration.sources.bundle import bundled_editions
from orchestration.stores import Stores
from orchestration.tables import asset_key, table_asset
from transforms.registers import sources
from warehouse.contracts.core import EDITION, OBSERVATION

LANDED_SOURCES: Final = ("nato", "sipri", "world_bank", "imf", "eurostat")
STORE: Final = dg.AssetKey(["landing", "store"])
ACCEPTED: Final = "payloads_accepted"
_REFERENCE: Final = [table_id for table_id in OBSERVATION.joins if table_id != EDITION.id]


def landing_key(source_id: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", source_id])


def _source_spec(source: Mapping[str, Any]) -> dg.AssetSpec:
    return dg.AssetSpec(
        landing_key(source["source_id"]),
        deps=[asset_key(table_id) for table_id in _REFERENCE],
        skippable=True,
        group_name="landing",
        kinds={"csv", "excel"},
        description=f"Editions of {source['name']} that were believed: parsed whole, normalised and held to the "
        "suite of core.observation one by one. What is refused goes to quarantine with its reason.",
        code_version=package_version("transforms"),
        metadata={"source": dg.MetadataValue.url(source["homepage"]), "licence": source["licence"]},
    )


def _source_specs() -> list[dg.AssetSpec]:
    by_id = {row["source_id"]: row for row in sources().iter_rows(named=True)}
    return [_source_spec(by_id[source_id]) for source_id in LANDED_SOURCES]


@dg.multi_asset(
    name="take_in",
    specs=[
        *_source_specs(),
        dg.AssetSpec(
            STORE,
            deps=[asset_key(table_id) for table_id in _REFERENCE],
            group_name="landing",
            kinds={"file"},
            description="Every believed edition of every source: what the tables are built from.",
            code_version=package_version("orchestration"),
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(ACCEPTED, asset=landing_key(source_id), description="every payload that arrived was believed")
        for source_id in LANDED_SOURCES
    ],
)
def take_in_editions(
    context: dg.AssetExecutionContext, stores: Stores
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    store = stores.landing()
    reference = {table_id.replace(".", "_"): stores.tables().read(table_id) for table_id in _REFERENCE}
    for source_id in LANDED_SOURCES:
        for payload, provenance in bundled_editions(source_id):
            store.deposit(payload, provenance)
        outcomes = take_in(store, source_id, reference=reference, run_id=context.run.run_id)
        for outcome in outcomes:
            if outcome.refusal:
                context.log.error("refused %s: %s", outcome.provenance.edition_id, outcome.refusal.reason)
        yield from _source_results(store, source_id, outcomes)
    landed = store.landed()
    content = hashlib.sha256("".join(item.provenance.sha256 for item in landed).encode()).hexdigest()
    yield dg.MaterializeResult(
        asset_key=STORE, data_version=dg.DataVersion(content[:16]), metadata={"editions": len(landed)}
    )


def _source_results(
    store: LandingStore, source_id: str, outcomes: list[Outcome]
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    refused = [outcome for outcome in outcomes if outcome.refusal]
    check = dg.AssetCheckResult(
        asset_key=landing_key(source_id),
        check_name=ACCEPTED,
        passed=not refused,
        description=" || ".join(f"{o.provenance.edition_id}: {o.refusal.reason}" for o in refused if o.refusal) or None,
        metadata={"outcomes": _table(outcomes)},
    )
    if refused:
        yield check
        return
    landed = [item.provenance for item in store.landed(source_id)]
    yield dg.MaterializeResult(
        asset_key=landing_key(source_id),
        check_results=[check],
        metadata={
            "editions": len(landed),
            "newest": landed[-1].edition_id if landed else "none",
            "taken_in": len(outcomes),
        },
    )


def _table(outcomes: list[Outcome]) -> dg.TableMetadataValue:
    names = ("edition", "figures", "outcome", "place", "reason")
    records = [
        dg.TableRecord(
            {
                "edition": outcome.provenance.edition_id,
                "figures": str(outcome.figures),
                "outcome": "refused" if outcome.refusal else "landed",
                "place": outcome.refusal.place if outcome.refusal else "",
                "reason": outcome.refusal.reason[:1000] if outcome.refusal else "",
            }
        )
        for outcome in outcomes
    ]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in names]))


def list_editions(_reads: Mapping[str, pl.DataFrame], stores: Stores, _run_id: str) -> pl.DataFrame:
    return edition_rows(item.provenance for item in stores.landing().landed())


edition = table_asset(
    EDITION,
    list_editions,
    group="core",
    kinds={"polars"},
    code_version=package_version("orchestration"),
    deps=[STORE],
)
