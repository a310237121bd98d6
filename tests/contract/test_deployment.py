"""What deploy/ ships fits what the project is: the same instance rules, programs that exist, one code server."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.notify import channels
from warehouse.code_versions import PACKAGES
from warehouse.settings import VARIABLES

REPOSITORY = Path(__file__).resolve().parents[2]
DEPLOY = REPOSITORY / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PREFIX = "/opt/burden-sharing/"
OF_DAGSTER_YAML = "BURDEN_POSTGRES_URL"  # read by Dagster alone


def read(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def commands() -> list[list[str]]:
    services = read(DEPLOY / "compose.yaml")["services"]
    started = [shlex.split(line) for unit in UNITS for line in re.findall(r"ExecStart=(.*)", unit.read_text())]
    return [*started, *(service["command"] for service in services.values() if "command" in service)]


def test_both_instances_queue_and_watch_runs_alike() -> None:
    here, server = read(REPOSITORY / "orchestration" / "dagster.yaml"), read(DEPLOY / "dagster.yaml")
    assert here["run_coordinator"] == server["run_coordinator"]
    assert here["run_monitoring"].items() <= server["run_monitoring"].items()
    assert here["retention"] == server["retention"]
    assert here["run_retries"] == server["run_retries"]
    assert here["telemetry"] == server["telemetry"] == {"enabled": False}


def test_the_instance_on_postgresql_is_known_for_ours() -> None:
    first = (REPOSITORY / "orchestration" / "dagster.yaml").read_text().partition("\n")[0]
    assert (DEPLOY / "dagster.yaml").read_text().startswith(first)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_program_that_is_started_is_installed(command: list[str]) -> None:
    program = Path(command[0])
    if program.name.endswith(".sh"):
        assert (REPOSITORY / program.relative_to(PREFIX)).stat().st_mode & 0o111
    else:
        assert (Path(sys.executable).parent / program.name).is_file()


def test_the_code_server_has_one_address() -> None:
    (location,) = read(DEPLOY / "workspace.yaml")["load_from"]
    served = f"-h {location['grpc_server']['host']} -p {location['grpc_server']['port']}"
    assert served in (DEPLOY / "systemd" / "burden-code-server.service").read_text()
    assert f'"{served}"'.replace(" ", '", "') in (DEPLOY / "Containerfile").read_text()


def test_every_process_of_dagsters_logs_in_the_format_that_the_deployment_sets() -> None:
    of_dagster = [command for command in commands() if Path(command[0]).name.startswith("dagster")]
    assert {command[-2] for command in of_dagster} == {"--log-format"}
    assert {command[-1] for command in of_dagster} == {"${BURDEN_LOG_FORMAT}", "json"}
    assert "BURDEN_LOG_FORMAT=json" in (DEPLOY / "systemd" / "burden-sharing.env.example").read_text()


def test_the_environment_of_the_units_names_every_variable_and_no_other() -> None:
    text = (DEPLOY / "systemd" / "burden-sharing.env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == {*VARIABLES, OF_DAGSTER_YAML}


def test_every_variable_that_the_code_reads_is_one_of_the_settings() -> None:
    modules = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]
    named = {name for path in modules for name in re.findall(r"\bBURDEN_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    assert named <= {*VARIABLES, OF_DAGSTER_YAML}


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes/values.yaml"])
def test_containers_are_given_what_alerts_and_pages_need(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for variable in ("BURDEN_NOTIFY", "BURDEN_SMTP_USER", "BURDEN_SMTP_PASSWORD", "BURDEN_SITE_ADDRESS"):
        assert variable in text


def test_the_compose_file_passes_on_known_variables_alone() -> None:
    environment = read(DEPLOY / "compose.yaml")["x-ours"]["environment"]
    assert set(environment) <= {*VARIABLES, OF_DAGSTER_YAML}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_finds_nothing_to_say_of_the_units(tmp_path: Path) -> None:
    for unit in [*UNITS, *(DEPLOY / "systemd").glob("*.timer")]:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr  # noqa: S603 (our own units)
    assert said == ""


def test_a_value_with_blanks_is_quoted_for_a_shell_where_two_words_are_meant() -> None:
    text = (DEPLOY / "systemd" / "burden-sharing.env.example").read_text()
    (example,) = re.findall(r"^#BURDEN_NOTIFY=(.*)$", text, re.MULTILINE)
    (addresses,) = shlex.split(example)
    assert [channel.name for channel in channels(addresses)] == [
        "log",
        "webhook at hooks.slack.com",
        "mail by mail.example.org",
        "feed /srv/burden/alerts.atom",
    ]
