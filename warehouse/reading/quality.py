"""How the checks came out, of the build that is served or of one before it."""

from __future__ import annotations

import json
from enum import StrEnum

import duckdb
import polars as pl

from warehouse.reading import lookup as usage


class Severity(StrEnum):
    """How strong a check is: what breaks an error is refused, withheld or held, a warning informs."""

    ERROR = "error"
    WARN = "warn"


def tables(warehouse: duckdb.DuckDBPyConnection, *, build: str | None = None) -> pl.DataFrame:
    """One row a table of a build (default: the one served): its checks, and how many passed, warned and failed.

    Raises `UsageError` for a build that the history does not hold.
    """
    query = """
        SELECT table_id, count(*) AS checks, count(*) FILTER (WHERE passed) AS passed,
               count(*) FILTER (WHERE NOT passed AND severity = 'warn') AS warned,
               count(*) FILTER (WHERE NOT passed AND severity = 'error') AS failed,
               sum(unexpected_count)::BIGINT AS offending_rows
        FROM quality.expectation_result WHERE build_id = $build GROUP BY table_id ORDER BY table_id"""
    rows: pl.DataFrame = warehouse.sql(query, params={"build": _build(warehouse, build)}).pl()
    return rows


def checks(
    warehouse: duckdb.DuckDBPyConnection,
    *,
    build: str | None = None,
    table: str | None = None,
    severity: Severity | None = None,
    failed: bool = False,
) -> pl.DataFrame:
    """One row a check of a build (default: the one served); `failed`: only those that did not hold, warnings too.

    Raises `UsageError` for unknown names.
    """
    parameters: dict[str, object] = {"build": _build(warehouse, build)}
    conditions = ["build_id = $build"]
    if table:
        parameters["table"] = usage.tested_table(warehouse, table)
        conditions.append("table_id = $table")
    if severity:
        parameters["severity"] = severity.value
        conditions.append("severity = $severity")
    if failed:
        conditions.append("NOT passed")
    query = f"""
        SELECT table_id, expectation_id, severity, question, passed, unexpected_count, row_count, reason, sample,
               build_id, evaluated_at
        FROM quality.expectation_result WHERE {" AND ".join(conditions)}
        ORDER BY passed, severity, table_id, expectation_id"""  # noqa: S608 (conditions are the constants above)
    rows: pl.DataFrame = warehouse.sql(query, params=parameters).pl()
    return rows


def builds(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row a published build, the newest first: how its checks came out.

    `did_not_hold` names checks; those among them that had held in the build before are `newly` so.
    """
    rows: pl.DataFrame = warehouse.sql("""
        WITH build AS (
          SELECT build_id, max(evaluated_at) AS evaluated_at, count(*) AS checks,
                 count(*) FILTER (WHERE passed) AS passed,
                 count(*) FILTER (WHERE NOT passed AND severity = 'warn') AS warned,
                 count(*) FILTER (WHERE NOT passed AND severity = 'error') AS failed,
                 sum(unexpected_count)::BIGINT AS offending_rows,
                 coalesce(list(table_id || ' ' || expectation_id ORDER BY table_id, expectation_id)
                          FILTER (WHERE NOT passed), []) AS did_not_hold
          FROM quality.expectation_result GROUP BY build_id),
        in_order AS (SELECT *, lag(did_not_hold) OVER (ORDER BY evaluated_at) AS before FROM build)
        SELECT * EXCLUDE (before), list_filter(did_not_hold, lambda name: NOT list_contains(before, name)) AS newly
        FROM in_order ORDER BY evaluated_at DESC""").pl()
    return rows


def offending(sample: str) -> pl.DataFrame:
    """The rows of a check's `sample`."""
    return pl.DataFrame(json.loads(sample), infer_schema_length=None)


def _build(warehouse: duckdb.DuckDBPyConnection, name: str | None) -> str:
    return usage.build_id(warehouse, name) if name else usage.served_build(warehouse)
