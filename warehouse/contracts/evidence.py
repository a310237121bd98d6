"""Contracts of `quality` and `meta`: the evidence for the figures, and the warehouse's own description.

Belongs here: check results, quarantine, build, data dictionary. Does not belong here: figures of any source.
"""

from __future__ import annotations

from typing import Final

from warehouse.contracts import core
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Column, Table

OWN: Final = "the project's own"
_TESTED: Final = tuple(table.id for table in (*core.TABLES, *MARTS))

EXPECTATION_RESULT: Final = Table(
    schema="quality",
    name="expectation_result",
    description="Every check of this build and of the published builds before it, with counts and a sample of offending rows.",
    grain=("build_id", "table_id", "expectation_id"),
    columns=(
        Column("build_id", "VARCHAR", "Published build whose tables were tested; that of meta.build is the newest."),
        Column("table_id", "VARCHAR", "Table under test."),
        Column("expectation_id", "VARCHAR", "Name of the expectation within its table."),
        Column("expectation_type", "VARCHAR", "Great Expectations type."),
        Column(
            "severity",
            "VARCHAR",
            "error: what breaks it is refused, withheld or held, as `question` says; warn informs.",
            values=("error", "warn"),
        ),
        Column(
            "question",
            "VARCHAR",
            "structure: can it be read, an error ends the run; arithmetic: do the source's own figures agree; resemblance: are they like the edition before, other sources, other years.",
            values=("structure", "arithmetic", "resemblance"),
        ),
        Column("passed", "BOOLEAN", "Whether it held."),
        Column("unexpected_count", "BIGINT", "Rows that broke it.", unit="rows", minimum=0),
        Column("row_count", "BIGINT", "Rows tested.", unit="rows", minimum=0),
        Column("sample", "VARCHAR", "Up to 20 offending rows, JSON."),
        Column("reason", "VARCHAR", "Why the expectation exists."),
        Column("run_id", "VARCHAR", "Dagster run that evaluated it."),
        Column("evaluated_at", "TIMESTAMP", "When, UTC."),
    ),
    source="The suites of all tables, run inside the writing step",
    licence=OWN,
    reads=(*_TESTED, "meta.build"),
    caveats=(
        "Checks of this build: SEMI JOIN meta.build USING (build_id). The history is that of the publications from which this one followed; it begins again where the columns of this table change.",
    ),
)

QUARANTINE: Final = Table(
    schema="quality",
    name="quarantine",
    description="Every payload that was refused, or is held for a person's decision, with the reason; none of its figures is served.",
    grain=("source_id", "sha256"),
    columns=(
        Column("source_id", "VARCHAR", "Source that the payload claims to come from."),
        Column("edition_id", "VARCHAR", "Edition that it claims to be."),
        Column("sha256", "VARCHAR", "Content hash of the payload.", pattern=r"^[0-9a-f]{64}$"),
        Column("bytes", "BIGINT", "Size of the payload.", unit="bytes", minimum=0),
        Column("url", "VARCHAR", "Address that it was fetched from."),
        Column("place", "VARCHAR", "Sheet, cell, row or check that it was refused or held for."),
        Column("reason", "VARCHAR", "What was expected, what was found, and what to do."),
        Column(
            "verdict",
            "VARCHAR",
            "refused: it must be corrected first; held: it can be read, and one command accepts it.",
            values=("refused", "held"),
        ),
        Column("retry", "VARCHAR", "The command that accepts it, or ingests it again after a fix."),
        Column("refused_at", "TIMESTAMP", "When, UTC."),
        Column("run_id", "VARCHAR", "Dagster run that refused it."),
    ),
    source="the pipeline's ingestion",
    licence=OWN,
    may_be_empty=True,
)

BUILD: Final = Table(
    schema="meta",
    name="build",
    description="This publication: when, by which run, from which code and inputs.",
    grain=("build_id",),
    columns=(
        Column("build_id", "VARCHAR", "Name of the publication's directory."),
        Column("built_at", "TIMESTAMP", "When it was built, UTC."),
        Column("run_id", "VARCHAR", "Dagster run."),
        Column("schema_version", "VARCHAR", "Version of the public contract.", pattern=r"^\d+\.\d+\.\d+$"),
        Column("project_version", "VARCHAR", "Version of the project."),
        Column("code_version", "VARCHAR", "Hash of the code that computes figures."),
        Column(
            "content_sha256",
            "VARCHAR",
            "Hash over the contents of all core and mart tables; with code_version the identity of what is published.",
            pattern=r"^[0-9a-f]{64}$",
        ),
        Column(
            "inputs_sha256",
            "VARCHAR",
            "Hash over the content hashes of all landed editions.",
            pattern=r"^[0-9a-f]{64}$",
        ),
        Column("editions", "INTEGER", "Editions held.", minimum=1),
        Column(
            "newest_edition",
            "VARCHAR",
            "Edition that was published last, of any source, and was not withdrawn; see edition_latest.",
        ),
        Column("storage_version", "VARCHAR", "DuckDB storage version of the file."),
    ),
    source="the run",
    licence=OWN,
    reads=_TESTED,
)

TABLE: Final = Table(
    schema="meta",
    name="table",
    description="Data dictionary: one row a table, view or table macro.",
    grain=("table_id",),
    columns=(
        Column("table_id", "VARCHAR", "schema.table; a view or table macro of schema main by its name alone."),
        Column("description", "VARCHAR", "What it holds."),
        Column("grain", "VARCHAR", "Columns that identify a row."),
        Column(
            "rows",
            "BIGINT",
            "Rows in this publication; null for tables of this schema and for views.",
            nullable=True,
            minimum=0,
        ),
        Column(
            "content_sha256",
            "VARCHAR",
            "Hash of the content; null for tables of this schema and for views.",
            nullable=True,
        ),
        Column("source", "VARCHAR", "Where the figures come from."),
        Column("licence", "VARCHAR", "Terms."),
        Column("caveats", "VARCHAR", "What a reader must know.", nullable=True),
    ),
    source="the contracts",
    licence=OWN,
    reads=_TESTED,
)

COLUMN: Final = Table(
    schema="meta",
    name="column",
    description="Data dictionary: one row a column.",
    grain=("table_id", "column_name"),
    columns=(
        Column("table_id", "VARCHAR", "schema.table"),
        Column("position", "SMALLINT", "Place in the table, from 1."),
        Column("column_name", "VARCHAR", "Name."),
        Column("type", "VARCHAR", "DuckDB type."),
        Column("unit", "VARCHAR", "Unit, where it has one.", nullable=True),
        Column("nullable", "BOOLEAN", "Whether it may be null."),
        Column("vocabulary", "VARCHAR", "Allowed values, where closed.", nullable=True),
        Column("description", "VARCHAR", "What it holds."),
    ),
    source="the contracts",
    licence=OWN,
)

TABLES: Final = (BUILD, EXPECTATION_RESULT, QUARANTINE, TABLE, COLUMN)
