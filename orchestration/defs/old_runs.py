"""A sensor that keeps Dagster's own history within bounds."""

import dagster as dg

from orchestration.retention import delete_old_runs
from warehouse import settings


@dg.sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=3600,
    description="Deletes finished runs beyond the newest 50 of each job (BURDEN_KEEP_RUNS), with their events, check "
    "evaluations and captured output. What holds the newest state of an asset, a partition or a check stays.",
)
def delete_runs_beyond_retention(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Starts nothing: its answer is how many runs it deleted."""
    if context.repository_def is None:
        raise dg.DagsterInvalidInvocationError("the sensor needs the definitions that it belongs to")
    keep = settings.keep_runs()
    deleted = delete_old_runs(context.instance, context.repository_def.asset_graph, keep=keep)
    return dg.SkipReason(f"{len(deleted)} runs beyond the newest {keep} of each job were deleted")
