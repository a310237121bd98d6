"""The second judge: Great Expectations, which sees for itself whether expectations hold over a frame.

Belongs here: the only use of Great Expectations in the project, imported late because it takes 2.5 s of CPU.
Does not belong here: the first judge, and what is left to the second (expectations).

Great Expectations 1.24 has no polars and no working DuckDB route; its pandas route over pyarrow-backed columns runs
all expectation kinds, and a small metric provider lets `UnexpectedRowsExpectation` run its SQL in DuckDB.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

import polars as pl

from warehouse.contracts.model import Expectation

SAMPLE_ROWS: Final = 20
_GX_SEVERITY: Final = {"error": "critical", "warn": "warning"}


class Queries(Protocol):
    """Where the SQL of expectations is run, over the same rows as the frame."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The first rows of a query."""

    def count(self, query: str) -> int:
        """How many rows it has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations finds: how many rows are unexpected, and the first of them; `exception` if it cannot say."""

    passed: bool
    unexpected_count: int = 0
    sample: Sequence[Mapping[str, Any]] = ()
    exception: str | None = None

    def and_of(self, more: Verdict) -> Verdict:
        """Of the rows that this is of and some more."""
        return Verdict(
            self.passed and more.passed,
            self.unexpected_count + more.unexpected_count,
            [*self.sample, *more.sample][:SAMPLE_ROWS],
            self.exception or more.exception,
        )


# A metric provider cannot be handed a connection, and Great Expectations' own pandas batch would be converted anew for
# each query.
_queries: contextvars.ContextVar[Queries | None] = contextvars.ContextVar("queries")


def judge(
    expectations: Sequence[Expectation], frame: pl.DataFrame, keys: Sequence[str], queries: Queries | None
) -> dict[str, Verdict]:
    """The verdict by expectation; rows are named by `keys`. `queries` may be None where no expectation is in SQL.

    What is unexpected, how often and in which rows costs passes over the frame: asked for only of what does not hold.
    """
    token = _queries.set(queries)
    try:
        held = {_id(result) for result in _results(frame, expectations, "BOOLEAN_ONLY") if result.success}
        broken = [expectation for expectation in expectations if expectation.id not in held]
        return {**dict.fromkeys(held, Verdict(passed=True)), **_details(broken, frame, keys)}
    finally:
        _queries.reset(token)


def _details(broken: Sequence[Expectation], frame: pl.DataFrame, keys: Sequence[str]) -> dict[str, Verdict]:
    return {_id(result): _read(result) for result in _results(frame, broken, "COMPLETE", keys)}


def _results(
    frame: pl.DataFrame, expectations: Sequence[Expectation], result_format: str, keys: Sequence[str] = ()
) -> list[Any]:
    """Great Expectations' results, in any order. A query has the rows in DuckDB; all else looks at the frame."""
    in_sql = [expectation for expectation in expectations if expectation.query is not None]
    of_frame = [expectation for expectation in expectations if expectation.query is None]
    return [*_run(frame.head(1), in_sql, result_format), *_run(frame, of_frame, result_format, keys)]


def _run(
    frame: pl.DataFrame, expectations: Sequence[Expectation], result_format: str, keys: Sequence[str] = ()
) -> Sequence[Any]:
    if not expectations:
        return []
    from great_expectations import ExpectationSuite  # noqa: PLC0415 (late, as above)

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


def _read(result: Any) -> Verdict:  # noqa: ANN401 (untyped in GX)
    """What Great Expectations says with all details."""
    if result.success:
        return Verdict(passed=True)
    details = result.result or {}
    raised = [
        entry["exception_message"]
        for entry in (result.exception_info or {}).values()
        if isinstance(entry, dict) and entry.get("raised_exception")
    ]
    rows = (details.get("details") or {}).get("unexpected_rows") or details.get("unexpected_index_list") or []
    observed = details.get("observed_value")
    count = int(details.get("unexpected_count") or (observed if rows and isinstance(observed, int) else len(rows)))
    return Verdict(
        passed=False,
        unexpected_count=max(count, 1),
        sample=_without_na(rows[:SAMPLE_ROWS]) or [{"observed": observed, "details": details.get("details")}],
        exception=raised[0] if raised else None,
    )


def _without_na(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with None for what pandas has no value for."""
    import pandas as pd  # noqa: PLC0415 (with Great Expectations)

    return [{name: None if value is pd.NA else value for name, value in row.items()} for row in rows]


@cache
def _frames() -> Any:  # noqa: ANN401 (untyped in GX)
    """Great Expectations' way to a frame: a context in memory, which keeps nothing and reports to nobody."""
    import great_expectations as gx  # noqa: PLC0415 (late, as above)
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


@cache
def _register_duckdb_metrics() -> None:
    """Register the two metrics of UnexpectedRowsExpectation for in-memory frames; GX ships them for SQL and Spark."""
    # Late, as above. Defining the classes registers them.
    from great_expectations.execution_engine import PandasExecutionEngine  # noqa: PLC0415
    from great_expectations.expectations.metrics.metric_provider import metric_value  # noqa: PLC0415
    from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider  # noqa: PLC0415

    def register(name: str, ask: Callable[[Queries, str], object]) -> None:
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
                queries = _queries.get()
                if queries is None:
                    raise LookupError("no database to run SQL in")
                return ask(queries, metric_value_kwargs["unexpected_rows_query"])

    register("table", lambda queries, query: queries.rows(query))
    register("row_count", lambda queries, query: queries.count(query))
