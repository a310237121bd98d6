"""Contracts of `core`'s reference tables: the registers that are needed to read, judge and check the sources' figures.

Belongs here: dated facts, and reviewed exceptions from checks, each with its citation. Does not belong here: editions
and observations (core); the facts themselves (transforms/registers).
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.files import checks_of, with_exceptions
from warehouse.contracts import columns as shared
from warehouse.contracts.model import Column, Table

OPEN_DATA: Final = "facts with citation; free to use"

COUNTRY: Final = Table(
    schema="core",
    name="country",
    description="Countries and former states that a source reports on.",
    grain=("iso3",),
    columns=(
        shared.ISO3,
        Column("iso2", "VARCHAR", "ISO 3166-1 alpha-2 code.", nullable=True, pattern=r"^[A-Z]{2}$"),
        Column("iso_numeric", "VARCHAR", "ISO 3166-1 numeric code, three digits.", nullable=True, pattern=r"^\d{3}$"),
        Column("name", "VARCHAR", "English short name."),
        Column("official_name", "VARCHAR", "English official name.", nullable=True),
        Column(
            "kind",
            "VARCHAR",
            "Country, former state, or other territory.",
            values=("country", "historical_state", "other"),
        ),
    ),
    source="ISO 3166-1 and -3, with Kosovo as the sources code it",
    licence=OPEN_DATA,
)

SOURCE: Final = Table(
    schema="core",
    name="source",
    description="The publishers of the figures: their terms, how to cite them, and what may be passed on.",
    grain=("source_id",),
    columns=(
        shared.SOURCE_ID,
        Column("name", "VARCHAR", "Name of the data set."),
        Column("publisher", "VARCHAR", "Who publishes it."),
        Column("homepage", "VARCHAR", "The source's own page."),
        Column("licence", "VARCHAR", "Terms of the source, in short."),
        Column(
            "redistribution",
            "VARCHAR",
            "Kind of the terms for passing figures on.",
            values=("public", "attribution", "credit_no_sale", "excerpt_below_10_pct"),
        ),
        Column(
            "release_windows",
            "VARCHAR",
            "Release calendar: months of the year in which a new edition comes out, first-last, parted by semicolons.",
            pattern=r"^\d{1,2}(-\d{1,2})?(;\d{1,2}(-\d{1,2})?)*$",
        ),
        Column("release_pattern", "VARCHAR", "The same in words, with the days known."),
        Column(
            "public_bundle",
            "VARCHAR",
            "Whether a bundle for the public holds the source's figures and what is computed from them.",
            values=("passed_on", "left_out"),
        ),
        Column("public_bundle_reason", "VARCHAR", "Why."),
        shared.CITATION,
    ),
    source="the sources' own pages",
    licence=OPEN_DATA,
)

COUNTRY_GROUP: Final = Table(
    schema="core",
    name="country_group",
    description="Groups of countries, and aggregates that a source prints: a row for each that a figure can be of.",
    grain=("group_id",),
    columns=(
        shared.GROUP_ID,
        Column("name", "VARCHAR", "English name; one of a source's own aggregates names the source."),
        Column(
            "description",
            "VARCHAR",
            "Which of the things of that name it is, and who belongs to it; see core.membership.",
        ),
        shared.CITATION,
    ),
    source="the sources' tables and the groups' own documents, cited by row",
    licence=OPEN_DATA,
)

ENTITY_NAME: Final = Table(
    schema="core",
    name="entity_name",
    description="Names under which a country, a group or an aggregate is known: codes, names, former names, and the labels of every source.",
    grain=("name", "entity"),
    columns=(
        Column("name", "VARCHAR", "The name as its origin writes it."),
        Column(
            "name_key",
            "VARCHAR",
            "The name for comparison: lower case without accents and punctuation, `turkiye` for Türkiye. Look up by it.",
            pattern=r"^[^A-Z]+$",
        ),
        Column(
            "entity",
            "VARCHAR",
            "ISO 3166-1 alpha-3 of a country (or the code of a former state), or the id of a group or an aggregate.",
            pattern=r"^[A-Z][A-Z0-9_]+$",
        ),
        Column(
            "entity_kind",
            "VARCHAR",
            "`group`: of countries, see core.membership; `aggregate`: a total that a source prints; else as in core.country.",
            values=("country", "historical_state", "other", "group", "aggregate"),
        ),
        Column(
            "origins",
            "VARCHAR[]",
            "Who writes it so: `code` (ISO 3166-1 or ours), `name` (core.country or core.country_group), `iso_3166`, a source whose label it is, `common` use, or `former`.",
        ),
    ),
    source="ISO 3166-1, the sources' own labels, and names in common use, cited in the registers",
    licence=OPEN_DATA,
    joins=("core.country", "core.country_group"),
    expectations=checks_of("core.entity_name"),
    caveats=(
        "One name may mean several entities (Korea, European Union): a row for each, and a look-up must say which are meant.",
    ),
)

MEMBERSHIP: Final = Table(
    schema="core",
    name="membership",
    description="Dated membership of groups.",
    grain=("group_id", "iso3", "member_from"),
    columns=(
        shared.GROUP_ID,
        shared.ISO3,
        Column("member_from", "DATE", "First day of membership."),
        Column("member_to", "DATE", "Last day of membership; null while it lasts.", nullable=True),
        shared.CITATION,
    ),
    source="treaties and accession protocols, cited by row",
    licence=OPEN_DATA,
    joins=("core.country",),
    expectations=checks_of("core.membership"),
    caveats=("NATO's aggregates count a member from its accession year, not from the day.",),
)

GUIDELINE: Final = Table(
    schema="core",
    name="guideline",
    description="Spending rules as dated facts; several hold at once and none is overwritten by a later one.",
    grain=("rule_id",),
    columns=(
        shared.RULE_ID,
        Column("title", "VARCHAR", "The rule in short, in our words."),
        Column("threshold_pct", "DOUBLE", "Threshold of the rule.", unit="percent", minimum=0, maximum=100),
        Column(
            "comparison",
            "VARCHAR",
            "`at_least`: met at or above the threshold; `at_most_counted`: the most that counts, never breached.",
            values=("at_least", "at_most_counted"),
        ),
        Column(
            "indicator",
            "VARCHAR",
            "What the rule is measured on.",
            values=("defence_share_of_gdp", "equipment_share", "related_share_of_gdp", "total_share_of_gdp"),
        ),
        Column("adopted_on", "DATE", "Day of adoption or proposal."),
        Column("due_year", "SMALLINT", "Year in which it is due; null if it has none.", nullable=True),
        Column("due_at_once", "BOOLEAN", "Whether it is due from the day of its adoption."),
        Column(
            "related_counted_at_most_pct",
            "DOUBLE",
            "Of a rule on the total: the most that related spending may count towards it; null for any other rule.",
            unit="percent of GDP",
            nullable=True,
            minimum=0,
        ),
        Column(
            "scope",
            "VARCHAR",
            "Whom the rule binds: the members of a group of core.membership in the year, or one country.",
            pattern=r"^[A-Z][A-Z0-9_]+$",
        ),
        Column(
            "kind",
            "VARCHAR",
            "Guideline or decision of the Alliance, a proposal, or a country's own claim.",
            values=("guideline", "decision", "proposal", "national_claim"),
        ),
        Column("review_year", "SMALLINT", "Year of an agreed review.", nullable=True),
        Column("note", "VARCHAR", "What a reader must know beside it.", nullable=True),
        shared.CITATION,
    ),
    source="declarations and letters, cited by row",
    licence=OPEN_DATA,
    joins=("core.membership",),
    expectations=checks_of("core.guideline"),
)

SHARE_EXCEPTION: Final = Table(
    schema="core",
    name="share_exception",
    description="Reviewed differences between a published share and the ratio of the same edition's spending and GDP.",
    grain=("exception_id",),
    columns=(
        Column("exception_id", "VARCHAR", "Name of the exception."),
        shared.EDITION_ID,
        shared.ENTITY,
        Column("year_from", "SMALLINT", "First year that it covers."),
        Column("year_to", "SMALLINT", "Last year that it covers."),
        Column("price_basis", "VARCHAR", "Which ratio differs.", values=("current", "constant")),
        Column("largest_difference_pp", "DOUBLE", "Largest difference that was reviewed.", unit="pp", minimum=0),
        Column("reason", "VARCHAR", "Why the two differ."),
        shared.CITATION,
        Column("reviewed_on", "DATE", "Day of the review."),
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

CORRECTION: Final = Table(
    schema="core",
    name="correction",
    description="Corrections of faults in an edition; each applies while the fault is there, and a check names it when it is gone.",
    grain=("correction_id",),
    columns=(
        Column("correction_id", "VARCHAR", "Name of the correction."),
        shared.EDITION_ID,
        Column("indicator", "VARCHAR", "What is measured.", values=shared.INDICATORS),
        shared.ENTITY,
        Column("year_from", "SMALLINT", "First year concerned."),
        Column("year_to", "SMALLINT", "Last year concerned."),
        Column(
            "action", "VARCHAR", "`withhold`: the figure is missing instead, flagged `corrected`.", values=("withhold",)
        ),
        Column("expect", "VARCHAR", "SQL condition that every figure concerned fulfils while the fault is there."),
        Column("reason", "VARCHAR", "What is wrong."),
        shared.CITATION,
        Column("reviewed_on", "DATE", "Day of the review."),
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

CHECK_EXCEPTION: Final = Table(
    schema="core",
    name="check_exception",
    description="Reviewed figures that a check of core.observation would refuse, beside those of core.share_exception.",
    grain=("exception_id",),
    columns=(
        Column("exception_id", "VARCHAR", "Name of the exception."),
        Column(
            "check_id",
            "VARCHAR",
            "Expectation that leaves the figures out.",
            values=with_exceptions(),
        ),
        shared.SOURCE_ID,
        Column(
            "edition_id",
            "VARCHAR",
            "Edition that it holds for, with all its issues; null for every edition of the source.",
            nullable=True,
            pattern=shared.EDITION_ID.pattern,
        ),
        shared.ENTITY,
        Column("indicator", "VARCHAR", "What is measured.", values=shared.INDICATORS),
        Column("year_from", "SMALLINT", "First year that it covers."),
        Column("year_to", "SMALLINT", "Last year that it covers."),
        Column("largest", "DOUBLE", "Largest size that was reviewed.", unit="percent, of what reason says", minimum=0),
        Column("reason", "VARCHAR", "What is left out, and why."),
        shared.CITATION,
        Column("reviewed_on", "DATE", "Day of the review."),
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

YEARLY_RATE: Final = Table(
    schema="core",
    name="yearly_rate",
    description="The ECB's euro reference rates, means of whole years: a check on years and currencies, never an input to a figure.",
    grain=("currency", "year"),
    columns=(
        Column("currency", "VARCHAR", "ISO 4217 code.", pattern=r"^[A-Z]{3}$"),
        shared.YEAR,
        Column("units_per_eur", "DOUBLE", "Mean over the quoted days.", unit="currency per EUR", minimum=0),
        Column("days", "SMALLINT", "Quoted days of the year.", unit="days", minimum=200, maximum=366),
        shared.CITATION,
    ),
    source="ECB, euro foreign exchange reference rates",
    licence="free with citation of the source",
)

BREAK: Final = Table(
    schema="core",
    name="break",
    description="Breaks in series, reclassifications and one-off payments that must not be read as a trend.",
    grain=("break_id",),
    columns=(
        Column("break_id", "VARCHAR", "Name of the break."),
        shared.SOURCE_ID,
        shared.ENTITY,
        Column("indicator", "VARCHAR", "Series concerned; null for all spending series.", nullable=True),
        Column("year_from", "SMALLINT", "First year concerned."),
        Column("year_to", "SMALLINT", "Last year concerned; null while it lasts.", nullable=True),
        Column(
            "edition_from", "DATE", "Publication date of the first edition that shows it; null for all.", nullable=True
        ),
        Column("flag", "VARCHAR", "Flag that the figures carry."),
        Column("description", "VARCHAR", "What happened."),
        Column("size_pp", "DOUBLE", "Size in the share of GDP, where it is known.", unit="pp", nullable=True),
        shared.CITATION,
    ),
    source="national and NATO notes, cited by row",
    licence=OPEN_DATA,
)

NATIONAL_CURRENCY: Final = Table(
    schema="core",
    name="national_currency",
    description="Currencies of countries by day, with the irrevocable rates at which they became the euro.",
    grain=("iso3", "valid_from"),
    columns=(
        shared.ISO3,
        Column("currency", "VARCHAR", "ISO 4217 code.", pattern=r"^[A-Z]{3}$"),
        Column("valid_from", "DATE", "First day; the register begins on 1990-01-01."),
        Column("valid_to", "DATE", "Last day; null while it lasts.", nullable=True),
        Column(
            "irrevocable_rate",
            "DOUBLE",
            "Units of the former currency for one euro; null where the currency is no successor.",
            unit="former currency per EUR",
            nullable=True,
            minimum=0,
        ),
        shared.CITATION,
    ),
    source="European Commission; ISO 4217",
    licence=OPEN_DATA,
)

NATIONAL_PLAN: Final = Table(
    schema="core",
    name="national_plan",
    description="Announced national plans: a planned share of GDP in a year.",
    grain=("plan_id",),
    columns=(
        Column("plan_id", "VARCHAR", "Name of the plan's step."),
        shared.ISO3,
        Column("year", "SMALLINT", "Year that the plan speaks of."),
        Column("planned_share_pct", "DOUBLE", "Planned share of GDP.", unit="percent of GDP", minimum=0, maximum=100),
        Column("announced_on", "DATE", "Day of the announcement."),
        Column("description", "VARCHAR", "The plan in short."),
        shared.CITATION,
    ),
    source="governments, cited by row",
    licence=OPEN_DATA,
)

REVISION_BOUND: Final = Table(
    schema="core",
    name="revision_bound",
    description="Revisions beyond which a person looks at a new edition: a check warns, and blocks nothing.",
    grain=("indicator", "measure"),
    columns=(
        Column("indicator", "VARCHAR", "What is measured.", values=shared.INDICATORS),
        Column(
            "measure",
            "VARCHAR",
            "Column of mart.revision that is bounded.",
            values=("change", "change_pct"),
        ),
        Column("largest", "DOUBLE", "Largest size that passes without a warning.", unit="of measure", minimum=0),
        Column("reason", "VARCHAR", "Why the bound lies there."),
        shared.CITATION,
        Column("reviewed_on", "DATE", "Day of the review."),
    ),
    source="review of the revisions held",
    licence=OPEN_DATA,
)

YEARLY_CHANGE_BOUND: Final = Table(
    schema="core",
    name="yearly_change_bound",
    description="Changes from one year to the next beyond which a person looks at a series: a check warns, and blocks nothing.",
    grain=("source_id", "indicator", "price_basis", "measure"),
    columns=(
        shared.SOURCE_ID,
        Column("indicator", "VARCHAR", "What is measured.", values=shared.INDICATORS),
        Column(
            "price_basis",
            "VARCHAR",
            "Current prices, constant prices, or none.",
            values=("current", "constant", "none"),
        ),
        Column(
            "measure",
            "VARCHAR",
            "`change` in the unit of the figure, or `change_pct` relative to the year before.",
            values=("change", "change_pct"),
        ),
        Column("largest", "DOUBLE", "Largest size that passes without a warning.", unit="pp or percent", minimum=0),
        Column("year_from", "SMALLINT", "First year that is compared with the one before."),
        Column("reason", "VARCHAR", "Why the bound lies there."),
        shared.CITATION,
        Column("reviewed_on", "DATE", "Day of the review."),
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

TABLES: Final = (
    SOURCE,
    COUNTRY,
    COUNTRY_GROUP,
    ENTITY_NAME,
    MEMBERSHIP,
    GUIDELINE,
    SHARE_EXCEPTION,
    BREAK,
    NATIONAL_PLAN,
    NATIONAL_CURRENCY,
    REVISION_BOUND,
    YEARLY_CHANGE_BOUND,
    CORRECTION,
    CHECK_EXCEPTION,
    YEARLY_RATE,
)
