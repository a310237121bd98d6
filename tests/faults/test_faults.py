"""Every corruption of the catalogue meets what the table of outcomes says: refused by this, or not and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.model import CARRIERS, Fault
from tests.faults.outcomes import CAUGHT, HARMLESS, Trials, read_outcomes, read_reasons, reasons, still_holds
from tests.faults.page import PAGE, SOURCES, page

# One of each kind and of each gate, of editions that every clone has; the others are behind `make faults`.
REPRESENTATIVE = (
    "NATO workbook: share of Germany 2023 moved by 0.05 pp",
    "NATO workbook: share with a decimal comma",
    "NATO workbook: labels of two countries swapped, US$ table",
    "NATO workbook: titles of price blocks swapped, US$",
    "NATO workbook: country dropped from shares",
    "NATO workbook: headings a year off, one table",
    "World Bank CSV: country code unknown",
    "IMF SDMX: figure NaN",
    "Eurostat CSV: unit unknown",
)


@pytest.fixture(scope="session")
def trials(published: Path) -> Trials:
    return Trials(published)


def _marked(fault: Fault) -> object:
    """A carrier's trials share its good edition: one process takes them all."""
    marks = [pytest.mark.xdist_group(fault.carrier), *([] if fault.id in REPRESENTATIVE else [pytest.mark.faults])]
    return pytest.param(fault, id=fault.id, marks=marks)


@pytest.mark.parametrize("fault", [_marked(fault) for fault in FAULTS.values()])
def test_a_corruption_meets_its_reviewed_outcome(fault: Fault, trials: Trials) -> None:
    if not CARRIERS[fault.carrier].can_be_tried:
        pytest.skip(f"needs {CARRIERS[fault.carrier].file}, which a user's clone does not have")
    found, reviewed = trials.outcome(fault), read_outcomes()[fault.id]
    assert still_holds(reviewed, found), f"\n{found}\nreviewed as\n{reviewed}"


@pytest.mark.faults
@pytest.mark.parametrize("carrier", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in CARRIERS])
def test_a_good_edition_is_served(carrier: str, trials: Trials) -> None:
    if not CARRIERS[carrier].can_be_tried:
        pytest.skip(f"needs {CARRIERS[carrier].file}, which a user's clone does not have")
    good = trials.good(carrier)
    assert (good.stopped_by, dict(good.withheld)) == ((), {})


def test_every_corruption_has_an_outcome_and_every_outcome_a_corruption() -> None:
    assert list(read_outcomes()) == list(FAULTS)


def test_every_source_has_more_than_ten_corruptions() -> None:
    assert {source: sum(name.startswith(source) for name in FAULTS) > 10 for source in SOURCES} == dict.fromkeys(
        SOURCES, True
    )


def test_what_moves_a_share_or_a_verdict_is_caught_or_indistinguishable_and_shows_in_the_revisions() -> None:
    said = read_reasons()
    missed = [
        outcome.fault
        for outcome in read_outcomes().values()
        if outcome.weighty and outcome.fate not in CAUGHT and not (outcome.revision_rows and outcome.fault in said)
    ]
    assert missed == []


def test_what_is_not_caught_has_a_written_reason_and_nothing_else_has_one() -> None:
    let_through = {outcome.fault for outcome in read_outcomes().values() if outcome.fate not in {*CAUGHT, HARMLESS}}
    assert set(read_reasons()) == let_through


def test_every_reason_is_written_and_used() -> None:
    assert set(read_reasons().values()) == set(reasons())


def test_no_corruption_meets_an_error_that_nobody_foresaw() -> None:
    assert [o.fault for o in read_outcomes().values() if "unforeseen" in o.refused_by] == []


def test_the_page_says_what_the_outcomes_say() -> None:
    assert PAGE.read_text() == page(read_outcomes())


def test_the_representatives_are_of_the_catalogue() -> None:
    assert set(REPRESENTATIVE) <= set(FAULTS)
