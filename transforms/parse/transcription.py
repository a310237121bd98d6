"""Transcribed figures: CSV files with figures copied from an edition that is not held as a workbook.

Belongs here: reading the three shapes of such files into a raw frame. Does not belong here: what is known of the
edition (transforms/registers/editions.csv).

wide    measure,geo,y2014,…,y2026         geo: Eurostat codes, NATO_EUR_CAN, NATO_TOTAL
long    country_label,year,value,status,measure,unit
table   country_stanag,year,<a column a measure>      codes of STANAG 1059; an empty cell says nothing
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
    """What a transcription's measure is in the raw frame. `currency` "national" is looked up by country.

    The file's figures are divided by `per_unit`: one file counts dollars and soldiers where NATO prints millions and
    thousands.
    """

    indicator: str
    unit: str
    currency: str | None
    price_basis: str
    per_unit: float = 1.0


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
    # table: "GDP per capita" and "per capita" are at 2015 prices, as the quotients of the other columns show
    "Defense expenditure (USD, current prices)": Measure("defence_expenditure", "million", "USD", "current", 1e6),
    "Defense expenditure (USD, 2015 prices)": Measure("defence_expenditure", "million", "USD", "constant", 1e6),
    "Defense expenditure (% real GDP)": Measure("defence_share_of_gdp", "percent", None, "constant"),
    "Defense expenditure annual real change (% GDP)": Measure("defence_real_change", "percent", None, "constant"),
    "Real GDP (2015 prices)": Measure("gdp", "million", "USD", "constant", 1e6),
    "GDP per capita (USD)": Measure("gdp_per_capita", "currency_per_head", "USD", "constant"),
    "Defence expenditure per capita (USD)": Measure("defence_per_capita", "currency_per_head", "USD", "constant"),
    "Military personnel": Measure("personnel", "thousand_persons", None, "none", 1e3),
    "Equipment expenditure (%)": Measure("equipment_share", "percent", None, "none"),
    "Personnel expenditure (%)": Measure("personnel_share", "percent", None, "none"),
    "Infrastructure expenditure (%)": Measure("infrastructure_share", "percent", None, "none"),
    "Other expenditure (%)": Measure("other_share", "percent", None, "none"),
}
_WIDE: Final = ("measure", "geo")
_LONG: Final = ("country_label", "year", "value", "status", "measure", "unit")
_TABLE: Final = ("country_stanag", "year")


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
    elif tuple(text.columns[:2]) == _TABLE:
        cells = _table_cells(text, estimate_years)
    else:
        expected = f"{_WIDE}+years, {_LONG} or {_TABLE}+measures"
        raise LayoutError(place=f"{file_name}, header", expected=expected, found=str(text.columns))
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
    return cells.select(
        "measure",
        "value",
        "year",
        status=_status(estimate_years),
        label=pl.col("geo"),
        starred=pl.lit(False),  # noqa: FBT003 (a literal column)
        locator=pl.format("{},{},{}", "measure", "geo", "year"),
    )


def _table_cells(text: pl.DataFrame, estimate_years: frozenset[int]) -> pl.DataFrame:
    """A row of the file holds every measure of a country and year; an empty cell may be unprinted or not copied."""
    rows = text.with_row_index("line", offset=2)
    cells = rows.unpivot(index=["line", *_TABLE], variable_name="measure").filter(pl.col("value").is_not_null())
    return cells.select(
        "measure",
        "value",
        "year",
        status=_status(estimate_years),
        label=pl.col("country_stanag"),
        starred=pl.lit(False),  # noqa: FBT003 (a literal column)
        locator=pl.format("row {}, {}", "line", "measure"),
    )


def _status(estimate_years: frozenset[int]) -> pl.Expr:
    is_estimate = pl.col("year").cast(pl.Int32).is_in(list(estimate_years))
    return pl.when(is_estimate).then(pl.lit("estimate")).otherwise(pl.lit("actual"))


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
        value=None if value is None else _number(str(value), locator) / measure.per_unit,
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
