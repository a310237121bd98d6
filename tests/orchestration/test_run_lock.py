"""One run at a time over one data directory; the lock dies with its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.stores import Stores
from warehouse.publication.run_lock import RunInProgressError, only_run, require_no_other_run

HOLDS = """
import sys, time
from pathlib import Path
from warehouse.publication.run_lock import only_run
with only_run(Path(sys.argv[1]), wait_s=0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has a run at work in the data directory `tmp_path`."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (ourselves)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@dg.op(required_resource_keys={"stores"})
def writes() -> None: ...


@dg.job
def a_run() -> None:
    writes()


def run_job(data_dir: Path) -> dg.ExecuteInProcessResult:
    resources = {"stores": Stores(data_dir=str(data_dir))}
    return a_run.execute_in_process(run_id=str(uuid.uuid4()), resources=resources, raise_on_error=False)


def test_a_second_run_is_refused_by_the_process_and_time_of_the_first(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    named = rf"another run is in progress in {tmp_path}: process {holder.pid} on \S+, since {when}"
    with pytest.raises(RunInProgressError, match=named):
        require_no_other_run(tmp_path)
    with pytest.raises(RunInProgressError, match=named), only_run(tmp_path, wait_s=0):
        pytest.fail("two runs at once")


def test_a_killed_run_holds_nobody_up(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    require_no_other_run(tmp_path)
    with only_run(tmp_path, wait_s=0):
        pass


def test_a_run_waits_for_the_one_before(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    began = threading.Event()

    def second_run() -> None:
        with only_run(tmp_path, wait_s=30):
            began.set()

    second = threading.Thread(target=second_run)
    second.start()
    assert not began.wait(0.5)
    holder.kill()
    assert began.wait(30)
    second.join()


def test_looking_for_another_run_writes_nothing(tmp_path: Path) -> None:
    require_no_other_run(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("holder")
def test_a_job_that_cannot_have_the_data_directory_fails_and_says_who_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("orchestration.stores._WAIT_S", 0)
    result = run_job(tmp_path)
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_run_failure]
    assert "another run is in progress" in str(failure.job_failure_data.error)


def test_a_job_holds_the_data_directory_while_it_runs_and_frees_it(tmp_path: Path) -> None:
    assert run_job(tmp_path).success
    assert (tmp_path / ".run.lock").read_text().startswith(f"process {os.getpid()} ")
    require_no_other_run(tmp_path)
