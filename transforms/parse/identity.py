"""What a file says that it is: its data set, its definition, its edition and the day that it prints."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from transforms.errors import LayoutError

_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`data_set` names the part of its source's edition that a file holds (`gov_ev`, `NY.GDP.MKTP.CD`); None for all.

    `days` are those that its printed day of publication may mean (a spreadsheet's 3/1/2023 is two), none where it
    prints none; `edition` is the edition that it prints where that is no day (`2022-04`), else None. `reissued`: the
    source issues that edition again under a suffix (`1949-2024_2`), of which the file says nothing. `window` is the
    first and the last day on which such a file can have been published, where it prints none.
    """

    definition: str
    data_set: str | None = None
    days: tuple[dt.date, ...] = ()
    edition: str | None = None
    reissued: bool = False
    window: tuple[dt.date, dt.date] | None = None

    def day(self, published_on: dt.date | None) -> dt.date:
        """The day of publication: the printed one, with which `published_on`, the day given by the sender, must agree.

        Raises `LayoutError` where they contradict each other, and where neither gives the day.
        """
        if published_on is None:
            if len(self.days) == 1:
                return self.days[0]
            printed = " or ".join(map(str, self.days)) or "no day that could be read"
            raise LayoutError(
                place="day of publication",
                expected="one day, printed in the file or given by --published",
                found=printed,
                advice="give the day by --published",
            )
        if self.days and published_on not in self.days:
            raise LayoutError(
                place="day of publication",
                expected=f"{' or '.join(map(str, self.days))}, as the file prints",
                found=f"{published_on}, as it was handed in",
                advice="the printed day decides: leave the other out, or hand in the file of that day",
            )
        if self.window and not self.window[0] <= published_on <= self.window[1]:
            raise LayoutError(
                place="day of publication",
                expected=f"a day from {self.window[0]} to {self.window[1]}, as the file is {self.edition}",
                found=f"{published_on}, as it was handed in",
                advice="give the day on which the source published this file, or hand in the file of that day",
            )
        return published_on

    def prove_edition(self, name: str, *, place: str = "edition") -> None:
        """Raises `LayoutError` if the edition that the file prints is not `name`, nor issued again under it."""
        if self.edition is None or self.edition == name:
            return
        if not (self.reissued and name.startswith(f"{self.edition}_")):
            raise LayoutError(
                place=place,
                expected=f"{self.edition}, as the file prints",
                found=f"{name}, as it was handed in",
                advice="the printed edition decides: give its day by --published, rename the file, or hand in another",
            )


def days_meant(printed: str) -> tuple[dt.date, ...]:
    """The days that a printed one may mean: two for 3/1/2023, whose order depends on a locale; none if it is no day."""
    iso = _ISO_DAY.match(printed)
    if iso:
        return _existing((int(iso[1]), int(iso[2]), int(iso[3])))
    local = _LOCAL_DAY.match(printed)
    if not local:
        return ()
    first, second, year = (int(part) for part in local.groups())
    return _existing((year, first, second), (year, second, first))


def _existing(*candidates: tuple[int, int, int]) -> tuple[dt.date, ...]:
    found = []
    for candidate in candidates:
        try:
            found.append(dt.date(*candidate))
        except ValueError:
            continue  # the other order, or no day at all
    return tuple(dict.fromkeys(found))
