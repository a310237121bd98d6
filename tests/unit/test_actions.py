"""The journal of what people did: kept in order, whole lines only, and no figure depends on it."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from orchestration.cli.author import word
from orchestration.ingest.actions import RETRY, ROLL_BACK, Actions, Word
from orchestration.ingest.decisions import Decisions
from transforms.errors import RefusedInputError
from warehouse.errors import UsageError

ADA, BOB = Word("Ada", "in doubt"), Word("Bob", " after a fix ")


def test_actions_are_kept_in_order_with_who_and_why(tmp_path: Path) -> None:
    Actions(tmp_path).append(ROLL_BACK, "first", ADA)
    Actions(tmp_path).append(RETRY, "nato:2026-07-10", BOB)
    assert Actions(tmp_path).read().select("author", "action", "subject", "reason").rows() == [
        ("Ada", "roll_back", "first", "in doubt"),
        ("Bob", "retry", "nato:2026-07-10", "after a fix"),
    ]


def test_a_roll_back_is_no_decision_on_figures_so_that_no_run_undoes_it(tmp_path: Path) -> None:
    before = Decisions(tmp_path).version()
    Actions(tmp_path).append(ROLL_BACK, "first", ADA)
    assert Decisions(tmp_path).version() == before


def test_what_an_interrupted_writer_left_is_not_there_and_disturbs_nothing(tmp_path: Path) -> None:
    Actions(tmp_path).append(ROLL_BACK, "first", ADA)
    with (tmp_path / "actions.jsonl").open("a") as file:
        file.write('{"acted_at": "2026-')
    assert Actions(tmp_path).read().height == 1
    Actions(tmp_path).append(ROLL_BACK, "second", ADA)
    assert Actions(tmp_path).read()["subject"].to_list() == ["first", "second"]


def test_a_line_that_is_no_action_is_an_error_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "actions.jsonl").write_text('{"author": "Ada"}\n')
    with pytest.raises(RefusedInputError, match=r"actions.jsonl, line 1"):
        Actions(tmp_path).read()


@pytest.mark.parametrize(("author", "reason"), [("Ada", "half a pair: \ud800"), ("\udcff", "its source says so")])
def test_who_decides_and_why_can_be_published(author: str, reason: str) -> None:
    with pytest.raises(UsageError, match="text that UTF-8 can write"):
        Word(author=author, reason=reason)


@pytest.mark.parametrize("unknown", [KeyError("getpwuid(): uid not found: 12345"), OSError("No username set")])
def test_a_user_without_a_name_is_asked_for_one(unknown: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise unknown

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(UsageError, match="no name for its user; name who decides by --author"):
        word("", "its source says so")
    assert word("Ada", "its source says so").author == "Ada"
