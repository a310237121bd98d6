"""Where SIPRI's sheets contradict each other: what one prints cannot be what another says it is.

Belongs here: comparison of the sheets of one workbook, once they are one raw frame. Does not belong here: reading
cells, currencies (`currencies`), and any comparison with another source or edition.

Cells that contradict another sheet are withheld; a sheet of which most figures do so has changed its unit, and refuses
the workbook. Counts are those of the workbooks of April 2024 and April 2025.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.errors import ValueRefusedError
from transforms.normalise.units import CONVERSIONS
from transforms.parse.sipri.findings import Findings

# Seychelles 1988 had 70 000 people, India 2024 1.44 billion; a scale of a thousand leaves these bounds.
_PEOPLE: Final = (5e4, 3e9)
# Half of the states have fewer than 9 million people; another scale of the sheet leaves these bounds.
_PEOPLE_OF_THE_MIDDLE: Final = (7e5, 1e8)
# Half of the states spend less than 2 % of GDP and 7 % of their budgets: 0.02 and 0.07 as fractions.
_HIGHEST_MEDIAN_SHARE: Final = 0.3
# The middle figure of financial years is the calendar year's own (most states' years are the same).
_YEARS_APART: Final = 2.0

SPENDING: Final = pl.col("indicator") == "defence_expenditure"
LOCAL: Final = SPENDING & (pl.col("currency") != "USD")
CURRENT_US_DOLLARS: Final = (
    SPENDING & (pl.col("currency") == "USD") & (pl.col("price_basis") == "current") & (pl.col("unit") == "million")
)
_A_POPULATION: Final = "dollars per head that imply a possible population, with the spending in Current US$"
_SHEET: Final = pl.col("locator").str.split("!").list.first()
_UNITS: Final = pl.col("unit").replace_strict({unit: factor for unit, (_, factor) in CONVERSIONS.items()})


def without_contradictions(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Test what the sheets of every edition must have in common; cells that do not fit are withheld.

    Dollars over dollars a head are a number of people, and a share or a figure a head is not 0 where there is spending.
    Obstacles: a sheet of shares that are no fractions, financial years in another scale than calendar years, a sheet
    of which most figures do not fit. (That constant prices are current ones in the base year is held by the checks of
    core.observation.)
    """
    dollars = frame.filter(CURRENT_US_DOLLARS & (pl.col("value") > 0)).select(
        "entity_label", "year", current_m="value", at="locator"
    )
    a_head = pl.col("indicator") == "defence_per_capita"
    judged = (
        frame.filter(((pl.col("unit") == "fraction") | a_head) & pl.col("value").is_not_null())
        .join(dollars, on=["entity_label", "year"], maintain_order="left")
        .with_columns(people=pl.when(a_head & (pl.col("value") > 0)).then(1e6 * pl.col("current_m") / pl.col("value")))
    )
    _prove_scales(frame, judged, findings)
    for broken, expected in (
        (pl.col("value") == 0, "more than 0 where there is spending"),
        (~pl.col("people").is_between(*_PEOPLE), _A_POPULATION),
    ):
        frame = _without(frame, judged, broken, expected, findings)
    return frame


def _without(
    frame: pl.DataFrame, judged: pl.DataFrame, broken: pl.Expr, expected: str, findings: Findings
) -> pl.DataFrame:
    checked = judged.group_by(sheet=_SHEET).len("cells")
    found = judged.filter(broken).with_columns(sheet=_SHEET).join(checked, on="sheet", maintain_order="left")
    for (_,), rows in found.group_by("sheet", maintain_order=True):
        first = rows.row(0, named=True)
        compared = f"{first['value']:g}, with {first['current_m']:g} at {first['at']}"
        if 2 * rows.height > first["cells"]:
            findings.obstacles.add(
                ValueRefusedError(
                    place=first["locator"],
                    expected=f"{first['entity_label']} {first['year']}: {expected}",
                    found=f"{compared}, and the like in {rows.height} of {first['cells']} cells of the sheet",
                    advice="the sheet may have changed its unit, or its rows may carry other states' figures",
                )
            )
            continue
        for row in rows.iter_rows(named=True):
            findings.notice(f"Withheld, expected {expected}", f"{row['entity_label']} {row['year']}", row["locator"])
        concerned = pl.col("locator").is_in(rows["locator"].implode())
        frame = withheld(frame, concerned, pl.format(f"withheld: printed as {{}}, expected {expected}", "value"))
    return frame


