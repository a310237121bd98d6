"""Sensors: a build when, and only when, an edition landed or the code changed; a word when a run fails."""

import dagster as dg

from orchestration.defs.editions import store_version
from orchestration.defs.publication import selection_of
from orchestration.defs.schedules import PARSE, REFRESH
from orchestration.ingest.staleness import plan
from orchestration.notify import notifier_of_environment
from orchestration.partitions import range_tags
from orchestration.stores import Stores
from warehouse.code_versions import PACKAGES, digest, package_version


@dg.sensor(
    jobs=[REFRESH, PARSE],
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=300,
    description="Builds what is stale when an edition has landed or the code has changed, each state once: first the "
    "editions that are parsed otherwise, then the tables.",
)
def build_when_something_changed(
    context: dg.SensorEvaluationContext, stores: Stores
) -> dg.SensorResult | dg.SkipReason:
    if not stores.landing().standing():
        return dg.SkipReason("nothing has landed yet: poll a source, or run `burden run` for the bundled editions")
    stale = plan(stores.root)
    # The same plan for the same store and code again: its run is still in progress, or failed.
    key = digest([store_version(stores.landing()), stale.version, *map(package_version, PACKAGES)])
    if stale.is_empty or key == context.cursor:
        return dg.SkipReason("no edition has landed and no code has changed since the last build")
    if stale.editions:
        tags = range_tags(context.instance, stale.editions)
        return dg.SensorResult(run_requests=[dg.RunRequest(job_name=PARSE.name, tags=tags)], cursor=key)
    request = dg.RunRequest(job_name=REFRESH.name, asset_selection=selection_of(stale))
    return dg.SensorResult(run_requests=[request], cursor=key)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Notifies of a failed run by log, webhook or e-mail, as BURDEN_NOTIFY says.",
)
def failed_run_alert(context: dg.RunFailureSensorContext) -> None:
    run = context.dagster_run
    notifier_of_environment()(
        f"burden sharing: {run.job_name} failed",
        f"run {run.run_id}: {context.failure_event.message or 'no message'}; the last good publication is still served",
    )
