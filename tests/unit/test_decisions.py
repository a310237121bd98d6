"""The journal of decisions: appended to, read whole, and never left half-written."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from orchestration.ingest.decisions import Decisions, decision_rows
from tests.unit.test_withholding import decision
from transforms.errors import RefusedInputError
from transforms.normalise.withholding import ACCEPT, DECISION_SCHEMA, WITHHOLD


def test_a_directory_without_a_journal_has_no_decisions(tmp_path: Path) -> None:
    assert Decisions(tmp_path).read().equals(pl.DataFrame(schema=DECISION_SCHEMA))


def test_decisions_are_read_as_they_were_written_in_order_of_time(tmp_path: Path) -> None:
    first, second = decision(WITHHOLD), decision(ACCEPT, "Ada Lovelace")
    Decisions(tmp_path).append(first)
    Decisions(tmp_path).append(second)
    assert Decisions(tmp_path).read().equals(pl.concat([first, second]))


def test_other_decisions_are_another_version(tmp_path: Path) -> None:
    before = Decisions(tmp_path).version()
    Decisions(tmp_path).append(decision(WITHHOLD))
    assert Decisions(tmp_path).version() != before


def test_a_line_that_was_interrupted_is_not_there_and_the_next_takes_its_place(tmp_path: Path) -> None:
    journal = Decisions(tmp_path)
    journal.append(decision(WITHHOLD))
    with (tmp_path / "decisions.jsonl").open("a") as file:
        file.write('{"decided_at": "2026-11-')
    assert journal.read().height == 1
    journal.append(decision(ACCEPT, "Ada"))
    assert journal.read()["author"].to_list() == ["gate", "Ada"]


def test_a_line_with_half_a_surrogate_pair_is_named(tmp_path: Path) -> None:
    Decisions(tmp_path).append(decision(WITHHOLD))
    journal = tmp_path / "decisions.jsonl"
    journal.write_text(re.sub(r'"reason": "[^"]*"', r'"reason": "\\ud800"', journal.read_text()))
    with pytest.raises(RefusedInputError, match="line 1"):
        Decisions(tmp_path).read()


def test_a_line_that_is_no_decision_is_named(tmp_path: Path) -> None:
    (tmp_path / "decisions.jsonl").write_text('{"author": "Ada"}\n')
    with pytest.raises(RefusedInputError, match=r"decisions\.jsonl, line 1: expected a decision as JSON"):
        Decisions(tmp_path).read()


def test_the_table_numbers_them_and_says_which_is_the_last_word() -> None:
    rows = decision_rows(pl.concat([decision(WITHHOLD), decision(ACCEPT, "Ada")]))
    assert rows.select("decision_id", "action", "last_word").rows() == [(1, "withhold", False), (2, "accept", True)]
