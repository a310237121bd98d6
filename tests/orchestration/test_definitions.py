"""The surface of the code location, which the Dagster UI shows: held still by a snapshot, reviewed in its diff."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import OWNERS, defs
from warehouse.contracts.registry import TABLES

SNAPSHOT = Path(__file__).parent / "definition_surface.json"


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return defs()


def surface(definitions: dg.Definitions) -> dict[str, object]:
    graph = definitions.resolve_asset_graph()
    return {
        "assets": {
            key.to_user_string(): sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)
            for key in sorted(graph.get_all_asset_keys())
        },
        "checks": sorted(f"{check.asset_key.to_user_string()}:{check.name}" for check in graph.asset_check_keys),
        "jobs": sorted(job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")),
        "schedules": {
            schedule.name: [schedule.cron_schedule, schedule.execution_timezone, schedule.default_status.value]
            for schedule in definitions.schedules or []
            if isinstance(schedule, dg.ScheduleDefinition)
        },
        "sensors": {
            sensor.name: sensor.default_status.value
            for sensor in sorted(definitions.sensors or [], key=lambda sensor: sensor.name)
        },
    }


def test_the_surface_is_the_reviewed_one(definitions: dg.Definitions) -> None:
    """After a wanted change recreate it: `python -m tests.orchestration.test_definitions`, and review the diff."""
    assert surface(definitions) == json.loads(SNAPSHOT.read_text())


def test_every_contracted_table_is_an_asset_with_columns_owner_group_and_kinds(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    for table in TABLES:
        spec = specs[f"{table.schema}/{table.name}"]
        assert "dagster/column_schema" in spec.metadata
        assert (spec.owners, bool(spec.group_name), bool(spec.kinds), bool(spec.description)) == (
            OWNERS,
            True,
            True,
            True,
        )


def test_every_asset_has_a_code_version(definitions: dg.Definitions) -> None:
    assert [spec.key for spec in definitions.resolve_all_asset_specs() if spec.code_version is None] == []


def test_what_the_documentation_says_runs_by_itself_does_and_nothing_else(definitions: dg.Definitions) -> None:
    """docs/operations.md: sensors build, send messages, end dead runs, delete old ones; a schedule audits all again; no
    source is asked unless a person starts its schedule.
    """
    found = surface(definitions)
    names = ("build_when_something_changed", "delete_runs_beyond_retention", "end_dead_runs")
    assert found["sensors"] == dict.fromkeys(
        (*names, "failed_run_alert", "send_alerts"),
        "RUNNING",
    )
    schedules = [schedule for schedule in definitions.schedules or [] if isinstance(schedule, dg.ScheduleDefinition)]
    running = [schedule.name for schedule in schedules if schedule.default_status.value == "RUNNING"]
    assert running == ["full_audit_weekly"]


def test_the_job_runs_in_one_process(definitions: dg.Definitions) -> None:
    assert definitions.resolve_job_def("refresh").executor_def is dg.in_process_executor


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(surface(defs()), indent=1) + "\n")
