"""When a newer edition is due, by the calendars of the sources' register."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.release_calendar import age_of_input, longest_wait_days, next_due_on
from transforms.registers.reader import sources

WINDOWS = dict(sources().select("source_id", "release_windows").iter_rows())


@pytest.mark.parametrize(
    ("source_id", "published_on", "due_on"),
    [
        ("imf", "2024-10-22", "2025-04-30"),
        ("imf", "2025-04-22", "2025-10-31"),
        ("sipri", "2025-04-28", "2026-04-30"),
        ("nato", "2024-03-14", "2024-08-31"),  # the annual report: the tables follow in summer
        ("nato", "2026-07-10", "2027-08-31"),  # an edition of July is that of the summer
        ("nato", "2025-08-28", "2026-08-31"),
        ("eurostat", "2026-04-27", "2026-10-31"),
        ("world_bank", "2026-02-24", "2026-06-30"),
        ("world_bank", "2024-10-24", "2025-03-31"),
    ],
)
def test_the_next_edition_is_due_at_the_end_of_the_next_window(source_id: str, published_on: str, due_on: str) -> None:
    assert next_due_on(dt.date.fromisoformat(published_on), WINDOWS[source_id]) == dt.date.fromisoformat(due_on)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(sorted(WINDOWS)))
def test_it_is_due_after_the_publication_and_within_two_years(published_on: dt.date, source_id: str) -> None:
    days = (next_due_on(published_on, WINDOWS[source_id]) - published_on).days
    assert 0 < days < 2 * 366


@pytest.mark.parametrize("windows", ["", "13", "8-6", "april"])
def test_what_is_no_calendar_is_refused(windows: str) -> None:
    with pytest.raises(ValueError, match=r"month|invalid literal"):
        next_due_on(dt.date(2026, 1, 1), windows)


def test_a_stale_input_says_its_age_and_that_a_newer_one_was_due() -> None:
    # 22 October 2024 to 10 July 2026: 70 + 365 + 191 days.
    said = age_of_input(
        "imf:2024-10",
        published_on=dt.date(2024, 10, 22),
        due_on=dt.date(2025, 4, 30),
        used_on=dt.date(2026, 7, 10),
    )
    assert said == (
        "imf:2024-10, published 2024-10-22, 626 days older than the edition, while a newer one was due in April 2025"
    )


def test_an_input_that_was_the_newest_to_be_had_is_not_called_stale() -> None:
    said = age_of_input(
        "imf:2026-04",
        published_on=dt.date(2026, 4, 14),
        due_on=dt.date(2026, 10, 31),
        used_on=dt.date(2026, 7, 10),
    )
    assert said == "imf:2026-04, published 2026-04-14, 87 days older than the edition"


@pytest.mark.parametrize(
    ("windows", "days"),
    [
        ("4", 395),  # from 1 April to 30 April of the next year
        ("4;10", 213),  # from 1 April to 31 October, and from 1 October to 30 April 212
        ("1-3;4-6;7-9;10-12", 183),  # from 1 July to 31 December
    ],
)
def test_the_longest_wait_is_from_the_begin_of_a_window_to_the_end_of_the_next(windows: str, days: int) -> None:
    assert longest_wait_days(windows) == days
