"""Official exchange rates by year, and the currencies that a country has had, in one another.

Rates are a check on currencies and years, never an input to a figure.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from transforms.registers.reader import (
    ecb_yearly_rates,
    imf_gdp_rates,
    national_currencies,
    official_rates,
    redenominations,
)

# A rate is of a currency, or of a country in the currency that it had on `stated_on`: sources restate the whole history
# in that one. `evidence` names its authority.
RATE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "evidence": pl.String(),
    "entity": pl.String(),
    "currency": pl.String(),
    "stated_on": pl.Date(),
    "year": pl.Int16(),
    "units_per_usd": pl.Float64(),
    "citation": pl.String(),
}
# The first that holds a rate is the measure: official rates before the rates at which GDP is converted, which follow
# parallel markets where a country has several.
EVIDENCE: Final = ("world_bank", "ecb", "cited", "imf_gdp")


@cache
def rates_of_the_registers() -> pl.DataFrame:
    """Every rate of the registers, in RATE_SCHEMA: `units_per_usd` of `currency`, or of the currency of `entity`."""
    ecb = _ecb()
    return pl.concat([ecb, _cited(ecb), _imf()])


def rates_of_the_world_bank(observations: pl.LazyFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """The newest official rates (PA.NUS.FCRF) among rows of core.observation, in RATE_SCHEMA; none if none are held."""
    held = observations.filter(
        (pl.col("source_id") == "world_bank")
        & (pl.col("indicator") == "exchange_rate")
        & (pl.col("availability") == "reported")
    ).collect()
    newest = (
        held.join(editions.select("edition_id", "vintage_seq", "published_on"), on="edition_id")
        .sort("vintage_seq")
        .unique(["entity", "year"], keep="last", maintain_order=True)
    )
    return newest.select(
        evidence=pl.lit("world_bank"),
        entity="entity",
        currency=pl.lit(None, pl.String),
        stated_on="published_on",
        year="year",
        units_per_usd="value",
        citation=pl.format("World Bank, World Development Indicators, PA.NUS.FCRF ({})", "edition_id"),
    ).cast(pl.Schema(RATE_SCHEMA))


@cache
def successions() -> pl.DataFrame:
    """Currencies that replaced another of the same country: redenominations, and the euro at its irrevocable rates."""
    euro = (
        national_currencies()
        .sort("iso3", "valid_from")
        .with_columns(former_currency=pl.col("currency").shift(1).over("iso3"))
        .filter(pl.col("irrevocable_rate").is_not_null())
        .rename({"valid_from": "introduced_on", "irrevocable_rate": "former_units"})
    )
    columns = redenominations().columns
    return pl.concat([redenominations(), euro.select(columns)]).sort("iso3", "introduced_on")


@cache
def currency_links() -> pl.DataFrame:
    """The currencies that countries have had: entity, currency, introduced_on, units.

    `units`: how many units of the country's oldest listed currency make one. The oldest has no day.
    """
    later = successions().select(
        "currency", "introduced_on", entity="iso3", units=pl.col("former_units").cum_prod().over("iso3")
    )
    oldest = successions().unique("iso3", keep="first", maintain_order=True)
    first = oldest.select(
        currency="former_currency", introduced_on=pl.lit(None, pl.Date), entity="iso3", units=pl.lit(1.0)
    )
    return pl.concat([first, later]).sort("entity", "introduced_on", nulls_last=False)


def _ecb() -> pl.DataFrame:
    rates = ecb_yearly_rates()
    euro = rates.filter(pl.col("currency") == "USD").select("year", "citation", usd_per_eur="units_per_eur")
    others = rates.filter(pl.col("currency") != "USD").join(euro.drop("citation"), on="year")
    both = pl.concat(
        [
            others.select(
                "currency", "year", "citation", units_per_usd=pl.col("units_per_eur") / pl.col("usd_per_eur")
            ),
            euro.select(pl.lit("EUR").alias("currency"), "year", "citation", units_per_usd=1 / pl.col("usd_per_eur")),
        ]
    )
    return _in_schema(both, "ecb")


def _cited(ecb: pl.DataFrame) -> pl.DataFrame:
    """Parities by year; those with the euro, the rand or the Singapore dollar through the ECB's rates."""
    yearly = (
        official_rates()
        .with_columns(year=pl.int_ranges("year_from", pl.col("year_to") + 1))
        .explode("year", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.col("year").cast(pl.Int16))
        .join(ecb.select("year", per="currency", per_usd="units_per_usd"), on=["per", "year"], how="left")
        .with_columns(per_usd=pl.when(pl.col("per") == "USD").then(1.0).otherwise(pl.col("per_usd")))
    )
    rates = yearly.select("currency", "year", "citation", units_per_usd=pl.col("units") * pl.col("per_usd"))
    return _in_schema(rates.drop_nulls("units_per_usd"), "cited")


def _imf() -> pl.DataFrame:
    return _in_schema(imf_gdp_rates().rename({"iso3": "entity"}), "imf_gdp")


def _in_schema(rates: pl.DataFrame, evidence: str) -> pl.DataFrame:
    absent = [pl.lit(None, kind).alias(name) for name, kind in RATE_SCHEMA.items() if name not in rates.columns]
    return (
        rates.with_columns(absent)
        .with_columns(evidence=pl.lit(evidence))
        .select(list(RATE_SCHEMA))
        .cast(pl.Schema(RATE_SCHEMA))
    )
