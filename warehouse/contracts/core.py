"""Contracts of `core`: editions, and the observations of every source.

Belongs here: what the sources say. Does not belong here: the dated facts needed to read it (reference), metrics (mart).
"""

from __future__ import annotations

from typing import Final

from transforms import vocabulary
from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts import currency, reference
from warehouse.contracts.model import Column, Table
from warehouse.contracts.reference import OPEN_DATA

BY_SOURCE: Final = "by source, see core.edition.licence"

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
        shared.DATA_SET,
        Column("title", "VARCHAR", "Title of the publication."),
        Column("published_on", "DATE", "Day of publication."),
        Column(
            "withdrawn_on",
            "DATE",
            "Day on which the source withdrew the edition; null if it has not been withdrawn.",
            nullable=True,
        ),
        Column(
            "next_due_on",
            "DATE",
            "Last day of the next window in which the source's calendar (core.source.release_windows) announces a newer edition.",
        ),
        Column("cutoff_on", "DATE", "Last day of the information in it, where stated.", nullable=True),
        Column("retrieved_at", "TIMESTAMP", "When the bytes were fetched from the source, UTC."),
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
            "Bundled with the project, fetched from the source, or handed in by a person.",
            values=("bundled", "fetched", "dropped"),
        ),
        Column("licence", "VARCHAR", "Terms of the source."),
        Column("citation", "VARCHAR", "How to cite it."),
        Column("note", "VARCHAR", "What a reader must know of this edition.", nullable=True),
    ),
    source="the sources' own pages",
    licence=OPEN_DATA,
    expectations=checks_of("core.edition"),
)

DECISION: Final = Table(
    schema="core",
    name="decision",
    description="What the gate withheld or set aside, and what a person accepted, withheld or withdrew: one row per decision, no row is ever changed.",
    grain=("decision_id",),
    columns=(
        Column("decision_id", "INTEGER", "Number in order of time.", minimum=1),
        Column("decided_at", "TIMESTAMP", "When, UTC."),
        Column(
            "author",
            "VARCHAR",
            "Who decided; `gate` where a figure, or an edition set aside, waits for a person's decision.",
        ),
        Column(
            "action",
            "VARCHAR",
            "`withhold`: the figure is missing instead, flagged `withheld`; `accept`: it is published as printed, or the edition lands; `withdraw`: the landed edition is part of no build until it is accepted.",
            values=("withhold", "accept", "withdraw"),
        ),
        shared.EDITION_ID,
        Column("sha256", "VARCHAR", "Content hash of the bytes that were decided on.", pattern=r"^[0-9a-f]{64}$"),
        Column("check_id", "VARCHAR", "Expectation that doubts it; `by_hand` where only a person does."),
        Column("indicator", "VARCHAR", "What is measured; null of an edition as a whole.", nullable=True),
        Column("entity", "VARCHAR", "Country or aggregate; null of an edition as a whole.", nullable=True),
        Column("year", "SMALLINT", "Year; null of an edition as a whole.", nullable=True),
        Column("currency", "VARCHAR", "ISO 4217 code.", nullable=True, pattern=r"^[A-Z]{3}$"),
        Column("price_basis", "VARCHAR", "Price basis; null of an edition as a whole.", nullable=True),
        Column("year_basis", "VARCHAR", "Year basis; null of an edition as a whole.", nullable=True),
        Column("unit", "VARCHAR", "Unit of the printed value.", nullable=True),
        Column(
            "printed_value",
            "DOUBLE",
            "The figure that was decided on: the decision holds while the edition prints it.",
            unit="see unit",
            nullable=True,
        ),
        Column("reason", "VARCHAR", "Why."),
        Column("last_word", "BOOLEAN", "Whether no later decision concerns the same figure and check."),
    ),
    source="the gate and the people who decide (`burden ingest`)",
    licence=OPEN_DATA,
    may_be_empty=True,
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
            pattern=rf"^(?:{'|'.join(vocabulary.INDICATORS)}|{vocabulary.CHANGE_SINCE.pattern})$",
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
            values=vocabulary.PRICE_BASES,
        ),
        Column(
            "year_basis",
            "VARCHAR",
            "Calendar year, fiscal year, or as the source files it.",
            values=vocabulary.YEAR_BASES,
        ),
        Column("value", "DOUBLE", "The figure; null unless reported.", unit="see unit", nullable=True),
        Column(
            "unit",
            "VARCHAR",
            "Unit of the value: `million` and `currency_per_head` are of `currency`.",
            values=vocabulary.UNITS,
        ),
        Column("definition", "VARCHAR", "Definition of defence spending or of GDP.", pattern=r"^[a-z0-9_]+$"),
        shared.BASE_YEAR,
        Column(
            "status", "VARCHAR", "Outturn, estimate or forecast, as the source marks it.", values=vocabulary.STATUSES
        ),
        Column(
            "availability",
            "VARCHAR",
            "Missing, nil and not applicable are three things, and none of them is zero.",
            values=vocabulary.AVAILABILITIES,
        ),
        shared.FLAGS,
        Column("locator", "VARCHAR", "Cell or cells of the payload that print it.", never_empty=True),
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
            "What distinguishes two series of one source, indicator, entity, year and basis: `USD`, `national` (a currency that became the euro stays one series), `none` without money; Eurostat's data set and currency.",
        ),
        shared.BREAK_IDS,
    ),
    source="the editions in core.edition",
    licence=BY_SOURCE,
    reads=("core.edition",),
    joins=(
        "core.edition",
        "core.country",
        "core.country_group",
        "core.decision",
        "core.membership",
        "core.share_exception",
        "core.correction",
        "core.check_exception",
        "core.national_currency",
        "core.yearly_rate",
        "core.yearly_change_bound",
    ),
    expectations=checks_of("core.observation"),
    caveats=(
        "Definitions are not comparable: join figures of two sources only through mart.definition_bridge.",
        "NATO's share is of real GDP at the edition's base year.",
        "A series is source_id, indicator, entity, year, price_basis, year_basis and variant; NATO's definition of before 2026 and its core definition follow each other in one series, and `definition` says which a row is.",
        "Rows are sorted by known_until, known_from, entity: what was known on a day is a filter that skips the blocks of all other spans and countries (tests/benchmarks/as_of.py: 50 million rows).",
    ),
)

TABLES: Final = (*reference.TABLES, *currency.REGISTERS, EDITION, DECISION, OBSERVATION, currency.PROOF)
