"""Great Expectations over a frame: a contract's suite in, one result an expectation out.

Belongs here: the only use of Great Expectations in the project, imported late because it takes 7 s.
Does not belong here: which expectations a table has (contracts), what happens when one fails (orchestration.tables).

Great Expectations 1.24 has no polars and no working DuckDB route; its pandas route over pyarrow-backed columns runs
all expectation kinds, and a small metric provider lets `UnexpectedRowsExpectation` run its SQL in DuckDB.
"""

from __future__ import annotations

import contextvars
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, TypeGuard

import duckdb
import polars as pl

from warehouse.checks.certain import certainly_holding, doubtful
from warehouse.checks.files import referenced, relations
from warehouse.contracts.model import Expectation, Table
from warehouse.files import unfinished_folder
from warehouse.scratch import scratch_database
from warehouse.settings import duckdb_limits, spill_folder
from warehouse.table_file import ROWS_AT_ONCE, Rows, TableFile

SAMPLE_ROWS: Final = 20
ENUMERATED_FROM: Final = 10_000  # rows; of fewer, to make enumerations takes longer than they save
_BATCH: Final = "batch"
_LONGEST_ENUMERATION: Final = 2**16  # words of a column; more are no vocabulary, and take four bytes each
_IN_SQL: Final = "unexpected_rows_expectation"
# A whole suite as one expectation: Great Expectations takes some milliseconds for each, whatever it asks.
_ALL_HOLD: Final = Expectation(
    "every_expectation_holds",
    "expect_column_values_to_be_in_set",
    {"column": "holds", "value_set": [True]},
    "no expectation of the suite is broken",
)
_GX_SEVERITY: Final = {"error": "critical", "warn": "warning"}


class _Database:
    """The table under test as `batch`, and those that its checks join to, in one DuckDB for all expectations of a suite.

    A relation that several queries select from is computed once, when the first of them is run.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, suite: Sequence[Expectation]) -> None:
        self._connection = connection
        self._first: dict[str, list[dict[str, Any]]] = {}
        self._written = {str(e.kwargs["unexpected_rows_query"]): e.written for e in suite if e.written is not None}
        self._uses = Counter(_references(self._written.values()))
        self._made: set[str] = set()
        self._in_sql = {e.id: str(e.kwargs["unexpected_rows_query"]) for e in suite if e.type == _IN_SQL}
        connection.execute("CREATE SCHEMA relation")

    def ask_all(self, limit: int, without: Collection[str] = ()) -> frozenset[str]:
        """Run every query of the suite but those of the expectations `without`. Returns the expectations whose query has a
        row, or cannot be run: what is wrong is said when such a one is asked alone.
        """
        asked = {identifier: query for identifier, query in self._in_sql.items() if identifier not in without}
        return frozenset(identifier for identifier, query in asked.items() if self._has_row(query, limit))

    def _has_row(self, query: str, limit: int) -> bool:
        try:
            return bool(self.rows(query, limit))
        except duckdb.Error:
            return True

    def rows(self, query: str, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a query; a query is run once, for its rows and for their count."""
        if query not in self._first:
            cursor = self._connection.execute(f"SELECT * FROM ({self._over_relations(query)}) LIMIT {limit}")
            names = [column[0] for column in cursor.description or []]
            self._first[query] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return self._first[query]

    def count(self, query: str, limit: int) -> int:
        """How many rows a query has, beyond `limit` too."""
        found = len(self.rows(query, limit))
        if found == limit:
            counted = self._connection.execute(f"SELECT count(*) FROM ({self._over_relations(query)})")
            found = counted.fetchall()[0][0]
        return found

    def frame(self, query: str) -> pl.DataFrame:
        """All rows of a query."""
        rows: pl.DataFrame = self._connection.sql(self._over_relations(query)).pl()
        return rows.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))

    def _over_relations(self, query: str) -> str:
        """The query over `batch` and the relations that it names, which are there afterwards."""
        written = self._written.get(query, query)
        for name in dict.fromkeys(referenced(written)):
            self._make(name)
        return written.format(batch="batch")

    def _make(self, name: str) -> None:
        if name in self._made:
            return
        kind = "TABLE" if self._uses[name] > 1 else "VIEW"
        self._connection.execute(f"CREATE {kind} relation.{name} AS {self._over_relations(relations()[name])}")
        self._made.add(name)


