"""Fixtures that several tests share: the shared payloads if they are there, and one real publication a session."""

from __future__ import annotations

import fcntl
import gc
import os
import shlex
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import hypothesis
import pytest

if TYPE_CHECKING:  # seconds of imports, which tests of pure functions do without
    import dagster as dg
    import duckdb

    from orchestration.network import Network

# A laden machine is slow in a way that says nothing of the code. `make torture` tries more examples.
EXAMPLES = int(os.environ.get("BURDEN_TORTURE_EXAMPLES", "30"))
hypothesis.settings.register_profile("unhurried", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("unhurried")

# pytest-xdist sets it for its workers; what a command writes into a pipe has no width.
os.environ.pop("COLUMNS", None)

KILLED = "killed"
KILLED_AT_THE_FLIP = "killed while publications follow"
REPOSITORY = Path(__file__).resolve().parents[1]


class Refresh(Protocol):
    """Runs the real job `refresh` on a data directory; `report=False`: without the pages of the report."""

    def __call__(
        self, data_dir: Path, *, report: bool = False, live: Network | None = None
    ) -> dg.ExecuteInProcessResult: ...


Burden = Callable[[str], tuple[int, str, str]]
Once = Callable[[str, Callable[[Path], None]], Path]


def blocked(result: dg.ExecuteInProcessResult) -> str:
    """What blocked, in words; a warning (a made edition moves every figure of the one before) is no refusal."""
    return " ".join(
        f"{check.check_name}: {check.description or ''}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity.value == "ERROR"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs the published warehouse or a source's own file, and orders the modules.

    One that needs the warehouse, those that need none, then the others: while the first worker publishes, the second
    has what it can do without.
    """
    for item in items:
        if "shared" in _fixtures(item):
            item.add_marker(pytest.mark.payloads)
    marked = [item for item in items if "published" in _fixtures(item)]
    for item in marked:
        item.add_marker(pytest.mark.warehouse)
    needing = list(dict.fromkeys(item.path for item in marked))
    places = dict.fromkeys(needing, 2) | dict.fromkeys(needing[:1], 0)
    items.sort(key=lambda item: places.get(item.path, 1))


def pytest_collection_finish() -> None:
    """What was imported lives as long as the session: no garbage collection looks at it again (a fifth of the time)."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 (pytest does not export its type)
    """After `make torture`: what was tried, by all workers; a trial that found something lost or wrong has failed."""
    if not str(config.option.markexpr).startswith("torture"):
        return
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    tried: Counter[str] = Counter()
    for report in reports:
        if getattr(report, "when", None) == "teardown":
            tried.update({what: number for name, (what, number) in report.user_properties if name == "tried"})
    terminalreporter.section(f"tried, seed {os.environ.get('BURDEN_TORTURE_SEED', '2035')}")
    terminalreporter.write_line("\n".join(f"{number:9,}  {what}" for what, number in sorted(tried.items())))
    killed = sum(number for what, number in tried.items() if what.startswith(KILLED))
    flips = sum(number for what, number in tried.items() if what.startswith(KILLED_AT_THE_FLIP))
    terminalreporter.write_line(
        f"{killed:9,}  kills in all, {flips:,} of them at the flip of the link and at retention"
    )


def pytest_sessionfinish() -> None:
    gc.unfreeze()  # or what ends now is reported as leaked


def _fixtures(item: pytest.Item) -> list[str]:
    return list(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real payloads and facts next to the repository; a test that needs it is skipped without it."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "payloads").is_dir():
        pytest.skip("needs ../shared/payloads, which a user's clone does not have")
    return folder


@pytest.fixture(scope="session")
def refresh() -> Refresh:
    """Runs the real job `refresh` on a data directory and returns its result; a failing run does not raise.

    With `live` it asks the sources there first. The pages of the report are written only where a test is about them.
    """
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    from orchestration.definitions import defs  # noqa: PLC0415 (seconds: only for tests that run the job)
    from orchestration.stores import Stores  # noqa: PLC0415
    from tests.factories.builds import without_report  # noqa: PLC0415

    job = defs().resolve_job_def("refresh")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    asked = {"ops": {"ingest_editions": {"config": {"live": True}}}}

    def run(data_dir: Path, *, report: bool = False, live: Network | None = None) -> dg.ExecuteInProcessResult:
        resources = {"stores": Stores(data_dir=str(data_dir)), **({"network": live} if live else {})}
        with nullcontext() if report else without_report():
            return job.execute_in_process(
                run_id=str(uuid.uuid4()),
                run_config={**quiet, **(asked if live else {})},
                resources=resources,
                raise_on_error=False,
            )

    return run


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Builds a folder once for all workers of a session: the first does, the others wait for it.

    A worker's temporary folder is below that of the session, which they share. A building that failed is tried again.
    """
    worker = "PYTEST_XDIST_WORKER" in os.environ
    session = tmp_path_factory.getbasetemp().parent if worker else tmp_path_factory.getbasetemp()

    def folder_of(name: str, build: Callable[[Path], None]) -> Path:
        folder = session / name
        with (session / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                building = session / f"{name}.building"
                shutil.rmtree(building, ignore_errors=True)
                build(building)
                building.rename(folder)
        return folder

    return folder_of


@pytest.fixture(scope="session")
def published(once: Once, refresh: Refresh) -> Path:
    """A data directory that the real job has published from the bundled editions. Read it; copy it to change it."""

    def build(data_dir: Path) -> None:
        result = refresh(data_dir, report=True)
        assert result.success, [event.message for event in result.all_events if event.is_failure]

    return once("published", build)


@pytest.fixture(scope="session")
def with_made_edition(once: Once, published: Path, refresh: Refresh) -> Path:
    """The published data directory after a second run, in which a made edition of NATO has landed. Read it only."""
    from orchestration.ingest.landing_store import LandingStore  # noqa: PLC0415 (only for tests that run the job)
    from tests.factories.bundled import MADE_EDITION, nato_after_2024  # noqa: PLC0415

    def build(data_dir: Path) -> None:
        shutil.copytree(published, data_dir, symlinks=True)
        LandingStore(data_dir).deposit(nato_after_2024(), MADE_EDITION)
        result = refresh(data_dir, report=True)
        assert blocked(result) == ""
        assert result.success

    return once("with_made_edition", build)


@pytest.fixture
def warehouse(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse, opened as a consumer would."""
    import duckdb  # noqa: PLC0415 (only for tests of the warehouse)

    path = (published / "current" / "burden_sharing.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


@pytest.fixture
def figures(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published figures as the gate sees them: `batch`, with the tables that the suite joins to; to be changed."""
    import duckdb  # noqa: PLC0415 (only for tests of the suite)

    from warehouse.contracts.core import OBSERVATION  # noqa: PLC0415

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
