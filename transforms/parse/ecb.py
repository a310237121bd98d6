"""The ECB's euro reference rates: the daily file in, means of whole years out.

The file holds one row a day and one column a currency, `N/A` where there is no rate, and a comma at the end of each
line. The column of a currency that joins the euro ends with `N/A`. https://www.ecb.europa.eu/stats/eurofxref/
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

import polars as pl

from transforms.errors import LayoutError, PayloadError
from transforms.payload import DAMAGED_ARCHIVE

_FILE: Final = "eurofxref-hist.csv"
_MONTHS: Final = 12


def parse_reference_rates(payload: bytes) -> pl.DataFrame:
    """Daily rates: `day`, `currency` (ISO 4217), `units_per_eur`; days without a rate are left out.

    Raises `PayloadError` for bytes that are not the ECB's archive, `LayoutError` for another table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            table = pl.read_csv(archive.read(_FILE), infer_schema=False)
    except (*DAMAGED_ARCHIVE, KeyError, pl.exceptions.PolarsError) as error:
        raise PayloadError(place="archive", expected=f"a zip with {_FILE}", found=str(error)) from error
    currencies = [name for name in table.columns if len(name) == 3 and name.isupper()]  # noqa: PLR2004 (ISO 4217)
    if table.columns[0] != "Date" or "USD" not in currencies:
        raise LayoutError(place=_FILE, expected="Date, then currencies", found=", ".join(table.columns[:5]))
    daily = table.select(pl.col("Date").str.to_date("%Y-%m-%d"), *currencies).unpivot(
        index="Date", variable_name="currency", value_name="rate"
    )
    quoted = daily.filter(pl.col("rate") != "N/A")
    return quoted.select(day="Date", currency="currency", units_per_eur=pl.col("rate").cast(pl.Float64))


def yearly_means(daily: pl.DataFrame) -> pl.DataFrame:
    """Mean over the quoted days of each whole year: `currency`, `year`, `units_per_eur`, `days`.

    A year is whole if the currency was quoted in each of its twelve months.
    """
    years = daily.group_by("currency", year=pl.col("day").dt.year().cast(pl.Int16)).agg(
        pl.col("units_per_eur").mean(),
        days=pl.len().cast(pl.Int16),
        months=pl.col("day").dt.month().n_unique(),
    )
    return years.filter(pl.col("months") == _MONTHS).drop("months").sort("currency", "year")
