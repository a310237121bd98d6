"""SQL of others reads the warehouse and nothing else, and comes to an end."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from rich.console import Console

from orchestration.cli.process_bounds import at_most
from warehouse.errors import UsageError
from warehouse.reading.query import QueryStoppedError, bytes_of, run_query
from warehouse.reading.rendering import Format, print_rows

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


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{'a': 1, 'b': [2.5, NULL]}", {"a": 1, "b": [2.5, None]}),
        ("MAP {'a': 1}", {"a": 1}),
        ("[{'a': INTERVAL 1 DAY}]", [{"a": "1 day"}]),
        ("[1, 2]::INTEGER[2]", [1, 2]),
        ("union_value(a := 1)", {"a": 1}),
        ("INTERVAL 1 MONTH", "1 month"),
        ("'\\xAA\\x41'::BLOB", "\\xAAA"),
        ("'1010'::BIT", "1010"),
        ("DATE '2026-07-10'", "2026-07-10"),
        ("'infinity'::DATE", "infinity"),
        ("'-0044-03-15'::DATE", "0045-03-15 (BC)"),
        ("TIMESTAMP '2026-07-10 01:02:03.5'", "2026-07-10 01:02:03.5"),
        ("'2026-07-10 01:02:03.123456789'::TIMESTAMP_NS", "2026-07-10 01:02:03.123456789"),
        ("TIME '01:02:03'", "01:02:03"),
        ("1.10::DECIMAL(10, 2)", Decimal("1.10")),
        ("170141183460469231731687303715884105727::HUGEINT", 2**127 - 1),
        ("sum(1)", 1),
        ("0.1::FLOAT", 0.1),
        ("{'d': 0.12345678901234567890}", {"d": Decimal("0.12345678901234567890")}),
        ("NULL", None),
    ],
)
def test_a_value_of_every_type_is_fetched(published: Path, value: str, found: object) -> None:
    answer = run_query(f"SELECT {value} AS x", published)
    assert answer.rows["x"].to_list() == [found]
    for form in Format:
        print_rows(Console(file=io.StringIO()), answer.rows, form)


def test_columns_of_one_name_are_distinguished(published: Path) -> None:
    assert run_query("SELECT 1 AS a, 2 AS a", published).rows.to_dicts() == [{"a": 1, "a_1": 2}]


def test_the_first_line_may_be_a_comment(published: Path) -> None:
    assert run_query("-- newest\nSELECT 1 AS x", published).rows.rows() == [(1,)]


def test_what_fails_while_it_runs_is_no_wrong_question(published: Path) -> None:
    with pytest.raises(duckdb.ConversionException):
        run_query("SELECT name::INTEGER FROM core.source", published)
    with pytest.raises(UsageError, match="nowhere"):
        run_query("FROM nowhere", published)


@pytest.mark.parametrize(
    "sql",
    ["SELECT repeat('x', 1000000) AS x FROM range(1000)", "SELECT list(i) AS x FROM range(9000000) AS t (i)"],
    ids=["long texts", "a long list"],
)
def test_an_answer_that_is_too_large_is_stopped(published: Path, sql: str) -> None:
    with pytest.raises(QueryStoppedError, match="the answer has more than 500 MB, or 50 MB of lists"):
        run_query(sql, published, max_rows=2000)


@pytest.mark.parametrize("form", [Format.TABLE, Format.MARKDOWN])
def test_the_name_of_a_column_is_as_inert_as_a_value(form: Format) -> None:
    written = io.StringIO()
    print_rows(Console(file=written), pl.DataFrame({"\x1b[2J\u202e": ["\x1b]0;title\x07"]}), form)
    assert "\x1b" not in written.getvalue()
    assert "\u202e" not in written.getvalue()
    assert "\\x1b[2J\\u202e" in written.getvalue()


@pytest.mark.parametrize(("said", "found"), [("1GB", 1_000_000_000), ("100MB", 100_000_000), ("2GiB", 2**31)])
def test_a_memory_limit_is_read_as_duckdb_reads_it(said: str, found: int) -> None:
    assert bytes_of(said) == pytest.approx(found, rel=0.001)  # DuckDB gives four digits


def test_a_process_gets_no_more_memory_than_it_may() -> None:
    with at_most(50_000_000), pytest.raises(MemoryError):
        bytearray(100_000_000)
    assert len(bytearray(100_000_000)) == 100_000_000


def test_sql_that_utf8_cannot_write_is_no_question(published: Path) -> None:
    with pytest.raises(UsageError, match="half a surrogate pair"):
        run_query("SELECT '\ud800'", published)
