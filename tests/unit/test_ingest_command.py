"""`burden ingest`: one command accepts what is held, another withholds a figure; what cannot be read is neither."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli.ingest import app as ingest
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import HELD, LandingStore, Provenance, Refusal
from warehouse.errors import UsageError

MOMENT = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
UNREADABLE = Refusal("TABLE3!C20", "expected a country, found 'Ruritania'", MOMENT, "run")
HELD_BY_TWO = Refusal(
    "TABLE3!D20", "shares of 0.02", MOMENT, "run", HELD, ("tables_keep_their_scale", "editions_differ")
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LandingStore:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))
    return LandingStore(tmp_path)


def edition() -> tuple[bytes, Provenance]:
    """NATO's figures of July 2026 as bundled."""
    return next(found for found in bundled_editions("nato") if found[1].edition_id == "nato:2026-07-10")


def refused(store: LandingStore, refusal: Refusal) -> Provenance:
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.refuse(waiting, refusal)
    return waiting.provenance


def said(*arguments: str) -> Result:
    return CliRunner().invoke(ingest, [*arguments])


def test_an_accepted_edition_waits_to_be_ingested_and_each_check_that_spoke_is_accepted_for_its_bytes(
    store: LandingStore, tmp_path: Path
) -> None:
    held = refused(store, HELD_BY_TWO)
    assert said("accept", held.edition_id, "--reason", "NATO prints fractions now", "--author", "Ada").exit_code == 0
    assert [item.provenance.edition_id for item in store.incoming("nato")] == [held.edition_id]
    decided = Decisions(tmp_path).read()
    assert decided.select("author", "action", "sha256", "check_id", "indicator", "reason").rows() == [
        ("Ada", "accept", held.sha256, check, None, "NATO prints fractions now") for check in HELD_BY_TWO.checks
    ]


def test_the_beginning_of_the_hash_says_which_edition_and_a_check_which_doubt(
    store: LandingStore, tmp_path: Path
) -> None:
    held = refused(store, HELD_BY_TWO)
    assert said("accept", held.sha256[:12], "--check", "editions_differ", "--reason", "sent again").exit_code == 0
    assert Decisions(tmp_path).read()["check_id"].to_list() == ["editions_differ"]


def test_what_cannot_be_read_cannot_be_accepted(store: LandingStore, tmp_path: Path) -> None:
    unreadable = refused(store, UNREADABLE)
    found = said("accept", unreadable.edition_id, "--reason", "never mind")
    assert isinstance(found.exception, UsageError)
    assert f"cannot be read, so it cannot be accepted: {UNREADABLE.reason}" in str(found.exception)
    assert "burden ingest retry 71f60c977931" in str(found.exception)
    assert Decisions(tmp_path).read().is_empty()


def test_figures_are_withheld_with_the_value_that_the_edition_prints(store: LandingStore, tmp_path: Path) -> None:
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.accept(waiting)
    options = ("--entity", "DEU", "--indicator", "defence_share_of_gdp", "--year", "2024-2025", "--reason", "mistyped")
    assert said("withhold", "nato:2026-07-10", *options).exit_code == 0
    decided = Decisions(tmp_path).read()
    # NATO, 10 July 2026, Table 3: Germany 2.00 % in 2024 and 2.22 % in 2025.
    assert decided.select("action", "entity", "year", "printed_value").rows() == [
        ("withhold", "DEU", 2024, 2.0),
        ("withhold", "DEU", 2025, 2.22),
    ]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("accept", "nato:2031-01-01", "--reason", "x"), "expected one edition that is held or has landed"),
        (("accept", "nato:2026-07-10", "--reason", " "), "reason: expected an explanation"),
        (("accept", "nato:2026-07-10", "--reason", "x", "--check", "nobody"), "tables_keep_their_scale"),
        (("accept", "nato:2026-07-10", "--reason", "x", "--author", "gate"), "expected a person"),
    ],
)
def test_a_wrong_question_says_what_was_expected_and_decides_nothing(
    arguments: tuple[str, ...], names: str, store: LandingStore, tmp_path: Path
) -> None:
    refused(store, HELD_BY_TWO)
    found = said(*arguments)
    assert isinstance(found.exception, UsageError)
    assert names in str(found.exception)
    assert Decisions(tmp_path).read().is_empty()


def test_the_list_names_the_command_for_each_that_waits(store: LandingStore) -> None:
    held = refused(store, HELD_BY_TWO)
    (waiting,) = json.loads(said("list", "--format", "json").stdout)
    assert (waiting["edition_id"], waiting["state"]) == (held.edition_id, HELD)
    assert waiting["command"] == f'burden ingest accept {held.sha256[:12]} --reason "…"'


def test_a_withdrawn_edition_is_kept_and_part_of_no_build_until_it_is_accepted(store: LandingStore) -> None:
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.accept(waiting)
    name = waiting.provenance.edition_id
    assert said("withdraw", name, "--reason", "NATO withdrew the file", "--author", "Ada").exit_code == 0
    assert (store.standing(), len(store.landed())) == ([], 1)
    assert store.deposit(*edition()) is None  # the same bytes do not come back by themselves
    assert json.loads(said("list", "--format", "json").output)[0] | {"figures": None} == {
        "edition_id": name,
        "state": "withdrawn",
        "by": "by_hand",
        "figures": None,
        "command": f'burden ingest accept {name} --reason "…"',
    }
    again = said("withdraw", name, "--reason", "once more")
    assert isinstance(again.exception, UsageError)
    assert said("accept", name, "--reason", "it is back").exit_code == 0
    assert [item.provenance.edition_id for item in store.standing()] == [name]
