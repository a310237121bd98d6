"""Fixtures that several tests share: the shared payloads if they are there, and one real publication a session."""

from __future__ import annotations

import os
import shlex
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import hypothesis
import pytest

from orchestration.stores import Stores

# A laden machine is slow in a way that says nothing of the code.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

# pytest-xdist sets it for its workers; what a command writes into a pipe has no width.
os.environ.pop("COLUMNS", None)

REPOSITORY = Path(__file__).resolve().parents[1]
Refresh = Callable[[Path], dg.ExecuteInProcessResult]
Burden = Callable[[str], tuple[int, str, str]]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real payloads and facts beside the repository; a test that needs it is skipped without it."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "payloads").is_dir():
        pytest.skip("needs ../shared/payloads, which a user's clone does not have")
    return folder


@pytest.fixture(scope="session")
def refresh() -> Refresh:
    """Runs the real job `refresh` on a data directory and returns its result; a failing run does not raise."""
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    from orchestration.definitions import defs  # noqa: PLC0415 (seconds: only for tests that run the job)

    job = defs().resolve_job_def("refresh")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

    def run(data_dir: Path) -> dg.ExecuteInProcessResult:
        stores = Stores(data_dir=str(data_dir))
        return job.execute_in_process(
            run_id=str(uuid.uuid4()), run_config=quiet, resources={"stores": stores}, raise_on_error=False
        )

    return run


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, refresh: Refresh) -> Path:
    """A data directory that the real job has published from the bundled editions. Read it; copy it to change it."""
    data_dir = tmp_path_factory.mktemp("data")
    result = refresh(data_dir)
    assert result.success, [event.message for event in result.all_events if event.is_failure]
    return data_dir


@pytest.fixture
def warehouse(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, opened as a consumer would."""
    path = (published / "current" / "burden_sharing.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture
def figures(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published figures as the gate sees them: `batch`, with the tables that the suite joins to; to be changed."""
    from warehouse.contracts.core import OBSERVATION  # noqa: PLC0415 (only for tests of the suite)

    with duckdb.connect(":memory:") as connection:
        for table_id in (OBSERVATION.id, *OBSERVATION.joins):
            name = "batch" if table_id == OBSERVATION.id else table_id.replace(".", "_")
            frame = warehouse.sql(f"FROM {table_id}").pl()
            connection.register("_frame", frame)
            connection.execute(f"CREATE TABLE {name} AS FROM _frame")
            connection.unregister("_frame")
        connection.execute("CREATE VIEW core_observation AS FROM batch")
        yield connection


@pytest.fixture
def burden(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Burden:
    """Types `burden …` and gives exit code, standard output and standard error."""
    from orchestration.cli.burden import main  # noqa: PLC0415 (only for tests of the commands)

    def run(arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["burden", *shlex.split(arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run
