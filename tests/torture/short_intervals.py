"""The project's code location whose sensors of runs look every five seconds, with a schedule that looks every minute.

For tests.torture.processes: forty kills in an hour instead of a day. All else is that of orchestration.definitions.
"""

from __future__ import annotations

from typing import Final

import dagster as dg

from orchestration import definitions as project
from orchestration.defs.dead_runs import end_dead_runs
from orchestration.defs.editions import INGEST_EDITIONS
from orchestration.defs.sensors import build_when_something_changed
from orchestration.stores import Stores

INTERVAL_S: Final = 5
BY_SCHEDULE: Final = "take_in_every_minute"
_FROM_INCOMING: Final = {"ops": {INGEST_EDITIONS: {"config": {"live": False}}}}


@dg.schedule(
    name=BY_SCHEDULE,
    job_name="poll_eurostat",
    cron_schedule="* * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def take_in(stores: Stores) -> dg.RunRequest | dg.SkipReason:
    if not stores.landing().incoming("eurostat"):
        return dg.SkipReason("nothing waits")
    return dg.RunRequest(run_config=_FROM_INCOMING)


@dg.definitions
def defs() -> dg.Definitions:
    for sensor in (build_when_something_changed, end_dead_runs):
        sensor._min_interval = INTERVAL_S  # Dagster has no setting of it
    return dg.Definitions.merge(project.defs(), dg.Definitions(schedules=[take_in]))
