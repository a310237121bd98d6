"""Processes that land, build, publish, go back, remove and export without end, each killed at a random moment.

BURDEN_TORTURE_KILLS kills of each kind; BURDEN_TORTURE_SEED chooses the moments. Kills of whole runs are in
test_runs_under_pressure, of a publisher before each of its steps in test_publication_torture.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from orchestration.ingest.acceptance import ingest_waiting
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.staleness import INGEST_READS
from tests.factories.bundled import eurostat_gov_ev
from tests.torture.crash_states import aged, contents
from tests.torture.test_publication_torture import SPAWN, publish_number, require_whole
from warehouse.contracts.core import OBSERVATION
from warehouse.contracts.registry import contract
from warehouse.files import remove_unfinished
from warehouse.publication.publish import publications, roll_back
from warehouse.reading.export import FileFormat, export
from warehouse.table_store import Origin, TableStore

pytestmark = pytest.mark.torture

SEED: Final = int(os.environ.get("BURDEN_TORTURE_SEED", "2035"))
KILLS: Final = int(os.environ.get("BURDEN_TORTURE_KILLS", "30"))
FIRST_DAY: Final = dt.date(2026, 4, 28)  # the day after the bundled edition's
LATE: Final = dt.timedelta(days=200)


Work = Callable[[Path, Path, int, Connection], None]


def killed(work: Work, root: Path, published: Path, chance: random.Random, kill: int, *, most_s: float) -> None:
    """A process that works until it is killed, at a moment within so many seconds of its first piece of work."""
    receiver, sender = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=work, args=(root, published, kill, sender))
    process.start()
    receiver.recv()
    time.sleep(chance.uniform(0, most_s))
    process.kill()
    process.join()


def reference_of(published: Path) -> dict[str, pl.DataFrame]:
    tables = TableStore(published)
    return {table_id.replace(".", "_"): tables.read(table_id) for table_id in (*INGEST_READS, OBSERVATION.id)}


def arrive(root: Path, day: dt.date) -> None:
    payload = eurostat_gov_ev(updated=f"{day}T23:00:00+0200")
    provenance = provenance_of("eurostat", payload, Claims(name="reply.json"), url="https://example.org/reply.json")
    LandingStore(root).deposit(payload, provenance)


def land(root: Path, published: Path, kill: int, report: Connection) -> None:
    """One edition after another arrives and is ingested."""
    store, reference = LandingStore(root), reference_of(published)
    day = FIRST_DAY + dt.timedelta(days=5 * kill)
    while True:
        arrive(root, day)
        report.send("begun")
        ingest_waiting(store, ["eurostat"], reference=reference, run_id="killed")
        day += dt.timedelta(days=1)


def build(root: Path, published: Path, kill: int, report: Connection) -> None:
    """An edition's figures, and tables of them, are written again and again, each time with another content."""
    del published
    store, table = TableStore(root), contract("core.observation")
    (item,) = LandingStore(root).landed("eurostat")[:1]
    frame = pl.read_parquet(root / "observation.parquet")
    report.send("begun")
    while True:
        EditionStore(root).forget()
        EditionStore(root).require(item)
        kill += 1
        store.write(table, frame.head(kill % 5000), origin=Origin({}, {}, "", ""), run_id=f"{kill}", results=[])


def go_back_and_forth(root: Path, published: Path, kill: int, report: Connection) -> None:
    """Publications follow each other, of which one is kept; a roll-back between two."""
    del published
    report.send("begun")
    while True:
        publish_number(root, kill * 1000, keep=2, min_age_s=0)
        roll_back(root, min(found.build_id for found in publications(root)))
        kill += 1


def write_bundles(root: Path, published: Path, kill: int, report: Connection) -> None:
    """One bundle after another."""
    report.send("begun")
    while True:
        export(root / f"bundle-{kill % 3}", (FileFormat.CSV, FileFormat.PARQUET)[kill % 2], root=published)
        # Out of sight first: what is left of a bundle that a killed trial was removing says nothing of its writing.
        shutil.rmtree((root / f"bundle-{kill % 3}").rename(root / f"removed-{kill}"))
        kill += 1


