"""When a build starts by itself, and who is notified of a failed run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs import sensors
from orchestration.defs.sensors import build_when_something_changed, failed_run_alert
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.stores import Stores
from tests.factories.builds import touch


def asked(data_dir: Path, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    resources = {"stores": Stores(data_dir=str(data_dir))}
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance, cursor=cursor, resources=resources) as context,
    ):
        answer = build_when_something_changed(context)
    assert isinstance(answer, dg.SensorResult | dg.SkipReason)
    return answer


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


def test_nothing_is_built_before_anything_has_landed(tmp_path: Path) -> None:
    assert isinstance(asked(tmp_path), dg.SkipReason)


def test_an_edition_that_landed_is_built_once(tmp_path: Path) -> None:
    land(tmp_path, b"first")
    cursor = built(asked(tmp_path))
    assert isinstance(asked(tmp_path, cursor), dg.SkipReason)


def test_a_further_edition_is_built_too(tmp_path: Path) -> None:
    land(tmp_path, b"first")
    cursor = built(asked(tmp_path))
    land(tmp_path, b"second")
    assert built(asked(tmp_path, cursor)) != cursor


def test_changed_code_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land(tmp_path, b"first")
    cursor = built(asked(tmp_path))
    touch(monkeypatch, "transforms/parse/figures.py")
    assert built(asked(tmp_path, cursor)) != cursor


def test_a_payload_that_only_waits_builds_nothing(tmp_path: Path) -> None:
    land(tmp_path, b"first")
    cursor = built(asked(tmp_path))
    provenance = figures_file("b.csv", dt.date(2024, 6, 18))
    LandingStore(tmp_path).deposit(b"waiting", provenance)
    assert isinstance(asked(tmp_path, cursor), dg.SkipReason)


def test_a_failed_run_is_notified_with_its_job_and_run(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(sensors, "notifier_of_environment", lambda: lambda subject, text: sent.append((subject, text)))

    @dg.op
    def fails() -> None:
        raise RuntimeError("gate")

    @dg.job
    def refresh_that_fails() -> None:
        fails()

    with dg.DagsterInstance.ephemeral() as instance:
        result = refresh_that_fails.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_run_alert",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=result.get_run_failure_event(),
        ).for_run_failure()
        failed_run_alert(context)
    ((subject, text),) = sent
    assert subject == "burden sharing: refresh_that_fails failed"
    assert result.run_id in text
