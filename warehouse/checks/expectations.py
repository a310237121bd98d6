"""Great Expectations over a frame: a contract's suite in, one result an expectation out.

Belongs here: the only use of Great Expectations in the project, imported late because it takes 7 s.
Does not belong here: which expectations a table has (contracts), what happens when one fails (orchestration.tables).

Great Expectations 1.24 has no polars and no working DuckDB route; its pandas route over pyarrow-backed columns runs
all expectation kinds, and a small metric provider lets `UnexpectedRowsExpectation` run its SQL in DuckDB.
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl

from warehouse.contracts.model import Expectation, Table

SAMPLE_ROWS: Final = 20
_GX_SEVERITY: Final = {"error": "critical", "warn": "warning"}


class _Database:
    """The table under test as `batch`, and those beside it, in one DuckDB for all expectations of a suite."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._first: dict[str, list[dict[str, Any]]] = {}

    def rows(self, query: str, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a query; a query is run once, for its rows and for their count."""
        if query not in self._first:
            cursor = self._connection.execute(f"SELECT * FROM ({query}) LIMIT {limit}")
            names = [column[0] for column in cursor.description or []]
            self._first[query] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return self._first[query]

    def count(self, query: str, limit: int) -> int:
        """How many rows a query has, beyond `limit` too."""
        found = len(self.rows(query, limit))
        if found == limit:
            found = self._connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
        return found

    def frame(self, query: str) -> pl.DataFrame:
        """All rows of a query."""
        rows: pl.DataFrame = self._connection.sql(query).pl()
        return rows


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
            return f"{self.expectation.id} could not be evaluated: {self.exception[:500]}"
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
    return None if value is pd.NA else str(value)


def validate(table: Table, frame: pl.DataFrame, beside: Mapping[str, pl.DataFrame]) -> list[ExpectationResult]:
    """Run the table's suite over `frame`. `beside` holds the tables its queries join to, as `schema_table`; the table's
    own name is the frame, unless `beside` has one: what was held when the frame arrived.

    Results come in the order of `table.suite()`. Nothing is raised for data that fails.
    """
    suite = table.suite()
    validator = _validator(frame)
    with _tables_in_duckdb(table, frame, beside):
        # Values, counts and keys of what is unexpected cost a pass each: asked for only where something is.
        held = {_id(result) for result in _run(validator, _suite(table), "BOOLEAN_ONLY") if result.success}
        broken = [expectation for expectation in _suite(table) if expectation.meta["id"] not in held]
        found = {_id(result): result for result in _run(validator, broken, "COMPLETE", table.grain)} if broken else {}
        return [
            ExpectationResult(expectation, passed=True, unexpected_count=0, row_count=frame.height, sample=())
            if expectation.id in held
            else _with_all_rows(_read(expectation, found[expectation.id], frame.height))
            for expectation in suite
        ]


def _with_all_rows(result: ExpectationResult) -> ExpectationResult:
    """The result with every offending row, where the gate must know which figures they speak of."""
    if result.expectation.question == "structure" or result.exception is not None:
        return result
    query = str(result.expectation.kwargs["unexpected_rows_query"]).format(batch="batch")
    return replace(result, offending=_database.get().frame(query))


def _run(
    validator: Any,  # noqa: ANN401 (untyped in GX)
    expectations: Sequence[Any],
    result_format: str,
    keys: Sequence[str] = (),
) -> Sequence[Any]:
    """The results of some expectations, in any order; details, where asked for, name the rows by `keys`."""
    wanted = {
        "result_format": result_format,
        "partial_unexpected_count": SAMPLE_ROWS,
        "unexpected_index_column_names": list(keys) or None,
    }
    results: Sequence[Any] = validator.graph_validate(
        configurations=list(expectations), runtime_configuration={"result_format": wanted}
    )
    return results


def _id(result: Any) -> str:  # noqa: ANN401 (untyped in GX)
    identifier: str = result.expectation_config.meta["id"]
    return identifier


def _read(expectation: Expectation, result: Any, row_count: int) -> ExpectationResult:  # noqa: ANN401 (untyped in GX)
    """What Great Expectations says of an expectation that did not hold."""
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
def _tables_in_duckdb(table: Table, frame: pl.DataFrame, beside: Mapping[str, pl.DataFrame]) -> Iterator[None]:
    with duckdb.connect(":memory:") as connection:
        for name, held in {**beside, "batch": frame}.items():
            connection.register("_frame", held)
            connection.execute(f'CREATE TABLE "{name}" AS FROM _frame')
            connection.unregister("_frame")
        own_name = table.id.replace(".", "_")
        if own_name not in beside:
            connection.execute(f'CREATE VIEW "{own_name}" AS FROM batch')
        token = _database.set(_Database(connection))
        try:
            yield
        finally:
            _database.reset(token)


def _validator(frame: pl.DataFrame) -> Any:  # noqa: ANN401 (untyped in GX)
    """What evaluates expectations over the frame, and nothing else.

    A data context would hash every frame, store suites and results, and compare each expectation with each: more than
    the evaluation takes.
    """
    from great_expectations.execution_engine import PandasExecutionEngine  # noqa: PLC0415 (7 s: paid by runs alone)
    from great_expectations.validator.validator import Validator  # noqa: PLC0415 (likewise)

    _register_duckdb_metrics()
    engine = PandasExecutionEngine()
    engine.load_batch_data("frame", frame.to_pandas(use_pyarrow_extension_array=True))
    validator = Validator(execution_engine=engine)
    validator.metrics_calculator.show_progress_bars = False
    return validator


# An intake runs one suite for every edition that waits.
_suites: Final[dict[str, tuple[Table, list[Any]]]] = {}


def _suite(table: Table) -> list[Any]:
    """The table's expectations as Great Expectations', made once a process; another table of that id replaces them."""
    held = _suites.get(table.id)
    if held is None or held[0] != table:
        held = _suites[table.id] = (table, [_in_great_expectations(expectation) for expectation in table.suite()])
    return held[1]


def _in_great_expectations(expectation: Expectation) -> Any:  # noqa: ANN401 (untyped in GX)
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415 (late, as above)
        ExpectationConfiguration,
    )

    return ExpectationConfiguration(
        type=expectation.type,
        kwargs=dict(expectation.kwargs),
        severity=_GX_SEVERITY[expectation.severity],
        meta={"id": expectation.id},
    )


@cache
def _register_duckdb_metrics() -> None:
    """Register the two metrics of UnexpectedRowsExpectation for in-memory frames; GX ships them for SQL and Spark."""
    # Late, as above. Defining the classes registers them.
    from great_expectations.constants import MAX_RESULT_RECORDS  # noqa: PLC0415
    from great_expectations.execution_engine import PandasExecutionEngine  # noqa: PLC0415
    from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: PLC0415
    from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider  # noqa: PLC0415

    def query(provider: Any, values: Any) -> str:  # noqa: ANN401
        text: str = provider._format_query(provider._get_query_from_metric_value_kwargs(values), batch="batch")  # noqa: SLF001 (GX's extension point)
        return text

    class _UnexpectedRows(QueryMetricProvider):  # type: ignore[misc] # GX is untyped
        metric_name = "unexpected_rows_query.table"
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
        ) -> list[dict[str, Any]]:
            return _database.get().rows(query(cls, metric_value_kwargs), MAX_RESULT_RECORDS)

    class _UnexpectedRowCount(QueryMetricProvider):  # type: ignore[misc] # GX is untyped
        metric_name = "unexpected_rows_query.row_count"
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
        ) -> int:
            return _database.get().count(query(cls, metric_value_kwargs), MAX_RESULT_RECORDS)
