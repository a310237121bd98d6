"""A run whose process has died is ended within minutes; one that works, or waits for another, is left alone."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs import dead_runs
from orchestration.stores import Stores
from warehouse.publication.run_lock import only_run


@dg.op
def nothing() -> None: ...


@dg.job
def a_job() -> None:
    nothing()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> tuple[dg.DagsterInstance, str]:
    """An instance with one run that says that it works, and is older than any start."""
    instance = dg.DagsterInstance.ephemeral()
    run = instance.create_run_for_job(a_job, status=dg.DagsterRunStatus.STARTED)
    monkeypatch.setattr(dead_runs, "_YOUNGEST", -dead_runs._YOUNGEST)
    return instance, run.run_id


def look(instance: dg.DagsterInstance, root: Path, cursor: str | None) -> str:
    resources = {"stores": Stores(data_dir=str(root))}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources) as context:
        result = dead_runs.end_dead_runs(context)
    assert isinstance(result, dg.SensorResult)
    return str(result.cursor)


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_run_without_its_lock_is_ended_at_the_second_look(
    started: tuple[dg.DagsterInstance, str], tmp_path: Path
) -> None:
    instance, run_id = started
    cursor = look(instance, tmp_path, None)
    assert status(instance, run_id) is dg.DagsterRunStatus.STARTED
    look(instance, tmp_path, cursor)
    assert status(instance, run_id) is dg.DagsterRunStatus.FAILURE


def test_while_a_run_holds_the_lock_none_is_ended(started: tuple[dg.DagsterInstance, str], tmp_path: Path) -> None:
    instance, run_id = started
    with only_run(tmp_path, wait_s=0):
        look(instance, tmp_path, look(instance, tmp_path, None))
    assert status(instance, run_id) is dg.DagsterRunStatus.STARTED


def test_a_run_that_has_just_started_is_not_suspected(tmp_path: Path) -> None:
    instance = dg.DagsterInstance.ephemeral()
    run = instance.create_run_for_job(a_job, status=dg.DagsterRunStatus.STARTING)
    now = dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_START.value, job_name=run.job_name)
    instance.report_dagster_event(now, run_id=run.run_id)
    assert status(instance, run.run_id) is dg.DagsterRunStatus.STARTED
    assert look(instance, tmp_path, None) == "[]"
