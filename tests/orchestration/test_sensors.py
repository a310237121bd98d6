"""When a build starts by itself, and who is notified of a failed run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs import sensors
from orchestration.defs.editions import landing_key
from orchestration.defs.sensors import build_when_something_changed, failed_run_alert, send_alerts
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.stores import Stores
from tests.factories.builds import touch
from tests.servers.receivers import Webhook

Asked = Callable[..., dg.SensorResult | dg.SkipReason]


@dg.job
def a_build() -> None: ...


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def asked(instance: dg.DagsterInstance, tmp_path: Path) -> Asked:
    """What the sensor answers; what it requests is queued as a run of that state."""

    def ask(cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
        resources = {"stores": Stores(data_dir=str(tmp_path))}
        with dg.build_sensor_context(instance, cursor=cursor, resources=resources) as context:
            answer = build_when_something_changed(context)
        assert isinstance(answer, dg.SensorResult | dg.SkipReason)
        if isinstance(answer, dg.SensorResult):
            for request in answer.run_requests or []:
                instance.create_run_for_job(a_build, tags=dict(request.tags), status=dg.DagsterRunStatus.STARTED)
        return answer

    return ask


def newest(instance: dg.DagsterInstance) -> dg.DagsterRun:
    (run,) = instance.get_runs(limit=1)
    return run


def end(instance: dg.DagsterInstance) -> None:
    """The newest run succeeds."""
    succeeded = dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, "a_build")
    instance.report_dagster_event(succeeded, newest(instance).run_id)


def figures_file(name: str, day: dt.date) -> Provenance:
    return provenance_of("nato", b"", Claims(name=name, published_on=day), url=f"https://example.org/{name}")


def land(data_dir: Path, content: bytes) -> None:
    store = LandingStore(data_dir)
    store.deposit(content, figures_file("a.csv", dt.date(2024, 6, 17)))
    for item in store.incoming("nato"):
        store.accept(item)


def built(answer: dg.SensorResult | dg.SkipReason) -> str:
    assert isinstance(answer, dg.SensorResult)
    assert answer.run_requests is not None
    assert len(answer.run_requests) == 1
    assert answer.cursor is not None
    return answer.cursor


def test_nothing_is_built_before_anything_has_landed(asked: Asked) -> None:
    assert isinstance(asked(), dg.SkipReason)


def test_an_edition_that_landed_is_built_once(tmp_path: Path, asked: Asked) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    assert isinstance(asked(cursor), dg.SkipReason)


def test_a_further_edition_is_built_too(tmp_path: Path, asked: Asked, instance: dg.DagsterInstance) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    end(instance)
    land(tmp_path, b"second")
    assert built(asked(cursor)).split()[0] != cursor.split()[0]


def test_changed_code_is_built(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    end(instance)
    touch(monkeypatch, "transforms/parse/figures.py")
    assert built(asked(cursor)).split()[0] != cursor.split()[0]


def test_code_that_is_set_back_is_built_again(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, b"first")
    touch(monkeypatch)
    first = built(asked())
    end(instance)
    touch(monkeypatch, "transforms/parse/figures.py")
    second = built(asked(first))
    end(instance)
    touch(monkeypatch)
    third = built(asked(second))
    assert third.split()[:2] == first.split()[:2]  # the same state, asked for the first time in succession


def test_a_run_says_in_words_why_it_was_asked_for(tmp_path: Path, asked: Asked, instance: dg.DagsterInstance) -> None:
    LandingStore(tmp_path).deposit(b"waiting", figures_file("b.csv", dt.date(2024, 6, 18)))
    built(asked())
    assert newest(instance).tags["burden/why"] == "nato:2024-06-18 waits"


def test_nothing_is_asked_for_while_a_run_is_in_progress_for_it_changes_what_is_stale(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    land(tmp_path, b"second")
    answer = asked(cursor)
    assert isinstance(answer, dg.SkipReason)
    assert answer.skip_message == f"run {newest(instance).run_id} is in progress (STARTED)"


def test_a_failed_build_waits_ten_minutes_and_then_twice_as_long_up_to_a_day(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    for minutes in (10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440):
        instance.report_run_failed(newest(instance))
        due = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(sensors, "_now", lambda due=due: due - dt.timedelta(minutes=1))
        early = asked(cursor)
        assert isinstance(early, dg.SkipReason)
        assert "left it unbuilt (FAILURE); tried again after" in (early.skip_message or "")
        monkeypatch.setattr(sensors, "_now", lambda due=due: due + dt.timedelta(minutes=1))
        cursor = built(asked(cursor))


def test_what_a_build_left_stale_is_tried_again_like_what_failed(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    end(instance)
    answer = asked(cursor)
    assert isinstance(answer, dg.SkipReason)
    assert "left it unbuilt (SUCCESS)" in (answer.skip_message or "")


def test_a_failed_run_that_was_deleted_does_not_shorten_the_wait(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    asked_at = dt.datetime.now(dt.UTC)
    instance.report_run_failed(newest(instance))
    instance.delete_run(newest(instance).run_id)
    monkeypatch.setattr(sensors, "_now", lambda: asked_at + dt.timedelta(minutes=9))
    early = asked(cursor)
    assert isinstance(early, dg.SkipReason)
    assert "a run that is deleted left it unbuilt; tried again after" in (early.skip_message or "")
    monkeypatch.setattr(sensors, "_now", lambda: asked_at + dt.timedelta(minutes=11))
    assert built(asked(cursor)).split()[1] == "2"


def test_a_cursor_without_a_moment_is_read(tmp_path: Path, asked: Asked, instance: dg.DagsterInstance) -> None:
    land(tmp_path, b"first")
    state, _, _ = built(asked()).split()
    instance.report_run_failed(newest(instance))
    answer = asked(f"{state} 1")
    assert isinstance(answer, dg.SkipReason)
    assert "left it unbuilt (FAILURE)" in (answer.skip_message or "")


def test_a_run_whose_process_died_is_tried_again_by_dagster_and_not_by_the_sensor_too(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    dead = newest(instance)
    instance.report_run_failed(dead)
    instance.add_run_tags(dead.run_id, {"dagster/will_retry": "true"})  # as Dagster does where run_retries holds
    land(tmp_path, b"second")
    answer = asked(cursor)
    assert isinstance(answer, dg.SkipReason)
    assert answer.skip_message == f"run {dead.run_id}, whose process died, is about to be tried again"
    instance.add_run_tags(dead.run_id, {"dagster/auto_retry_run_id": "of a run that has failed too"})
    assert built(asked(cursor))


def test_a_retry_that_never_comes_blocks_nothing_for_longer_than_the_first_wait(
    tmp_path: Path, asked: Asked, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    instance.report_run_failed(newest(instance))
    instance.add_run_tags(newest(instance).run_id, {"dagster/will_retry": "true"})
    monkeypatch.setattr(sensors, "_now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11))
    assert built(asked(cursor))


def test_a_file_that_waits_is_ingested_once(tmp_path: Path, asked: Asked, instance: dg.DagsterInstance) -> None:
    land(tmp_path, b"first")
    cursor = built(asked())
    end(instance)
    provenance = figures_file("b.csv", dt.date(2024, 6, 18))
    LandingStore(tmp_path).deposit(b"waiting", provenance)
    answer = asked(cursor)
    assert isinstance(answer, dg.SensorResult)
    (request,) = answer.run_requests or []
    assert landing_key("nato") in (request.asset_selection or [])
    assert isinstance(asked(built(answer)), dg.SkipReason)


def failed_run(instance: dg.DagsterInstance, *, said: str) -> dg.ExecuteInProcessResult:
    @dg.op
    def fails() -> None:
        raise dg.Failure(said, allow_retries=False)

    @dg.job
    def refresh_that_fails() -> None:
        fails()

    return refresh_that_fails.execute_in_process(instance=instance, raise_on_error=False)


def tell(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> None:
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run_alert",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    failed_run_alert(context)


def test_a_failed_run_is_sent_once_for_a_reason_with_what_its_steps_said_and_its_end_by_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))
    with Webhook() as hook, dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("BURDEN_NOTIFY", hook.address)
        first, _ = [failed_run(instance, said="core.observation was not written") for _ in range(2)]
        for result in (first, first):
            tell(instance, result)

        @dg.job
        def refresh_that_fails() -> None: ...

        refresh_that_fails.execute_in_process(instance=instance)
        resources = {"stores": Stores(data_dir=str(tmp_path))}
        with dg.build_sensor_context(instance, resources=resources) as context:
            send_alerts(context)
    subjects = [got["text"].splitlines()[0] for got in hook.got]
    assert subjects == [
        "*burden sharing: refresh_that_fails failed*",
        "*burden sharing: resolved: refresh_that_fails failed*",
    ]
    assert f"run {first.run_id}: core.observation was not written" in hook.got[0]["text"]
