"""The log of a launched run is one JSON object a line where the setting says so."""

import json

import dagster as dg
import pytest

from orchestration.log_format import loggers, run_config


@dg.asset
def an_asset(context: dg.AssetExecutionContext) -> None:
    context.log.info("asking nato")


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    job = dg.define_asset_job("a_job", selection=[an_asset], config=run_config())
    definitions = dg.Definitions(assets=[an_asset], jobs=[job], loggers=loggers())
    definitions.resolve_job_def("a_job").execute_in_process()
    return capsys.readouterr().err.splitlines()


def test_json_lines_name_the_run_and_the_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BURDEN_LOG_FORMAT", "json")
    found = [json.loads(line) for line in written(capsys)]
    assert [line["dagster_meta"]["orig_message"] for line in found] == ["asking nato"]
    assert {line["dagster_meta"]["job_name"] for line in found} == {"a_job"}


def test_without_the_setting_a_job_has_no_configuration_that_would_fix_its_resources(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BURDEN_LOG_FORMAT", raising=False)
    assert run_config() is None


def test_without_the_setting_lines_are_for_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BURDEN_LOG_FORMAT", raising=False)
    assert any(line.endswith("asking nato") for line in written(capsys))
