"""Assets of the landing store: sources are polled, payloads are ingested or refused; and core.edition.

Belongs here: one landing asset a source, the store as a whole, and the list of editions.
Does not belong here: how a source is asked (extraction), parsing, figures.

All sources are one step whose outputs are optional: a source that is down, or whose payload is refused, is not
materialised (so its freshness runs out) and shows a failed check, which stays until the source is asked again, while
the store, and everything computed from it, continue with the editions that were accepted before. Bundled editions are
deposited in every run; they never replace a failed fetch, which stays visible.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import dagster as dg
import polars as pl

from orchestration.ingest.acceptance import Outcome, ingest_waiting
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.decisions import Decisions, decision_rows
from orchestration.ingest.extraction import Poll, poll
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.ingest.parsing import Parsed, assembled, edition_rows, parsed
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.staleness import INGEST_READS, ingest_version, table_version
from orchestration.network import Network
from orchestration.partitions import arrivals
from orchestration.revision_report import age_of_newest
from orchestration.source_checks import CARRIED_OVER, source_check_results, source_check_specs
from orchestration.stores import Stores
from orchestration.tables import asset_key, table_asset
from transforms.inert_text import inert
from transforms.registers.reader import sources
from warehouse.contracts.core import DECISION, EDITION, OBSERVATION
from warehouse.table_file import Rows
from warehouse.table_store import Tables

INGEST_EDITIONS: Final = "ingest_editions"
ASKING: Final = "asking"  # how the message begins that says which source is waited for
STORE: Final = dg.AssetKey(["landing", "store"])
WHOLE: Final = "store_is_whole"


class Ingest(dg.Config):
    """`live`: ask the sources themselves before ingesting what has arrived."""

    live: bool = False


def landing_key(source_id: str) -> dg.AssetKey:
    return dg.AssetKey(["landing", source_id])


def _source_spec(source: Mapping[str, Any]) -> dg.AssetSpec:
    days = SOURCES[source["source_id"]].stale_after_days
    return dg.AssetSpec(
        landing_key(source["source_id"]),
        deps=[asset_key(table_id) for table_id in INGEST_READS],
        skippable=True,
        group_name="landing",
        kinds={"file"},
        description=f"Editions of {source['name']} that were accepted: parsed completely, normalised and tested by the "
        "suite of core.observation one by one. A refused payload goes to quarantine with the reason.",
        code_version=ingest_version(),
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=days)),
        metadata={"source": dg.MetadataValue.url(source["homepage"]), "licence": source["licence"]},
    )


def _source_specs() -> list[dg.AssetSpec]:
    by_id = {row["source_id"]: row for row in sources().iter_rows(named=True)}
    return [_source_spec(by_id[source_id]) for source_id in SOURCES]


def _check_specs() -> Iterator[dg.AssetCheckSpec]:
    yield dg.AssetCheckSpec(WHOLE, asset=STORE, description="every file of the store is as it was written")
    for source_id in SOURCES:
        yield from source_check_specs(landing_key(source_id))


@dg.multi_asset(
    name=INGEST_EDITIONS,
    can_subset=True,
    specs=[
        *_source_specs(),
        dg.AssetSpec(
            STORE,
            deps=[asset_key(table_id) for table_id in INGEST_READS],
            skippable=True,
            group_name="landing",
            kinds={"file"},
            description="Every accepted edition of every source: what the tables are built from. A run is tagged with "
            "the newest of each source; the checks name a damaged file, which the build leaves out.",
            code_version=ingest_version(),
        ),
    ],
    check_specs=list(_check_specs()),
)
def ingest_editions(
    context: dg.AssetExecutionContext, config: Ingest, stores: Stores, network: Network
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    store = stores.landing()
    tables = stores.tables()
    reference: dict[str, Rows] = {table_id.replace(".", "_"): tables.file(table_id) for table_id in INGEST_READS}
    built = tables.last_file(OBSERVATION)
    # Before the first build, other sources are held to what is bundled.
    bundled = {} if built and built.height else _bundled()
    reference[OBSERVATION.id.replace(".", "_")] = built if built and not bundled else _of_all(bundled)
    asked: dict[str, Poll | None] = {}
    for source_id, source in SOURCES.items():
        if landing_key(source_id) not in context.selected_asset_keys:
            continue
        asked[source_id] = None
        if config.live:
            context.log.info("%s %s", ASKING, source_id)
            asked[source_id] = poll(source, stores.root, origins=network.origins, manners=network.manners())
        for payload, provenance in bundled_editions(source_id):
            store.deposit(payload, provenance)
    outcomes = ingest_waiting(store, asked, reference=reference, run_id=context.run.run_id, bundled=bundled)
    for source_id, polled in asked.items():
        arrived, unreadable = arrivals(context.instance, stores.editions(), store, source_id)
        for arrival in arrived:
            context.log_event(arrival)
        for message in unreadable:
            context.log.error("%s", message)
        _forget_refused(PollMemory(stores.root, source_id), outcomes[source_id])
        yield from _source_results(context, store, source_id, polled, outcomes[source_id])
    if STORE in context.selected_asset_keys:
        _tag_run(context, store)
        yield _whole_result(context, store)
        yield dg.MaterializeResult(
            asset_key=STORE,
            data_version=dg.DataVersion(store_version(store)),
            metadata={"editions": len(store.standing())},
        )


def _tag_run(context: dg.AssetExecutionContext, store: LandingStore) -> None:
    """The run is found in the UI by the newest edition of each source that it builds from."""
    newest = {f"edition/{item.provenance.source_id}": item.provenance.edition_id for item in store.standing()}
    context.instance.add_run_tags(context.run.run_id, newest)


def _bundled() -> dict[Provenance, Parsed]:
    """The bundled editions, parsed and normalised."""
    editions = [edition for source_id in SOURCES for edition in bundled_editions(source_id)]
    return {provenance: parsed(payload, provenance) for payload, provenance in editions}


def _of_all(editions: Mapping[Provenance, Parsed]) -> pl.DataFrame:
    """Rows of core.observation of some editions."""
    return assembled([each.figures for each in editions.values()], edition_rows(editions))


def store_version(store: LandingStore) -> str:
    """Hash over the content of every accepted edition, and over what was decided of their figures."""
    content = "".join([*(item.provenance.sha256 for item in store.landed()), Decisions(store.data_dir).version()])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _forget_refused(memory: PollMemory, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.refusal:
            memory.forget(outcome.provenance.url)


def _source_results(
    context: dg.AssetExecutionContext, store: LandingStore, source_id: str, asked: Poll | None, outcomes: list[Outcome]
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    key = landing_key(source_id)
    for result in source_check_results(key, store, source_id, asked, outcomes):
        if not result.passed and CARRIED_OVER not in (result.metadata or {}):
            (context.log.error if result.severity == dg.AssetCheckSeverity.ERROR else context.log.warning)(
                "%s: %s", source_id, result.description
            )
        yield result
    # A run that neither asked the source nor was handed anything of it says nothing of its freshness or its health.
    failed = (asked and asked.error) or any(outcome.refusal for outcome in outcomes)
    if failed or not (asked or outcomes):
        return
    landed = [item.provenance for item in store.standing(source_id)]
    yield dg.MaterializeResult(
        asset_key=key,
        metadata={
            "asked": asked is not None,
            "arrived": ", ".join(asked.arrived) if asked else "",
            "editions": len(landed),
            "newest": landed[-1].edition_id if landed else "none",
            "ingested": len(outcomes),
        },
    )


def _whole_result(context: dg.AssetExecutionContext, store: LandingStore) -> dg.AssetCheckResult:
    """A warning that names what is damaged: the build goes on without it."""
    damaged = [inert(f"{path.relative_to(store.data_dir)} {damage}") for path, damage in store.damaged()]
    for message in damaged:
        context.log.error("left out of this build: %s; restore it from a back-up", message)
    return dg.AssetCheckResult(
        asset_key=STORE,
        check_name=WHOLE,
        passed=not damaged,
        severity=dg.AssetCheckSeverity.WARN,
        description=" || ".join(damaged)[:2000] or None,
    )


def list_editions(_reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    return edition_rows(item.provenance for item in stores.landing().standing())


edition = table_asset(
    EDITION,
    list_editions,
    group="core",
    kinds={"polars"},
    code_version=table_version(EDITION),
    deps=[STORE],
    report=age_of_newest,
)


def list_decisions(_reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    return decision_rows(stores.decisions().read())


decision = table_asset(
    DECISION,
    list_decisions,
    group="core",
    kinds={"polars"},
    code_version=table_version(DECISION),
    deps=[STORE],
)
