"""The job and its schedule.

Belongs here: what runs when. Does not belong here: what a run does.
"""

from __future__ import annotations

import dagster as dg

REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Take in what arrived, rebuild every table through its gate, publish.",
    executor_def=dg.in_process_executor,
)


@dg.definitions
def schedules() -> dg.Definitions:
    # Early on working days in Brussels, after the night in which sources replace their files.
    daily = dg.ScheduleDefinition(
        name="refresh_on_working_days",
        job=REFRESH,
        cron_schedule="30 6 * * 1-5",
        execution_timezone="Europe/Brussels",
    )
    return dg.Definitions(jobs=[REFRESH], schedules=[daily])
