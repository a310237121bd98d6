"""Sensors: a build when, and only when, an edition arrived or the code changed; messages of what one must know."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

import dagster as dg
from dagster._core.storage.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG

from orchestration.alerts import sending
from orchestration.defs.editions import store_version
from orchestration.defs.publication import selection_of
from orchestration.defs.schedules import PARSE, REFRESH
from orchestration.ingest.landing_store import Provenance
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.staleness import Plan, plan
from orchestration.notify import channels_of_environment
from orchestration.partitions import range_tags
from orchestration.step_failure import step_failure
from orchestration.stores import Stores
from warehouse.code_versions import PACKAGES, digest, package_version
from warehouse.reading.connect import still_served
from warehouse.settings import data_dir

# Tags of a run: the store, the plan and the code that it was asked for, which the UI does not show; and why, in words.
_STATE: Final = ".dagster/burden_state"
_WHY: Final = "burden/why"
_FIRST_WAIT: Final = dt.timedelta(minutes=10)
_LONGEST_WAIT: Final = dt.timedelta(days=1)
_UNFINISHED: Final = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


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
    """The cursor is the state that was last asked for, how often in succession, and when: `DIGEST TRIES MOMENT`."""
    waiting = [item.provenance for source_id in SOURCES for item in stores.landing().incoming(source_id)]
    if not (waiting or stores.landing().standing()):
        return dg.SkipReason("nothing has landed yet: poll a source, or run `burden run` for the bundled editions")
    if busy := _in_progress(context.instance):
        return dg.SkipReason(busy)
    stale = plan(stores.root, ingest=bool(waiting))
    if stale.is_empty:
        return dg.SkipReason("no edition has landed and no code has changed since the last build")
    hashes = [each.sha256 for each in waiting]
    state = digest([*hashes, store_version(stores.landing()), stale.version, *map(package_version, PACKAGES)])
    tries, asked_at = _asked_before(context.cursor, state)
    if tries and (not_yet := _why_not_yet(context.instance, state, tries, asked_at)):
        return dg.SkipReason(not_yet)
    tags = {_STATE: state, _WHY: _why(waiting, stale)}
    if stale.editions:
        request = dg.RunRequest(job_name=PARSE.name, tags=tags | range_tags(context.instance, stale.editions))
    else:
        request = dg.RunRequest(job_name=REFRESH.name, tags=tags, asset_selection=selection_of(stale))
    return dg.SensorResult(run_requests=[request], cursor=f"{state} {tries + 1} {_now():%Y-%m-%dT%H:%M:%S%z}")


def _why(waiting: Sequence[Provenance], stale: Plan) -> str:
    """Why a run is asked for, in a few words: the first reason, and how many more there are."""
    reasons = (
        [f"{each.edition_id} waits" for each in waiting]
        or [f"{edition_id} would be parsed otherwise" for edition_id in stale.editions]
        or [f"{table_id}: {why}" for table_id, why in stale.tables.items()]
        or ["the publication is stale"]
    )
    return reasons[0] if len(reasons) == 1 else f"{reasons[0]}; and {len(reasons) - 1} more"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _in_progress(instance: dg.DagsterInstance) -> str | None:
    """Which run has to end before what is stale can be known: with every table that it writes that changes."""
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED), limit=1):
        return f"run {run.run_id} is in progress ({run.status.value})"
    dead = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.FAILURE], tags={WILL_RETRY_TAG: "true"}, updated_after=_now() - _FIRST_WAIT
    )
    for run in instance.get_runs(dead, limit=1):
        if AUTO_RETRY_RUN_ID_TAG not in run.tags:
            return f"run {run.run_id}, whose process died, is about to be tried again"
    return None


def _asked_before(cursor: str | None, state: str) -> tuple[int, dt.datetime | None]:
    """How often in succession `state` was asked for, and when last; cursors of before November 2026 have no moment."""
    asked, tries, moment, *_ = [*(cursor or "").split(" "), "", ""]
    if asked != state:
        return 0, None
    return int(tries or 1), dt.datetime.fromisoformat(moment) if moment else None


def _why_not_yet(instance: dg.DagsterInstance, state: str, tries: int, asked_at: dt.datetime | None) -> str | None:
    """Why a state that was asked for `tries` times is not asked for again now; None: it is.

    A run that is gone, because retention or a person deleted it, counts as ended when it was asked for.
    """
    found = instance.get_run_records(dg.RunsFilter(tags={_STATE: state}), limit=1)
    ended, outcome = asked_at, "a run that is deleted left it unbuilt"
    if found:
        run, end_time = found[0].dagster_run, found[0].end_time
        ended = dt.datetime.fromtimestamp(end_time, dt.UTC) if end_time else asked_at
        outcome = f"run {run.run_id} left it unbuilt ({run.status.value})"
    if ended is None:
        return None
    again = ended + min(_FIRST_WAIT * 2 ** min(tries - 1, 10), _LONGEST_WAIT)
    return f"{outcome}; tried again after {again:%Y-%m-%d %H:%M} UTC" if _now() < again else None


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends that a job failed, with what its steps said, to the channels of BURDEN_NOTIFY; the same failure "
    "again is not sent again.",
)
def failed_run_alert(context: dg.RunFailureSensorContext) -> None:
    run = context.dagster_run
    said = " | ".join(map(step_failure, context.get_step_failure_events())) or context.failure_event.message or ""
    text = f"run {run.run_id}: {said or 'no message'}; {still_served()}"
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
