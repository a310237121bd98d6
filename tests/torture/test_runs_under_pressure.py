"""Whole runs of `burden run` that are killed, starved of disk, memory or files, or started in another place.

After each the last good publication is served whole, the landing store is whole, and the next run heals.
BURDEN_TORTURE_RUN_KILLS kills; BURDEN_TORTURE_SEED chooses the moments.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from orchestration.ingest.landing_store import LandingStore
from tests.factories.bundled import MADE_EDITION, nato_after_2024
from tests.torture.crash_states import aged
from warehouse.files import is_abandoned
from warehouse.publication.run_lock import RunInProgressError, require_no_other_run
from warehouse.reading.connect import connect

pytestmark = pytest.mark.torture

SEED: Final = int(os.environ.get("BURDEN_TORTURE_SEED", "2035"))
KILLS: Final = int(os.environ.get("BURDEN_TORTURE_RUN_KILLS", "10"))
RUN: Final = [sys.executable, "-c", "from orchestration.cli.burden import main; main()", "run"]
MEGABYTE: Final = 1 << 20


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    """A copy of the published data directory in which an edition waits: the next run parses, builds and publishes."""
    folder = Path(shutil.copytree(published, tmp_path / "data", symlinks=True))
    wait_with_an_edition(folder, 0)
    return folder


def wait_with_an_edition(data_dir: Path, number: int) -> None:
    """Another edition of June 2024 in NATO's layout waits to be ingested."""
    payload = nato_after_2024(more_soldiers=100 + number)
    LandingStore(data_dir).deposit(payload, replace(MADE_EDITION, note=f"number {number}"))


def environment(data_dir: Path, **other: str) -> dict[str, str]:
    return {**os.environ, "BURDEN_DATA_DIR": str(data_dir), "DAGSTER_DISABLE_TELEMETRY": "yes", **other}


def start(data_dir: Path, before: Callable[[], None] | None = None, **other: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 (ourselves)
        RUN,
        env=environment(data_dir, **other),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=before,  # noqa: PLW1509 (the limits of the child alone; this process has no thread that forks)
        start_new_session=True,
    )


def served(data_dir: Path) -> tuple[str, int]:
    """Build and figures of what is served; fails where it is not whole."""
    with connect(data_dir) as warehouse:
        row = warehouse.execute(
            "SELECT (SELECT build_id FROM meta.build ORDER BY ALL DESC LIMIT 1), count(*) FROM core.observation"
        ).fetchone()
    assert row is not None
    assert (data_dir / "current" / "datapackage.json").is_file()
    assert (data_dir / "current" / "report" / "index.html").is_file()
    return row[0], row[1]


def debris(data_dir: Path) -> list[str]:
    """Unfinished files that a run should not leave for good; those that may still be written are left out."""
    patterns = (".building*", ".removing*", ".writing*", "*.tmp")
    found = (path for pattern in patterns for path in data_dir.rglob(pattern))
    return sorted(str(path.relative_to(data_dir)) for path in found if is_abandoned(path))


def unfinished_runs(data_dir: Path, before: float) -> list[str]:
    """Runs that Dagster takes to be at work, of those that began before then."""
    with closing(sqlite3.connect(data_dir / "dagster" / "history" / "runs.db")) as history:
        found = history.execute(
            "SELECT run_id FROM runs WHERE status IN ('STARTED', 'CANCELING') AND start_time < ?", [before]
        )
        return [row[0] for row in found.fetchall()]


def require_healed(data_dir: Path) -> None:
    old_enough = time.time() - 120  # a younger one may be about to take the lock
    run = start(data_dir)
    said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said[-3000:]
    assert LandingStore(data_dir).damaged() == []
    assert debris(data_dir) == []
    assert unfinished_runs(data_dir, old_enough) == []
    served(data_dir)


def test_a_run_that_is_killed_leaves_one_whole_publication_and_the_next_one_heals(
    data_dir: Path, counted: Counter[str]
) -> None:
    chance = random.Random(SEED)  # noqa: S311 (moments of kills need no cryptography)
    started = time.monotonic()
    require_healed(data_dir)
    typical_s = time.monotonic() - started
    for number in range(1, KILLS + 1):
        wait_with_an_edition(data_dir, number)
        before = served(data_dir)
        run = start(data_dir)
        time.sleep(chance.uniform(0, typical_s))
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        after = served(data_dir)
        assert LandingStore(data_dir).damaged() == []
        aged(data_dir / "incoming")
        aged(data_dir / "tables")
        counted[f"killed whole runs, served {'as before' if after == before else 'anew'}"] += 1
    require_healed(data_dir)


