"""docs/architecture.md names rooms that exist: a module that moves takes its line in the table along."""

from __future__ import annotations

import re

import pytest

from tests.syntax import REPOSITORY

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## Where is")[2]
PLACES = re.findall(r"`((?:transforms|warehouse|orchestration)/[^`]*)`", PAGE)


def test_the_table_answers_twenty_questions_and_more() -> None:
    assert len([line for line in PAGE.splitlines() if line.startswith("| ")]) > 20


@pytest.mark.parametrize("place", PLACES)
def test_the_place_of_an_answer_exists(place: str) -> None:
    assert (REPOSITORY / place).exists()
