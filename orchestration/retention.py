"""How much of Dagster's history is kept: runs, their events, check evaluations and captured output.

Belongs here: which runs go, and everything that goes with them. Does not belong here: ticks of schedules and sensors
(`retention` in dagster.yaml), publications (warehouse.publication.publish).

Dagster keeps every run for ever, and deletes a run without the evaluations of its checks and without its captured
output (dagster 1.13.27). A run that holds the newest materialisation of an asset or of a partition, or the newest
evaluation of a check, stays however old it is: without it the UI would show that asset as never built.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
from dagster._core.storage.legacy_storage import LegacyEventLogStorage

_AT_ONCE: Final = 500  # runs: a sensor has a minute for its answer


def delete_old_runs(instance: dg.DagsterInstance, graph: BaseAssetGraph[Any], *, keep: int) -> list[str]:
    """Delete finished runs beyond the newest `keep` of each job, the oldest first, at most 500; returns their ids.

    The newest state of the assets, partitions and checks of `graph` stays.
    """
    needed = {
        *_of_newest_materialisations(instance, graph.materializable_asset_keys),
        *_of_newest_evaluations(instance, graph.asset_check_keys),
    }
    old = [run_id for run_id in reversed(list(_beyond(instance, keep))) if run_id not in needed][:_AT_ONCE]
    for run_id in old:
        _delete(instance, run_id)
    return old


def _beyond(instance: dg.DagsterInstance, keep: int) -> Iterator[str]:
    """Finished runs, the newest first, without the first `keep` of each job."""
    seen: Counter[str] = Counter()
    for run in instance.get_runs(dg.RunsFilter(statuses=FINISHED_STATUSES)):
        seen[run.job_name] += 1
        if seen[run.job_name] > keep:
            yield run.run_id


def _of_newest_materialisations(instance: dg.DagsterInstance, assets: Collection[dg.AssetKey]) -> Iterator[str]:
    for record in instance.get_asset_records(list(assets)):
        newest = record.asset_entry.last_materialization_record
        if newest is None:
            continue
        yield newest.run_id
        key = record.asset_entry.asset_key
        by_partition = instance.event_log_storage.get_latest_storage_id_by_partition(
            key, dg.DagsterEventType.ASSET_MATERIALIZATION
        )
        if by_partition:
            selected = dg.AssetRecordsFilter(asset_key=key, storage_ids=sorted(by_partition.values()))
            found = instance.fetch_materializations(selected, limit=len(by_partition))
            yield from (event.run_id for event in found.records)


def _of_newest_evaluations(instance: dg.DagsterInstance, checks: Collection[dg.AssetCheckKey]) -> Iterator[str]:
    for summary in instance.event_log_storage.get_asset_check_summary_records(list(checks)).values():
        for record in (summary.last_check_execution_record, summary.last_completed_check_execution_record):
            if record is not None:
                yield record.run_id


def _delete(instance: dg.DagsterInstance, run_id: str) -> None:
    """The run last: what fails on the way is tried again, because the run is still listed."""
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage | LegacyEventLogStorage):
        with storage.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
    storage.delete_events(run_id)
    instance.run_storage.delete_run(run_id)
