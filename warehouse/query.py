"""A user's SQL over the served warehouse: reads only, touches no other file and no network, and comes to an end.

Belongs here: the guarded connection and the limits. Does not belong here: our own queries, which are trusted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from warehouse.connect import warehouse_path
from warehouse.usage import UsageError

# In this order: what locks comes last. The warehouse is open already; nothing else can be opened after it.
_GUARDS: Final = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class QueryStoppedError(RuntimeError):
    """A query that ran into its time limit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of a query; `truncated` says that there were more than were asked for."""

    rows: pl.DataFrame
    truncated: bool


def guarded(root: Path | None = None, *, memory_limit: str = "1GB") -> duckdb.DuckDBPyConnection:
    """The served warehouse, for SQL of others: read-only, no file, no network, no extension, no setting can be changed.

    Raises `WarehouseMissingError`; `UsageError` for a memory limit that DuckDB does not understand.
    """
    path = warehouse_path(root)
    try:
        connection = duckdb.connect(
            str(path), read_only=True, config={"memory_limit": memory_limit, "temp_directory": "", "threads": 2}
        )
    except duckdb.Error as error:
        raise UsageError(f"memory limit {memory_limit!r}: {error}") from error
    for guard in _GUARDS:
        connection.execute(guard)
    return connection


def run_query(
    sql: str, root: Path | None = None, *, timeout_s: float = 30.0, memory_limit: str = "1GB", max_rows: int = 10_000
) -> Answer:
    """Run one query and return at most `max_rows` rows.

    Raises `QueryStoppedError` after `timeout_s` seconds, `UsageError` for SQL that returns no rows to print or several
    statements, and `duckdb.Error` for SQL that DuckDB refuses.
    """
    with guarded(root, memory_limit=memory_limit) as connection:
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(f"one statement is expected, {len(statements)} were given")
        with _stopped_after(connection, timeout_s):
            # One row more than is shown tells whether there are more.
            relation = connection.sql(statements[0].query)
            if relation is None:
                raise UsageError("the statement returns no rows; the warehouse can only be read")
            rows: pl.DataFrame = relation.limit(max_rows + 1).pl()
    return Answer(rows.head(max_rows), rows.height > max_rows)


@contextmanager
def _stopped_after(connection: duckdb.DuckDBPyConnection, timeout_s: float) -> Iterator[None]:
    expired = threading.Event()

    def stop() -> None:
        expired.set()
        connection.interrupt()

    timer = threading.Timer(timeout_s, stop)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        if not expired.is_set():
            raise
        raise QueryStoppedError(f"stopped after {timeout_s:g} s; --timeout allows more") from error
    finally:
        timer.cancel()