def _references(queries: Iterable[str]) -> Iterator[str]:
    """Every mention of a relation in some queries, and once in each relation that they need."""
    waiting, seen = list(queries), set[str]()
    while waiting:
        for name in referenced(waiting.pop()):
            yield name
            if name not in seen:
                seen.add(name)
                waiting.append(relations()[name])


# A metric provider cannot be handed other tables, and Great Expectations' own pandas batch would be converted anew for
# each query.
_database: contextvars.ContextVar[_Database] = contextvars.ContextVar("database")


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """What came of one expectation. An expectation that raised has failed, and always blocks.

    `offending` are all rows that broke one that asks of arithmetic or resemblance; empty for the others.
    """

    expectation: Expectation
    passed: bool
    unexpected_count: int
    row_count: int
    sample: Sequence[Mapping[str, Any]]
    exception: str | None = None
    offending: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False)

    @property
    def blocks(self) -> bool:
        return not self.passed and (self.expectation.blocks or self.exception is not None)

    def describe(self) -> str:
        """One line for a person: the check, its reason, how many rows broke it, the first of them."""
        if self.exception is not None:
            fault = "a fault of the program, not of the data: report it"
            return f"{self.expectation.id} could not be evaluated, {fault}: {self.exception[:500]}"
        first = json.dumps(self.sample_rows()[:1], ensure_ascii=False)
        found = f"{self.unexpected_count} offending, first {first}"
        return f"{self.expectation.id}: expected {self.expectation.reason}; found {found}"

    def sample_rows(self) -> list[dict[str, Any]]:
        """The sample as plain JSON values."""
        rows: list[dict[str, Any]] = json.loads(self.sample_json())
        return rows

    def sample_json(self) -> str:
        return json.dumps(list(self.sample), default=_plain, ensure_ascii=False)


def _plain(value: object) -> str | None:
    import pandas as pd  # noqa: PLC0415 (with Great Expectations, whose samples hold its NA)

    return None if value is pd.NA else str(value)


def validate(table: Table, rows: Rows, joined: Mapping[str, Rows]) -> list[ExpectationResult]:
    """Run the table's suite over `rows`. `joined` holds the tables its queries join to, as `schema_table`; the table's
    own name is the rows, unless `joined` has one: what was held when they arrived.

    Results come in the order of `table.suite()`. Nothing is raised for data that fails.
    """
    suite = table.suite()
    certain = certainly_holding(table, rows)
    has_queries = any(expectation.type == _IN_SQL for expectation in suite if expectation.id not in certain)
    with _tables_in_duckdb(table, rows, joined) if has_queries else nullcontext():
        in_doubt = _in_doubt(suite, certain)
        found = _details(in_doubt, doubtful(table, rows, in_doubt), table.grain) if in_doubt else {}
        return [
            _with_all_rows(_read(expectation, found[expectation.id], rows.height))
            if expectation.id in found
            else ExpectationResult(expectation, passed=True, unexpected_count=0, row_count=rows.height, sample=())
            for expectation in suite
        ]


def _in_doubt(suite: Sequence[Expectation], certain: Collection[str]) -> list[Expectation]:
    """The expectations that may not hold. What is unexpected, how often and in which rows costs Great Expectations passes
    over the frame: asked for only of these.
    """
    asked = [expectation for expectation in suite if expectation.id not in certain]
    in_sql = {expectation.id for expectation in asked if expectation.type == _IN_SQL}
    with_a_row = _database.get().ask_all(_rows_kept(), without=certain) if in_sql else frozenset()
    in_doubt = [e for e in asked if e.id not in in_sql or e.id in with_a_row]
    doubted = {expectation.id for expectation in in_doubt}
    answers = pl.DataFrame(
        {"expectation_id": [e.id for e in suite], "holds": [e.id not in doubted for e in suite]},
    )
    (judged,) = _run(answers, [_ALL_HOLD], "BOOLEAN_ONLY")
    return [] if judged.success else in_doubt


def _with_all_rows(result: ExpectationResult) -> ExpectationResult:
    """The result with every offending row, where the gate must know which figures they speak of."""
    if result.passed or result.expectation.question == "structure" or result.exception is not None:
        return result
    return replace(result, offending=_database.get().frame(str(result.expectation.kwargs["unexpected_rows_query"])))


