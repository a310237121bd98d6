"""Every corruption of the catalogue meets what the table of outcomes says: caught by this, or not caught and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.model import REPOSITORY, Fault
from tests.faults.outcomes import Trials, can_be_tried, read_outcomes
from tests.faults.table import page

# One of each kind of corruption and of each gate; the others are behind `make faults`.
REPRESENTATIVE = (
    "NATO workbook: share of Germany 2023 moved by 0.05 pp",
    "NATO workbook: share with a decimal comma",
    "NATO workbook: labels of two countries swapped, US$ table",
    "NATO workbook: titles of price blocks swapped, US$",
    "NATO workbook: country dropped from shares",
    "NATO workbook: headings a year off, one table",
    "NATO figures: share moved by -0.3 pp",
    "NATO figures: two indicators exchanged",
    "SIPRI workbook: two labels exchanged on one sheet",
    "World Bank CSV: country code unknown",
    "IMF SDMX: figure NaN",
    "Eurostat JSON: unit unknown",
)


@pytest.fixture(scope="session")
def trials(published: Path) -> Trials:
    return Trials(published)


def _marked(fault: Fault) -> object:
    return pytest.param(fault, id=fault.id, marks=() if fault.id in REPRESENTATIVE else pytest.mark.faults)


@pytest.mark.parametrize("fault", [_marked(fault) for fault in FAULTS.values()])
def test_a_corruption_meets_its_reviewed_outcome(fault: Fault, trials: Trials) -> None:
    if not can_be_tried(fault):
        pytest.skip("needs the source's own workbook, which a user's clone does not have")
    assert trials.verdict(fault) == read_outcomes()[fault.id]


def test_every_corruption_has_an_outcome_and_every_outcome_a_corruption() -> None:
    assert list(read_outcomes()) == list(FAULTS)


def test_what_moves_a_share_or_a_verdict_is_caught_or_shows_with_a_reason() -> None:
    missed = [
        outcome.fault
        for outcome in read_outcomes().values()
        if outcome.weighty and not outcome.caught and not (FAULTS[outcome.fault].untold and outcome.revision_rows)
    ]
    assert missed == []


def test_what_is_not_caught_has_a_written_reason_and_nothing_else_has_one() -> None:
    uncaught = {outcome.fault for outcome in read_outcomes().values() if not outcome.caught and not outcome.harmless}
    assert uncaught == {fault.id for fault in FAULTS.values() if fault.untold}


def test_the_page_says_what_the_outcomes_say() -> None:
    assert (REPOSITORY / "docs" / "faults.md").read_text() == page(read_outcomes())


def test_the_representatives_are_of_the_catalogue() -> None:
    assert set(REPRESENTATIVE) <= set(FAULTS)
