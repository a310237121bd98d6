"""Dagster's history is kept within bounds, and the newest state of everything stays however old its run is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from sqlalchemy import func, select

from orchestration.defs.old_runs import delete_runs_beyond_retention
from orchestration.event_log import unhurried_event_log
from orchestration.retention import delete_old_runs

DAGSTER_YAML = Path(__file__).resolve().parents[2] / "orchestration" / "dagster.yaml"
DAILY, ONCE, EDITIONS = dg.AssetKey("daily"), dg.AssetKey("once"), dg.AssetKey("editions")


@dg.asset(check_specs=[dg.AssetCheckSpec("held", asset=DAILY)])
def daily() -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
    yield dg.AssetCheckResult(passed=True)
    yield dg.MaterializeResult()


@dg.asset
def once() -> None: ...


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2024", "2026"]))
def editions() -> None: ...


DEFINITIONS = dg.Definitions(
    assets=[daily, once, editions],
    jobs=[dg.define_asset_job(f"of_{asset.key.path[0]}", selection=[asset.key]) for asset in (daily, once, editions)],
)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance on disk as the shipped dagster.yaml makes it."""
    (tmp_path / "dagster.yaml").write_text(DAGSTER_YAML.read_text())
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with unhurried_event_log(), dg.DagsterInstance.from_config(str(tmp_path)) as on_disk:
        yield on_disk


def run(instance: dg.DagsterInstance, asset: str, times: int = 1, partition: str | None = None) -> list[str]:
    job = DEFINITIONS.resolve_job_def(f"of_{asset}")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    return [
        job.execute_in_process(instance=instance, partition_key=partition, run_config=quiet).run_id
        for _ in range(times)
    ]


def delete(instance: dg.DagsterInstance, keep: int) -> list[str]:
    return delete_old_runs(instance, DEFINITIONS.resolve_asset_graph(), keep=keep)


def kept(instance: dg.DagsterInstance) -> set[str]:
    return {found.run_id for found in instance.get_runs()}


def evaluations(instance: dg.DagsterInstance) -> int:
    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]
        return int(connection.execute(select(func.count()).select_from(AssetCheckExecutionsTable)).scalar_one())


def pages_of(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


def test_the_newest_runs_of_each_job_are_kept_and_the_oldest_are_deleted_first(instance: dg.DagsterInstance) -> None:
    runs, others = run(instance, "daily", 4), run(instance, "once", 2)
    assert delete(instance, keep=2) == runs[:2]
    assert kept(instance) == {*runs[2:], *others}


def test_events_evaluations_output_and_the_file_of_a_run_leave_with_it(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    old, new = run(instance, "daily", 2)
    places = (f"history/runs/{old}.db", f"storage/{old}")
    assert all((tmp_path / place).exists() for place in places)
    assert evaluations(instance) == 2
    delete(instance, keep=1)
    assert not any((tmp_path / place).exists() for place in places)
    assert evaluations(instance) == 1
    assert instance.all_logs(old) == []
    assert len(instance.all_logs(new)) > 0


def test_the_newest_materialisation_of_an_asset_stays_however_old_its_run(instance: dg.DagsterInstance) -> None:
    of_both = dg.Definitions(assets=[daily, once], jobs=[dg.define_asset_job("of_both")])
    job = of_both.resolve_job_def("of_both")
    built = job.execute_in_process(instance=instance).run_id
    later = [job.execute_in_process(instance=instance, asset_selection=[DAILY]).run_id for _ in range(4)]
    assert delete(instance, keep=1) == later[:3]
    assert kept(instance) == {built, later[3]}
    event = instance.get_latest_materialization_event(ONCE)
    assert event is not None
    assert event.run_id == built


def test_the_newest_materialisation_of_each_partition_stays(instance: dg.DagsterInstance) -> None:
    (old,) = run(instance, "editions", partition="2024")
    run(instance, "editions", 3, partition="2026")
    delete(instance, keep=1)
    assert old in kept(instance)
    assert instance.get_materialized_partitions(EDITIONS) == {"2024", "2026"}


def test_the_newest_evaluation_of_a_check_stays(instance: dg.DagsterInstance) -> None:
    (old,) = run(instance, "daily")
    for _ in range(2):  # the asset is logged as built, its check is not evaluated
        instance.report_runless_asset_event(dg.AssetMaterialization(DAILY))
    job = dg.Definitions(assets=[once], jobs=[dg.define_asset_job("of_daily", selection=[ONCE])])
    job.resolve_job_def("of_daily").execute_in_process(instance=instance)
    assert delete(instance, keep=1) == []
    assert old in kept(instance)


def test_a_run_in_progress_is_never_deleted(instance: dg.DagsterInstance) -> None:
    job = DEFINITIONS.resolve_job_def("of_daily")
    started = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED).run_id
    run(instance, "daily", 2)
    delete(instance, keep=1)
    assert started in kept(instance)


def test_the_sensor_keeps_as_many_runs_as_the_setting_says(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURDEN_KEEP_RUNS", "2")
    runs = run(instance, "daily", 3)
    repository = DEFINITIONS.get_repository_def()
    with dg.build_sensor_context(instance, repository_def=repository) as context:
        answer = delete_runs_beyond_retention(context)
    assert answer == dg.SkipReason("1 runs beyond the newest 2 of each job were deleted")
    assert kept(instance) == set(runs[1:])


def test_history_does_not_grow_beyond_what_is_kept(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    pages = []
    for _ in range(10):
        run(instance, "daily", 2)
        delete(instance, keep=3)
        pages.append(pages_of(tmp_path / "history" / "runs" / "index.db"))
    assert len(kept(instance)) == 3
    assert len(list((tmp_path / "history" / "runs").glob("*-*.db"))) == 3
    assert len(list((tmp_path / "storage").iterdir())) == 3
    assert pages[3:] == [pages[3]] * 7
