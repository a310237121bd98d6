"""Assets of the evidence tables, and of the publication itself: the only writer of the warehouse file.

Belongs here: what goes into a publication. Does not belong here: how it is published (warehouse.publication.publish).
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from orchestration.defs.editions import STORE, landing_key
from orchestration.ingest.landing_store import next_command
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.staleness import Plan, publication_code, publication_version, served_build_id, table_version
from orchestration.revision_report import age_of_newest, allies_meeting
from orchestration.stores import Stores
from orchestration.tables import asset_key, table_asset
from transforms.normalise.release_calendar import longest_wait_days
from transforms.registers.reader import sources
from warehouse import settings
from warehouse.code_versions import package_version
from warehouse.contracts import evidence
from warehouse.contracts.core import EDITION
from warehouse.contracts.mart import COMPLIANCE_COUNT
from warehouse.contracts.registry import SCHEMA_VERSION, TABLES
from warehouse.marts.run import editions_latest
from warehouse.publication.data_package import write_data_package
from warehouse.publication.dictionary import ALL, column_rows, table_rows
from warehouse.publication.publish import STORAGE_VERSION, TableToPublish, publications, publish
from warehouse.publication.report.drawings import Drawings
from warehouse.publication.report.pages import write_pages
from warehouse.publication.views import AUDITS, statements
from warehouse.reading.connect import damage_of, open_database
from warehouse.table_store import Published, Tables

WAREHOUSE = dg.AssetKey(["publication", "warehouse"])


def _expectation_results(reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    build_id = reads[evidence.BUILD.id]["build_id"].item()
    tested = [table_id for table_id in reads if table_id != evidence.BUILD.id]
    records = [record for table_id in tested for record in stores.tables().manifest(table_id).results]
    own = pl.DataFrame(records, infer_schema_length=None).with_columns(
        pl.col("evaluated_at").str.to_datetime(), build_id=pl.lit(build_id)
    )
    earlier = served_results(stores.root).filter(pl.col("build_id") != build_id)
    return pl.concat([earlier, own.select(earlier.columns).cast(earlier.schema)])


def longest_silence() -> dt.timedelta:
    """How long nothing new may be published before even the source that publishes most often must be overdue."""
    waits = [longest_wait_days(windows) for windows in sources()["release_windows"]]
    return dt.timedelta(days=min(waits) + max(source.stale_after_days for source in SOURCES.values()))


def served_results(root: Path) -> pl.DataFrame:
    """Check results of the publication now served and of those before it; empty where none has this table's columns.

    Of the one served before it where it is damaged.
    """
    table = evidence.EXPECTATION_RESULT
    whole = next((kept for kept in publications(root) if damage_of(kept.path) is None), None)
    if whole is None:
        return pl.DataFrame(schema=table.polars_schema)
    with open_database(whole.database) as served:
        found: pl.DataFrame = served.sql("FROM quality.expectation_result").pl()
    if found.schema == table.polars_schema:
        return found
    dg.get_dagster_logger().warning(
        "the history of checks starts again: the publication served has %s with the columns %s",
        table.id,
        ", ".join(found.columns),
    )
    return pl.DataFrame(schema=table.polars_schema)


def _quarantine(_reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    rows = [
        {
            "source_id": provenance.source_id,
            "edition_id": provenance.edition_id,
            "sha256": provenance.sha256,
            "bytes": provenance.bytes,
            "url": provenance.url,
            "place": refusal.place,
            "reason": refusal.reason,
            "verdict": refusal.verdict,
            "retry": next_command(provenance, refusal),
            "refused_at": refusal.refused_at.astimezone(dt.UTC).replace(tzinfo=None),
            "run_id": refusal.run_id,
        }
        for provenance, refusal in stores.landing().refused()
    ]
    return pl.DataFrame(rows, schema=evidence.QUARANTINE.polars_schema)


def _build(reads: Tables, stores: Stores, run_id: str) -> pl.DataFrame:
    edition = reads[EDITION.id]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    row = {
        "build_id": f"{now:%Y%m%dT%H%M%S}-{run_id[:8]}",
        "built_at": now,
        "run_id": run_id,
        "schema_version": SCHEMA_VERSION,
        "project_version": version("burden-sharing"),
        "code_version": _digest(package_version(package) for package in ("transforms", "warehouse", "orchestration"))[
            :16
        ],
        "content_sha256": _digest(stores.tables().manifest(table_id).content_sha256 for table_id in reads),
        "inputs_sha256": _digest(sorted(edition["sha256"])),
        "editions": edition.height,
        "newest_edition": editions_latest(edition)["edition_id"][-1],
        "storage_version": STORAGE_VERSION,
    }
    return pl.DataFrame([row], schema=evidence.BUILD.polars_schema)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _tables(reads: Tables, stores: Stores, _run_id: str) -> pl.DataFrame:
    manifests = {table_id: stores.tables().manifest(table_id) for table_id in reads}
    return table_rows(ALL, {table_id: (found.rows, found.content_sha256) for table_id, found in manifests.items()})


def _columns(_reads: Tables, _stores: Stores, _run_id: str) -> pl.DataFrame:
    return column_rows(ALL)


def selection_of(stale: Plan) -> list[dg.AssetKey]:
    """The assets that a plan runs, without the partitions of editions."""
    ingested = [*map(landing_key, SOURCES), STORE] if stale.ingest else []
    published = [*(asset_key(table.id) for table in evidence.TABLES), WAREHOUSE] if stale.publish else []
    return [*ingested, *map(asset_key, stale.tables), *published]


def _write_companions(publication: Path, drawings: Drawings) -> None:
    write_pages(publication, drawings, settings.site_address())
    write_data_package(publication)


_COMPUTE = {
    evidence.EXPECTATION_RESULT.id: _expectation_results,
    evidence.QUARANTINE.id: _quarantine,
    evidence.BUILD.id: _build,
    evidence.TABLE.id: _tables,
    evidence.COLUMN.id: _columns,
}


@dg.asset(
    key=WAREHOUSE,
    deps=[asset_key(table.id) for table in TABLES],
    group_name="publication",
    kinds={"duckdb", "parquet"},
    description="What consumers read: the DuckDB file, Parquet and pages in one new directory. Built aside, audited "
    "whole, then the link `current` is flipped to it; a reader of the old one keeps reading. The plots show how many "
    "Allies meet each rule and how old each source's newest edition is; the job `roll_back_publication` serves an "
    "earlier build again.",
    code_version=publication_code(),
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=longest_silence()),
)
def warehouse(context: dg.AssetExecutionContext, stores: Stores) -> dg.MaterializeResult[Any]:
    store = stores.tables()
    store.require_consistent([table.id for table in TABLES])
    build = store.read(evidence.BUILD.id).row(0, named=True)
    version = publication_version(stores.root)
    done, served = store.published(), served_build_id(stores.root)
    if served and done == Published(served, version):
        context.log.info("nothing changed: %s stays served", served)
        return dg.MaterializeResult(data_version=dg.DataVersion(served), metadata={"build": served, "published": False})
    build_id = build["build_id"]
    with Drawings(stores.root / "tables" / "drawings") as drawings:
        published = publish(
            stores.root,
            build_id,
            tables=[
                TableToPublish(
                    table.schema, table.name, table.create_sql(), table.comment_sql(), store.parquet(table.id)
                )
                for table in TABLES
            ],
            after_sql=statements(),
            audits=AUDITS,
            companions=partial(_write_companions, drawings=drawings),
        )
    store.mark_published(Published(build_id, version))
    context.instance.add_run_tags(context.run.run_id, {"build": build_id, "newest_edition": build["newest_edition"]})
    reads = {EDITION.id: store.read(EDITION.id)}
    context.log.info("published %s", published.path)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(build_id),
        metadata={
            "build": build_id,
            "published": True,
            "database": dg.MetadataValue.path(str(published.database)),
            "report": dg.MetadataValue.path(str(published.path / "report" / "index.html")),
            "bytes": published.bytes,
            "newest_edition": build["newest_edition"],
            "dagster/row_count": sum(store.manifest(table.id).rows for table in TABLES),
            **allies_meeting(store.read(COMPLIANCE_COUNT.id), reads),
            **age_of_newest(reads[EDITION.id], reads),
        },
    )


@dg.definitions
def publication() -> dg.Definitions:
    tables = [
        table_asset(
            table,
            _COMPUTE[table.id],
            group=table.schema,
            kinds={"polars"},
            code_version=table_version(table),
            deps=[STORE],
        )
        for table in evidence.TABLES
    ]
    return dg.Definitions(assets=[*tables, warehouse])
