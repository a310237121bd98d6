"""SQL of others reads the warehouse and nothing else, and comes to an end."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse.query import QueryStoppedError, run_query
from warehouse.usage import UsageError

FOR_EVER = "SELECT count(*) FROM range(1000000) AS a (x), range(1000000) AS b (y) WHERE a.x * b.y % 7 = 3"


def test_a_query_reads_every_schema(published: Path) -> None:
    answer = run_query("SELECT met FROM mart.compliance_count WHERE rule_id = 'wales_2pct' AND year = 2024", published)
    assert 17 in answer.rows["met"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
        "COPY (SELECT 1) TO 'stolen.csv'",
        "EXPORT DATABASE 'stolen'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
        "CREATE TABLE core.mine AS SELECT 1",
        "DELETE FROM core.observation",
        "UPDATE core.observation SET value = 2",
        "DROP VIEW observation_latest",
    ],
)
def test_nothing_is_written_and_no_other_file_is_read(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((duckdb.Error, UsageError)):
        run_query(sql, published)
    assert list(tmp_path.iterdir()) == []


def test_a_query_that_does_not_end_is_stopped(published: Path) -> None:
    with pytest.raises(QueryStoppedError, match=r"stopped after 0\.2 s"):
        run_query(FOR_EVER, published, timeout_s=0.2)


def test_a_query_that_wants_too_much_memory_is_refused(published: Path) -> None:
    greedy = "SELECT list(x) FROM range(50000000) AS t (x)"
    with pytest.raises(duckdb.OutOfMemoryException):
        run_query(greedy, published, memory_limit="50MB")


def test_more_rows_than_asked_for_are_announced(published: Path) -> None:
    answer = run_query("FROM core.country", published, max_rows=3)
    assert (answer.rows.height, answer.truncated) == (3, True)
    assert run_query("SELECT 1 AS x", published, max_rows=1).truncated is False


@pytest.mark.parametrize(("sql", "said"), [("SELECT 1; SELECT 2", "one statement"), ("", "one statement")])
def test_one_statement_is_expected(published: Path, sql: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run_query(sql, published)


def test_a_memory_limit_that_is_none_is_refused(published: Path) -> None:
    with pytest.raises(UsageError, match="memory limit 'much'"):
        run_query("SELECT 1", published, memory_limit="much")
