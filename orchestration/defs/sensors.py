"""Sensors: a build when, and only when, an edition arrived or the code changed; messages of what one must know."""

import datetime as dt
from typing import Final

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

_STATE: Final = "burden/state"  # tag of a run: the store, the plan and the code that it was asked for
_FIRST_WAIT: Final = dt.timedelta(minutes=10)
_LONGEST_WAIT: Final = dt.timedelta(days=1)


@dg.sensor(
    jobs=[REFRESH, PARSE],
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=300,
    description="Ingests a file that waits; builds what is stale when an edition has landed or the code has changed: "
    "first the editions that are parsed otherwise, then the tables. A build that failed is tried again after ten "
    "minutes, then after twice as long each time, at most a day.",
)
def build_when_something_changed(
    context: dg.SensorEvaluationContext, stores: Stores
) -> dg.SensorResult | dg.SkipReason:
    """The cursor is the state that was last asked for, and how often in succession: `DIGEST TRIES`."""
    waiting = [item.provenance.sha256 for source_id in SOURCES for item in stores.landing().incoming(source_id)]
    if not (waiting or stores.landing().standing()):
        return dg.SkipReason("nothing has landed yet: poll a source, or run `burden run` for the bundled editions")
    stale = plan(stores.root, ingest=bool(waiting))
    if stale.is_empty:
        return dg.SkipReason("no edition has landed and no code has changed since the last build")
    state = digest([*waiting, store_version(stores.landing()), stale.version, *map(package_version, PACKAGES)])
    asked, _, said = (context.cursor or "").partition(" ")
    tries = int(said or 1) if asked == state else 0
    if tries and (not_yet := _why_not_yet(context.instance, state, tries)):
        return dg.SkipReason(not_yet)
    tags = {_STATE: state}
    if stale.editions:
        request = dg.RunRequest(job_name=PARSE.name, tags=tags | range_tags(context.instance, stale.editions))
    else:
        request = dg.RunRequest(job_name=REFRESH.name, tags=tags, asset_selection=selection_of(stale))
    return dg.SensorResult(run_requests=[request], cursor=f"{state} {tries + 1}")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _why_not_yet(instance: dg.DagsterInstance, state: str, tries: int) -> str | None:
    """Why a state that was asked for `tries` times is not asked for again now; None: it is."""
    found = instance.get_run_records(dg.RunsFilter(tags={_STATE: state}), limit=1)
    if not found:  # not launched, or deleted by hand
        return None
    run, ended = found[0].dagster_run, found[0].end_time
    if not run.is_finished or ended is None:
        return f"run {run.run_id} builds it"
    again = dt.datetime.fromtimestamp(ended, dt.UTC) + min(_FIRST_WAIT * 2 ** min(tries - 1, 10), _LONGEST_WAIT)
    if _now() < again:
        return f"run {run.run_id} left it unbuilt ({run.status.value}); tried again after {again:%Y-%m-%d %H:%M} UTC"
    return None


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
