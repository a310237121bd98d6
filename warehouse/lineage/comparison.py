"""Lineage of mart.definition_bridge, mart.benchmark and mart.benchmark_target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from warehouse.contracts.mart_comparison import BENCHMARK as BENCHMARK_TABLE
from warehouse.contracts.mart_comparison import DEFINITION_BRIDGE as BRIDGE_TABLE
from warehouse.contracts.mart_path import BENCHMARK_TARGET as TARGET_TABLE
from warehouse.lineage.model import Derivation, Input, Lineage, observed, over, same

_HERE: Final = same("entity", "year")


def _share(edition: str) -> Input:
    condition = f"{edition} AND i.price_basis IN ('current', 'constant')"
    return observed("defence_share_of_gdp", condition, key=_HERE)


def _spending(edition: str, currency: str, basis: str = "current") -> Input:
    condition = f"{edition} AND i.currency = '{currency}' AND i.price_basis = '{basis}'"
    return observed("defence_expenditure", condition, key=_HERE)


def _of_nato(currency: str) -> Input:
    """Spending of the members that NATO prints in euro and in US$."""
    other = "USD" if currency == "EUR" else "EUR"
    condition = f"""i.price_basis = 'current' AND i.currency = '{currency}' AND i.value > 0
        AND i.edition_id = (SELECT b.nato_edition_id FROM mart.definition_bridge AS b
          WHERE b.entity = i.entity AND b.year = i.year)
        AND EXISTS (
          SELECT 1 FROM core.observation AS o WHERE o.edition_id = i.edition_id AND o.entity = i.entity AND o.year = i.year
            AND o.indicator = i.indicator AND o.price_basis = i.price_basis AND o.currency = '{other}' AND o.value IS NOT NULL)"""
    return observed("defence_expenditure", condition, many=True, key="i.year = r.year")


_BRIDGE: Final = Lineage(BRIDGE_TABLE, {"in_usd": _of_nato("USD"), "in_eur": _of_nato("EUR")})
_IN_USD: Final = ("nato", "sipri", "world_bank")


def _edition(source: str) -> str:
    """The row names the edition, and of Eurostat the data set, that all its figures of a source come from."""
    dataset = " AND i.definition = r.eurostat_definition" if source == "eurostat" else ""
    return f"i.edition_id = r.{source}_edition_id{dataset} AND i.availability = 'reported'"


def _printed_by(source: str) -> Iterator[Derivation]:
    newest = f"the newest edition of {source} that prints it"
    yield _BRIDGE.having(share=_share(_edition(source))).of(f"{source}_share_pct", "share", newest)
    currency = "usd" if source in _IN_USD else "eur"
    spending = _spending(_edition(source), currency.upper())
    yield _BRIDGE.having(spending=spending).of(f"{source}_{currency}_m", "spending", newest)


def _difference(first: str, second: str) -> Derivation:
    formula = f"mart.difference_pp({first}_share_pct, {second}_share_pct)"
    return _BRIDGE.of(f"{first}_less_{second}_pp", formula)


DEFINITION_BRIDGE: Final = (
    *(found for source in (*_IN_USD, "eurostat") for found in _printed_by(source)),
    _difference("sipri", "nato"),
    _difference("eurostat", "nato"),
    _difference("world_bank", "sipri"),
    _BRIDGE.of("eurostat_usd_m", "eurostat_eur_m * eurostat_usd_per_eur"),
    _BRIDGE.of("eurostat_usd_per_eur", over("mart.implied_usd_per_eur(x, y)", "in_usd", "in_eur")),
)

_SIPRI: Final = "i.edition_id = r.edition_id AND i.availability = 'reported'"
_BENCHMARK: Final = Lineage(
    BENCHMARK_TABLE,
    {
        "share": _share(_SIPRI),
        "shares": Input("mart.benchmark.share_of_gdp_pct", same("year"), many=True),
    },
)
_NEWEST: Final = "the newest edition of SIPRI that prints it"
BENCHMARK: Final = (
    _BENCHMARK.of("share_of_gdp_pct", "share", _NEWEST),
    *(
        _BENCHMARK.having(spending=_spending(_SIPRI, "USD", basis)).of(
            f"expenditure_usd_{basis}_m", "spending", _NEWEST
        )
        for basis in ("current", "constant")
    ),
    _BENCHMARK.of("implied_gdp_usd_current_m", "mart.implied_gdp(expenditure_usd_current_m, share_of_gdp_pct)"),
    _BENCHMARK.of(
        "rank_in_year", "mart.rank_among(share_of_gdp_pct, shares)", "one more than the countries with a larger share"
    ),
)

_TARGET: Final = Lineage(TARGET_TABLE, {"share": Input("mart.benchmark.share_of_gdp_pct", _HERE)})
BENCHMARK_TARGET: Final = (
    _TARGET.of("share_of_gdp_pct", "share", "SIPRI's share"),
    _TARGET.of("gap_pp", "mart.gap_pp(share_of_gdp_pct, r.threshold_pct)"),
    *(
        _TARGET.having(spending=Input(f"mart.benchmark.expenditure_usd_{basis}_m", _HERE)).of(
            f"gap_usd_{basis}_m",
            "mart.gap_factor(share_of_gdp_pct, r.threshold_pct) * spending",
            "(threshold / share_of_gdp_pct - 1) * spending",
        )
        for basis in ("current", "constant")
    ),
)
