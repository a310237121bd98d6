"""The rows of the two registers of yearly rates, made from the files of the ECB and the IMF.

Belongs here: which currencies and years the registers hold. Does not belong here: reading the sources' files
(transforms.parse), reading the registers (transforms.registers.reader).

The rates are a check on currencies and years, never an input to a figure.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from transforms.parse.ecb import parse_reference_rates, yearly_means
from transforms.parse.imf.database import parse_gdp_rates
from transforms.registers.reader import labels

FIRST_YEAR: Final = 1999  # the first of the euro
_ECB: Final = "ECB, euro foreign exchange reference rates (eurofxref-hist), mean over the year's quoted days"
_IMF: Final = "IMF, World Economic Outlook, {edition:%B %Y}: NGDP over NGDPD"


def register_of_yearly_rates(payload: bytes) -> pl.DataFrame:
    """The rows of ecb_yearly_rates.csv from the ECB's file: every currency that it quotes."""
    means = yearly_means(parse_reference_rates(payload)).filter(pl.col("year") >= FIRST_YEAR)
    return means.with_columns(pl.col("units_per_eur").round(6), citation=pl.lit(_ECB))


def register_of_gdp_rates(payload: bytes, stated_on: dt.date) -> pl.DataFrame:
    """The rows of imf_gdp_rates.csv from the whole database: the countries on which SIPRI reports.

    `stated_on` is the day of publication, in whose currency the IMF restates the whole history.
    """
    reported = labels("sipri").filter(pl.col("kind") == "country")["entity"].unique()
    kept = parse_gdp_rates(payload).filter(pl.col("iso3").is_in(reported.implode()))
    return kept.sort("iso3", "year").with_columns(
        pl.col("units_per_usd").round_sig_figs(7),
        stated_on=pl.lit(stated_on),
        citation=pl.lit(_IMF.format(edition=stated_on)),
    )
