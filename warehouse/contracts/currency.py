"""Contracts of official exchange rates, of redenominations, and of what they prove of the currencies of the editions.

Belongs here: rates by year, the currencies that followed one another, and which series are at which rate. Does not
belong here: currencies by country and day (reference), bounds on single rates (warehouse/checks).
"""

from __future__ import annotations

from typing import Final

from transforms.normalise.currency_proof import CONSEQUENCES, FINDINGS
from transforms.normalise.exchange_rates import EVIDENCE
from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.model import Column, Table
from warehouse.contracts.reference import OPEN_DATA
from warehouse.contracts.registers import Facts, columns_of

_CODE: Final = r"^[A-Z]{3}$"

REDENOMINATION: Final = Table(
    schema="core",
    name="redenomination",
    description="Currencies that replaced another of the same country, the euro included, and how many units of the former made one.",
    grain=("iso3", "currency"),
    columns=columns_of(
        "redenominations",
        {
            "former_currency": Facts("Code of the currency that was replaced.", pattern=_CODE),
            "currency": Facts("Code of the currency that replaced it.", pattern=_CODE),
            "introduced_on": "First day of the new currency.",
            "former_units": Facts("Units of the former currency for one of the new.", unit="former per new", minimum=0),
        },
    ),
    source="central banks and ISO 4217; European Commission for the euro",
    licence=OPEN_DATA,
)

OFFICIAL_RATE: Final = Table(
    schema="core",
    name="official_rate",
    description="Exchange rates to the US dollar by year, by what vouches for them: a check on currencies, never an input to a figure.",
    grain=("evidence", "entity", "currency", "year"),
    columns=(
        Column(
            "evidence",
            "VARCHAR",
            "ECB's yearly means, cited parities and rates, or the rate at which the IMF converts GDP (no official rate where a country has several).",
            values=tuple(name for name in EVIDENCE if name != "world_bank"),
        ),
        Column(
            "entity",
            "VARCHAR",
            "Country whose currency of `stated_on` it is; null for a rate of a currency.",
            nullable=True,
            pattern=_CODE,
        ),
        Column("currency", "VARCHAR", "ISO 4217 code; null for a rate of a country.", nullable=True, pattern=_CODE),
        Column(
            "stated_on",
            "DATE",
            "Day in whose currency the whole history is stated; null for a rate of a currency.",
            nullable=True,
        ),
        shared.YEAR,
        Column(
            "units_per_usd",
            "DOUBLE",
            "Units of the currency for one US dollar, mean of the year.",
            unit="currency per USD",
            minimum=0,
        ),
        shared.CITATION,
    ),
    source="ECB; IMF, World Economic Outlook; central banks, cited by row",
    licence="free with citation of the source",
)

PROOF: Final = Table(
    schema="core",
    name="currency_proof",
    description="Which currency the money of each edition is in: the rates that it implies beside official ones, in runs of years with one finding.",
    grain=("edition_id", "entity", "currency", "year_from"),
    columns=(
        shared.EDITION_ID,
        shared.SOURCE_ID,
        shared.ENTITY,
        Column("currency", "VARCHAR", "Code of the label that the source prints.", pattern=_CODE),
        Column("year_from", "SMALLINT", "First year of the run."),
        Column("year_to", "SMALLINT", "Last year of the run."),
        Column("years", "INTEGER", "Years of the run that imply a rate.", unit="years", minimum=1),
        Column(
            "finding",
            "VARCHAR",
            "At the official rate, at that of another currency of the country, at a power of ten of it, at none, or no official rate is held.",
            values=FINDINGS,
        ),
        Column(
            "multiple",
            "DOUBLE",
            "What the implied rate is of the official one: 1, a power of ten, units of one currency for another; null for `other` and `not_proven`.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "currency_found",
            "VARCHAR",
            "Currency at whose official rate the money is; null where it is at none.",
            nullable=True,
            pattern=_CODE,
        ),
        Column(
            "ratio_median",
            "DOUBLE",
            "Implied over official rate, median of the run; null without one.",
            nullable=True,
            minimum=0,
        ),
        Column("ratio_smallest", "DOUBLE", "Smallest of the run.", nullable=True, minimum=0),
        Column("ratio_largest", "DOUBLE", "Largest of the run.", nullable=True, minimum=0),
        Column(
            "evidence",
            "VARCHAR[]",
            "What vouches for the official rates: world_bank (PA.NUS.FCRF), ecb, cited, imf_gdp.",
        ),
        Column(
            "consequence",
            "VARCHAR",
            "What followed for the money of the run in core.observation: accepted, read as currency_found, withheld, or accepted without proof.",
            values=CONSEQUENCES,
        ),
        Column(
            "years_tested",
            "INTEGER",
            "Years of the whole series for which an official rate is held.",
            unit="years",
            minimum=0,
        ),
        Column("years_alike", "INTEGER", "Years of the series at its commonest multiple.", unit="years", minimum=0),
        Column("statement", "VARCHAR", "The finding in one sentence."),
    ),
    source="the editions in core.edition; core.official_rate, core.redenomination, the World Bank's PA.NUS.FCRF where held",
    licence="by source, see core.edition.licence",
    reads=("core.edition", "core.observation", "core.official_rate"),
    joins=("core.observation",),
    expectations=checks_of("core.currency_proof"),
    caveats=(
        "`accepted` is by the official rate in at least half of the tested years; the runs name the years at other rates. `not_proven` is neither: no official rate is held, or too few years agree.",
        "imf_gdp is the rate at which GDP is converted; where a country has several rates it need not be the official one (Sudan 1990 and 1991).",
    ),
    may_be_empty=True,
)

REGISTERS: Final = (REDENOMINATION, OFFICIAL_RATE)
