"""Schemas of the registers: columns, types, vocabularies and keys of each file of transforms/registers.

Belongs here: what a well-formed register looks like. Does not belong here: reading it (registers), the facts (CSV).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.vocabulary import FLAGS, INDICATORS, PRICE_BASES


@dataclass(frozen=True, slots=True)
class Schema:
    """Columns with their types, the key, and the columns that may be empty or may be absent.

    An Enum is a vocabulary: read, checked and returned as text. `period` names the two ends of a span of days or
    years; where its start is part of the key, two spans of the same thing may not overlap.
    """

    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...]
    may_be_empty: frozenset[str] = frozenset()
    may_be_absent: frozenset[str] = frozenset()
    period: tuple[str, str] | None = None


TEXT: Final = pl.String()
YEAR: Final = pl.Int16()
DATE: Final = pl.Date()
NUMBER: Final = pl.Float64()
TRUTH: Final = pl.Boolean()
_INDICATOR: Final = pl.Enum(INDICATORS)
_YEARS: Final = ("year_from", "year_to")
_DAYS: Final = ("valid_from", "valid_to")

SCHEMAS: Final[dict[str, Schema]] = {
    "groups": Schema(dict.fromkeys(("group_id", "name", "description", "citation"), TEXT), ("group_id",)),
    "memberships": Schema(
        {"group_id": TEXT, "iso3": TEXT, "member_from": DATE, "member_to": DATE, "citation": TEXT},
        ("group_id", "iso3", "member_from"),
        may_be_empty=frozenset({"member_to"}),
        period=("member_from", "member_to"),
    ),
    "guidelines": Schema(
        {
            "rule_id": TEXT,
            "title": TEXT,
            "threshold_pct": NUMBER,
            "comparison": pl.Enum(["at_least", "at_most_counted"]),
            "indicator": pl.Enum(
                ["defence_share_of_gdp", "equipment_share", "related_share_of_gdp", "total_share_of_gdp"]
            ),
            "adopted_on": DATE,
            "due_year": YEAR,
            "due_at_once": TRUTH,
            "related_counted_at_most_pct": NUMBER,
            "scope": TEXT,
            "kind": pl.Enum(["guideline", "decision", "proposal", "national_claim"]),
            "review_year": YEAR,
            "note": TEXT,
            "citation": TEXT,
        },
        ("rule_id",),
        may_be_empty=frozenset({"due_year", "related_counted_at_most_pct", "review_year", "note"}),
    ),
    "national_currencies": Schema(
        {
            "iso3": TEXT,
            "currency": TEXT,
            "valid_from": DATE,
            "valid_to": DATE,
            "irrevocable_rate": NUMBER,
            "citation": TEXT,
        },
        ("iso3", "valid_from"),
        may_be_empty=frozenset({"valid_to", "irrevocable_rate"}),
        period=_DAYS,
    ),
    "currency_labels": Schema(
        dict.fromkeys(("source", "label", "iso3", "currency", "note", "citation"), TEXT),
        ("source", "label", "iso3"),
        may_be_empty=frozenset({"iso3", "note"}),
    ),
    "not_applicable": Schema(
        {"source_id": TEXT, "iso3": TEXT, "indicator": _INDICATOR, "reason": TEXT, "citation": TEXT},
        ("source_id", "iso3", "indicator"),
    ),
    "breaks": Schema(
        {
            "break_id": TEXT,
            "source_id": TEXT,
            "entity": TEXT,
            "indicator": _INDICATOR,
            "year_from": YEAR,
            "year_to": YEAR,
            "edition_from": DATE,
            "flag": pl.Enum(FLAGS),
            "description": TEXT,
            "size_pp": NUMBER,
            "citation": TEXT,
        },
        ("break_id",),
        may_be_empty=frozenset({"indicator", "year_to", "edition_from", "size_pp"}),
        period=_YEARS,
    ),
    "national_plans": Schema(
        {
            "plan_id": TEXT,
            "iso3": TEXT,
            "year": YEAR,
            "planned_share_pct": NUMBER,
            "announced_on": DATE,
            "description": TEXT,
            "citation": TEXT,
        },
        ("plan_id",),
    ),
    "share_exceptions": Schema(
        {
            "exception_id": TEXT,
            "edition_id": TEXT,
            "entity": TEXT,
            "year_from": YEAR,
            "year_to": YEAR,
            "price_basis": pl.Enum([basis for basis in PRICE_BASES if basis != "none"]),
            "largest_difference_pp": NUMBER,
            "reason": TEXT,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("exception_id",),
        period=_YEARS,
    ),
    "corrections": Schema(
        {
            "correction_id": TEXT,
            "edition_id": TEXT,
            "indicator": _INDICATOR,
            "entity": TEXT,
            "year_from": YEAR,
            "year_to": YEAR,
            "action": pl.Enum(["withhold"]),
            "expect": TEXT,
            "reason": TEXT,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("correction_id",),
        period=_YEARS,
    ),
    "editions": Schema(
        {
            "edition_id": TEXT,
            "source_id": TEXT,
            "title": TEXT,
            "published_on": DATE,
            "cutoff_on": DATE,
            "url": TEXT,
            "definition": TEXT,
            "price_base_year": YEAR,
            "completeness": pl.Enum(["complete", "partial"]),
            "estimate_years": TEXT,
            "citation": TEXT,
            "note": TEXT,
        },
        ("edition_id",),
        may_be_empty=frozenset({"cutoff_on", "price_base_year", "estimate_years", "note"}),
    ),
    "edition_coverage": Schema(
        {
            "source_id": TEXT,
            "definition": TEXT,
            "indicator": _INDICATOR,
            "price_basis": pl.Enum(PRICE_BASES),
            "currency": TEXT,
            "group_id": TEXT,
            "economies": YEAR,
            "years": YEAR,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("source_id", "definition", "indicator", "price_basis", "currency"),
        may_be_empty=frozenset({"definition", "price_basis", "currency", "group_id", "economies"}),
    ),
    "withdrawn_editions": Schema(
        {"edition_id": TEXT, "withdrawn_on": DATE, "reason": TEXT, "citation": TEXT}, ("edition_id",)
    ),
    "revision_bounds": Schema(
        {
            "indicator": _INDICATOR,
            "measure": pl.Enum(["change", "change_pct"]),
            "largest": NUMBER,
            "reason": TEXT,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("indicator", "measure"),
    ),
    "yearly_change_bounds": Schema(
        {
            "source_id": TEXT,
            "indicator": _INDICATOR,
            "price_basis": pl.Enum(PRICE_BASES),
            "measure": pl.Enum(["change", "change_pct"]),
            "largest": NUMBER,
            "year_from": YEAR,
            "reason": TEXT,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("source_id", "indicator", "price_basis", "measure"),
    ),
    "ecb_yearly_rates": Schema(
        {"currency": TEXT, "year": YEAR, "units_per_eur": NUMBER, "days": YEAR, "citation": TEXT},
        ("currency", "year"),
    ),
    "imf_gdp_rates": Schema(
        {"iso3": TEXT, "year": YEAR, "units_per_usd": NUMBER, "stated_on": DATE, "citation": TEXT},
        ("iso3", "year"),
    ),
    "official_rates": Schema(
        {
            "currency": TEXT,
            "year_from": YEAR,
            "year_to": YEAR,
            "units": NUMBER,
            "per": pl.Enum(["EUR", "SGD", "USD", "ZAR"]),
            "citation": TEXT,
        },
        ("currency", "year_from"),
        period=_YEARS,
    ),
    "redenominations": Schema(
        {
            **dict.fromkeys(("iso3", "former_currency", "currency"), TEXT),
            "introduced_on": DATE,
            "former_units": NUMBER,
            "citation": TEXT,
        },
        ("iso3", "introduced_on"),
    ),
    "check_exceptions": Schema(
        {
            **dict.fromkeys(("exception_id", "check_id", "source_id", "edition_id", "entity"), TEXT),
            "indicator": _INDICATOR,
            "year_from": YEAR,
            "year_to": YEAR,
            "largest": NUMBER,
            "reason": TEXT,
            "citation": TEXT,
            "reviewed_on": DATE,
        },
        ("exception_id",),
        may_be_empty=frozenset({"edition_id"}),
        period=_YEARS,
    ),
    "sources": Schema(
        {
            **dict.fromkeys(("source_id", "name", "publisher", "homepage", "licence"), TEXT),
            "redistribution": pl.Enum(["public", "attribution", "credit_no_sale", "excerpt_below_10_pct"]),
            "release_windows": TEXT,
            "release_pattern": TEXT,
            "public_bundle": pl.Enum(["passed_on", "left_out"]),
            "public_bundle_reason": TEXT,
            "citation": TEXT,
        },
        ("source_id",),
    ),
    "outlook_model": Schema(
        {
            "parameter": TEXT,
            "value": NUMBER,
            "meaning": TEXT,
            "chosen_by": pl.Enum(["backtest", "fixed"]),
            "citation": TEXT,
        },
        ("parameter",),
    ),
    "outlook_regimes": Schema({"year_from": YEAR, "name": TEXT, "citation": TEXT}, ("year_from",)),
    "likelihood": Schema({"term": TEXT, "from_fraction": NUMBER, "citation": TEXT}, ("term",)),
    "countries_extra": Schema(
        {
            "iso3": TEXT,
            "iso2": TEXT,
            "iso_numeric": TEXT,
            "name": TEXT,
            "official_name": TEXT,
            "kind": pl.Enum(["historical_state", "other"]),
            "existed_from": DATE,
            "existed_to": DATE,
            "citation": TEXT,
        },
        ("iso3",),
        may_be_empty=frozenset({"iso2", "iso_numeric", "official_name", "existed_to"}),
        period=("existed_from", "existed_to"),
    ),
    "country_names": Schema(dict.fromkeys(("iso3", "name", "citation"), TEXT), ("iso3",)),
    "other_names": Schema(
        {
            "name": TEXT,
            "entity": TEXT,
            "origin": pl.Enum(["common", "former", "world_bank", "imf", "sipri", "eurostat"]),
            "citation": TEXT,
        },
        ("name", "entity"),
    ),
}
LABELS_SCHEMA: Final = Schema(
    {
        "source": TEXT,
        "label": TEXT,
        "entity": TEXT,
        "kind": pl.Enum(["aggregate", "country", "historical_state", "institution"]),
        "valid_from": DATE,
        "valid_to": DATE,
        "note": TEXT,
        "citation": TEXT,
    },
    ("label", "valid_from"),
    may_be_empty=frozenset({"valid_from", "valid_to", "note", "citation"}),
    may_be_absent=frozenset({"citation"}),
    period=_DAYS,
)
