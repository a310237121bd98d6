"""Killed at any step of what writes into the data directory: nothing is lost, and the next run clears up after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.landing_store import Landed, LandingStore, Refusal
from orchestration.ingest.parsing import read
from tests.factories.bundled import MADE_EDITION
from tests.torture.crash_states import aged, contents, states_of
from transforms.normalise.layouts import Fingerprint
from transforms.normalise.withholding import DECISION_SCHEMA
from warehouse.contracts.registry import contract
from warehouse.files import remove_unfinished
from warehouse.table_store import Origin, TableStore

BYTES = b"figures"
REFUSAL = Refusal("Sheet1!A1", "expected a figure", MADE_EDITION.retrieved_at, "run-1")
LAYOUT: Fingerprint = {"family": "2024", "sections": []}


def waiting(root: Path) -> Landed:
    (item,) = LandingStore(root).incoming("nato")
    return item


def deposit(root: Path) -> None:
    LandingStore(root).deposit(BYTES, MADE_EDITION)


def accept(root: Path) -> None:
    for item in LandingStore(root).incoming("nato"):
        LandingStore(root).accept(item, LAYOUT)


def refuse(root: Path) -> None:
    for item in LandingStore(root).incoming("nato"):
        LandingStore(root).refuse(item, REFUSAL)


def retry(root: Path) -> None:
    if any(LandingStore(root).refused()):
        LandingStore(root).retry(next(LandingStore(root).refused())[0].sha256)


def decide(root: Path) -> None:
    row = dict.fromkeys(DECISION_SCHEMA) | {"edition_id": "nato:2024", "check_id": "c", "reason": "made"}
    decision = pl.DataFrame([row | {"decided_at": MADE_EDITION.retrieved_at.replace(tzinfo=None)}], DECISION_SCHEMA)
    if Decisions(root).read().is_empty():
        Decisions(root).append(decision)


def write_table(root: Path) -> None:
    table = contract("core.correction")
    frame = table.polars_schema.to_frame()
    TableStore(root).write(table, frame, origin=Origin({}, {}, "", ""), run_id="run-1", results=[])


def keep_edition(root: Path) -> None:
    (item,) = LandingStore(root).landed("eurostat")
    EditionStore(root).keep(item, read(item.read(), item.provenance))


def land_eurostat(root: Path) -> None:
    payload, provenance = next(iter(bundled_editions("eurostat")))
    LandingStore(root).deposit(payload, provenance)
    for item in LandingStore(root).incoming("eurostat"):
        LandingStore(root).accept(item)


@dataclass(frozen=True)
class Move:
    """What is done to a data directory, after what came before it."""

    before: tuple[Callable[[Path], None], ...]
    done: Callable[[Path], None]


MOVES = {
    "deposit": Move((), deposit),
    "accept": Move((deposit,), accept),
    "refuse": Move((deposit,), refuse),
    "retry": Move((deposit, refuse), retry),
    "decide": Move((), decide),
    "write a table": Move((), write_table),
    "keep an edition": Move((land_eurostat,), keep_edition),
}


@pytest.fixture(params=MOVES)
def move(request: pytest.FixtureRequest) -> Move:
    return MOVES[request.param]


def next_run(root: Path, move: Move) -> None:
    """What a run does first, and the same move again."""
    remove_unfinished(root)
    LandingStore(root).clear_interrupted()
    move.done(root)


def test_after_a_kill_at_any_step_the_next_run_comes_to_the_same(move: Move, tmp_path: Path) -> None:
    root = tmp_path / "data"
    root.mkdir()
    for before in move.before:
        before(root)
    states = states_of(root, lambda: move.done(root), tmp_path)
    whole = {name: held for name, held in contents(root).items() if held != "folder"}
    assert len(states) >= 2
    for state in states:
        assert LandingStore(state).damaged() == []
        next_run(aged(state), move)
        assert {name: held for name, held in contents(state).items() if held != "folder"} == whole, state.name


def test_a_payload_is_in_one_of_the_folders_at_every_moment_of_its_way(tmp_path: Path) -> None:
    root = tmp_path / "data"
    deposit(root)

    def go() -> None:
        refuse(root)
        retry(root)
        accept(root)

    for state in states_of(root, go, tmp_path):
        store = LandingStore(state)
        held = [*store.incoming("nato"), *store.landed("nato"), *store.refused()]
        assert held, state.name


def test_a_payload_that_landed_is_not_taken_in_a_second_time(tmp_path: Path) -> None:
    root = tmp_path / "data"
    deposit(root)
    store = LandingStore(root)
    item = waiting(root)
    kept = {path.name: path.read_bytes() for path in item.path.parent.iterdir()}
    accept(root)
    for name, held in kept.items():  # killed before it was removed from where it waited
        (item.path.parent / name).write_bytes(held)
    store.clear_interrupted()
    assert not store.anything_waits()
    assert len(store.landed()) == 1


def test_a_record_of_a_refusal_that_is_damaged_is_named_and_hides_no_other(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    deposit(tmp_path)
    store.deposit(b"other figures", replace(MADE_EDITION, edition_id="nato:2024-07-01"))
    refuse(tmp_path)
    first, _ = sorted(tmp_path.rglob("*.refusal.json"))
    first.write_bytes(b"{")
    assert [path for path, _ in store.damaged()] == [first]
    assert len(list(store.refused())) == 1
