"""What is served: the build, its checks, and how fresh each source is."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

_EDITIONS: Final = """
SELECT e.edition_id, e.published_on, e.retrieved_at::DATE AS retrieved_on, e.completeness, e.origin,
       (SELECT count(o.value) FROM core.observation AS o WHERE o.edition_id = e.edition_id) AS figures,
       coalesce(e.edition_id = n.edition_id, false) AS newest, e.withdrawn_on,
       date_diff('day', e.published_on, current_date) AS days_since_publication,
       e.next_due_on, newest AND e.next_due_on < current_date AS overdue
FROM core.edition AS e LEFT JOIN edition_latest AS n USING (source_id, data_set)
ORDER BY e.source_id, e.vintage_seq
"""
_BUILD: Final = """
SELECT b.build_id, b.built_at, b.schema_version, b.project_version, b.editions, b.newest_edition,
       c.passed AS checks_passed, c.warned AS checks_warned, c.failed AS checks_failed,
       q.refused AS payloads_in_quarantine
FROM meta.build AS b,
     (SELECT count(*) FILTER (WHERE passed) AS passed,
             count(*) FILTER (WHERE NOT passed AND severity = 'warn') AS warned,
             count(*) FILTER (WHERE NOT passed AND severity = 'error') AS failed
      FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)) AS c,
     (SELECT count(*) AS refused FROM quality.quarantine) AS q
"""
_FAILED: Final = """
SELECT table_id, expectation_id, severity, unexpected_count, reason
FROM quality.expectation_result SEMI JOIN meta.build USING (build_id)
WHERE NOT passed ORDER BY severity, table_id, expectation_id
"""


def editions(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Every edition held, with its age in days since publication and how many figures it prints.

    `overdue`: it is the newest held of its data set, and by the source's calendar a newer one is out.
    """
    rows: pl.DataFrame = warehouse.sql(_EDITIONS).pl()
    return rows


def build(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row: the publication that is served, and how its checks came out."""
    rows: pl.DataFrame = warehouse.sql(_BUILD).pl()
    return rows


def failed_checks(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Checks of this publication that did not hold: warnings only, because an error is never published."""
    rows: pl.DataFrame = warehouse.sql(_FAILED).pl()
    return rows
