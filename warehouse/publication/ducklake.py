"""A publication in DuckLake: the same tables, views and macros, as one snapshot of a catalogue on a server.

Belongs here: everything that is asked of DuckLake. Does not belong here: what is published, and the file that is
served by default (warehouse.publication.publish), which is made and audited first, and copied here.

A publication is one transaction. A table whose content is that of the snapshot before is left as it is, so that the
two share its files. DuckLake (with DuckDB 1.5.5) keeps no primary keys and no comments on macros and on columns of
views; these descriptions are rows of meta.table and meta.column.
"""
# ruff: noqa: S608 (names are the contract's, paths are quoted by sql_literal)

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import duckdb

from warehouse.contracts.evidence import BUILD, TABLE
from warehouse.contracts.model import Table, sql_literal
from warehouse.contracts.registry import TABLES
from warehouse.errors import StoppedError
from warehouse.publication.views import statements
from warehouse.reading.connect import DATABASE, require_contract

_LAKE: Final = "burden_sharing"  # the catalogue's name in a consumer's queries, as that of the file
_EXTENSIONS: Final = ("ducklake", "postgres_scanner")
_ATTEMPTS: Final = 10
_NO_COMMENT: Final = re.compile(r"COMMENT ON (MACRO|COLUMN) ")


class LakeError(StoppedError):
    """The publication was not written to DuckLake; its last snapshot is what readers see."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Where a lake is: `catalogue` as it follows `ducklake:`, such as `postgres:dbname=lake host=127.0.0.1`; `files`,
    the folder or object store of its Parquet.
    """

    catalogue: str
    files: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The snapshot of a build in DuckLake, and the tables written for it; none where it was there before."""

    build_id: str
    snapshot_id: int
    written: Sequence[str]


def write_snapshot(publication: Path, lake: Lake) -> Snapshot:
    """Make the publication the newest snapshot of the lake, all of it or nothing; after another writer's, try again.

    Raises `LakeError` with the cause, `OtherContractError` for a publication of another contract.
    """
    require_contract(publication / DATABASE)
    import stamina  # noqa: PLC0415 (of the extra: reading needs none of it)

    try:
        with attached(lake) as connection:
            # A conflict shows at the commit, and all that was written is of the snapshot before the other's.
            for attempt in stamina.retry_context(on=duckdb.TransactionException, attempts=_ATTEMPTS, timeout=None):
                with attempt:
                    return _in_one_transaction(connection, publication)
    except duckdb.Error as error:
        raise LakeError(f"DuckLake: {_without_password(str(error), lake)}") from None
    raise AssertionError("stamina ends by a return or an exception")


def _without_password(message: str, lake: Lake) -> str:
    """DuckDB's message prints the address as it was given, with and without its first word."""
    address = lake.catalogue.partition(":")[2]
    for secret in (lake.catalogue, address or lake.catalogue):
        message = message.replace(secret, "…")
    return message


