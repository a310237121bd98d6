"""A sensor that ends runs whose process has died, so that the queue behind them goes on.

A run that is killed hard (out of memory, power, kill -9) writes no last event: Dagster keeps it as started, and its
default launcher cannot ask after the process (`supports_check_run_worker_health` is false, dagster 1.13.27), so that
run monitoring ends it only after the longest time that any run may take. Every run holds the run lock from its
first step to its last, or waits for another that does; the kernel frees the lock of a dead process. A lock that is free
while a run says that it works is therefore the proof. Not where each step has a process of its own (BURDEN_EXECUTOR):
between two steps nobody holds it, and there run monitoring has to end what takes too long.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dagster as dg

from orchestration.stores import Stores
from warehouse import settings
from warehouse.publication.run_lock import RunInProgressError, last_run, require_no_other_run

_AT_WORK: Final = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
# A process imports for seconds between its first event and the lock.
_YOUNGEST: Final = dt.timedelta(minutes=2)


@dg.sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Marks a run as failed if its process has died: recorded as in progress, but data/.run.lock is free.",
)
def end_dead_runs(context: dg.SensorEvaluationContext, stores: Stores) -> dg.SensorResult | dg.SkipReason:
    """Two looks, a minute apart: between the end of the lock and a run's last event is a moment."""
    suspected: list[str] = json.loads(context.cursor) if context.cursor else []
    found = suspects(context.instance, stores.root)
    dead = [run_id for run_id in found if run_id in suspected]
    end(context.instance, dead)
    living = [run_id for run_id in found if run_id not in dead]
    said = f"ended: {', '.join(dead)}" if dead else "no run is dead"
    return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=json.dumps(living))


def suspects(instance: dg.DagsterInstance, root: Path) -> list[str]:
    """Runs that say that they work while no process holds the lock; dead if a later look still finds them so.

    The one that held the lock last however young it is, others only when they are too old to be about to take it.
    """
    if settings.executor()[0] != settings.IN_PROCESS:
        return []
    try:
        require_no_other_run(root)
    except RunInProgressError:
        return []
    before = (dt.datetime.now(dt.UTC) - _YOUNGEST).timestamp()
    held_last = last_run(root)
    return [
        record.dagster_run.run_id
        for record in instance.get_run_records(dg.RunsFilter(statuses=_AT_WORK))
        if record.dagster_run.run_id == held_last or record.start_time is None or record.start_time < before
    ]


def end(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> None:
    """Mark runs as failed that still say that they work; the caller has seen twice that they are dead."""
    if not run_ids:
        return
    for record in instance.get_run_records(dg.RunsFilter(run_ids=list(run_ids), statuses=_AT_WORK)):
        instance.report_run_failed(
            record.dagster_run,
            "the process of this run has died: no process holds the run lock; what was served before is still served",
        )
