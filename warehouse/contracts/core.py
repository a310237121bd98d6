"""Contracts of `core`: reference tables, editions, and the observations of every source.

Belongs here: what the sources say and the dated facts needed to read it. Does not belong here: metrics.
"""

from __future__ import annotations

from typing import Final

from warehouse.contracts import columns as shared
from warehouse.contracts.cross_source import CROSS_SOURCE
from warehouse.contracts.exchange_and_population import EXCHANGE_AND_POPULATION, WITH_EXCEPTIONS
from warehouse.contracts.identities import NATO_IDENTITIES
from warehouse.contracts.model import Column, Expectation, Table, offending_rows
from warehouse.contracts.series import SERIES

OPEN_DATA: Final = "facts with citation; free to use"
BY_SOURCE: Final = "by source, see core.edition.licence"

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
    description="Groups of countries, and aggregates that a source prints.",
    grain=("group_id",),
    columns=(
        shared.GROUP_ID,
        Column("name", "VARCHAR", "English name."),
        Column("description", "VARCHAR", "Who belongs to it, in words; see core.membership."),
        shared.CITATION,
    ),
    source="the sources' tables and the groups' own documents, cited by row",
    licence=OPEN_DATA,
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
    expectations=(
        offending_rows(
            "member_is_a_known_country",
            "SELECT * FROM {batch} WHERE iso3 NOT IN (SELECT iso3 FROM core_country)",
            "a member without a country row would vanish from every count",
        ),
        offending_rows(
            "membership_runs_forward",
            "SELECT * FROM {batch} WHERE member_to < member_from",
            "a membership ends after it began",
        ),
    ),
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
        Column("scope", "VARCHAR", "Group, or the one country that it speaks of.", pattern=r"^[A-Z][A-Z0-9_]+$"),
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
)

EDITION: Final = Table(
    schema="core",
    name="edition",
    description="Every edition (vintage) that the warehouse holds, with provenance; nothing is overwritten by a later one.",
    grain=("edition_id",),
    columns=(
        Column(
            "vintage_seq",
            "INTEGER",
            "Rank of the edition by publication, then retrieval; reassigned in each build.",
            minimum=1,
        ),
        shared.EDITION_ID,
        shared.SOURCE_ID,
        Column("title", "VARCHAR", "Title of the publication."),
        Column("published_on", "DATE", "Day of publication."),
        Column(
            "withdrawn_on",
            "DATE",
            "Day on which the source withdrew the edition; null while it stands.",
            nullable=True,
        ),
        Column("cutoff_on", "DATE", "Last day of the information in it, where stated.", nullable=True),
        Column("retrieved_at", "TIMESTAMP", "When the bytes were taken from the source, UTC."),
        Column("url", "VARCHAR", "Where the source published it."),
        Column("media_type", "VARCHAR", "Media type of the landed bytes."),
        Column("sha256", "VARCHAR", "Content hash of the landed bytes: the identity.", pattern=r"^[0-9a-f]{64}$"),
        Column(
            "source_sha256",
            "VARCHAR",
            "Content hash of the file that a bundled edition was made from: the source's own, unless note says otherwise.",
            nullable=True,
            pattern=r"^[0-9a-f]{64}$",
        ),
        Column("bytes", "BIGINT", "Size of the landed bytes.", unit="bytes", minimum=1),
        Column("definition", "VARCHAR", "Definition of defence spending that it follows.", pattern=r"^[a-z0-9_]+$"),
        Column("price_base_year", "SMALLINT", "Base year of its constant prices.", nullable=True),
        Column(
            "completeness",
            "VARCHAR",
            "Whether all of the publication is held, or part.",
            values=("complete", "partial"),
        ),
        Column(
            "origin",
            "VARCHAR",
            "Bundled with the project, fetched from the source, or dropped in by hand.",
            values=("bundled", "fetched", "dropped"),
        ),
        Column("licence", "VARCHAR", "Terms of the source."),
        Column("citation", "VARCHAR", "How to cite it."),
        Column("note", "VARCHAR", "What a reader must know of this edition.", nullable=True),
    ),
    source="the sources' own pages",
    licence=OPEN_DATA,
    expectations=(
        offending_rows(
            "vintage_seq_is_a_rank",
            "SELECT vintage_seq, count(*) AS editions FROM {batch} GROUP BY ALL HAVING count(*) > 1",
            "newest must be one edition",
        ),
        offending_rows(
            "published_before_retrieved",
            "SELECT * FROM {batch} WHERE published_on > retrieved_at::DATE",
            "nothing is retrieved before it exists",
        ),
    ),
)

_CORRECTED: Final = (
    "c.edition_id = split_part(o.edition_id, ':issue-', 1) AND c.indicator = o.indicator AND c.entity = o.entity "
    "AND o.year BETWEEN c.year_from AND c.year_to"
)

