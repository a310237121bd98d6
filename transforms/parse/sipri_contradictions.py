"""Where SIPRI's sheets contradict each other: zeros that are no zeros, currencies that are not the printed ones.

Belongs here: comparison of the sheets of one workbook, once they are one raw frame. Does not belong here: reading
cells, and any comparison with another source or edition.

The sheets in local currency (calendar years) and in current US$ print the same spending twice; their ratio is the
exchange rate that SIPRI used. Counts are those of the workbooks of April 2024 and April 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.errors import ValueRefusedError
from transforms.units import CONVERSIONS

# SIPRI computes both sheets in double precision from one table: equal rates agree to the 15th digit.
_SAME_RATE: Final = 1e-9
# A row is in euros when SIPRI converts it at the euro's rate in both of the last years that both sheets report.
_YEARS_OF_PROOF: Final = 2

# Seychelles 1988 had 70 000 people, India 2024 1.44 billion; a scale of a thousand leaves these bounds.
_PEOPLE: Final = (5e4, 3e9)
# Half of the states spend less than 2 % of GDP and 7 % of their budgets: 0.02 and 0.07 as fractions.
_HIGHEST_MEDIAN_SHARE: Final = 0.3
# The middle figure of financial years is the calendar year's own (most states' years are the same).
_YEARS_APART: Final = 2.0

_US_DOLLARS: Final = "US dollars"
_SOME_DOLLARS: Final = "Dollars"
_EURO: Final = "Euro"

# Rows printed "US dollars" whose figures are not, with the years of which that is known. Footnote 36 of the release of
# April 2025: "Figures for Zimbabwe's military spending from 2019 are quoted in old Zimbabwean dollars"; a new one was
# introduced in May 2024, so later years may stand in either.
_QUOTED_IN: Final[Mapping[str, tuple[str, int, int]]] = {"Zimbabwe": ("ZWL", 2019, 2024)}
_EURO_SINCE: Final = 1999

_SPENDING: Final = pl.col("indicator") == "defence_expenditure"
_LOCAL: Final = _SPENDING & (pl.col("currency") != "USD")
_CURRENT_US_DOLLARS: Final = (
    _SPENDING & (pl.col("currency") == "USD") & (pl.col("price_basis") == "current") & (pl.col("unit") == "million")
)


def prove_agreement(frame: pl.DataFrame) -> None:
    """Hold the sheets to what they must have in common, whatever the edition.

    Dollars over dollars a head are a number of people, financial years are about as dear as calendar years, shares are
    fractions: a sheet that has changed its scale fails; so does a share or a figure a head of 0 beside spending. (That
    constant prices are current ones in the base year is held by the checks of core.observation.)
    Raises `ValueRefusedError` with the first cell that does not fit.
    """
    dollars = frame.filter(_CURRENT_US_DOLLARS & (pl.col("value") > 0)).select(
        "entity_label", "year", current_m="value", at="locator"
    )
    heads = frame.filter((pl.col("indicator") == "defence_per_capita") & (pl.col("value") > 0))
    _refuse(
        heads.join(dollars, on=["entity_label", "year"], maintain_order="left"),
        ~(1e6 * pl.col("current_m") / pl.col("value")).is_between(*_PEOPLE),
        expected="dollars a head of a population, as Current US$ tells it",
    )
    relative = frame.filter(
        ((pl.col("unit") == "fraction") | (pl.col("indicator") == "defence_per_capita")) & (pl.col("value") == 0)
    )
    _refuse(
        relative.join(dollars, on=["entity_label", "year"], maintain_order="left"),
        pl.col("current_m").is_not_null(),
        expected="more than 0 where there is spending",
    )
    shares = frame.filter((pl.col("unit") == "fraction") & pl.col("value").is_not_null()).with_columns(
        middle=pl.col("value").median().over(pl.col("locator").str.split("!").list.first())
    )
    _refuse(shares, pl.col("middle") > _HIGHEST_MEDIAN_SHARE, expected="a sheet of fractions, not of percent")
    _refuse(_years_apart(frame), pl.col("apart") > _YEARS_APART, expected="the scale of the calendar years")


def _refuse(rows: pl.DataFrame, broken: pl.Expr, *, expected: str) -> None:
    found = rows.filter(broken)
    if found.is_empty():
        return
    row = found.row(0, named=True)
    beside = f", beside {row['current_m']:g} at {row['at']}" if "at" in row else ""
    raise ValueRefusedError(
        place=row["locator"],
        expected=f"{row['entity_label']} {row['year']}: {expected}",
        found=f"{row['value']:g}{beside}",
        advice="a sheet may have changed its unit, or a row may carry another state's figures",
    )


def _years_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Figures of financial years with `apart`: by what factor the sheet's middle figure is off the calendar years'."""
    local = frame.filter(_LOCAL & (pl.col("value") > 0)).with_columns(
        sheet=pl.col("locator").str.split("!").list.first(),
        units=pl.col("value")
        * pl.col("unit").replace_strict({unit: factor for unit, (_, factor) in CONVERSIONS.items()}),
    )
    calendar = local.filter(pl.col("year_basis") == "calendar").select("entity_label", "year", calendar_units="units")
    return (
        local.filter(pl.col("year_basis") == "fiscal")
        .join(calendar, on=["entity_label", "year"], maintain_order="left")
        .with_columns(ratio=(pl.col("units") / pl.col("calendar_units")).median())
        .with_columns(apart=pl.max_horizontal("ratio", 1 / pl.col("ratio")))
    )


