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
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import duckdb
import pandas as pd
import polars as pl

from warehouse.contracts.model import Expectation, Table

SAMPLE_ROWS: Final = 20
_GX_SEVERITY: Final = {"error": "critical", "warn": "warning"}

# The table under test as `batch`, and those beside it, in one DuckDB for all expectations of a suite. A metric provider
# cannot be handed other tables, and Great Expectations' own pandas batch would be converted anew for each query.
_database: contextvars.ContextVar[duckdb.DuckDBPyConnection] = contextvars.ContextVar("database")


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """What came of one expectation. An expectation that raised has failed, and always blocks."""

    expectation: Expectation
    passed: bool
    unexpected_count: int
    row_count: int
    sample: Sequence[Mapping[str, Any]]
    exception: str | None = None

    @property
    def blocks(self) -> bool:
        return not self.passed and (self.expectation.severity == "error" or self.exception is not None)

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
    import great_expectations as gx  # noqa: PLC0415 (7 s: paid by runs, not by every command)

    _register_duckdb_metrics()
    suite = table.suite()
    definition = _validation_definition(gx, table)
    with _tables_in_duckdb({table.id.replace(".", "_"): frame, **beside, "batch": frame}):
        outcome = definition.run(
            batch_parameters={"dataframe": frame.to_pandas(use_pyarrow_extension_array=True)},
            result_format={
                "result_format": "COMPLETE",
                "partial_unexpected_count": SAMPLE_ROWS,
                "unexpected_index_column_names": list(table.grain),
            },
        )
    by_id = {result.expectation_config.meta["id"]: result for result in outcome.results}
    return [_read(expectation, by_id[expectation.id], frame.height) for expectation in suite]


def _read(expectation: Expectation, result: Any, row_count: int) -> ExpectationResult:  # noqa: ANN401 (untyped in GX)
    details = result.result or {}
    raised = [
        entry["exception_message"]
        for entry in (result.exception_info or {}).values()
        if isinstance(entry, dict) and entry.get("raised_exception")
    ]
    rows = (details.get("details") or {}).get("unexpected_rows") or details.get("unexpected_index_list") or []
    observed = details.get("observed_value")
    count = int(details.get("unexpected_count") or (observed if rows and isinstance(observed, int) else len(rows)))
    if not result.success and not rows:
        rows = [{"observed": observed, "details": details.get("details")}]
    return ExpectationResult(
        expectation=expectation,
        passed=bool(result.success) and not raised,
        unexpected_count=max(count, 0 if result.success else 1),
        row_count=row_count,
        sample=rows[:SAMPLE_ROWS],
        exception=raised[0] if raised else None,
    )


@contextmanager
def _tables_in_duckdb(tables: Mapping[str, pl.DataFrame]) -> Iterator[None]:
    with duckdb.connect(":memory:") as connection:
        for name, frame in tables.items():
            connection.register("_frame", frame)
            connection.execute(f'CREATE TABLE "{name}" AS FROM _frame')
            connection.unregister("_frame")
        token = _database.set(connection)
        try:
            yield
        finally:
            _database.reset(token)


@cache
def _context() -> Any:  # noqa: ANN401 (untyped in GX)
    import great_expectations as gx  # noqa: PLC0415 (late, as above)
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415 (late, as above)

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


# Great Expectations compares a new suite with itself, pair by pair, which takes longer than running it on an edition;
# an intake runs one suite for every edition that waits.
_definitions: Final[dict[str, tuple[Table, Any]]] = {}


def _validation_definition(gx: Any, table: Table) -> Any:  # noqa: ANN401 (untyped in GX)
    """The validation definition under the table's id, made once a process; another table of that id replaces it."""
    held = _definitions.get(table.id)
    if held is None or held[0] != table:
        _definitions[table.id] = (table, _new_validation_definition(_context(), gx, table, table.suite()))
    return _definitions[table.id][1]


def _new_validation_definition(context: Any, gx: Any, table: Table, suite: Sequence[Expectation]) -> Any:  # noqa: ANN401
    source = context.data_sources.add_or_update_pandas(name=table.id)
    batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
    expectations = [
        {
            "type": expectation.type,
            "kwargs": dict(expectation.kwargs),
            "severity": _GX_SEVERITY[expectation.severity],
            "meta": {"id": expectation.id},
        }
        for expectation in suite
    ]
    gx_suite = context.suites.add_or_update(gx.ExpectationSuite(name=table.id, expectations=expectations))
    return context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name=table.id, data=batch, suite=gx_suite)
    )


@cache
def _register_duckdb_metrics() -> None:
    """Register the two metrics of UnexpectedRowsExpectation for in-memory frames; GX ships them for SQL and Spark."""
    # Late, as above. Defining the classes registers them.
    from great_expectations.constants import MAX_RESULT_RECORDS  # noqa: PLC0415
    from great_expectations.execution_engine import PandasExecutionEngine  # noqa: PLC0415
    from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: PLC0415
    from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider  # noqa: PLC0415

    def query_batch(provider: Any, values: Any, outer: str) -> list[dict[str, Any]]:  # noqa: ANN401
        query = provider._format_query(provider._get_query_from_metric_value_kwargs(values), batch="batch")  # noqa: SLF001 (GX's extension point)
        cursor = _database.get().execute(outer.format(query=query))
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

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
            limited = f"SELECT * FROM ({{query}}) LIMIT {MAX_RESULT_RECORDS}"  # noqa: S608 (GX's own limit)
            return query_batch(cls, metric_value_kwargs, limited)

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
            counted = "SELECT count(*) AS row_count FROM ({query})"
            rows = query_batch(cls, metric_value_kwargs, counted)
            return int(rows[0]["row_count"])
