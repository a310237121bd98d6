"""The World Economic Outlook's subjects and editions: what all of its formats share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from transforms.errors import LayoutError, ValueRefusedError
from transforms.parse.frame import RawFigure

DEFINITION: Final = "weo"


@dataclass(frozen=True, slots=True)
class Subject:
    """What one WEO subject measures. `scale` is the exponent with which the IMF displays it."""

    indicator: str
    currency: str | None
    price_basis: str
    scale: str


SERIES: Final[Mapping[str, Subject]] = MappingProxyType(
    {
        "NGDPD": Subject("gdp", "USD", "current", "9"),
        "NGDP_RPCH": Subject("gdp_real_growth", None, "none", "0"),
        "PCPIPCH": Subject("consumer_price_change", None, "none", "0"),
    }
)

# In WEO October 2024 GDP lies between 14 million US$ (Tuvalu 2001) and 139 652 billion (world 2029): printed in units
# none is below a million, printed in billions none is above. A change of unit cannot pass unseen.
UNITS_FROM: Final = 1e6

# Full editions are published in April and October; in January and July a few series are updated, which is no edition.
EDITION_MONTHS: Final = MappingProxyType({"APR": "04", "OCT": "10"})
_YEAR: Final = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Observation:
    """One printed cell; `availability` says why there is no value."""

    country: str
    code: str
    year: int
    value: float | None
    locator: str
    absent: str = "missing"


def edition_of_day(published_on: dt.date) -> str:
    """`2024-10` of a day in October 2024; `LayoutError` for a month in which no full edition comes."""
    if f"{published_on:%m}" not in EDITION_MONTHS.values():
        raise LayoutError(
            place="day of publication",
            expected="a day in April or October, the months of full editions",
            found=f"{published_on}",
            advice="give the day on which the edition was published, not that of the request",
        )
    return f"{published_on:%Y-%m}"


def data_set(codes: Iterable[str]) -> str | None:
    """The subjects among `SERIES` that a file holds; None if it holds all of them, and with them the whole edition."""
    held = set(codes) & set(SERIES)
    return None if held == set(SERIES) else "-".join(sorted(held))


def figure(observation: Observation, *, money_unit: str, year_basis: str, status: str) -> RawFigure:
    """The row of an observation; `money_unit` is the unit of GDP in its format, the other subjects are percent."""
    series = SERIES[observation.code]
    return RawFigure(
        indicator=series.indicator,
        entity_label=observation.country,
        year=observation.year,
        value=observation.value,
        availability=observation.absent if observation.value is None else "reported",
        unit="percent" if series.currency is None else money_unit,
        currency=series.currency,
        price_basis=series.price_basis,
        base_year=None,
        year_basis=year_basis,
        status=status,
        flags=() if status == "actual" else (status,),
        note=None,
        locator=observation.locator,
    )


def known_subject(code: str, place: str) -> Subject:
    """`LayoutError` for a subject that is none of `SERIES`."""
    if code not in SERIES:
        raise LayoutError(
            place=place,
            expected=f"an indicator among {', '.join(SERIES)}",
            found=repr(code),
            advice="add it to SERIES with its currency, price basis and scale",
        )
    return SERIES[code]


def year_of(printed: str, place: str) -> int:
    """`LayoutError` for what is no year."""
    if not _YEAR.fullmatch(printed):
        raise LayoutError(place=place, expected="a year", found=repr(printed))
    return int(printed)


def is_year(printed: str) -> bool:
    return _YEAR.fullmatch(printed) is not None


def refuse_repeated(observations: Sequence[Observation]) -> None:
    """`ValueRefusedError` for a country, subject and year that occurs twice."""
    seen: dict[tuple[str, str, int], str] = {}
    for observation in observations:
        key = (observation.country, observation.code, observation.year)
        earlier = seen.setdefault(key, observation.locator)
        if earlier != observation.locator:
            raise ValueRefusedError(
                place=observation.locator,
                expected="each country, indicator and year once",
                found=f"{key}, which is printed at {earlier} already",
            )


def billions_of_dollars(observation: Observation) -> Observation:
    """The observation itself; `LayoutError` for a GDP that can be no billions of US$."""
    value = observation.value
    if SERIES[observation.code].currency is not None and value is not None and value >= UNITS_FROM:
        raise LayoutError(
            place=observation.locator,
            expected="billions of US$",
            found=str(value),
            advice="the unit has changed",
        )
    return observation
