"""The warehouse file: filled from Parquet files, opened again and verified, audited.

Belongs here: everything that publication asks of DuckDB.
Does not belong here: directories, the lock and the link (publication.publish); any particular table, view or audit.
"""
# ruff: noqa: S608 (identifiers are quoted by _identifier, paths by sql_literal; DDL and DESCRIBE take no parameters)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from warehouse.contracts.model import sql_literal
from warehouse.errors import StoppedError
from warehouse.settings import duckdb_limits

# The default file of DuckDB 2.0 cannot be opened by 1.4 and 1.5, which most consumers still have.
STORAGE_VERSION: Final = "v1.4.0"
_ROWS_SHOWN: Final = 5


class PublicationError(StoppedError):
    """A publication or a roll-back was stopped. What is served is complete: see `publish.publish`."""


@dataclass(frozen=True, slots=True)
class TableToPublish:
    """One table: its DDL, made elsewhere from the contract, and the Parquet file that passed its gate."""

    schema: str
    name: str
    create_sql: str
    comment_sql: Sequence[str]
    parquet: Path

    @property
    def id(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def sql(self) -> str:
        return f"{_identifier(self.schema)}.{_identifier(self.name)}"

    @property
    def rows_sql(self) -> str:
        """Without the option, a parent directory named `run=3` would become a column `run`."""
        return f"SELECT * FROM read_parquet({sql_literal(str(self.parquet))}, hive_partitioning = false)"


def write_database(path: Path, tables: Sequence[TableToPublish], after_sql: Sequence[str]) -> None:
    """Write the file and close it. `after_sql` runs when all tables are filled.

    Raises `PublicationError` where a Parquet file has not exactly the table's columns and types, and for SQL that
    fails; `duckdb.Error` for a disk that does.
    """
    catalog = _identifier(path.stem)  # the name under which a consumer sees the file
    with duckdb.connect(":memory:", config=duckdb_limits()) as connection:
        storage = f"STORAGE_VERSION {sql_literal(STORAGE_VERSION)}"
        connection.execute(f"ATTACH {sql_literal(str(path))} AS {catalog} ({storage})")
        connection.execute(f"USE {catalog}")
        connection.execute("BEGIN")  # saves a sync of the log for each statement; what fails is thrown away whole
        for schema in sorted({table.schema for table in tables}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_identifier(schema)}")
        for table in tables:
            _write_table(connection, table)
        for statement in after_sql:
            _execute(connection, statement, place=statement)
        connection.execute("COMMIT")
        connection.execute("USE memory")
        connection.execute(f"CHECKPOINT {catalog}")
        connection.execute(f"DETACH {catalog}")


def verify_database(path: Path, tables: Sequence[TableToPublish]) -> None:
    """Open the finished file as a consumer will, and hold it to what was put in. Raises `PublicationError`."""
    with duckdb.connect(str(path), read_only=True, config=duckdb_limits()) as connection:
        tags = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
        storage = _value(connection, tags)
        if storage != f"{STORAGE_VERSION}+":
            raise PublicationError(f"{path.name} has storage version {storage} instead of {STORAGE_VERSION}")
        for table in tables:
            rows = _value(connection, f"SELECT count(*) FROM {table.sql}")
            metadata = f"parquet_file_metadata({sql_literal(str(table.parquet))})"
            expected = _value(connection, f"SELECT num_rows FROM {metadata}")
            if rows != expected:
                raise PublicationError(f"{table.id} holds {rows} rows, its Parquet file {expected}")
        views = "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        for schema, view in connection.execute(views).fetchall():
            # count(*) alone would compute no column of the view.
            select = f"SELECT count(COLUMNS(*)) FROM {_identifier(schema)}.{_identifier(view)}"
            _execute(connection, select, place=f"view {schema}.{view}").fetchall()


def audit_database(path: Path, audits: Mapping[str, str]) -> None:
    """Run every audit on the finished file; raise `PublicationError` with the first rows of each that returns any."""
    with duckdb.connect(str(path), read_only=True, config=duckdb_limits()) as connection:
        failures = [failure for name, query in audits.items() if (failure := _offenders(connection, name, query))]
    if failures:
        raise PublicationError("\n".join([f"{len(failures)} of {len(audits)} audits failed:", *failures]))


def _write_table(connection: duckdb.DuckDBPyConnection, table: TableToPublish) -> None:
    for statement in (table.create_sql, *table.comment_sql):
        _execute(connection, statement, place=f"{table.id}: {statement}")
    declared = _columns(connection, table.sql, place=table.id)
    found = _columns(connection, table.rows_sql, place=table.id)
    if found != declared:
        raise PublicationError(f"{table.id}: {_difference(declared, found)}")
    _execute(connection, f"INSERT INTO {table.sql} BY NAME {table.rows_sql}", place=table.id)


def _columns(connection: duckdb.DuckDBPyConnection, relation: str, *, place: str) -> dict[str, str]:
    described = _execute(connection, f"DESCRIBE {relation}", place=place).fetchall()
    return {name: column_type for name, column_type, *_ in described}


def _difference(declared: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Types count as well: an insert would round a DOUBLE into an INTEGER without a word."""
    missing = [f"{name} is missing" for name in declared if name not in found]
    extra = [f"{name} is not in the table" for name in found if name not in declared]
    retyped = [
        f"{name} is {found[name]} instead of {declared[name]}"
        for name in declared
        if name in found and found[name] != declared[name]
    ]
    return "the Parquet file must have exactly the table's columns: " + ", ".join([*missing, *extra, *retyped])


def _offenders(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> str | None:
    """The audit's name and its first offending rows, or None if it holds."""
    cursor = _execute(connection, query, place=f"audit {name!r}")
    columns = [column[0] for column in cursor.description or []]
    rows = cursor.fetchmany(_ROWS_SHOWN + 1)
    if not rows:
        return None
    shown = [", ".join(f"{c}={v!r}" for c, v in zip(columns, row, strict=True)) for row in rows[:_ROWS_SHOWN]]
    return "\n    ".join([f"  {name}:", *shown, *(["and more"] if len(rows) > _ROWS_SHOWN else [])])


def _execute(connection: duckdb.DuckDBPyConnection, statement: str, *, place: str) -> duckdb.DuckDBPyConnection:
    try:
        return connection.execute(statement)
    except duckdb.Error as error:
        raise PublicationError(f"{place}: {error}") from error


def _value(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
