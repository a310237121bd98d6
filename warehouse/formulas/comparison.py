"""Formulas of mart.definition_bridge, mart.benchmark and mart.benchmark_target. Source: METRICS, sections 2 and 6.

Belongs here: figures of several sources side by side. Does not belong here: compliance, which is NATO's alone.
"""

from __future__ import annotations

from typing import Final

from warehouse.formulas.model import Formula, Input, observed, own, same

_HERE: Final = same("entity", "year")
_BRIDGE: Final = "mart.definition_bridge"
_BENCHMARK: Final = "mart.benchmark"
_GRAIN: Final = ("entity", "year")


def _edition(source: str) -> str:
    """The row names the edition, and of Eurostat the data set, that all its figures of a source come from."""
    dataset = " AND i.definition = r.eurostat_definition" if source == "eurostat" else ""
    return f"i.edition_id = r.{source}_edition_id{dataset} AND i.availability = 'reported'"


def _share(edition: str) -> Input:
    condition = f"{edition} AND i.price_basis IN ('current', 'constant')"
    return observed("share", "defence_share_of_gdp", condition, key=_HERE)


def _spending(edition: str, currency: str, basis: str = "current") -> Input:
    condition = f"{edition} AND i.currency = '{currency}' AND i.price_basis = '{basis}'"
    return observed("spending", "defence_expenditure", condition, key=_HERE)


def _difference(first: str, second: str) -> Formula:
    inputs = tuple(own(f"{source}_share_pct", _BRIDGE, _GRAIN) for source in (first, second))
    return Formula(f"{first}_less_{second}_pp", f"{first}_share_pct - {second}_share_pct", inputs)


def _euro(name: str, currency: str) -> Input:
    """Spending of the members that NATO prints in euro and in US$."""
    other = "USD" if currency == "EUR" else "EUR"
    condition = f"""i.price_basis = 'current' AND i.currency = '{currency}' AND i.value > 0
        AND i.edition_id = (SELECT b.nato_edition_id FROM mart.definition_bridge AS b
          WHERE b.entity = i.entity AND b.year = i.year)
        AND EXISTS (
          SELECT 1 FROM core.observation AS o WHERE o.edition_id = i.edition_id AND o.entity = i.entity AND o.year = i.year
            AND o.indicator = i.indicator AND o.price_basis = i.price_basis AND o.currency = '{other}' AND o.value IS NOT NULL)"""
    return observed(name, "defence_expenditure", condition, many=True, key="i.year = r.year")


DEFINITION_BRIDGE: Final = (
    *(
        Formula(
            f"{source}_share_pct",
            "share",
            (_share(_edition(source)),),
            f"the newest edition of {source} that prints it",
        )
        for source in ("nato", "sipri", "eurostat", "world_bank")
    ),
    _difference("sipri", "nato"),
    _difference("eurostat", "nato"),
    _difference("world_bank", "sipri"),
    *(
        Formula(
            f"{source}_usd_m",
            "spending",
            (_spending(_edition(source), "USD"),),
            f"the newest edition of {source} that prints it",
        )
        for source in ("nato", "sipri", "world_bank")
    ),
    Formula("eurostat_eur_m", "spending", (_spending(_edition("eurostat"), "EUR"),), "the newest edition of eurostat"),
    Formula(
        "eurostat_usd_m",
        "eurostat_eur_m * eurostat_usd_per_eur",
        (own("eurostat_eur_m", _BRIDGE, _GRAIN), own("eurostat_usd_per_eur", _BRIDGE, _GRAIN)),
    ),
    Formula(
        "eurostat_usd_per_eur",
        "list_aggregate(list_transform(list_zip(in_usd, in_eur), lambda x: x[1] / x[2]), 'median')",
        (_euro("in_usd", "USD"), _euro("in_eur", "EUR")),
        "median of spending in US$ over spending in euro, of the members that NATO prints in both",
    ),
)

_SIPRI: Final = "i.edition_id = r.edition_id AND i.availability = 'reported'"
_NEWEST_SHARE: Final = "the newest edition of SIPRI that prints it"
BENCHMARK: Final = (
    Formula("share_of_gdp_pct", "share", (_share(_SIPRI),), _NEWEST_SHARE),
    Formula("expenditure_usd_current_m", "spending", (_spending(_SIPRI, "USD"),), _NEWEST_SHARE),
    Formula("expenditure_usd_constant_m", "spending", (_spending(_SIPRI, "USD", "constant"),), _NEWEST_SHARE),
    Formula(
        "implied_gdp_usd_current_m",
        "100 * expenditure_usd_current_m / nullif(share_of_gdp_pct, 0)",
        (own("expenditure_usd_current_m", _BENCHMARK, _GRAIN), own("share_of_gdp_pct", _BENCHMARK, _GRAIN)),
    ),
    Formula(
        "rank_in_year",
        "CASE WHEN share IS NOT NULL THEN 1 + len(list_filter(shares, lambda x: x > share)) END",
        (
            own("share", _BENCHMARK, _GRAIN, "share_of_gdp_pct"),
            Input("shares", _BENCHMARK, "share_of_gdp_pct", same("year"), many=True),
        ),
        "one more than the countries with a larger share",
    ),
)

_OF_BENCHMARK: Final = same(*_GRAIN)
_TARGET_GRAIN: Final = ("entity", "year", "threshold_pct")


def _target_gap(basis: str) -> Formula:
    spending = f"expenditure_usd_{basis}_m"
    return Formula(
        f"gap_usd_{basis}_m",
        "(r.threshold_pct / nullif(share_of_gdp_pct, 0) - 1) * spending",
        (
            own("share_of_gdp_pct", "mart.benchmark_target", _TARGET_GRAIN),
            Input("spending", _BENCHMARK, spending, _OF_BENCHMARK),
        ),
        "(threshold / share_of_gdp_pct - 1) * spending",
    )


BENCHMARK_TARGET: Final = (
    Formula(
        "share_of_gdp_pct", "share", (Input("share", _BENCHMARK, "share_of_gdp_pct", _OF_BENCHMARK),), "SIPRI's share"
    ),
    Formula(
        "gap_pp",
        "r.threshold_pct - share_of_gdp_pct",
        (own("share_of_gdp_pct", "mart.benchmark_target", _TARGET_GRAIN),),
        "threshold - share_of_gdp_pct",
    ),
    _target_gap("current"),
    _target_gap("constant"),
)
