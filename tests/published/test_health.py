"""What a probe hears: exit code 0 only where a whole publication is served and nothing waits without a run."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from orchestration.daemon import silent_parts
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.staleness import plan
from tests.conftest import Burden
from tests.factories.bundled import MADE_EDITION, nato_after_2024
from warehouse.publication.run_lock import only_run


@pytest.fixture
def data_dir(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the published data directory."""
    copy = Path(shutil.copytree(published, tmp_path / "data", symlinks=True))
    monkeypatch.setenv("BURDEN_DATA_DIR", str(copy))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return copy


def probed(burden: Burden, arguments: str = "") -> tuple[int, dict[str, tuple[bool, str]]]:
    code, out, _ = burden(f"health --format json {arguments}")
    return code, {row["question"]: (row["healthy"], row["found"]) for row in json.loads(out)}


def test_what_was_just_published_is_healthy(data_dir: Path, burden: Burden) -> None:
    code, answers = probed(burden)
    build = (data_dir / "current").resolve().name
    assert code == 0
    assert answers["a publication is served"][1].startswith(build)
    assert answers["it is of what has landed"] == (True, "nothing waits")


def test_nothing_served_is_not(tmp_path: Path, burden: Burden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path / "none"))
    code, answers = probed(burden)
    assert code == 1
    assert answers["a publication is served"][0] is False
    assert not (tmp_path / "none").exists()


def test_a_payload_that_waits_is_not_unless_a_run_is_in_progress(data_dir: Path, burden: Burden) -> None:
    LandingStore(data_dir).deposit(nato_after_2024(), MADE_EDITION)
    waits = (False, "a payload waits for its intake, and no run is in progress")
    assert probed(burden) == (1, {**probed(burden)[1], "it is of what has landed": waits})
    with only_run(data_dir, wait_s=0):
        code, answers = probed(burden)
    assert code == 0
    assert answers["it is of what has landed"][1].startswith("another run is in progress")


def test_a_table_that_was_refused_is_not(data_dir: Path, burden: Burden) -> None:
    (data_dir / "tables" / "mart" / "outlook.refused.json").write_text('{"run_id": "r", "failed": ["f"]}')
    code, answers = probed(burden)
    assert code == 1
    assert answers["it is of what has landed"][1].startswith("1 tables wait to be built, mart.outlook first")


def test_without_a_daemon_that_was_ever_started_there_is_none_alive(data_dir: Path, burden: Burden) -> None:
    code, answers = probed(burden, "--daemon")
    assert code == 1
    assert answers["the daemon is alive"] == (False, f"no Dagster has been started in {data_dir / 'dagster'}")


def test_a_part_of_the_daemon_is_alive_for_five_minutes_after_its_last_sign_of_life(tmp_path: Path) -> None:
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        needed = sorted(instance.get_required_daemon_types())
        now = time.time()
        for name in needed:
            instance.add_daemon_heartbeat(DaemonHeartbeat(now, name, "id"))
        assert silent_parts(tmp_path) == []
        instance.add_daemon_heartbeat(DaemonHeartbeat(now - 3600, needed[0], "id"))
        assert silent_parts(tmp_path) == [needed[0]]


@pytest.mark.parametrize("file", ["burden_sharing.duckdb", "report/index.html", "datapackage.json"])
def test_a_publication_of_which_a_file_is_gone_is_not_healthy_and_is_published_anew(
    file: str, data_dir: Path, burden: Burden
) -> None:
    (data_dir / "current" / file).unlink()
    code, answers = probed(burden)
    assert code == 1
    assert not answers["a publication is served"][0]
    planned = plan(data_dir)
    assert planned.publish
    assert not planned.tables
