"""When a newer edition is due, by the calendar of its source; and the age of an edition that another one uses."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Final

_MONTHS: Final = 12


def next_due_on(published_on: dt.date, windows: str) -> dt.date:
    """The last day of the first release window that begins after the month of publication.

    `windows` names months of the year, first-last, parted by semicolons: "4;10", "6-8". What came out within a window
    is that window's edition. Raises ValueError for anything else.
    """
    spans = [_months(window) for window in windows.split(";")]
    coming = [(year, first, last) for year in (published_on.year, published_on.year + 1) for first, last in spans]
    year, _, month = min(each for each in coming if each[:2] > (published_on.year, published_on.month))
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def longest_wait_days(windows: str) -> int:
    """The most days between two editions within their windows: from the first day of one to the last of the next.

    `windows` as for `next_due_on`, which it raises like.
    """
    first_months = [_months(window)[0] for window in windows.split(";")]
    begins = [
        dt.date(2027, month, 1) for month in first_months
    ]  # a year without a leap day, and so is the next but one
    return max((next_due_on(day, windows) - day).days for day in begins)


def _months(window: str) -> tuple[int, int]:
    first, _, last = window.partition("-")
    span = int(first), int(last or first)
    if not 1 <= span[0] <= span[1] <= _MONTHS:
        raise ValueError(f"no span of months of a year: {window!r}")
    return span


def age_of_input(edition_id: str, *, published_on: dt.date, due_on: dt.date, used_on: dt.date) -> str:
    """How old an edition was on the day of the edition that is based on it, and whether a newer one was due by then."""
    days = (used_on - published_on).days
    said = f"{edition_id}, published {published_on}, {days:,} days older than the edition"
    return f"{said}, while a newer one was due in {due_on:%B %Y}" if due_on < used_on else said