def _prove_scales(frame: pl.DataFrame, judged: pl.DataFrame, findings: Findings) -> None:
    shares = frame.filter((pl.col("unit") == "fraction") & pl.col("value").is_not_null())
    middle = pl.col("value").median().over(_SHEET)
    people = judged.filter(pl.col("people").is_not_null())
    for rows, broken, expected in (
        (shares, middle > _HIGHEST_MEDIAN_SHARE, "a sheet of fractions, not of percent"),
        (people, ~pl.col("people").median().is_between(*_PEOPLE_OF_THE_MIDDLE), _A_POPULATION),
        (_years_apart(frame), pl.col("apart") > _YEARS_APART, "the scale of the calendar years"),
    ):
        for row in rows.filter(broken).unique(_SHEET, keep="first", maintain_order=True).iter_rows(named=True):
            findings.obstacles.add(
                ValueRefusedError(
                    place=row["locator"],
                    expected=f"{row['entity_label']} {row['year']}: {expected}",
                    found=f"{row['value']:g}, and the like in the whole sheet",
                    advice="the sheet may have changed its unit",
                )
            )


def _years_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Figures of financial years with `apart`: by what factor the sheet's middle figure is off the calendar years'."""
    local = frame.filter(LOCAL & (pl.col("value") > 0)).with_columns(units=pl.col("value") * _UNITS)
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
    of_a_year = ["entity_label", "year"]
    spending = frame.filter(SPENDING & (pl.col("value") > 0)).unique(of_a_year, keep="first", maintain_order=True)
    zeros = frame.filter(SPENDING & (pl.col("value") == 0)).join(spending, on=of_a_year, suffix="_of_spending")
    witness = pl.col("locator").replace_strict(zeros["locator"], zeros["locator_of_spending"], default=None)
    return withheld(frame, witness.is_not_null(), pl.format("printed as 0, while {} prints spending", witness))


def rates(frame: pl.DataFrame) -> pl.DataFrame:
    """Units of local currency per US dollar: entity_label, year, currency, locator, rate; where both sheets report."""
    local = frame.filter(LOCAL & (pl.col("year_basis") == "calendar") & (pl.col("value") > 0))
    dollars = frame.filter(CURRENT_US_DOLLARS & (pl.col("value") > 0)).select("entity_label", "year", dollars_m="value")
    return local.join(dollars, on=["entity_label", "year"], maintain_order="left").select(
        "entity_label", "year", "currency", "locator", rate=pl.col("value") * _UNITS / pl.col("dollars_m")
    )


def withheld(frame: pl.DataFrame, rows: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    """The frame with the values of `rows` taken out: missing, without status and flags, `reason` in the note."""
    return frame.with_columns(
        value=pl.when(rows).then(None).otherwise(pl.col("value")),
        availability=pl.when(rows).then(pl.lit("missing")).otherwise(pl.col("availability")),
        status=pl.when(rows).then(pl.lit("actual")).otherwise(pl.col("status")),
        flags=pl.when(rows).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col("flags")),
        note=note_with(reason, rows),
    )


def note_with(addition: pl.Expr, rows: pl.Expr) -> pl.Expr:
    """The note column, with `addition` behind what it holds in `rows`."""
    whole = pl.concat_str(pl.col("note"), addition, separator="; ", ignore_nulls=True)
    return pl.when(rows).then(whole).otherwise(pl.col("note"))
