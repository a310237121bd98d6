"""Sensors: a build when, and only when, an edition landed or the code changed; a word when a run fails.

Belongs here: what starts a run or a message. Does not belong here: how a message is sent (orchestration.notify).
"""

import hashlib

import dagster as dg

from orchestration.defs.editions import store_version
from orchestration.defs.schedules import REFRESH
from orchestration.notify import notifier_of_environment
from orchestration.stores import Stores
from warehouse.code_versions import package_version


def build_key(stores: Stores) -> str:
    """What a build depends on: the believed editions and the code."""
    code = [package_version(package) for package in ("transforms", "warehouse", "orchestration")]
    return hashlib.sha256("".join([store_version(stores.landing()), *code]).encode()).hexdigest()[:16]


@dg.sensor(
    job=REFRESH,
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=300,
    description="Builds when an edition has landed or the code has changed since the last build that it started.",
)
def build_when_something_changed(
    context: dg.SensorEvaluationContext, stores: Stores
) -> dg.SensorResult | dg.SkipReason:
    if not stores.landing().standing():
        return dg.SkipReason("nothing has landed yet: poll a source, or run `burden run` for the bundled editions")
    key = build_key(stores)
    if key == context.cursor:
        return dg.SkipReason("no edition has landed and no code has changed since the last build")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key)], cursor=key)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of a failed run by log, webhook or e-mail, as BURDEN_NOTIFY says.",
)
def tell_of_a_failed_run(context: dg.RunFailureSensorContext) -> None:
    run = context.dagster_run
    notifier_of_environment()(
        f"burden sharing: {run.job_name} failed",
        f"run {run.run_id}: {context.failure_event.message or 'no message'}; the last good publication is still served",
    )