OF_MEMORY: Final = "1 GB of addresses"  # a library that gets none may end the process as it likes
LIMITS: Final[dict[str, tuple[int, int]]] = {
    "files of 100 kB": (resource.RLIMIT_FSIZE, MEGABYTE // 10),
    "files of 2 MB": (resource.RLIMIT_FSIZE, 2 * MEGABYTE),
    "files of 20 MB": (resource.RLIMIT_FSIZE, 20 * MEGABYTE),
    "24 open files": (resource.RLIMIT_NOFILE, 24),
    OF_MEMORY: (resource.RLIMIT_AS, 1000 * MEGABYTE),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_run_without_room_fails_clearly_and_the_next_one_heals(
    limit: str, data_dir: Path, counted: Counter[str]
) -> None:
    kind, most = LIMITS[limit]
    before = served(data_dir)
    run = start(data_dir, lambda: resource.setrlimit(kind, (most, most)))
    said, _ = run.communicate(timeout=600)
    after = served(data_dir)
    assert run.returncode != 0 or after != before, said[-2000:]
    assert run.returncode == 0 or after == before
    assert limit == OF_MEMORY or "Traceback" not in said, said[-2000:]
    require_healed(data_dir)
    counted[f"runs with {limit}: {'done' if run.returncode == 0 else 'failed clearly'}, healed by the next"] += 1


def content(data_dir: Path) -> str:
    with connect(data_dir) as warehouse:
        row = warehouse.execute("SELECT content_sha256 FROM meta.build").fetchone()
    assert row is not None
    return str(row[0])


FAKETIME: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")  # Debian's package libfaketime
_CLOCK: Final = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
PLACES: Final[dict[str, dict[str, str]]] = {
    "a day ahead, one thread, one core": {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "1",
        "POLARS_MAX_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    },
    "a day behind, plain C, eight threads": {
        "TZ": "Etc/GMT+12",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "2",
        "POLARS_MAX_THREADS": "8",
        "OMP_NUM_THREADS": "8",
    },
    "Turkish, seven years ago": {
        **_CLOCK,
        "FAKETIME": "@2019-06-30 12:00:00",
        "TZ": "Europe/Istanbul",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "3",
    },
    "in twenty years": {**_CLOCK, "FAKETIME": "@2046-06-30 12:00:00"},
}


@pytest.fixture
def locales(tmp_path: Path) -> dict[str, str]:
    """LOCPATH of a folder with the Turkish locale, in which `I` is no capital `i`; made from the system's sources."""
    made = subprocess.run(  # noqa: S603 (a folder of this test)
        ["/usr/bin/localedef", "-i", "tr_TR", "-f", "UTF-8", str(tmp_path / "tr_TR.UTF-8")],
        capture_output=True,
        check=False,
    )
    if not (tmp_path / "tr_TR.UTF-8" / "LC_CTYPE").is_file():
        pytest.skip(f"needs Debian's package locales: {made.stderr.decode()[-200:]}")
    return {"LOCPATH": str(tmp_path)}


@pytest.mark.parametrize("place", PLACES)
def test_the_content_is_the_same_in_another_place(
    place: str, published: Path, tmp_path: Path, counted: Counter[str], request: pytest.FixtureRequest
) -> None:
    there = PLACES[place]
    if "LD_PRELOAD" in there and not FAKETIME.exists():
        pytest.skip("needs libfaketime")
    if "tr_TR.UTF-8" in there.values():
        there = {**there, **request.getfixturevalue("locales")}
    cores = {min(os.sched_getaffinity(0))} if "one core" in place else os.sched_getaffinity(0)
    run = start(tmp_path / "data", lambda: os.sched_setaffinity(0, cores), **there)
    said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said[-3000:]
    assert content(tmp_path / "data") == content(published)
    counted[f"built elsewhere, the same content: {place}"] += 1


def test_from_the_landing_store_alone_the_same_is_built_again(
    published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    shutil.copytree(published / "landing", tmp_path / "data" / "landing")
    require_healed(tmp_path / "data")
    assert content(tmp_path / "data") == content(published)
    counted["built from the landing store alone, the same content"] += 1


def test_a_run_that_is_stopped_is_named_to_a_second_and_goes_on(data_dir: Path, counted: Counter[str]) -> None:
    before = served(data_dir)
    first = start(data_dir)
    while not _at_work(data_dir):
        assert first.poll() is None
        time.sleep(0.1)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        second = start(data_dir)
        said, _ = second.communicate(timeout=300)
        assert second.returncode == 1
        assert f"another run is in progress in {data_dir}: process {first.pid}" in " ".join(said.split())
        assert served(data_dir) == before
    finally:
        os.kill(first.pid, signal.SIGCONT)
    said, _ = first.communicate(timeout=600)
    assert first.returncode == 0, said[-3000:]
    assert served(data_dir) != before
    counted["a stopped run, named to a second one, goes on when it is continued"] += 1


def _at_work(data_dir: Path) -> bool:
    try:
        require_no_other_run(data_dir)
    except RunInProgressError:
        return True
    return False
