"""Whole runs of `burden run` that are killed, starved of disk, memory or files, or started in another place.

After each the last good publication is served whole, the landing store is whole, and the next run heals.
BURDEN_TORTURE_KILLS kills; BURDEN_TORTURE_SEED chooses the moments.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from orchestration.ingest.landing_store import LandingStore
from tests.factories.bundled import MADE_EDITION, nato_after_2024
from warehouse.reading.connect import connect

pytestmark = pytest.mark.torture

SEED: Final = int(os.environ.get("BURDEN_TORTURE_SEED", "2035"))
KILLS: Final = int(os.environ.get("BURDEN_TORTURE_KILLS", "20"))
RUN: Final = [sys.executable, "-c", "from orchestration.cli.burden import main; main()", "run"]
MEGABYTE: Final = 1 << 20


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    """A copy of the published data directory in which an edition waits: the next run parses, builds and publishes."""
    folder = Path(shutil.copytree(published, tmp_path / "data", symlinks=True))
    wait_with_an_edition(folder, 0)
    return folder


@pytest.fixture(scope="module")
def counted() -> Iterator[Counter[str]]:
    found: Counter[str] = Counter()
    yield found
    lines = [f"  {what}: {number}" for what, number in sorted(found.items())]
    print("\n".join([f"runs under pressure, seed {SEED}:", *lines]))  # noqa: T201 (the summary of `make torture`)


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
    """Unfinished files that a run should not leave for good."""
    patterns = (".building*", ".removing*", ".writing*", "*.tmp")
    return sorted(str(path.relative_to(data_dir)) for pattern in patterns for path in data_dir.rglob(pattern))


def require_healed(data_dir: Path) -> None:
    run = start(data_dir)
    said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said[-3000:]
    assert LandingStore(data_dir).damaged() == []
    assert debris(data_dir) == []
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
        counted["killed, served as before" if after == before else "killed, served anew"] += 1
    require_healed(data_dir)
    counted["healed"] += 1


LIMITS: Final[dict[str, tuple[int, int]]] = {
    "files of 100 kB": (resource.RLIMIT_FSIZE, MEGABYTE // 10),
    "files of 2 MB": (resource.RLIMIT_FSIZE, 2 * MEGABYTE),
    "files of 20 MB": (resource.RLIMIT_FSIZE, 20 * MEGABYTE),
    "24 open files": (resource.RLIMIT_NOFILE, 24),
    "1 GB of addresses": (resource.RLIMIT_AS, 1000 * MEGABYTE),
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
    require_healed(data_dir)
    counted[f"{limit}: {'done' if run.returncode == 0 else 'failed'}, healed"] += 1


def content(data_dir: Path) -> str:
    with connect(data_dir) as warehouse:
        row = warehouse.execute("SELECT content_sha256 FROM meta.build").fetchone()
    assert row is not None
    return str(row[0])


PLACES: Final[dict[str, dict[str, str]]] = {
    "a day ahead, one thread": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "1"},
    "a day behind, plain C": {"TZ": "Etc/GMT+12", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
    "Turkish": {"TZ": "Europe/Istanbul", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "3"},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_content_is_the_same_in_another_place(
    place: str, published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    run = start(tmp_path / "data", None, **PLACES[place])
    said, _ = run.communicate(timeout=600)
    assert run.returncode == 0, said[-3000:]
    assert content(tmp_path / "data") == content(published)
    counted["same content elsewhere"] += 1


def test_from_the_landing_store_alone_the_same_is_built_again(
    published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    shutil.copytree(published / "landing", tmp_path / "data" / "landing")
    require_healed(tmp_path / "data")
    assert content(tmp_path / "data") == content(published)
    counted["restored from the landing store"] += 1
