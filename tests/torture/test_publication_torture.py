"""Publication under readers and kills: no error, no torn read, and what is served is whole at every moment.

Every publication carries one number, in each row of two tables, in their Parquet files and on a page. Whatever a reader
finds through one resolved path must carry one and the same number.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import polars as pl
import pytest

from warehouse.publication.publish import TableToPublish, publications, publish
from warehouse.reading.connect import open_database, warehouse_path

pytestmark = pytest.mark.torture

ROWS = 50_000
READERS = 8
PAUSE_S = 0.03  # between two reads: without it the readers alone have the machine
PUBLICATIONS = 40
KILLS = 40
MOST_BEFORE_A_KILL = 8  # publications that a publisher may make before it is killed
# Forked children would share polars' threads, even those of a server that has only imported: they wait for ever.
SPAWN = get_context("spawn")
AUDITS = {
    "one number": "SELECT * FROM core.spending AS s FULL JOIN core.gdp AS g USING (id) WHERE s.n IS DISTINCT FROM g.n"
}
# Steps on the file system that Python announces to audit hooks (docs.python.org/3.11/library/audit_events.html).
STEPS = {"open", "os.mkdir", "os.chmod", "os.rename", "os.symlink", "os.utime", "os.remove", "os.rmdir"}


def publish_number(data_dir: Path, number: int, *, keep: int, min_age_s: float) -> None:
    sources = data_dir / f"sources-{os.getpid()}"
    sources.mkdir(parents=True, exist_ok=True)
    tables = []
    for name in ("spending", "gdp"):
        figures = pl.DataFrame({"id": range(ROWS)}).with_columns(n=pl.lit(number, dtype=pl.Int64))
        figures.write_parquet(sources / f"{name}.parquet")
        create = f"CREATE TABLE core.{name} (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)"
        tables.append(TableToPublish("core", name, create, (), sources / f"{name}.parquet"))

    def page(building: Path) -> None:
        (building / "page.txt").write_text(str(number))

    publish(
        data_dir,
        f"build-{number:06d}",
        tables=tables,
        after_sql=["CREATE VIEW latest AS SELECT * FROM core.spending"],
        audits=AUDITS,
        companions=page,
        keep=keep,
        min_age_s=min_age_s,
    )


def numbers_in(warehouse: duckdb.DuckDBPyConnection, publication: Path) -> set[int]:
    """Every number that a reader of this publication can find, by five statements and a file."""
    found = {int((publication / "page.txt").read_text())}
    parquet = [f"'{publication / 'parquet' / f'core.{name}.parquet'}'" for name in ("spending", "gdp")]
    for relation in ("core.spending", *parquet, "core.gdp", "latest"):
        row = warehouse.execute(f"SELECT min(n), max(n), count(*) FROM {relation}").fetchone()
        assert row is not None
        assert row[2] == ROWS, f"{relation} of {publication.name} has {row[2]} rows"
        found |= set(row[:2])
    return found


def require_whole(data_dir: Path) -> int:
    """The number that is served; every kept publication must be whole, and the served one must be readable."""
    for publication in publications(data_dir):
        with duckdb.connect(str(publication.database), read_only=True) as warehouse:
            assert numbers_in(warehouse, publication.path) == {int(publication.build_id.removeprefix("build-"))}
    with open_database(warehouse_path(data_dir)) as warehouse:
        (number,) = numbers_in(warehouse, warehouse_path(data_dir).parent)
    return number


def names(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir())


def read_until(data_dir: Path, stop: Event, report: Connection) -> None:
    """Connect and read, again and again; report what was counted."""
    counted: Counter[str] = Counter()
    seen: set[int] = set()
    newest = 0
    while not stop.wait(PAUSE_S):
        try:
            path = warehouse_path(data_dir)
            with duckdb.connect(str(path), read_only=True) as warehouse:
                found = numbers_in(warehouse, path.parent)
        except Exception as error:  # noqa: BLE001 (every error of a reader is what this test counts)
            counted[f"error {error!r}"] += 1
            continue
        counted["reads"] += 1
        counted["torn"] += len(found) != 1
        counted["backwards"] += min(found) < newest
        newest = max(newest, *found)
        if not seen:
            report.send("reading")
        seen |= found
    report.send((counted, len(seen)))


def publish_until_killed(data_dir: Path, number: int, report: Connection) -> None:
    report.send("publishing")
    while True:
        publish_number(data_dir, number, keep=2, min_age_s=0)
        number += 1


def publish_and_die_at(data_dir: Path, number: int, step: int) -> None:
    """Kill this process just before its n-th step on the file system of the data directory."""
    taken = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal taken
        if event not in STEPS or (event == "open" and not str(arguments[0]).startswith(str(data_dir / "published"))):
            return
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    publish_number(data_dir, number, keep=1, min_age_s=0)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Shows the figures of a passing test too."""

    def show(figures: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{figures}\n")

    return show


def test_readers_never_meet_an_error_or_two_publications_in_one(
    tmp_path: Path, tell: Callable[[str], None], counted: Counter[str]
) -> None:
    publish_number(tmp_path, 1, keep=3, min_age_s=10)
    stop = SPAWN.Event()
    pipes = [SPAWN.Pipe(duplex=False) for _ in range(READERS)]
    readers = [SPAWN.Process(target=read_until, args=(tmp_path, stop, sender)) for _, sender in pipes]
    for reader in readers:
        reader.start()
    assert [receiver.recv() for receiver, _ in pipes] == ["reading"] * READERS
    started = time.perf_counter()
    for number in range(2, PUBLICATIONS + 2):
        publish_number(tmp_path, number, keep=3, min_age_s=10)
    seconds = time.perf_counter() - started
    stop.set()
    reports = [receiver.recv() for receiver, _ in pipes]
    for reader in readers:
        reader.join()
    seen: Counter[str] = sum((report for report, _ in reports), Counter())
    tell(
        f"{PUBLICATIONS} publications in {seconds:.1f} s, {READERS} readers: {dict(seen)}; "
        f"each saw {sorted(seen for _, seen in reports)} publications; kept {len(publications(tmp_path))}"
    )
    assert {outcome: n for outcome, n in seen.items() if outcome != "reads" and n} == {}
    counted[f"reads by {READERS} readers while {PUBLICATIONS} publications follow"] += seen["reads"]


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_publication(
    tmp_path: Path, tell: Callable[[str], None], counted: Counter[str]
) -> None:
    chance = random.Random(2035)  # noqa: S311 (moments of kills need no cryptography)
    started = time.perf_counter()
    publish_number(tmp_path, 1, keep=2, min_age_s=0)
    typical_s = time.perf_counter() - started
    left: Counter[str] = Counter()
    made: Counter[int] = Counter()
    previous = 1
    for kill in range(1, KILLS + 1):
        receiver, sender = SPAWN.Pipe(duplex=False)
        publisher = SPAWN.Process(target=publish_until_killed, args=(tmp_path, 1000 * kill, sender))
        publisher.start()
        receiver.recv()
        time.sleep(chance.uniform(0, MOST_BEFORE_A_KILL * typical_s))
        publisher.kill()
        publisher.join()
        left.update({name.split("-")[0] for name in names(tmp_path / "published") if name.startswith(".")} - {".lock"})
        number = require_whole(tmp_path)
        assert 1000 * kill <= number < 1000 * kill + 999 or number == previous
        made[max(0, number - 1000 * kill + 1)] += 1
        previous = 1000 * kill + 999
        publish_number(tmp_path, previous, keep=2, min_age_s=0)
        assert require_whole(tmp_path) == previous
        assert not any(name.startswith((".building", ".removing")) for name in names(tmp_path / "published"))
        counted["killed while publications follow"] += 1
    tell(
        f"{KILLS} kills of a publisher that takes {typical_s:.2f} s: 0 bad; "
        f"publications made before the kill: {sorted(made.items())}; leftovers removed: {dict(left)}"
    )


def test_a_kill_before_each_step_leaves_the_old_or_the_new_publication(
    tmp_path: Path, tell: Callable[[str], None], counted: Counter[str]
) -> None:
    publish_number(tmp_path, 1, keep=1, min_age_s=0)
    served: Counter[str] = Counter()
    for step in range(1, 1000):
        old, new = 1 + 10 * (step - 1), 10 * step
        publisher = SPAWN.Process(target=publish_and_die_at, args=(tmp_path, new, step))
        publisher.start()
        publisher.join()
        number = require_whole(tmp_path)
        assert number in {old, new}
        if publisher.exitcode == 0:
            break
        assert publisher.exitcode == -signal.SIGKILL
        counted["killed while publications follow, before each step"] += 1
        served["old" if number == old else "new"] += 1
        publish_number(tmp_path, 1 + 10 * step, keep=1, min_age_s=0)
        assert require_whole(tmp_path) == 1 + 10 * step
        assert names(tmp_path / "published") == [".lock", f"build-{1 + 10 * step:06d}"]
    tell(f"killed before each of {served.total()} steps: 0 bad; served afterwards: {dict(served)}")
    assert served["old"] > 0
    assert served["new"] > 0
