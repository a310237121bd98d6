"""Contracts of the marts that set definitions, and countries outside the Alliance, side by side.

Belongs here: what is compared and never mixed. Does not belong here: compliance, which is NATO's definition alone.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.model import Column, Table

_BY_SOURCE: Final = "by source, see core.edition.licence"
_NEWEST: Final = "newest edition that prints it"


def _edition_of(source: str) -> Column:
    return Column(
        f"{source}_edition_id", "VARCHAR", f"Edition of the {source} figures; null without any.", nullable=True
    )


def _share_of(source: str, wording: str) -> Column:
    return Column(
        f"{source}_share_pct",
        "DOUBLE",
        wording,
        unit="percent of GDP",
        nullable=True,
        minimum=0,
    )


def _difference(first: str, second: str) -> Column:
    return Column(f"{first}_less_{second}_pp", "DOUBLE", f"{first} less {second}.", unit="pp", nullable=True)


def _usd_of(source: str, wording: str) -> Column:
    return Column(f"{source}_usd_m", "DOUBLE", wording, unit="million US$", nullable=True, minimum=0)


DEFINITION_BRIDGE: Final = Table(
    schema="mart",
    name="definition_bridge",
    description="The same country and year under four definitions, each from the newest edition of its source.",
    grain=("entity", "year"),
    columns=(
        shared.ENTITY,
        shared.YEAR,
        _share_of("nato", "NATO's definition, of real GDP."),
        _share_of("sipri", "SIPRI's definition, of nominal GDP."),
        _share_of(
            "eurostat",
            "National accounts (COFOG or gov_ev), accrual on delivery, no pensions; printed with one decimal.",
        ),
        _share_of("world_bank", "Republished from SIPRI: no independent confirmation."),
        _difference("sipri", "nato"),
        _difference("eurostat", "nato"),
        _difference("world_bank", "sipri"),
        _usd_of("nato", "NATO's definition, current prices and exchange rates."),
        _usd_of("sipri", "SIPRI's definition, current prices and exchange rates."),
        Column("eurostat_eur_m", "DOUBLE", "National accounts, current prices.", unit="million EUR", nullable=True),
        _usd_of("eurostat", "The same at eurostat_usd_per_eur."),
        Column(
            "eurostat_usd_per_eur",
            "DOUBLE",
            "Rate that NATO's own tables of that year imply (median of the euro members).",
            unit="US$ per EUR",
            nullable=True,
        ),
        _usd_of("world_bank", "Republished from SIPRI, current prices and exchange rates."),
        *(_edition_of(source) for source in ("nato", "sipri", "eurostat", "world_bank")),
        Column(
            "world_bank_derived_from",
            "VARCHAR",
            "Source that the World Bank republishes.",
            nullable=True,
            values=shared.SOURCES,
        ),
        shared.FLAGS,
        Column("eurostat_definition", "VARCHAR", "Which of Eurostat's data sets the figures are of.", nullable=True),
        shared.BREAK_IDS,
    ),
    source="core.observation, " + _NEWEST,
    licence=_BY_SOURCE,
    reads=("core.observation", "core.country"),
    sql="definition_bridge.sql",
    expectations=checks_of("mart.definition_bridge"),
    caveats=(
        "Side by side, never summed, averaged or filled from one another.",
        "All figures of a source in a row come from the edition that the row names: money is null where the edition that prints the share prints none.",
    ),
)

BENCHMARK: Final = Table(
    schema="mart",
    name="benchmark",
    description="Allies, Indo-Pacific partners, China, Russia, Ukraine and North Korea on SIPRI's definition: a benchmark, never compliance.",
    grain=("entity", "year"),
    columns=(
        shared.ENTITY,
        shared.YEAR,
        Column(
            "group_id",
            "VARCHAR",
            "NATO for a member of the year, IP4 for a partner; null for the others.",
            nullable=True,
            values=("NATO", "IP4"),
        ),
        Column(
            "share_of_gdp_pct",
            "DOUBLE",
            "SIPRI's share of nominal GDP.",
            unit="percent of GDP",
            nullable=True,
            minimum=0,
        ),
        Column(
            "availability",
            "VARCHAR",
            "Whether SIPRI gives a share; what it does not give is not_reported, never 0.",
            values=("reported", "not_reported", "not_applicable", "did_not_exist"),
        ),
        Column("rank_in_year", "INTEGER", "Rank by share among the countries of the table.", nullable=True, minimum=1),
        Column(
            "expenditure_usd_current_m",
            "DOUBLE",
            "Spending at current prices and exchange rates.",
            unit="million US$",
            nullable=True,
            minimum=0,
        ),
        Column(
            "expenditure_usd_constant_m",
            "DOUBLE",
            "Spending at prices and exchange rates of base_year.",
            unit="million US$ of base_year",
            nullable=True,
            minimum=0,
        ),
        shared.BASE_YEAR,
        Column(
            "implied_gdp_usd_current_m",
            "DOUBLE",
            "GDP that SIPRI's own ratio implies.",
            unit="million US$",
            nullable=True,
            minimum=0,
        ),
        shared.EDITION_ID,
        shared.FLAGS,
        Column("note", "VARCHAR", "SIPRI's footnotes, or that it gives no figure.", nullable=True),
        shared.BREAK_IDS,
    ),
    source="core.observation (SIPRI), " + _NEWEST,
    licence="SIPRI: non-commercial excerpts below 10 % of the data set, with citation",
    reads=("core.observation", "core.membership"),
    sql="benchmark.sql",
    expectations=checks_of("mart.benchmark"),
    caveats=("SIPRI's definition is not NATO's: no row is a verdict under any rule.",),
)

TABLES: Final = (DEFINITION_BRIDGE, BENCHMARK)
