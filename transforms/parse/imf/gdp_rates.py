"""The IMF's World Economic Outlook, whole database as a workbook: the rates at which it converts GDP.

Belongs here: GDP in national currency over GDP in US dollars, by country and year. Does not belong here: the figures of
the database themselves (transforms.parse.imf.replies), which rates are kept, the register.

One row a country and subject: `ISO`, `WEO Subject Code`, `Scale`, years, `Estimates Start After` (the last year that is
no estimate). NGDP is GDP in national currency, NGDPD in US dollars, both in billions at current prices
(https://www.imf.org/external/pubs/ft/weo/data/changes.htm, "Units and scale").
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError
from transforms.parse.workbook import open_workbook

_COUNTRY: Final = "ISO"
_SUBJECT: Final = "WEO Subject Code"
_SCALE: Final = "Scale"
_LAST_OUTTURN: Final = "Estimates Start After"
_NATIONAL: Final = "NGDP"
_US_DOLLARS: Final = "NGDPD"
_YEARS: Final = range(1980, 2100)  # the database begins in 1980


def parse_gdp_rates(payload: bytes) -> pl.DataFrame:
    """`iso3`, `year`, `units_per_usd`: national currency for one US dollar, in years whose GDP is no estimate.

    Raises `PayloadError` for bytes that are no workbook, `LayoutError` for another table or another scale.
    """
    rows = open_workbook(payload, read_only=True).worksheets[0].iter_rows(values_only=True)
    header = [str(cell) if cell is not None else "" for cell in next(rows)]
    for name in (_COUNTRY, _SUBJECT, _SCALE, _LAST_OUTTURN):
        if name not in header:
            raise LayoutError(place="row 1", expected=f"a column {name}", found=", ".join(header[:12]))
    read = [cell for row in rows if row for cell in _outturns(dict(zip(header, row, strict=False)))]
    gdp = pl.DataFrame(read, schema=["iso3", "year", "subject", "gdp_bn"], orient="row").pivot(
        on="subject", index=["iso3", "year"], values="gdp_bn"
    )
    return gdp.drop_nulls().select(
        "iso3", pl.col("year").cast(pl.Int16), units_per_usd=pl.col(_NATIONAL) / pl.col(_US_DOLLARS)
    )


def _outturns(row: Mapping[str, Any]) -> Iterator[tuple[str, int, str, float]]:
    if row.get(_SUBJECT) not in (_NATIONAL, _US_DOLLARS):
        return
    place = f"{row[_COUNTRY]} {row[_SUBJECT]}"
    if row[_SCALE] != "Billions":
        raise LayoutError(place=place, expected="Billions", found=str(row[_SCALE]))
    last = _figure(row[_LAST_OUTTURN])
    for year in _YEARS:
        value = _figure(row.get(str(year)))
        if value is not None and value > 0 and last is not None and year <= last:
            yield str(row[_COUNTRY]), year, str(row[_SUBJECT]), value


def _figure(cell: object) -> float | None:
    """The number in a cell, or None for `n/a`, `--` and blanks; thousands may be parted by commas."""
    try:
        value = float(str(cell).replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
