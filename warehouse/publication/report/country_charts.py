"""The small charts of a country's page: what is drawn over time, and the sentence over each.

Belongs here: which series, their findings and units. Does not belong here: geometry (columns.py), the large chart
(country_share.py, with pages.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from warehouse.publication.report.columns import Columns, columns
from warehouse.publication.report.printed import figure, year_named

Row = Mapping[str, Any]


class SmallChart(NamedTuple):
    """A drawing with the sentence over it and its unit."""

    finding: str
    unit: str
    drawn: Columns


class _Series(NamedTuple):
    column: str
    title: str
    unit: str
    decimals: int


_OVER_TIME: Final = (
    _Series("spending_national_bn", "Spending", "billion {currency}, current prices", 1),
    _Series("spending_usd_constant_bn", "Real spending", "billion US$ at prices and exchange rates of {base_year}", 1),
    _Series("per_head_usd_constant", "Spending per head", "US$ at prices and exchange rates of {base_year}", 0),
    _Series("personnel_thousand", "Military personnel", "thousand persons", 1),
    _Series("equipment_pct", "Equipment", "% of defence spending", 1),
)


def over_time(years: Sequence[Row]) -> list[SmallChart]:
    """A chart for each series of `years` (rows of country_years.sql, by year) that has two figures or more."""
    return [chart for series in _OVER_TIME if (chart := _chart(series, years)) is not None]


def _chart(series: _Series, years: Sequence[Row]) -> SmallChart | None:
    held = [row for row in years if row[series.column] is not None]
    currencies = {row["currency"] for row in held}
    if len(held) < 2 or (series.column == "spending_national_bn" and len(currencies) > 1):  # noqa: PLR2004 (a change)
        return None
    first, last = held[0], held[-1]
    now, before = (figure(row[series.column], _decimals(series, row)) for row in (last, first))
    drawn = columns(years, series.column, texts={last["year"]: now, first["year"]: before})
    unit = series.unit.format(currency=last["currency"], base_year=last["base_year"])
    finding = f"{series.title}: {now} in {year_named(last['year'], last['status'])}, {before} in {first['year']}"
    return None if drawn is None else SmallChart(finding, unit, drawn)


def _decimals(series: _Series, row: Row) -> int:
    """Two for amounts below ten, so that small countries do not print as zero."""
    return 2 if series.decimals and abs(row[series.column]) < 10 else series.decimals  # noqa: PLR2004 (two digits)


def split(changes: Sequence[Row]) -> SmallChart | None:
    """What spending and GDP made of the share each year (rows of country_changes.sql); None without any."""
    names = ("spending_part_pp", "gdp_part_pp")
    held = [row for row in changes if all(row[name] is not None for name in names)]
    if not held:
        return None
    largest = max(held, key=lambda row: abs(row["spending_part_pp"]))
    ends = {held[0]["year"], held[-1]["year"], largest["year"]}
    texts = {row["year"]: figure(sum(row[name] for name in names), 2, sign=True) for row in held if row["year"] in ends}
    drawn = columns(changes, *names, texts=texts)
    part = figure(largest["spending_part_pp"], 2, sign=True)
    finding = f"Spending moved the share most in {year_named(largest['year'], largest['status'])}: {part} points"
    unit = "Percentage points of GDP on the year before: by real spending (blue), by real GDP (orange)"
    return None if drawn is None else SmallChart(finding, unit, drawn)
