"""Sensors: a build when, and only when, an edition arrived or the code changed; messages of what one must know."""

import datetime as dt

import dagster as dg

from orchestration.alerts import sending
from orchestration.defs.editions import store_version
from orchestration.defs.publication import selection_of
from orchestration.defs.schedules import PARSE, REFRESH
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.staleness import plan
from orchestration.notify import channels_of_environment
from orchestration.partitions import range_tags
from orchestration.step_failure import step_failure
from orchestration.stores import Stores
from warehouse.code_versions import PACKAGES, digest, package_version
from warehouse.settings import data_dir


@dg.sensor(
    jobs=[REFRESH, PARSE],
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=300,
    description="Ingests a file that waits; builds what is stale when an edition has landed or the code has changed, "
    "each state once: first the editions that are parsed otherwise, then the tables.",
)
def build_when_something_changed(
    context: dg.SensorEvaluationContext, stores: Stores
) -> dg.SensorResult | dg.SkipReason:
    waiting = [item.provenance.sha256 for source_id in SOURCES for item in stores.landing().incoming(source_id)]
    if not (waiting or stores.landing().standing()):
        return dg.SkipReason("nothing has landed yet: poll a source, or run `burden run` for the bundled editions")
    stale = plan(stores.root, ingest=bool(waiting))
    # The same plan for the same store and code again: its run is still in progress, or failed.
    key = digest([*waiting, store_version(stores.landing()), stale.version, *map(package_version, PACKAGES)])
    if stale.is_empty or key == context.cursor:
        return dg.SkipReason("no edition has landed and no code has changed since the last build")
    if stale.editions:
        tags = range_tags(context.instance, stale.editions)
        return dg.SensorResult(run_requests=[dg.RunRequest(job_name=PARSE.name, tags=tags)], cursor=key)
    request = dg.RunRequest(job_name=REFRESH.name, asset_selection=selection_of(stale))
    return dg.SensorResult(run_requests=[request], cursor=key)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends that a job failed, with what its steps said, to the channels of BURDEN_NOTIFY; the same failure "
    "again is not sent again.",
)
def failed_run_alert(context: dg.RunFailureSensorContext) -> None:
    run = context.dagster_run
    said = " | ".join(map(step_failure, context.get_step_failure_events())) or context.failure_event.message or ""
    text = f"run {run.run_id}: {said or 'no message'}; the last good publication is still served"
    now = dt.datetime.now(dt.UTC)
    sending.run_failed(data_dir(), channels_of_environment(), run.job_name, text, version=said, now=now)


@dg.sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Sends what has begun, ended or happened since the last look, each once: a source that does not answer "
    "or is overdue, another layout, payloads in quarantine, figures withheld, an edition published, verdicts changed.",
)
def send_alerts(context: dg.SensorEvaluationContext, stores: Stores) -> dg.SkipReason:
    """A channel that fails makes the tick red; what it did not take is tried again with the next."""
    channels, now = channels_of_environment(), dt.datetime.now(dt.UTC)
    for job in sending.failed_jobs(stores.root):
        if _last_ended(context.instance, job) == dg.DagsterRunStatus.SUCCESS:
            sending.run_succeeded(stores.root, channels, job, now=now)
    sent = sending.look(stores.root, channels, now=now)
    return dg.SkipReason("; ".join(message.subject for message in sent) or "nothing new")


def _last_ended(instance: dg.DagsterInstance, job: str) -> dg.DagsterRunStatus | None:
    ended = dg.RunsFilter(job_name=job, statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE])
    found = instance.get_runs(ended, limit=1)
    return found[0].status if found else None