def _details(in_doubt: Sequence[Expectation], frame: pl.DataFrame, keys: Sequence[str]) -> dict[str, Any]:
    """What is unexpected, by expectation. A query has the rows in DuckDB; all else looks at the frame."""
    in_sql = [expectation for expectation in in_doubt if expectation.type == _IN_SQL]
    of_frame = [expectation for expectation in in_doubt if expectation.type != _IN_SQL]
    results = [*_run(frame.head(1), in_sql, "COMPLETE"), *_run(frame, of_frame, "COMPLETE", keys)]
    return {_id(result): result for result in results}


def _run(
    frame: pl.DataFrame, expectations: Sequence[Expectation], result_format: str, keys: Sequence[str] = ()
) -> Sequence[Any]:
    """The results of some expectations, in any order; details, where asked for, name the rows by `keys`."""
    if not expectations:
        return []
    from great_expectations import ExpectationSuite  # noqa: PLC0415 (7 s: paid by runs alone)

    wanted = {
        "result_format": result_format,
        "partial_unexpected_count": SAMPLE_ROWS,
        "unexpected_index_column_names": list(keys) or None,
    }
    batch = _frames().get_batch(batch_parameters={"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)})
    suite = ExpectationSuite(name="suite", expectations=[_in_great_expectations(each) for each in expectations])
    results: Sequence[Any] = batch.validate(suite, result_format=wanted).results
    return results


def _id(result: Any) -> str:  # noqa: ANN401 (untyped in GX)
    identifier: str = result.expectation_config.meta["id"]
    return identifier


def _read(expectation: Expectation, result: Any, row_count: int) -> ExpectationResult:  # noqa: ANN401 (untyped in GX)
    """What Great Expectations says of an expectation that may not hold."""
    if result.success:
        return ExpectationResult(expectation, passed=True, unexpected_count=0, row_count=row_count, sample=())
    details = result.result or {}
    raised = [
        entry["exception_message"]
        for entry in (result.exception_info or {}).values()
        if isinstance(entry, dict) and entry.get("raised_exception")
    ]
    rows = (details.get("details") or {}).get("unexpected_rows") or details.get("unexpected_index_list") or []
    observed = details.get("observed_value")
    count = int(details.get("unexpected_count") or (observed if rows and isinstance(observed, int) else len(rows)))
    return ExpectationResult(
        expectation=expectation,
        passed=False,
        unexpected_count=max(count, 1),
        row_count=row_count,
        sample=rows[:SAMPLE_ROWS] or [{"observed": observed, "details": details.get("details")}],
        exception=raised[0] if raised else None,
    )


@contextmanager
def _tables_in_duckdb(table: Table, rows: Rows, joined: Mapping[str, Rows]) -> Iterator[None]:
    on_disk = unfinished_folder(spill_folder()) if _is_long(rows) else nullcontext()
    with on_disk as folder, scratch_database(duckdb_limits(), folder) as connection:
        load_tables(connection, {**joined, _BATCH: rows})
        own_name = table.id.replace(".", "_")
        if own_name not in joined:
            connection.execute(f'CREATE VIEW "{own_name}" AS FROM batch')
        token = _database.set(_Database(connection, table.suite()))
        try:
            yield
        finally:
            _database.reset(token)


def _is_long(rows: Rows) -> bool:
    return isinstance(rows, TableFile) and rows.height > ROWS_AT_ONCE


def load_tables(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Rows]) -> None:
    """The rows as tables. Where `batch` has many, text of its columns is of an enumeration, which all columns of one name
    share: joins and groups then compare integers, in a third of the time at a million rows. An enumeration is in the order
    of its text, and what a query finds is the same.

    A long file is read where it is, unless it is `batch`, which all queries ask.
    """
    words = _words(tables) if tables[_BATCH].height >= ENUMERATED_FROM else {}
    for name, held in words.items():
        connection.register("_frame", held.to_frame())
        connection.execute(f'CREATE TYPE "words of {name}" AS ENUM (SELECT word FROM _frame)')
    for table, rows in tables.items():
        if _is_joined_in_place(table, rows):
            connection.execute(f'CREATE VIEW "{table}" AS FROM {rows.sql}')
            continue
        as_read = [
            f'"{name}"::"words of {name}" AS "{name}"' if kind == pl.String and name in words else f'"{name}"'
            for name, kind in rows.schema.items()
        ]
        if isinstance(rows, pl.DataFrame):
            connection.register("_frame", rows)
        source = "_frame" if isinstance(rows, pl.DataFrame) else rows.sql
        connection.execute(f'CREATE TABLE "{table}" AS SELECT {", ".join(as_read)} FROM {source}')
    connection.unregister("_frame")


def _is_joined_in_place(table: str, rows: Rows) -> TypeGuard[TableFile]:
    return table != _BATCH and _is_long(rows)


def _words(tables: Mapping[str, Rows]) -> dict[str, pl.Series]:
    """Of each text column of `batch` its words, and those of the same column elsewhere; none of a column with too many."""
    found: dict[str, pl.Series] = {
        name: pl.Series("word", [], pl.String) for name, kind in tables[_BATCH].schema.items() if kind == pl.String
    }
    for table, rows in tables.items():
        if _is_joined_in_place(table, rows):
            continue
        texts = [name for name, kind in rows.schema.items() if kind == pl.String]
        for batch in rows.batches() if isinstance(rows, TableFile) else [rows]:
            for name in found.keys() & texts:
                found[name] = pl.concat([found[name], batch[name].unique().alias("word")]).unique()
                if len(found[name]) > _LONGEST_ENUMERATION:
                    del found[name]
    words = {name: held.drop_nulls().sort() for name, held in found.items()}
    return {name: held for name, held in words.items() if len(held)}


@cache
def _frames() -> Any:  # noqa: ANN401 (untyped in GX)
    """Great Expectations' way to a frame: a context in memory, which keeps nothing and reports to nobody."""
    import great_expectations as gx  # noqa: PLC0415 (7 s: paid by runs alone)
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415 (likewise)

    _register_duckdb_metrics()
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(enable=False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("frame")


# An ingestion runs one suite for every edition that waits. By what Great Expectations is given; the contract is not
# hashable.
_made: Final[dict[tuple[str, str, str, str], Any]] = {}


def _in_great_expectations(expectation: Expectation) -> Any:  # noqa: ANN401 (untyped in GX)
    """The expectation as Great Expectations' own, made once a process."""
    key = (expectation.id, expectation.type, repr(expectation.kwargs), expectation.severity)
    if key not in _made:
        from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415 (late, as above)
            ExpectationConfiguration,
        )

        _made[key] = ExpectationConfiguration(
            type=expectation.type,
            kwargs=dict(expectation.kwargs),
            severity=_GX_SEVERITY[expectation.severity],
            meta={"id": expectation.id},
        ).to_domain_obj()
    return _made[key]


def _rows_kept() -> int:
    """How many unexpected rows Great Expectations keeps of a query."""
    from great_expectations.constants import MAX_RESULT_RECORDS  # noqa: PLC0415 (late, as above)

    return int(MAX_RESULT_RECORDS)


@cache
def _register_duckdb_metrics() -> None:
    """Register the two metrics of UnexpectedRowsExpectation for in-memory frames; GX ships them for SQL and Spark."""
    # Late, as above. Defining the classes registers them.
    from great_expectations.execution_engine import PandasExecutionEngine  # noqa: PLC0415
    from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: PLC0415
    from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider  # noqa: PLC0415

    def register(name: str, ask: Callable[[_Database, str, int], object]) -> None:
        class _Metric(QueryMetricProvider):  # type: ignore[misc] # GX is untyped
            metric_name = f"unexpected_rows_query.{name}"
            value_keys = ("unexpected_rows_query",)
            query_param_name = "unexpected_rows_query"

            @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
            def _pandas(
                cls,  # noqa: N805 (GX binds the class)
                execution_engine: Any,  # noqa: ANN401, ARG002
                metric_domain_kwargs: Any,  # noqa: ANN401, ARG002
                metric_value_kwargs: Any,  # noqa: ANN401
                metrics: Any,  # noqa: ANN401, ARG002
                runtime_configuration: Any,  # noqa: ANN401, ARG002
            ) -> object:
                return ask(_database.get(), metric_value_kwargs["unexpected_rows_query"], _rows_kept())

    register("table", _Database.rows)
    register("row_count", _Database.count)
