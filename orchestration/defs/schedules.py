"""Jobs and schedules: each source is polled by its release calendar; a build follows what arrived; once a week all is
audited again.
"""

from __future__ import annotations

import dagster as dg

from orchestration.defs.editions import INGEST_EDITIONS, landing_key
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.sources.source import Source
from orchestration.log_format import run_config
from orchestration.partitions import FIGURES
from orchestration.tables import JUDGED_TWICE, asset_key
from warehouse.contracts import evidence
from warehouse.contracts.registry import TABLES

TIMEZONE = "Europe/Brussels"
LIVE = {"ops": {INGEST_EDITIONS: {"config": {"live": True}}}, **(run_config() or {})}
# A run whose process died is tried again whole: another run may have published what its first steps wrote.
RETRIED_WHOLE = {"dagster/retry_strategy": "ALL_STEPS"}

REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(FIGURES),
    description="Ingest new editions, rebuild and check every table, publish. `live` polls the sources first.",
    config=run_config(),
    tags=RETRIED_WHOLE,
)

PARSE = dg.define_asset_job(
    "parse_editions",
    selection=dg.AssetSelection.assets(FIGURES),
    description="Parse landed editions again, each by itself; the tables follow if their figures changed.",
    config=run_config(),
    tags=RETRIED_WHOLE,
)

# Without the publication, which would undo a roll-back: where a table turns out another, the sensor publishes it.
FULL_AUDIT = dg.define_asset_job(
    "full_audit",
    selection=dg.AssetSelection.assets(*(asset_key(table.id) for table in TABLES if table not in evidence.TABLES)),
    description="Build every table again; both judges, polars with DuckDB and Great Expectations, audit each whole.",
    config=run_config(),
    tags=RETRIED_WHOLE | JUDGED_TWICE,
)


def poll_job(source: Source) -> dg.JobDefinition | dg.UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        f"poll_{source.source_id}",
        selection=dg.AssetSelection.assets(landing_key(source.source_id)),
        description="Ask one source for new editions and take them in; the sensor builds when one has landed.",
        config=LIVE,
        tags=RETRIED_WHOLE,
    )


def poll_schedule(source: Source, job: dg.JobDefinition | dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"poll_{source.source_id}_by_calendar",
        job=job,
        cron_schedule=list(source.cron),
        execution_timezone=TIMEZONE,
        description="Daily in the months of release, weekly otherwise.",
        default_status=dg.DefaultScheduleStatus.STOPPED,
    )


def weekly_audit() -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="full_audit_weekly",
        job=FULL_AUDIT,
        cron_schedule="30 4 * * 0",
        execution_timezone=TIMEZONE,
        description="On Sundays: a minute of one processor, and no source is asked.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


@dg.definitions
def schedules() -> dg.Definitions:
    jobs = {source_id: poll_job(source) for source_id, source in SOURCES.items()}
    return dg.Definitions(
        jobs=[REFRESH, PARSE, FULL_AUDIT, *jobs.values()],
        schedules=[
            *(poll_schedule(source, jobs[source_id]) for source_id, source in SOURCES.items()),
            weekly_audit(),
        ],
    )
