"""Contracts of `core`'s reference tables: the registers that are needed to read, judge and check the sources' figures.

Belongs here: dated facts, and reviewed exceptions from checks, each with its citation. Does not belong here: editions
and observations (core); the facts themselves (transforms/registers).
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.files import checks_of, with_exceptions
from warehouse.contracts import columns as shared
from warehouse.contracts.model import Column, Table
from warehouse.contracts.registers import Facts, columns_of, grain_of

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
    grain=grain_of("sources"),
    columns=columns_of(
        "sources",
        {
            "name": "Name of the data set.",
            "publisher": "Who publishes it.",
            "homepage": "The source's own page.",
            "licence": "Terms of the source, in short.",
            "redistribution": "Kind of the terms for passing figures on.",
            "release_windows": Facts(
                "Release calendar: months of the year in which a new edition comes out, first-last, parted by semicolons.",
                pattern=r"^\d{1,2}(-\d{1,2})?(;\d{1,2}(-\d{1,2})?)*$",
            ),
            "release_pattern": "The same in words, with the days known.",
            "public_bundle": "Whether a bundle for the public holds the source's figures and what is computed from them.",
            "public_bundle_reason": "Why.",
        },
    ),
    source="the sources' own pages",
    licence=OPEN_DATA,
)

COUNTRY_GROUP: Final = Table(
    schema="core",
    name="country_group",
    description="Groups of countries, and aggregates that a source prints: a row for each that a figure can be of.",
    grain=grain_of("groups"),
    columns=columns_of(
        "groups",
        {
            "name": "English name; one of a source's own aggregates names the source.",
            "description": "Which of the things of that name it is, and who belongs to it; see core.membership.",
        },
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
    grain=grain_of("memberships"),
    columns=columns_of(
        "memberships",
        {"member_from": "First day of membership.", "member_to": "Last day of membership; null while it lasts."},
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
    grain=grain_of("guidelines"),
    columns=columns_of(
        "guidelines",
        {
            "title": "The rule in short, in our words.",
            "threshold_pct": Facts("Threshold of the rule.", unit="percent", minimum=0, maximum=100),
            "comparison": "`at_least`: met at or above the threshold; `at_most_counted`: the most that counts, never breached.",
            "indicator": "What the rule is measured on.",
            "adopted_on": "Day of adoption or proposal.",
            "due_year": "Year in which it is due; null if it has none.",
            "due_at_once": "Whether it is due from the day of its adoption.",
            "related_counted_at_most_pct": Facts(
                "Of a rule on the total: the most that related spending may count towards it; null for any other rule.",
                unit="percent of GDP",
                minimum=0,
            ),
            "scope": Facts(
                "Whom the rule binds: the members of a group of core.membership in the year, or one country.",
                pattern=r"^[A-Z][A-Z0-9_]+$",
            ),
            "kind": "Guideline or decision of the Alliance, a proposal, or a country's own claim.",
            "review_year": "Year of an agreed review.",
            "note": "What a reader must know beside it.",
        },
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
    grain=grain_of("share_exceptions"),
    columns=columns_of(
        "share_exceptions",
        {
            "exception_id": "Name of the exception.",
            "year_from": "First year that it covers.",
            "year_to": "Last year that it covers.",
            "price_basis": "Which ratio differs.",
            "largest_difference_pp": Facts("Largest difference that was reviewed.", unit="pp", minimum=0),
            "reason": "Why the two differ.",
            "reviewed_on": "Day of the review.",
        },
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

CORRECTION: Final = Table(
    schema="core",
    name="correction",
    description="Corrections of faults in an edition; each applies while the fault is there, and a check names it when it is gone.",
    grain=grain_of("corrections"),
    columns=columns_of(
        "corrections",
        {
            "correction_id": "Name of the correction.",
            "indicator": "What is measured.",
            "year_from": "First year concerned.",
            "year_to": "Last year concerned.",
            "action": "`withhold`: the figure is missing instead, flagged `corrected`.",
            "expect": "SQL condition that every figure concerned fulfils while the fault is there.",
            "reason": "What is wrong.",
            "reviewed_on": "Day of the review.",
        },
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

CHECK_EXCEPTION: Final = Table(
    schema="core",
    name="check_exception",
    description="Reviewed figures that a check of core.observation would refuse, beside those of core.share_exception.",
    grain=grain_of("check_exceptions"),
    columns=columns_of(
        "check_exceptions",
        {
            "exception_id": "Name of the exception.",
            "check_id": Facts(
                "Expectation that leaves the figures out.",
                values=with_exceptions(),
            ),
            "edition_id": Facts(
                "Edition that it holds for, with all its issues; null for every edition of the source.",
                pattern=shared.EDITION_ID.pattern,
            ),
            "indicator": "What is measured.",
            "year_from": "First year that it covers.",
            "year_to": "Last year that it covers.",
            "largest": Facts("Largest size that was reviewed.", unit="percent, of what reason says", minimum=0),
            "reason": "What is left out, and why.",
            "reviewed_on": "Day of the review.",
        },
    ),
    source="review of the editions",
    licence=OPEN_DATA,
)

YEARLY_RATE: Final = Table(
    schema="core",
    name="yearly_rate",
    description="The ECB's euro reference rates, means of whole years: a check on years and currencies, never an input to a figure.",
    grain=grain_of("ecb_yearly_rates"),
    columns=columns_of(
        "ecb_yearly_rates",
        {
            "currency": Facts("ISO 4217 code.", pattern=r"^[A-Z]{3}$"),
            "units_per_eur": Facts("Mean over the quoted days.", unit="currency per EUR", minimum=0),
            "days": Facts("Quoted days of the year.", unit="days", minimum=200, maximum=366),
        },
    ),
    source="ECB, euro foreign exchange reference rates",
    licence="free with citation of the source",
)

BREAK: Final = Table(
    schema="core",
    name="break",
    description="Breaks in series, reclassifications and one-off payments that must not be read as a trend.",
    grain=grain_of("breaks"),
    columns=columns_of(
        "breaks",
        {
            "break_id": "Name of the break.",
            "indicator": "Series concerned; null for all spending series.",
            "year_from": "First year concerned.",
            "year_to": "Last year concerned; null while it lasts.",
            "edition_from": "Publication date of the first edition that shows it; null for all.",
            "flag": "Flag that the figures carry.",
            "description": "What happened.",
            "size_pp": Facts("Size in the share of GDP, where it is known.", unit="pp"),
        },
    ),
    source="national and NATO notes, cited by row",
    licence=OPEN_DATA,
)

NATIONAL_CURRENCY: Final = Table(
    schema="core",
    name="national_currency",
    description="Currencies of countries by day, with the irrevocable rates at which they became the euro.",
    grain=grain_of("national_currencies"),
    columns=columns_of(
        "national_currencies",
        {
            "currency": Facts("ISO 4217 code.", pattern=r"^[A-Z]{3}$"),
            "valid_from": "First day; the register begins on 1990-01-01.",
            "valid_to": "Last day; null while it lasts.",
            "irrevocable_rate": Facts(
                "Units of the former currency for one euro; null where the currency is no successor.",
                unit="former currency per EUR",
                minimum=0,
            ),
        },
    ),
    source="European Commission; ISO 4217",
    licence=OPEN_DATA,
)

NATIONAL_PLAN: Final = Table(
    schema="core",
    name="national_plan",
    description="Announced national plans: a planned share of GDP in a year.",
    grain=grain_of("national_plans"),
    columns=columns_of(
        "national_plans",
        {
            "plan_id": "Name of the plan's step.",
            "year": "Year that the plan speaks of.",
            "planned_share_pct": Facts("Planned share of GDP.", unit="percent of GDP", minimum=0, maximum=100),
            "announced_on": "Day of the announcement.",
            "description": "The plan in short.",
        },
    ),
    source="governments, cited by row",
    licence=OPEN_DATA,
)

REVISION_BOUND: Final = Table(
    schema="core",
    name="revision_bound",
    description="Revisions beyond which a person looks at a new edition: a check warns, and blocks nothing.",
    grain=grain_of("revision_bounds"),
    columns=columns_of(
        "revision_bounds",
        {
            "indicator": "What is measured.",
            "measure": "Column of mart.revision that is bounded.",
            "largest": Facts("Largest size that passes without a warning.", unit="of measure", minimum=0),
            "reason": "Why the bound lies there.",
            "reviewed_on": "Day of the review.",
        },
    ),
    source="review of the revisions held",
    licence=OPEN_DATA,
)

YEARLY_CHANGE_BOUND: Final = Table(
    schema="core",
    name="yearly_change_bound",
    description="Changes from one year to the next beyond which a person looks at a series: a check warns, and blocks nothing.",
    grain=grain_of("yearly_change_bounds"),
    columns=columns_of(
        "yearly_change_bounds",
        {
            "indicator": "What is measured.",
            "price_basis": "Current prices, constant prices, or none.",
            "measure": "`change` in the unit of the figure, or `change_pct` relative to the year before.",
            "largest": Facts("Largest size that passes without a warning.", unit="pp or percent", minimum=0),
            "year_from": "First year that is compared with the one before.",
            "reason": "Why the bound lies there.",
            "reviewed_on": "Day of the review.",
        },
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
