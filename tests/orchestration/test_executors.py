"""Which executor carries the steps: a setting, refused by its name where it cannot be followed."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration.executors import executor
from warehouse.settings import SettingsError


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BURDEN_EXECUTOR", "BURDEN_EXECUTOR_CONFIG"):
        monkeypatch.delenv(name, raising=False)


def test_one_process_unless_another_is_named() -> None:
    assert executor() is dg.in_process_executor


def test_an_executor_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_EXECUTOR", "dask")
    with pytest.raises(
        SettingsError, match=r"^BURDEN_EXECUTOR: expected one of in_process, celery, docker, k8s, found"
    ):
        executor()


def test_an_executor_whose_package_is_missing_is_refused_by_the_name_of_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BURDEN_EXECUTOR", "k8s")
    monkeypatch.setitem(sys.modules, "dagster_k8s", None)
    with pytest.raises(SettingsError, match=r"^BURDEN_EXECUTOR: k8s needs the package dagster-k8s"):
        executor()


def test_it_is_configured_by_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    from_elsewhere = dg.ExecutorDefinition("celery", config_schema={"broker": dg.StringSource})
    monkeypatch.setitem(sys.modules, "dagster_celery", SimpleNamespace(celery_executor=from_elsewhere))
    monkeypatch.setenv("BURDEN_EXECUTOR", "celery")
    assert executor() is from_elsewhere
    monkeypatch.setenv("BURDEN_EXECUTOR_CONFIG", '{"broker": "redis://127.0.0.1"}')
    configured = executor().apply_config_mapping({"config": {}})
    assert configured.value == {"config": {"broker": "redis://127.0.0.1"}}