@contextmanager
def attached(lake: Lake, *, snapshot: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose default catalogue is the lake; read-only as it was in a snapshot, where one is asked for."""
    with duckdb.connect(":memory:") as connection:
        for extension in _EXTENSIONS:
            _load(connection, extension)
        options = f"DATA_PATH {sql_literal(lake.files)}"
        if snapshot is not None:
            options += f", SNAPSHOT_VERSION {snapshot}, READ_ONLY"
        connection.execute(f"ATTACH {sql_literal(f'ducklake:{lake.catalogue}')} AS {_LAKE} ({options})")
        connection.execute(f"USE {_LAKE}")
        yield connection


def _load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """From the package of the extra where there is one for this DuckDB, else from DuckDB's repository."""
    package = find_spec(f"duckdb_extension_{extension}")
    file = f"extensions/v{duckdb.__version__}/{extension}.duckdb_extension"
    found = [Path(folder, file) for folder in (package.submodule_search_locations or [] if package else [])]
    if found and found[0].exists():
        connection.load_extension(str(found[0]))
        return
    try:
        connection.install_extension(extension)
        connection.load_extension(extension)
    except duckdb.Error as error:
        raise LakeError(
            f"DuckDB {duckdb.__version__} found no extension {extension}: install burden-sharing[ducklake] in an "
            f"environment of its own, which brings a DuckDB that has it ({error})"
        ) from error


def _in_one_transaction(connection: duckdb.DuckDBPyConnection, publication: Path) -> Snapshot:
    connection.execute("BEGIN")
    try:
        written = _write(connection, publication)
        build_id = str(_build(connection, BUILD.id))
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise
    found = _value(connection, f"SELECT id FROM {_LAKE}.{'last_committed' if written else 'current'}_snapshot()")
    return Snapshot(build_id, int(str(found)), written)


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    """A commit that failed has ended the transaction by itself."""
    try:
        connection.execute("ROLLBACK")
    except duckdb.TransactionException:
        return


def _write(connection: duckdb.DuckDBPyConnection, publication: Path) -> list[str]:
    """The tables that were written: those whose content differs from the newest snapshot's."""
    wanted = _contents(connection, f"read_parquet({sql_literal(str(_parquet(publication, TABLE)))})")
    there = _tables_there(connection)
    held = _contents(connection, TABLE.id) if {TABLE.id, BUILD.id} <= there.keys() else {}
    if held and _build(connection, BUILD.id) == _build(connection, _rows_of(publication, BUILD)):
        return []
    changed = [
        t for t in TABLES if wanted[t.id] is None or (wanted[t.id], _shape(t)) != (held.get(t.id), there.get(t.id))
    ]
    for schema in sorted({table.schema for table in TABLES}):
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    for name in sorted(there.keys() - {table.id for table in TABLES}):
        connection.execute(f"DROP TABLE {_quoted(name)}")
    for table in changed:
        _replace(connection, table, _rows_of(publication, table))
    for statement in statements():
        if not _NO_COMMENT.match(statement):
            connection.execute(statement.replace("CREATE ", "CREATE OR REPLACE ", 1))
    build_id = sql_literal(str(_build(connection, BUILD.id)))
    connection.execute(f"CALL {_LAKE}.set_commit_message('burden-sharing', {build_id})")
    return [table.id for table in changed]


def _replace(connection: duckdb.DuckDBPyConnection, table: Table, rows: str) -> None:
    """The table anew, with the published rows, which are counted and compared before anybody sees them."""
    name = _quoted(table.id)
    connection.execute(f"DROP TABLE IF EXISTS {name}")
    columns = ", ".join(f'"{c.name}" {c.type}{"" if c.nullable else " NOT NULL"}' for c in table.columns)
    connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.execute(f"INSERT INTO {name} BY NAME FROM {rows}")
    for comment in table.comment_sql():
        connection.execute(comment)
    found, expected = (_value(connection, f"SELECT {_CONTENT} FROM {of} AS t") for of in (name, rows))
    if found != expected:
        raise LakeError(f"{table.id}: in DuckLake {found}, published {expected}")


# The number of rows, and a sum over all of them that does not depend on their order.
_CONTENT: Final = "{'rows': count(*), 'hash': sum(hash(t))}"


def _contents(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str | None]:
    """SHA-256 by table; none for those that are of this build alone."""
    return dict(connection.execute(f"SELECT table_id, content_sha256 FROM {relation}").fetchall())


def _tables_there(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Sequence[tuple[str, str, bool]]]:
    found = connection.execute(
        "SELECT schema_name || '.' || table_name, list((column_name, data_type, is_nullable) ORDER BY column_index) "
        "FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name) "
        "WHERE database_name = current_database() GROUP BY ALL"
    ).fetchall()
    return dict(found)


def _shape(table: Table) -> list[tuple[str, str, bool]]:
    return [(column.name, column.type, column.nullable) for column in table.columns]


def _build(connection: duckdb.DuckDBPyConnection, relation: str) -> object:
    return _value(connection, f"SELECT build_id FROM {relation}")


def _rows_of(publication: Path, table: Table) -> str:
    return f"read_parquet({sql_literal(str(_parquet(publication, table)))}, hive_partitioning = false)"


def _parquet(publication: Path, table: Table) -> Path:
    return publication / "parquet" / f"{table.id}.parquet"


def _quoted(table_id: str) -> str:
    return ".".join(f'"{part}"' for part in table_id.split("."))


def _value(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
