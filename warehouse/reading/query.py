"""A user's SQL over the served warehouse: reads only, touches no other file and no network, and comes to an end.

DuckDB's memory limit does not count single values: an answer is fetched in pieces, and stops at `ANSWER_BYTES`.

Belongs here: the guarded connection and the limits. Does not belong here: our own queries, which are trusted.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from transforms.inert_text import is_whole
from warehouse.errors import StoppedError, UsageError
from warehouse.reading.connect import open_database, warehouse_path

# In this order: what locks comes last. The warehouse is open already; nothing else can be opened after it.
_GUARDS: Final = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_NOT_UNDERSTOOD: Final = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.InvalidInputException,
    duckdb.NotImplementedException,
)
_OF_POLARS: Final = frozenset(
    {"BOOLEAN", "VARCHAR", "DOUBLE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
    | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)
_SELECTED: Final = {
    "as it is": "#{0}",
    "text": "CAST(#{0} AS VARCHAR)",
    "single": "CAST(CAST(#{0} AS VARCHAR) AS DOUBLE)",  # 0.1, not 0.10000000149011612
    "whole number": "CAST(#{0} AS VARCHAR)",
    "nested": "CAST(to_json(#{0}) AS VARCHAR)",
}


ANSWER_BYTES: Final = 500_000_000  # seen: all of core.observation, 70 MB
NESTED_BYTES: Final = 50_000_000  # of lists and structs as text: a value of Python takes ten times as much, and more
_PIECE_ROWS: Final = 2_048  # DuckDB's own


_BINARY_UNITS: Final = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50}


class QueryStoppedError(StoppedError):
    """A query that ran into its limit of time, or whose answer is too large."""


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
    except (duckdb.IOException, duckdb.SerializationException):
        open_database(path).close()  # says what is wrong with the file
        raise
    except duckdb.Error as error:
        raise UsageError(f"memory limit {memory_limit!r}: {error}") from error
    for guard in _GUARDS:
        connection.execute(guard)
    return connection


def bytes_of(memory_limit: str) -> int:
    """Bytes of a memory limit as DuckDB understands it. Raises `UsageError` for one that it does not."""
    try:
        with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
            limits = connection.execute("SELECT memory_limit FROM pragma_database_size()").fetchall()
            said = str(limits[0][0])
    except duckdb.Error as error:
        raise UsageError(f"memory limit {memory_limit!r}: {error}") from error
    number, unit = said.split()
    return int(float(number) * _BINARY_UNITS[unit])


def run_query(
    sql: str, root: Path | None = None, *, timeout_s: float = 30.0, memory_limit: str = "1GB", max_rows: int = 10_000
) -> Answer:
    """Run one query and return at most `max_rows` rows.

    Types that polars has no room for come as they are written: days and times (infinity, before Christ), intervals and
    binary values as text, nested values and whole numbers beyond 64 bits as Python's own.

    Raises `QueryStoppedError` after `timeout_s` seconds, or for an answer of more than `ANSWER_BYTES`, `UsageError`
    for SQL that DuckDB refuses, that returns no rows to print, or that has several statements, and `duckdb.Error` for
    what fails while the query runs.
    """
    with guarded(root, memory_limit=memory_limit) as connection, _stopped_after(connection, timeout_s):
        # One row more than is shown reveals whether there are more.
        rows = _fetch(_bound(connection, sql).limit(max_rows + 1))
    return Answer(rows.head(max_rows), rows.height > max_rows)


def _bound(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    """The one statement, understood by DuckDB and not yet run."""
    if not is_whole(sql):
        raise UsageError("expected SQL that UTF-8 can write, found half a surrogate pair")
    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(f"one statement is expected, {len(statements)} were given")
        relation = connection.sql(statements[0].query)
    except _NOT_UNDERSTOOD as error:
        raise UsageError(str(error)) from error
    if relation is None:
        raise UsageError("the statement returns no rows; the warehouse can only be read")
    return relation


def _fetch(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows, each column in a type that every format can write."""
    names = relation.columns  # DuckDB adds a number to a name that is there already
    kinds = [_kind(str(dtype)) for dtype in relation.types]
    columns = ", ".join(_SELECTED[kind].format(position) for position, kind in enumerate(kinds, start=1))
    rows = _within_limits(relation.project(columns), [n for n, kind in enumerate(kinds) if kind in _PARSED])
    rows.columns = names
    return rows.with_columns(
        pl.Series(name, [text and _PARSED[kind](text) for text in rows[name]], dtype=pl.Object)
        for name, kind in zip(names, kinds, strict=True)
        if kind in _PARSED
    )


def _within_limits(relation: duckdb.DuckDBPyRelation, parsed: Sequence[int]) -> pl.DataFrame:
    """The rows; `parsed` are the places of the columns that become values of Python.

    Raises `QueryStoppedError` once they are larger than an answer may be.
    """
    import pyarrow as pa  # noqa: PLC0415 (seconds on a busy machine: only for who asks)

    reader = relation.to_arrow_reader(_PIECE_ROWS)
    pieces: list[pa.RecordBatch] = []
    held = nested = 0
    for piece in reader:
        held += piece.nbytes
        nested += sum(piece.column(n).nbytes for n in parsed)
        if held > ANSWER_BYTES or nested > NESTED_BYTES:
            raise QueryStoppedError(
                f"stopped: the answer has more than {ANSWER_BYTES / 1e6:g} MB, or {NESTED_BYTES / 1e6:g} MB of lists; "
                "select less, or read the Parquet files next to the warehouse"
            )
        pieces.append(piece)
    return pl.DataFrame(pa.Table.from_batches(pieces, reader.schema))


def _nested(text: str) -> object:
    return json.loads(text, parse_float=_number)


def _number(text: str) -> float | Decimal:
    """A double where it has the same digits; a long decimal keeps them."""
    return float(text) if Decimal(repr(float(text))) == Decimal(text) else Decimal(text)


_PARSED: Final[Mapping[str, Callable[[str], object]]] = {"whole number": int, "nested": _nested}


def _kind(dtype: str) -> str:
    """What is done with a DuckDB type to fetch it."""
    if dtype.endswith("]") or dtype.startswith(("STRUCT", "MAP", "UNION", "VARIANT")):
        return "nested"
    if dtype in {"HUGEINT", "UHUGEINT", "BIGNUM"}:
        return "whole number"
    if dtype == "FLOAT":
        return "single"
    return "as it is" if dtype in _OF_POLARS or dtype.startswith("DECIMAL") else "text"


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
