"""The shape of a contract, and what follows from it alone: DDL, comments, the generic expectations.

Belongs here: dataclasses and pure derivations. Does not belong here: any particular table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

Severity = Literal["error", "warn"]
# What a failed check is about: the figures, or a register of exceptions and corrections that outlived them.
Subject = Literal["figures", "register"]
# What a check asks. `structure`: whether an edition can be read at all; it refuses. `arithmetic`: whether the source's own
# figures agree with each other; the cells concerned are withheld. `resemblance`: whether they are like the edition before,
# other sources, other years; it warns, and a strong one waits for a person's decision, but no edition is lost to it.
Question = Literal["structure", "arithmetic", "resemblance"]

POLARS_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "DOUBLE[]": pl.List(pl.Float64()),
    "BOOLEAN": pl.Boolean(),
    "SMALLINT": pl.Int16(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),  # always UTC
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: DuckDB type, what it holds, in which unit, whether it may be null, and its bounds if it has any."""

    name: str
    type: str
    description: str
    unit: str | None = None
    nullable: bool = False
    values: Sequence[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    never_empty: bool = False

    def comment(self) -> str:
        """Description with the unit, as in the database's COMMENT."""
        return f"{self.description} [{self.unit}]" if self.unit else self.description


@dataclass(frozen=True, slots=True)
class Expectation:
    """One Great Expectations expectation as data: what it asks, how strongly, and why it exists.

    `concerns` are the columns of the query's rows that say, in addition to edition_id, which figures are in doubt; none if it is
    the edition as a whole. `topic` is the question of the domain that it helps to answer; without one it is part of the
    table's contract. `written` is its SQL with shared relations by name (`relation.<name>`); in kwargs it is self-contained.
    """

    id: str
    type: str
    kwargs: Mapping[str, Any]
    reason: str
    severity: Severity = "error"
    subject: Subject = "figures"
    question: Question = "structure"
    concerns: Sequence[str] = ()
    topic: str | None = None
    written: str | None = None

    @property
    def query(self) -> str | None:
        """Its SQL over `{batch}`, self-contained, whose rows break it; None for one of another kind."""
        query: str | None = self.kwargs.get("unexpected_rows_query")
        return query

    @property
    def blocks(self) -> bool:
        """Whether a table that breaks it is not written."""
        return self.severity == "error" and self.question == "structure"


def offending_rows(
    identifier: str,
    query: str,
    reason: str,
    severity: Severity = "error",
    subject: Subject = "figures",
    *,
    question: Question = "structure",
    concerns: Sequence[str] = (),
    topic: str | None = None,
    written: str | None = None,
) -> Expectation:
    """An expectation in SQL: `query` returns the rows that break it; `{batch}` is the table under test.

    Other tables of the same run are visible under `schema_table` names (`core_edition`).
    Literal braces must be doubled: Great Expectations formats the query.
    """
    return Expectation(
        identifier,
        "unexpected_rows_expectation",
        {"unexpected_rows_query": query},
        reason,
        severity,
        subject,
        question,
        tuple(concerns),
        topic,
        written,
    )


def expired_exceptions(
    identifier: str, query: str, reason: str, *, topic: str | None = None, written: str | None = None
) -> Expectation:
    """A check on a register: its rows are exceptions or corrections that no longer explain anything.

    It warns: the register must be corrected, and neither the edition that outlived it nor the run is at fault.
    """
    return offending_rows(identifier, query, reason, "warn", "register", topic=topic, written=written)


@dataclass(frozen=True, slots=True)
class Table:
    """One public table. `reads` names the tables it is computed from; they are built first."""

    schema: str
    name: str
    description: str
    grain: Sequence[str]
    columns: Sequence[Column]
    source: str
    licence: str
    reads: Sequence[str] = ()
    joins: Sequence[str] = ()  # tables that only the expectations look at
    expectations: Sequence[Expectation] = ()
    caveats: Sequence[str] = ()
    may_be_empty: bool = False
    sql: str | None = field(default=None)  # file under warehouse/marts/ for tables computed in SQL

    @property
    def id(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def polars_schema(self) -> pl.Schema:
        return pl.Schema({column.name: POLARS_TYPES[column.type] for column in self.columns})

    def suite(self) -> list[Expectation]:
        """Expectations that follow from the contract, then the table's own."""
        return [*_generic_expectations(self), *self.expectations]

    def create_sql(self) -> str:
        """CREATE TABLE in contract order, with NOT NULL and the primary key where the grain allows one."""
        lines = [f'"{c.name}" {c.type}{"" if c.nullable else " NOT NULL"}' for c in self.columns]
        nullable = {column.name for column in self.columns if column.nullable}
        if not nullable.intersection(self.grain):
            lines.append("PRIMARY KEY (" + ", ".join(f'"{name}"' for name in self.grain) + ")")
        return f'CREATE TABLE "{self.schema}"."{self.name}" (\n  ' + ",\n  ".join(lines) + "\n)"

    def comment_sql(self) -> list[str]:
        """COMMENT statements: the table's says grain, source and licence; each column's ends with its unit."""
        target = f'"{self.schema}"."{self.name}"'
        text = f"{self.description} Grain: {', '.join(self.grain)}. Source: {self.source}. Licence: {self.licence}."
        caveats = " ".join(self.caveats)
        return [
            f"COMMENT ON TABLE {target} IS {sql_literal(f'{text} {caveats}'.strip())}",
            *(f'COMMENT ON COLUMN {target}."{c.name}" IS {sql_literal(c.comment())}' for c in self.columns),
        ]


def sql_literal(text: str) -> str:
    """Quote a string for SQL; DDL takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


def not_unique(grain: Sequence[str]) -> str:
    """SQL for the keys that several rows have."""
    key = ", ".join(f'"{name}"' for name in grain)
    return f"SELECT {key}, count(*) AS row_count FROM {{batch}} GROUP BY ALL HAVING count(*) > 1"


def not_finite(column: str) -> str:
    """SQL for the rows whose figure is NaN or infinite."""
    return f'SELECT * FROM {{batch}} WHERE NOT isfinite("{column}")'


def outside_vocabulary(column: str, words: Sequence[str]) -> str:
    """SQL for the rows whose list has a word of no vocabulary."""
    known = ", ".join(sql_literal(word) for word in words)
    # Each list once, of which a table has few; `any_value`, because DuckDB would ask a condition on the key of each row.
    unknown = f'NOT list_has_all([{known}], any_value("{column}"))'
    return (
        f'SELECT * FROM {{batch}} WHERE "{column}" IN (SELECT "{column}" FROM {{batch}} GROUP BY ALL HAVING {unknown})'
    )


def _generic_expectations(table: Table) -> list[Expectation]:
    found = [
        Expectation(
            "columns_match_contract",
            "expect_table_columns_to_match_ordered_list",
            {"column_list": table.column_names},
            "consumers rely on names and order",
        ),
        offending_rows(
            "grain_is_unique",
            not_unique(table.grain),
            f"one row for each {', '.join(table.grain)}",
        ),
    ]
    if not table.may_be_empty:
        found.append(
            Expectation(
                "has_rows", "expect_table_row_count_to_be_between", {"min_value": 1}, "an empty table is a fault"
            )
        )
    for column in table.columns:
        found.extend(_column_expectations(column))
    return found


def _column_expectations(column: Column) -> list[Expectation]:
    name, found = column.name, []
    if not column.nullable:
        found.append(
            Expectation(f"{name}_is_known", "expect_column_values_to_not_be_null", {"column": name}, "never null")
        )
    if column.type == "DOUBLE":
        # In pyarrow mode NaN is not null to Great Expectations; it would pass every range as well.
        found.append(offending_rows(f"{name}_is_finite", not_finite(name), "NaN and infinity are no figures"))
    if column.values is not None and column.type.endswith("[]"):
        query = outside_vocabulary(name, column.values)
        found.append(offending_rows(f"{name}_in_vocabulary", query, "a closed vocabulary"))
    elif column.values is not None:
        kwargs = {"column": name, "value_set": list(column.values)}
        found.append(
            Expectation(f"{name}_in_vocabulary", "expect_column_values_to_be_in_set", kwargs, "a closed vocabulary")
        )
    if column.pattern is not None:
        kwargs = {"column": name, "regex": column.pattern}
        found.append(Expectation(f"{name}_is_well_formed", "expect_column_values_to_match_regex", kwargs, "a code"))
    if column.never_empty:
        length = {"column": name, "min_value": 1}
        found.append(Expectation(f"{name}_is_given", "expect_column_value_lengths_to_be_between", length, "traceable"))
    if column.minimum is not None or column.maximum is not None:
        bounds = {"column": name, "min_value": column.minimum, "max_value": column.maximum}
        found.append(Expectation(f"{name}_in_range", "expect_column_values_to_be_between", bounds, "possible values"))
    return found