def test_a_kill_while_editions_are_taken_in_loses_none(published: Path, tmp_path: Path, counted: Counter[str]) -> None:
    chance, store, reference = random.Random(SEED), LandingStore(tmp_path), reference_of(published)  # noqa: S311
    shutil.copytree(published / "landing", tmp_path / "landing")
    landed: set[str] = {item.provenance.sha256 for item in store.landed()}
    for kill in range(KILLS):
        killed(land, tmp_path, published, chance, kill, most_s=4.0)
        assert store.damaged() == []
        there = [*store.incoming("eurostat"), *store.landed("eurostat")]
        assert landed <= {item.provenance.sha256 for item in store.landed()}, "an edition that had landed is gone"
        remove_unfinished(aged(tmp_path))
        outcomes = ingest_waiting(store, ["eurostat"], reference=reference, run_id="heals")["eurostat"]
        assert not store.anything_waits()
        assert {i.provenance.sha256 for i in there} == {i.provenance.sha256 for i in store.landed("eurostat")}
        assert [outcome.refusal for outcome in outcomes] == [None] * len(outcomes)
        assert list(store.refused()) == []
        names = [item.provenance.edition_id for item in store.landed()]
        assert len(names) == len(set(names))
        landed = {item.provenance.sha256 for item in store.landed()}
        counted["killed while editions are ingested"] += 1
    assert not [name for name in contents(tmp_path) if ".writing-" in name]


def test_a_kill_while_tables_are_written_leaves_each_whole_or_unknown(
    published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    chance, store = random.Random(SEED), TableStore(tmp_path)  # noqa: S311
    shutil.copytree(published / "landing" / "eurostat", tmp_path / "landing" / "eurostat")
    shutil.copy(TableStore(published).parquet("core.observation"), tmp_path / "observation.parquet")
    (item,) = LandingStore(tmp_path).landed("eurostat")[:1]
    for kill in range(KILLS):
        killed(build, tmp_path, published, chance, 1000 * kill, most_s=2.0)
        manifest = store.known("core.observation")
        assert manifest is None or store.read("core.observation").height == manifest.rows
        remove_unfinished(aged(tmp_path))
        assert not [name for name in contents(tmp_path) if ".writing-" in name]
        assert EditionStore(tmp_path).require(item).figures == EditionStore(tmp_path).figures(item).height
        counted[f"killed while tables are written, {'whole' if manifest else 'built again'}"] += 1


def test_a_kill_between_roll_backs_and_removals_leaves_one_whole_publication(
    published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    chance = random.Random(SEED)  # noqa: S311
    publish_number(tmp_path, 1, keep=2, min_age_s=0)
    for kill in range(1, KILLS + 1):
        killed(go_back_and_forth, tmp_path, published, chance, 1000 * kill, most_s=1.5)
        require_whole(tmp_path)
        publish_number(tmp_path, 1_000_000_000 + kill, keep=2, min_age_s=0)
        assert require_whole(tmp_path) == 1_000_000_000 + kill
        left = {path.name for path in (tmp_path / "published").iterdir() if path.name.startswith(".")}
        assert left == {".lock"}
        counted["killed while publications follow, are rolled back and removed"] += 1


def test_a_kill_while_a_bundle_is_written_leaves_it_whole_or_absent(
    published: Path, tmp_path: Path, counted: Counter[str]
) -> None:
    chance = random.Random(SEED)  # noqa: S311
    for kill in range(KILLS):
        killed(write_bundles, tmp_path, published, chance, kill, most_s=3.0)
        for bundle in tmp_path.glob("bundle-*"):
            manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
            for name, held in manifest["files"].items():
                assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == held["sha256"]
            shutil.rmtree(bundle)
        for removed in tmp_path.glob("removed-*"):
            shutil.rmtree(removed)
        aged(tmp_path)
        for name in range(3):
            export(tmp_path / f"bundle-{name}", FileFormat.PARQUET, root=published) if kill % 10 == name else None
            shutil.rmtree(tmp_path / f"bundle-{name}", ignore_errors=True)
        counted["killed while bundles are exported"] += 1
