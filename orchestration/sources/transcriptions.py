"""Transcribed figures: CSV files in which somebody copied figures out of an edition that we do not hold as a workbook.

Belongs here: reading the two shapes of such files into a raw frame. Does not belong here: what is known of the
edition (transforms/reference/editions.csv).

wide    measure,geo,y2014,…,y2026         geo: Eurostat codes, NATO_EUR_CAN, NATO_TOTAL
long    country_label,year,value,status,measure,unit
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.errors import LayoutError, ValueRefusedError
from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.printed_number import printed_number


@dataclass(frozen=True, slots=True)
class Measure:
    """What a transcription's measure is in the raw frame. `currency` "national" is looked up by country."""

    indicator: str
    unit: str
    currency: str | None
    price_basis: str


_MEASURES: Final[dict[str, Measure]] = {
    # wide
    "core_nat_currency_current_m": Measure("defence_expenditure", "million", "national", "current"),
    "core_nat_currency_2021_m": Measure("defence_expenditure", "million", "national", "constant"),
    "core_usd_current_m": Measure("defence_expenditure", "million", "USD", "current"),
    "core_usd_2021_m": Measure("defence_expenditure", "million", "USD", "constant"),
    "core_share_gdp": Measure("defence_share_of_gdp", "percent", None, "constant"),
    "core_real_change_pct": Measure("defence_real_change", "percent", None, "constant"),
    "core_per_capita_2021_usd": Measure("defence_per_capita", "currency_per_head", "USD", "constant"),
    "gdp_usd_current_m": Measure("gdp", "million", "USD", "current"),
    "gdp_usd_2021_m": Measure("gdp", "million", "USD", "constant"),
    "gdp_per_capita_2021_kusd": Measure("gdp_per_capita", "thousand_currency_per_head", "USD", "constant"),
    "personnel_k": Measure("personnel", "thousand_persons", None, "none"),
    "equipment_share_pct": Measure("equipment_share", "percent", None, "none"),
    "personnel_share_pct": Measure("personnel_share", "percent", None, "none"),
    "infrastructure_share_pct": Measure("infrastructure_share", "percent", None, "none"),
    "other_share_pct": Measure("other_share", "percent", None, "none"),
    # long
    "share_of_gdp": Measure("defence_share_of_gdp", "percent", None, "constant"),
    "expenditure_national_currency_current_m": Measure("defence_expenditure", "million", "national", "current"),
    "expenditure_national_currency_2015_m": Measure("defence_expenditure", "million", "national", "constant"),
    "equipment_share": Measure("equipment_share", "percent", None, "none"),
    "personnel_share": Measure("personnel_share", "percent", None, "none"),
    "infrastructure_share": Measure("infrastructure_share", "percent", None, "none"),
    "other_share": Measure("other_share", "percent", None, "none"),
}
_WIDE: Final = ("measure", "geo")
_LONG: Final = ("country_label", "year", "value", "status", "measure", "unit")


def read_transcription(
    payload: bytes, *, file_name: str, base_year: int, estimate_years: frozenset[int], currencies: dict[str, str]
) -> pl.DataFrame:
    """Raw frame of a transcription; `entity_label` is the file's own label or code.

    `currencies` gives the national currency by label on the day of publication. `estimate_years` are those that the
    edition's notes name; the long shape states them itself. Raises `LayoutError` and `ValueRefusedError`.
    """
    text = pl.read_csv(io.BytesIO(payload), infer_schema=False)
    if tuple(text.columns) == _LONG:
        cells = _long_cells(text)
    elif tuple(text.columns[:2]) == _WIDE and all(re.fullmatch(r"y\d{4}", name) for name in text.columns[2:]):
        cells = _wide_cells(text, estimate_years)
    else:
        raise LayoutError(place=f"{file_name}, header", expected=f"{_WIDE}+years or {_LONG}", found=str(text.columns))
    rows = cells.iter_rows(named=True)
    return raw_frame(_figure(row, f"{file_name}!{row['locator']}", base_year, currencies) for row in rows)


def _long_cells(text: pl.DataFrame) -> pl.DataFrame:
    return text.with_row_index("line", offset=2).select(
        "measure",
        "status",
        "value",
        "year",
        label=pl.col("country_label").str.strip_chars_end("*"),
        starred=pl.col("country_label").str.ends_with("*"),
        locator=pl.format("row {}", pl.col("line")),
    )


def _wide_cells(text: pl.DataFrame, estimate_years: frozenset[int]) -> pl.DataFrame:
    cells = text.unpivot(index=list(_WIDE), variable_name="year").with_columns(pl.col("year").str.slice(1))
    is_estimate = pl.col("year").cast(pl.Int32).is_in(list(estimate_years))
    return cells.select(
        "measure",
        "value",
        "year",
        status=pl.when(is_estimate).then(pl.lit("estimate")).otherwise(pl.lit("actual")),
        label=pl.col("geo"),
        starred=pl.lit(False),  # noqa: FBT003 (a literal column)
        locator=pl.format("{},{},{}", "measure", "geo", "year"),
    )


def _figure(row: dict[str, str | bool | None], locator: str, base_year: int, currencies: dict[str, str]) -> RawFigure:
    name, label, value = str(row["measure"]), str(row["label"]), row["value"]
    if name not in _MEASURES:
        raise LayoutError(place=locator, expected=f"one of {sorted(_MEASURES)}", found=name)
    measure = _MEASURES[name]
    currency = currencies.get(label) if measure.currency == "national" else measure.currency
    if measure.currency == "national" and currency is None:
        raise ValueRefusedError(place=locator, expected="a country with a known national currency", found=label)
    return RawFigure(
        indicator=measure.indicator,
        entity_label=label,
        year=int(str(row["year"])),
        value=None if value is None else _number(str(value), locator),
        availability="missing" if value is None else "reported",
        unit=measure.unit,
        currency=currency,
        price_basis=measure.price_basis,
        base_year=base_year if measure.price_basis == "constant" else None,
        year_basis="as_published",
        status=str(row["status"]),
        flags=["estimate"] if row["status"] == "estimate" else [],
        note="*" if row["starred"] else None,
        locator=locator,
    )


def _number(text: str, place: str) -> float:
    try:
        return printed_number(text)
    except ValueError as error:
        raise ValueRefusedError(place=place, expected="a number or an empty cell", found=repr(text)) from error
