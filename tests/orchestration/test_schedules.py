"""The calendar, tick by tick: daily in the months of release, else weekly, at the same hour in Brussels all year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import schedule_execution_time_iterator  # no public API lists ticks

from orchestration.defs.schedules import TIMEZONE
from orchestration.ingest.sources.registry import SOURCES

BRUSSELS = ZoneInfo(TIMEZONE)


def ticks(source_id: str, first: dt.date, last: dt.date) -> list[dt.datetime]:
    """Ticks of a source's schedule from the first day to the last, in Brussels time."""
    start = dt.datetime.combine(first, dt.time(), BRUSSELS)
    cron = list(SOURCES[source_id].cron)
    found: Iterator[dt.datetime] = schedule_execution_time_iterator(start.timestamp(), cron, TIMEZONE, ascending=True)
    local = (tick.astimezone(BRUSSELS) for tick in found)
    return list(takewhile(lambda tick: tick.date() <= last, local))


def test_nato_is_polled_every_day_of_a_release_month() -> None:
    july = ticks("nato", dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert [tick.day for tick in july] == list(range(1, 32))


def test_nato_is_polled_on_mondays_of_a_quiet_month() -> None:
    november = ticks("nato", dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert [(tick.day, tick.weekday()) for tick in november] == [(2, 0), (9, 0), (16, 0), (23, 0), (30, 0)]


@pytest.mark.parametrize(
    ("source_id", "first", "last"),
    [
        ("nato", dt.date(2026, 3, 27), dt.date(2026, 3, 31)),  # clocks go forward on 29 March 2026
        ("imf", dt.date(2026, 10, 23), dt.date(2026, 10, 27)),  # and back on 25 October 2026
    ],
)
def test_a_clock_change_neither_skips_nor_doubles_a_tick_nor_moves_its_hour(
    source_id: str, first: dt.date, last: dt.date
) -> None:
    found = ticks(source_id, first, last)
    assert [tick.date() for tick in found] == [first + dt.timedelta(days=n) for n in range(5)]
    assert len({tick.time() for tick in found}) == 1


def test_the_hour_in_utc_moves_with_the_clock() -> None:
    found = ticks("nato", dt.date(2026, 3, 28), dt.date(2026, 3, 29))
    assert [tick.astimezone(dt.UTC).hour for tick in found] == [6, 5]


def test_no_two_sources_are_polled_in_the_same_minute() -> None:
    minutes = [
        (tick.hour, tick.minute)
        for source_id in SOURCES
        for tick in ticks(source_id, dt.date(2026, 4, 6), dt.date(2026, 4, 6))
    ]
    assert len(minutes) == len(set(minutes)) == len(SOURCES)
