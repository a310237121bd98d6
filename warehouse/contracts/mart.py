"""Contracts of `mart`: the metrics that downstream tools query. Each is one SQL file under warehouse/marts/.

Belongs here: what a metric holds and which laws it keeps. Does not belong here: how it is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from transforms import vocabulary
from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.model import Column, Table

DERIVED: Final = "derived from NATO's figures; credit NATO, not to be sold or used in advertising"

_FACTOR: Final = "spending times (threshold / recomputed_value - 1), since NATO's share is a ratio of constant prices; of a rule on equipment, spending times (threshold - value) / 100; 0 at the threshold as printed"
_BOUNDS: Final = {
    "least": "if the most that related spending may count is counted whole",
    "most": "if no related spending is counted",
}
_GAP_UNITS: Final = {
    "pp": "pp",
    "national_currency_m": "million of currency",
    "usd_current_m": "million US$",
    "usd_constant_m": "million US$ of base_year",
}


def _range_of_gaps() -> Iterator[Column]:
    """The related leg of a total is in no table: its gap has a least and a most; of other rules both are the gap."""
    for unit_name, unit in _GAP_UNITS.items():
        for bound, wording in _BOUNDS.items():
            text = f"The {bound} that is missing to the threshold: {wording}; equal to gap_{unit_name} for a rule that is not on a total."
            yield Column(f"gap_{bound}_{unit_name}", "DOUBLE", text, unit=unit, nullable=True)


COMPLIANCE: Final = Table(
    schema="mart",
    name="compliance",
    description="Verdict and gap of every Ally under every rule, in every year of every edition of NATO.",
    grain=("rule_id", "edition_id", "entity", "year"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        shared.ENTITY,
        shared.YEAR,
        Column(
            "value",
            "DOUBLE",
            "Published figure that the rule is measured on; for a total share the core share where it alone reaches the threshold.",
            unit="percent",
            nullable=True,
        ),
        Column("threshold", "DOUBLE", "Threshold of the rule.", unit="percent"),
        Column(
            "verdict",
            "VARCHAR",
            "The published figure decides; no figure is `not_reported`, no forces or no membership `not_applicable`.",
            values=shared.VERDICTS,
        ),
        Column("margin_pp", "DOUBLE", "Value less threshold.", unit="pp", nullable=True),
        Column(
            "recomputed_value",
            "DOUBLE",
            "Spending over GDP of the same edition in constant prices, which is how NATO computes its share.",
            unit="percent",
            nullable=True,
        ),
        Column(
            "rounding_sensitive",
            "BOOLEAN",
            "The published or the recomputed figure lies within 0.005 of the threshold, or they fall on different sides of it.",
            nullable=True,
        ),
        Column("in_force", "BOOLEAN", "The year is not before the year of adoption."),
        Column("due", "BOOLEAN", "The rule is due in the year."),
        Column(
            "gap_pp",
            "DOUBLE",
            "Threshold less value: positive is missing, negative is above.",
            unit="pp",
            nullable=True,
        ),
        Column(
            "gap_national_currency_m",
            "DOUBLE",
            f"Spending missing to the threshold at current prices, negative above it: {_FACTOR}.",
            unit="million of currency",
            nullable=True,
        ),
        Column("currency", "VARCHAR", "National currency of the edition.", nullable=True, pattern=r"^[A-Z]{3}$"),
        Column(
            "gap_usd_current_m",
            "DOUBLE",
            "The same in US dollars at current prices and exchange rates.",
            unit="million US$",
            nullable=True,
        ),
        Column(
            "gap_usd_constant_m",
            "DOUBLE",
            "The same in US dollars of base_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        *_range_of_gaps(),
        shared.BASE_YEAR,
        Column(
            "status",
            "VARCHAR",
            "Status of the published share that value and gaps are based on; null without one.",
            values=vocabulary.STATUSES,
            nullable=True,
        ),
        shared.FLAGS,
        shared.BREAK_IDS,
    ),
    source="core.observation (NATO), core.guideline, core.membership",
    licence=DERIVED,
    reads=("core.observation", "core.guideline", "core.membership"),
    sql="compliance.sql",
    joins=("core.guideline",),
    expectations=checks_of("mart.compliance"),
    caveats=(
        "A gap in money is one factor times spending, on every price basis: it agrees with the gap in points, not with nominal GDP.",
        "An edition without figures at constant prices has no gaps in money under rules on GDP.",
        "Verdicts for years before adoption are given for comparison and marked in_force = false.",
    ),
)

COMPLIANCE_COUNT: Final = Table(
    schema="mart",
    name="compliance_count",
    description="How many Allies meet a rule: of the members of that year that have forces.",
    grain=("rule_id", "edition_id", "year"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        shared.YEAR,
        Column(
            "members", "INTEGER", "Members of the year with forces (Iceland has none).", unit="countries", minimum=1
        ),
        Column(
            "met",
            "INTEGER",
            "At or above the threshold; null where no member has a figure.",
            unit="countries",
            nullable=True,
            minimum=0,
        ),
        Column(
            "not_met",
            "INTEGER",
            "Below the threshold; null where no member has a figure.",
            unit="countries",
            nullable=True,
            minimum=0,
        ),
        Column("not_reported", "INTEGER", "No figure in this edition.", unit="countries", minimum=0),
    ),
    source="mart.compliance",
    licence=DERIVED,
    reads=("mart.compliance",),
    sql="compliance_count.sql",
    expectations=checks_of("mart.compliance_count"),
    caveats=("Partial editions count most members as not_reported; see core.edition.completeness.",),
)

AGGREGATE: Final = Table(
    schema="mart",
    name="aggregate",
    description="Spending, GDP, share and growth of groups of Allies, on three membership bases that are never mixed.",
    grain=("edition_id", "group_id", "year", "membership_basis"),
    columns=(
        shared.EDITION_ID,
        shared.GROUP_ID,
        shared.YEAR,
        Column(
            "membership_basis",
            "VARCHAR",
            "`published`: NATO's own aggregate; `members_at_date`: members of that year; `fixed_members`: members of the edition's last year, in every year.",
            values=shared.MEMBERSHIP_BASES,
        ),
        Column("members", "INTEGER", "Members with forces that the row covers.", unit="countries", minimum=1),
        Column(
            "expenditure_usd_current_m",
            "DOUBLE",
            "Defence expenditure at current prices and exchange rates; null if a member's figure is missing.",
            unit="million US$",
            nullable=True,
        ),
        Column(
            "expenditure_usd_constant_m",
            "DOUBLE",
            "Defence expenditure at prices and exchange rates of base_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        Column(
            "gdp_usd_current_m",
            "DOUBLE",
            "GDP at current prices and exchange rates; NATO's own aggregate includes Iceland, the project's own sums cover the members with forces.",
            unit="million US$",
            nullable=True,
        ),
        Column(
            "gdp_usd_constant_m",
            "DOUBLE",
            "GDP at prices and exchange rates of base_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        shared.BASE_YEAR,
        Column(
            "share_of_gdp_pct",
            "DOUBLE",
            "`published`: as printed; else constant-price spending over constant-price GDP, as NATO computes it.",
            unit="percent of GDP",
            nullable=True,
        ),
        Column(
            "real_change_pct",
            "DOUBLE",
            "Growth of constant-price spending on the row's own basis: `published` and `members_at_date` jump when a country accedes.",
            unit="percent",
            nullable=True,
        ),
        Column(
            "real_change_like_for_like_pct",
            "DOUBLE",
            "Growth over the members of the year in both years.",
            unit="percent",
            nullable=True,
        ),
        Column(
            "us_share_current_pct",
            "DOUBLE",
            "Share of the United States in the group's spending at current prices; null where it is no member.",
            unit="percent",
            nullable=True,
        ),
        Column("us_share_constant_pct", "DOUBLE", "The same at constant prices.", unit="percent", nullable=True),
        Column("status", "VARCHAR", "Weakest status of the inputs.", values=vocabulary.STATUSES),
        Column(
            "burden_ratio",
            "DOUBLE",
            "The group's share of GDP over NATO's published share of the same year: above 1 carries more than its economic weight.",
            nullable=True,
        ),
        Column(
            "rank_correlation",
            "DOUBLE",
            "Spearman's correlation of the members' share of GDP with their GDP; null on the basis `published`.",
            nullable=True,
            minimum=-1,
            maximum=1,
        ),
        Column(
            "rank_correlation_without_us",
            "DOUBLE",
            "The same without the United States.",
            nullable=True,
            minimum=-1,
            maximum=1,
        ),
        Column(
            "rank_correlation_n",
            "INTEGER",
            "Members that it is based on, the United States included.",
            unit="countries",
            nullable=True,
        ),
        shared.FLAGS,
        shared.BREAK_IDS,
    ),
    source="core.observation (NATO), core.membership",
    licence=DERIVED,
    reads=("core.observation", "core.membership", "core.edition"),
    joins=("core.country_group",),
    sql="aggregate.sql",
    expectations=checks_of("mart.aggregate"),
    caveats=("Growth of `published` and `members_at_date` is no like-for-like growth in 2017, 2020, 2023 and 2024.",),
)

BURDEN: Final = Table(
    schema="mart",
    name="burden",
    description="What each Ally carries of the Alliance's spending, next to its weight in the Alliance's economy.",
    grain=("edition_id", "entity", "year"),
    columns=(
        shared.EDITION_ID,
        shared.ENTITY,
        shared.YEAR,
        Column("share_of_gdp_pct", "DOUBLE", "Published share.", unit="percent of GDP"),
        Column(
            "nato_share_of_gdp_pct",
            "DOUBLE",
            "NATO's published share of the same edition and year.",
            unit="percent of GDP",
            nullable=True,
        ),
        Column(
            "burden_ratio",
            "DOUBLE",
            "One over the other: above 1 carries more than its economic weight.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "share_of_nato_expenditure_pct",
            "DOUBLE",
            "Of the members' spending at current prices.",
            unit="percent",
            nullable=True,
            minimum=0,
            maximum=100,
        ),
        Column(
            "share_of_nato_gdp_pct",
            "DOUBLE",
            "Of the GDP of members with forces at current prices.",
            unit="percent",
            nullable=True,
            minimum=0,
            maximum=100,
        ),
        Column("rank_in_year", "INTEGER", "Rank by share of GDP.", minimum=1),
        shared.STATUS,
        shared.FLAGS,
    ),
    source="mart.compliance, mart.aggregate, core.observation (NATO)",
    licence=DERIVED,
    reads=("mart.compliance", "mart.aggregate", "core.observation"),
    sql="burden.sql",
    joins=("mart.compliance",),
    expectations=checks_of("mart.burden"),
)

_SUMMED: Final = {
    "usd_current_m": ("million US$", "at current prices and exchange rates"),
    "usd_constant_m": ("million US$ of base_year", "at prices and exchange rates of base_year"),
}


def _sums() -> Iterator[Column]:
    for unit_name, (unit, prices) in _SUMMED.items():
        yield Column(
            f"expenditure_{unit_name}",
            "DOUBLE",
            f"Spending of the members {prices}.",
            unit=unit,
            nullable=True,
        )
        for bound, wording in _BOUNDS.items():
            yield Column(
                f"gap_{bound}_{unit_name}",
                "DOUBLE",
                f"Sum of the members' gaps, those above the threshold counted as negative, {wording}.",
                unit=unit,
                nullable=True,
            )
            yield Column(
                f"shortfall_{bound}_{unit_name}",
                "DOUBLE",
                f"Sum over the members below the threshold only, {wording}: what one has above, another cannot spend.",
                unit=unit,
                nullable=True,
                minimum=0,
            )


GROUP_GAP: Final = Table(
    schema="mart",
    name="group_gap",
    description="What the members of a group lack together to a rule's threshold: each one's gap, summed. Spending plus gap is what the rule would cost in that year.",
    grain=("rule_id", "edition_id", "group_id", "year"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        shared.GROUP_ID,
        shared.YEAR,
        Column(
            "members",
            "INTEGER",
            "Members of the group that the rule binds in the year and that have forces.",
            unit="countries",
            minimum=1,
        ),
        Column(
            "below",
            "INTEGER",
            "Members whose reported share is below the threshold; of a total, their core share.",
            unit="countries",
            minimum=0,
        ),
        Column("not_reported", "INTEGER", "Members without a share.", unit="countries", minimum=0),
        *_sums(),
        shared.BASE_YEAR,
        Column(
            "status", "VARCHAR", "Weakest status of the members' shares.", values=vocabulary.STATUSES, nullable=True
        ),
        shared.FLAGS,
    ),
    source="mart.compliance, core.observation (NATO), core.membership",
    licence=DERIVED,
    reads=("mart.compliance", "core.observation", "core.membership", "core.guideline"),
    sql="group_gap.sql",
    expectations=checks_of("mart.group_gap"),
    caveats=("A sum is null as soon as one member's figure is missing.",),
)

TABLES: Final = (COMPLIANCE, COMPLIANCE_COUNT, GROUP_GAP, AGGREGATE, BURDEN)