# The World Bank republishes figures of SIPRI, and with them what is excepted there.
_EXCEPTED: Final = (
    "x.source_id = coalesce(o.derived_from, o.source_id) AND x.entity = o.entity AND x.indicator = o.indicator "
    "AND o.year BETWEEN x.year_from AND x.year_to"
)

OBSERVATION: Final = Table(
    schema="core",
    name="observation",
    description="Every figure of every edition, normalised in entity, unit and currency, never mixed across definitions.",
    grain=("edition_id", "indicator", "entity", "year", "currency", "price_basis", "year_basis"),
    columns=(
        shared.EDITION_ID,
        Column(
            "indicator",
            "VARCHAR",
            "What is measured.",
            pattern=rf"^(?:{'|'.join(shared.INDICATORS)}|defence_real_change_since_\d{{4}})$",
        ),
        shared.ENTITY,
        shared.YEAR,
        Column(
            "currency", "VARCHAR", "ISO 4217 code; null where no money is meant.", nullable=True, pattern=r"^[A-Z]{3}$"
        ),
        Column(
            "price_basis",
            "VARCHAR",
            "Current prices, constant prices, or none.",
            values=("current", "constant", "none"),
        ),
        Column(
            "year_basis",
            "VARCHAR",
            "Calendar year, fiscal year, or as the source files it.",
            values=("calendar", "fiscal", "as_published"),
        ),
        Column("value", "DOUBLE", "The figure; null unless reported.", unit="see unit", nullable=True),
        Column(
            "unit",
            "VARCHAR",
            "Unit of the value: `million` and `currency_per_head` are of `currency`.",
            values=(
                "million",
                "percent",
                "thousand_persons",
                "persons",
                "currency_per_head",
                "currency_per_usd",
                "index",
            ),
        ),
        Column("definition", "VARCHAR", "Definition of defence spending or of GDP.", pattern=r"^[a-z0-9_]+$"),
        shared.BASE_YEAR,
        Column("status", "VARCHAR", "Outturn, estimate or forecast, as the source marks it.", values=shared.STATUSES),
        Column(
            "availability",
            "VARCHAR",
            "Missing, nil and not applicable are three things, and none of them is zero.",
            values=("reported", "missing", "nil", "not_applicable", "did_not_exist"),
        ),
        shared.FLAGS,
        Column("locator", "VARCHAR", "Cell or cells of the payload that print it."),
        shared.SOURCE_ID,
        Column("note", "VARCHAR", "Footnotes of the source.", nullable=True),
        Column(
            "derived_from",
            "VARCHAR",
            "Source that this one republishes: no independent confirmation; null if the figure is its own.",
            nullable=True,
            values=shared.SOURCES,
        ),
        Column("known_from", "DATE", "First day on which this was the newest figure of its series."),
        Column(
            "known_until",
            "DATE",
            "Day from which a later edition's figure was the newest instead; 9999-12-31 while this is. Equal to known_from if it never was.",
        ),
        Column(
            "restored_from",
            "DATE",
            "Day from which it was the newest again because the later edition was withdrawn.",
            nullable=True,
        ),
        Column("restored_until", "DATE", "End of that second span; 9999-12-31 while it lasts.", nullable=True),
        Column(
            "variant",
            "VARCHAR",
            "What tells two series of one source, indicator, entity, year and basis apart: `USD`, `national` (a currency that became the euro stays one series), `none` without money; Eurostat's data set and currency.",
        ),
        shared.BREAK_IDS,
    ),
    source="the editions in core.edition",
    licence=BY_SOURCE,
    reads=("core.edition",),
    joins=(
        "core.edition",
        "core.country",
        "core.membership",
        "core.share_exception",
        "core.correction",
        "core.check_exception",
        "core.national_currency",
        "core.yearly_rate",
    ),
    expectations=(
        offending_rows(
            "edition_is_known",
            "SELECT DISTINCT edition_id FROM {batch} WHERE edition_id NOT IN (SELECT edition_id FROM core_edition)",
            "every figure can be followed to its edition",
        ),
        offending_rows(
            "value_where_reported",
            "SELECT * FROM {batch} WHERE (availability = 'reported') <> (value IS NOT NULL)",
            "missing never becomes a number, and a number is never lost",
        ),
        offending_rows(
            "value_possible_for_unit",
            f"""SELECT * FROM {{batch}} o
               WHERE (unit IN ('million', 'thousand_persons', 'persons', 'currency_per_head') AND value < 0
                      AND indicator <> 'defence_investment')
                  OR (unit = 'currency_per_usd' AND value <= 0)
                  OR (indicator IN ('equipment_share', 'personnel_share', 'infrastructure_share', 'other_share',
                                    'government_share') AND value NOT BETWEEN 0 AND 100)
                  OR (indicator = 'defence_share_of_gdp' AND value NOT BETWEEN 0 AND 100 AND NOT EXISTS (
                        SELECT 1 FROM core_check_exception x
                        WHERE x.check_id = 'value_possible_for_unit' AND {_EXCEPTED} AND o.value BETWEEN 0 AND x.largest + 0.005))""",
            "spending is not negative (net investment may be: Slovakia sold in 2022) and no share exceeds the whole, but for "
            "those reviewed in core.check_exception",
        ),
        offending_rows(
            "exceptions_of_value_possible_for_unit_still_apply",
            f"""SELECT x.exception_id, o.edition_id, o.year, o.value, o.locator FROM core_check_exception x JOIN {{batch}} o ON {_EXCEPTED}
               WHERE x.check_id = 'value_possible_for_unit' AND o.availability = 'reported' AND o.value <= 100""",
            "an exception that no longer explains anything is removed",
        ),
        offending_rows(
            "money_has_a_currency",
            "SELECT * FROM {batch} WHERE (unit IN ('million', 'currency_per_head', 'currency_per_usd')) <> (currency IS NOT NULL)",
            "money without a currency, or a currency without money",
        ),
        offending_rows(
            "constant_prices_name_their_year",
            "SELECT * FROM {batch} WHERE (price_basis = 'constant') <> (base_year IS NOT NULL)",
            "price bases are never mixed",
        ),
        offending_rows(
            "one_base_year_in_an_edition",
            """SELECT edition_id, list(DISTINCT base_year) AS base_years FROM {batch}
               WHERE base_year IS NOT NULL GROUP BY edition_id, indicator, currency = 'USD' HAVING count(DISTINCT base_year) > 1""",
            "constant prices of two base years in one edition",
        ),
        offending_rows(
            "country_is_known",
            """SELECT DISTINCT entity FROM {batch}
               WHERE length(entity) = 3 AND entity NOT IN (SELECT iso3 FROM core_country)
                 AND entity NOT IN (SELECT group_id FROM core_membership)""",
            "a code without a country",
        ),
        Expectation(
            "locator_is_given",
            "expect_column_value_lengths_to_be_between",
            {"column": "locator", "min_value": 1},
            "traceable",
        ),
        offending_rows(
            "no_series_is_known_twice_on_a_day",
            """SELECT source_id, indicator, entity, year, price_basis, year_basis, variant, known_from, count(*) AS row_count
               FROM {batch} WHERE known_until > known_from GROUP BY ALL HAVING count(*) > 1""",
            "one figure is the newest",
        ),
        offending_rows(
            "corrected_figures_are_listed",
            f"""SELECT o.edition_id, o.indicator, o.entity, o.year, o.locator FROM {{batch}} o
               WHERE list_contains(o.flags, 'corrected') AND NOT EXISTS (SELECT 1 FROM core_correction c WHERE {_CORRECTED})""",
            "nothing of a source is changed without a row of core.correction that says why",
        ),
        offending_rows(
            "corrections_are_applied",
            f"""SELECT c.* FROM core_correction c
               WHERE c.edition_id IN (SELECT split_part(edition_id, ':issue-', 1) FROM {{batch}}) AND NOT EXISTS (
                 SELECT 1 FROM {{batch}} o WHERE list_contains(o.flags, 'corrected') AND {_CORRECTED})""",
            "a correction that touches no figure is removed",
        ),
        *NATO_IDENTITIES,
        *CROSS_SOURCE,
        *EXCHANGE_AND_POPULATION,
        *SERIES,
    ),
    caveats=(
        "Definitions are not comparable: join figures of two sources only through mart.definition_bridge.",
        "NATO's share is of real GDP at the edition's base year.",
        "A series is source_id, indicator, entity, year, price_basis, year_basis and variant; NATO's definition of before 2026 and its core definition follow each other in one series, and `definition` says which a row is.",
        "Rows stand in the order of known_until, known_from, entity: what was known on a day is a filter that skips the blocks of all other spans and countries (tests/benchmarks/as_of.py: 50 million rows).",
    ),
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
    description="Corrections of faults in an edition; each is refused by the run as soon as the fault is gone.",
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
            values=("value_possible_for_unit", "sipri_constant_equals_current_in_base_year", *WITH_EXCEPTIONS),
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

REFERENCE_TABLES: Final = (
    SOURCE,
    COUNTRY,
    COUNTRY_GROUP,
    MEMBERSHIP,
    GUIDELINE,
    SHARE_EXCEPTION,
    BREAK,
    NATIONAL_PLAN,
    NATIONAL_CURRENCY,
    REVISION_BOUND,
    CORRECTION,
    CHECK_EXCEPTION,
    YEARLY_RATE,
)
TABLES: Final = (*REFERENCE_TABLES, EDITION, OBSERVATION)