def without_contradicted_zeros(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn a printed 0 into missing where another sheet prints spending for the same state and year.

    SIPRI prints 0 in Current US$ where it has no exchange rate (Korea, North 1986-2014, where footnote 57 says that
    "no figures are provided"; German Democratic Republic, Yugoslavia, Venezuela 2024), and for the year that a longer
    financial year swallows (Sweden 1996): 255 cells in either release. Zeros on which all sheets agree stay figures:
    Costa Rica, Iceland, Panama.
    """
    spending = _SPENDING & (pl.col("value") > 0)
    witness = pl.col("locator").filter(spending).first().over("entity_label", "year")
    contradicted = _SPENDING & (pl.col("value") == 0) & witness.is_not_null()
    return _withheld(frame, contradicted, pl.format("printed as 0, while {} prints spending", witness))


def with_true_currencies(frame: pl.DataFrame) -> pl.DataFrame:
    """Replace a printed currency by the ISO 4217 code of the one in which the figures stand.

    Croatia prints "Kunas" over figures in euros (converted at the euro's rate, 1949 to date), Liberia "Dollars" over
    US dollars (footnote 25), Zimbabwe "US dollars" over Zimbabwean ones from 2019 (beyond 2024 it is not known which:
    missing). Every other label stays as printed.
    Raises `ValueRefusedError` where figures printed as US dollars are not those of Current US$ and no footnote says so.
    """
    rates = _rates(frame)
    corrected = _relabelled(frame, _in_euros(rates), "EUR", "its figures convert at the euro's rate")
    corrected = _relabelled(corrected, _in_us_dollars(rates), "USD", "its figures are those of Current US$")
    for label, year in _not_in_us_dollars(rates).iter_rows():
        code, first, last = _QUOTED_IN[label]
        rows = (pl.col("entity_label") == label) & (pl.col("year") == year) & (pl.col("currency") == _US_DOLLARS)
        if first <= year <= last:
            corrected = _replaced(corrected, rows, code, "it is not the figure of Current US$")
        else:
            unknown = pl.lit("withheld: printed as US dollars, but not the figure of Current US$; currency unknown")
            corrected = _withheld(corrected, rows & pl.col("value").is_not_null(), unknown)
    return corrected


def _rates(frame: pl.DataFrame) -> pl.DataFrame:
    """Units of local currency per US dollar: entity_label, year, currency, locator, rate; where both sheets report."""
    to_million = pl.col("unit").replace_strict({unit: factor for unit, (_, factor) in CONVERSIONS.items()})
    local = frame.filter(_LOCAL & (pl.col("year_basis") == "calendar") & (pl.col("value") > 0))
    dollars = frame.filter(_CURRENT_US_DOLLARS & (pl.col("value") > 0)).select(
        "entity_label", "year", dollars_m="value"
    )
    return local.join(dollars, on=["entity_label", "year"], maintain_order="left").select(
        "entity_label", "year", "currency", "locator", rate=pl.col("value") * to_million / pl.col("dollars_m")
    )


def _in_euros(rates: pl.DataFrame) -> pl.DataFrame:
    """entity_label, currency of the rows that print another currency and convert at the euro's rate."""
    euro = rates.filter(pl.col("currency") == _EURO).group_by("year").agg(euro_rate=pl.col("rate").median())
    latest = rates.filter((pl.col("currency") != _EURO) & (pl.col("year") >= _EURO_SINCE)).filter(
        pl.col("year").rank("ordinal", descending=True).over("entity_label") <= _YEARS_OF_PROOF
    )
    return (
        latest.join(euro, on="year")
        .group_by("entity_label", "currency")
        .agg(years=pl.len(), apart=(pl.col("rate") / pl.col("euro_rate") - 1).abs().max())
        .filter((pl.col("years") == _YEARS_OF_PROOF) & (pl.col("apart") <= _SAME_RATE))
    )


def _in_us_dollars(rates: pl.DataFrame) -> pl.DataFrame:
    """entity_label, currency of the rows that print "Dollars" and are equal to Current US$ in every year."""
    return (
        rates.filter(pl.col("currency") == _SOME_DOLLARS)
        .group_by("entity_label", "currency")
        .agg(years=pl.len(), apart=(pl.col("rate") - 1).abs().max())
        .filter((pl.col("years") >= _YEARS_OF_PROOF) & (pl.col("apart") <= _SAME_RATE))
    )


def _not_in_us_dollars(rates: pl.DataFrame) -> pl.DataFrame:
    """entity_label, year of the figures printed as US dollars that are not those of Current US$."""
    apart = rates.filter((pl.col("currency") == _US_DOLLARS) & ((pl.col("rate") - 1).abs() > _SAME_RATE))
    unexplained = apart.filter(~pl.col("entity_label").is_in(list(_QUOTED_IN)))
    if not unexplained.is_empty():
        row = unexplained.row(0, named=True)
        raise ValueRefusedError(
            place=row["locator"],
            expected=f"{row['entity_label']} {row['year']} in US dollars, as printed and as in Current US$",
            found=f"{row['rate']:g} times the figure of Current US$",
            advice="read the footnotes on the currency; the unit of the sheet may have changed too",
        )
    return apart.select("entity_label", "year")


def _relabelled(frame: pl.DataFrame, rows: pl.DataFrame, code: str, reason: str) -> pl.DataFrame:
    for label, currency in rows.select("entity_label", "currency").iter_rows():
        frame = _replaced(frame, (pl.col("entity_label") == label) & (pl.col("currency") == currency), code, reason)
    return frame


def _replaced(frame: pl.DataFrame, rows: pl.Expr, code: str, reason: str) -> pl.DataFrame:
    explained = pl.format(f"printed as {{}}, read as {code}: {reason}", "currency")
    return frame.with_columns(
        currency=pl.when(rows).then(pl.lit(code)).otherwise(pl.col("currency")), note=_note_with(explained, rows)
    )


def _withheld(frame: pl.DataFrame, rows: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    return frame.with_columns(
        value=pl.when(rows).then(None).otherwise(pl.col("value")),
        availability=pl.when(rows).then(pl.lit("missing")).otherwise(pl.col("availability")),
        status=pl.when(rows).then(pl.lit("actual")).otherwise(pl.col("status")),
        flags=pl.when(rows).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col("flags")),
        note=_note_with(reason, rows),
    )


def _note_with(addition: pl.Expr, rows: pl.Expr) -> pl.Expr:
    whole = pl.concat_str(pl.col("note"), addition, separator="; ", ignore_nulls=True)
    return pl.when(rows).then(whole).otherwise(pl.col("note"))
