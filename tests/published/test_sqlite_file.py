"""The SQLite bundle: the served tables as SQLite has them, described for Datasette."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from warehouse.contracts.registry import TABLES
from warehouse.reading.export import FileFormat, export

VIEWS = {"edition_latest", "observation_latest", "compliance_latest"}


@pytest.fixture(scope="module")
def folder(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(tmp_path_factory.mktemp("sqlite") / "out", FileFormat.SQLITE, root=published).path


@pytest.fixture
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder}/burden_sharing.sqlite?mode=ro", uri=True)) as connection:
        yield connection


def tables_of(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_every_table_and_what_is_known_now_are_tables(database: sqlite3.Connection) -> None:
    assert tables_of(database) == {f"{table.schema}_{table.name}" for table in TABLES} | VIEWS


def test_each_table_has_all_its_rows(database: sqlite3.Connection, warehouse: duckdb.DuckDBPyConnection) -> None:
    for served, name in [(table.id, f"{table.schema}_{table.name}") for table in TABLES] + [(v, v) for v in VIEWS]:
        count = f'SELECT count(*) FROM "{name}"'
        ((rows,),) = warehouse.sql(f"SELECT count(*) FROM {served}").fetchall()
        assert database.execute(count).fetchall() == [(rows,)], name


def test_a_figure_has_every_bit_and_a_missing_one_is_null(
    database: sqlite3.Connection, warehouse: duckdb.DuckDBPyConnection
) -> None:
    query = "SELECT value FROM {} WHERE value IS NULL OR value <> round(value, 4) ORDER BY ALL NULLS FIRST"
    served = [value for (value,) in warehouse.sql(query.format("core.observation")).fetchall()]
    query = query.replace("ORDER BY ALL NULLS FIRST", "ORDER BY value")
    assert [value for (value,) in database.execute(query.format("core_observation"))] == served
    assert None in served


def test_lists_days_and_times_are_text_that_sorts(database: sqlite3.Connection) -> None:
    flags = "SELECT flags FROM core_observation WHERE entity = 'LUX' AND flags LIKE '%;%' LIMIT 1"
    ((listed,),) = database.execute(flags).fetchall()
    assert "estimate" in listed.split(";")
    (edition,) = database.execute(
        "SELECT published_on, length(retrieved_at), withdrawn_on FROM core_edition WHERE edition_id = 'nato:2026-07-10'"
    ).fetchall()
    assert edition == ("2026-07-10", len("2026-07-10T00:00:00Z"), None)


def test_a_column_says_what_it_means_in_the_schema_and_for_datasette(
    database: sqlite3.Connection, folder: Path
) -> None:
    ((schema,),) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'mart_burden'").fetchall()
    described = json.loads((folder / "metadata.json").read_text())["databases"]["burden_sharing"]["tables"]
    assert set(described) == tables_of(database)
    column = described["mart_burden"]["columns"]["share_of_nato_expenditure_pct"]
    assert column in schema
    assert column.endswith("[percent]")


def test_the_public_file_holds_no_figure_of_sipri(published: Path, tmp_path: Path) -> None:
    folder = export(tmp_path / "out", FileFormat.SQLITE, public=True, root=published).path
    with closing(sqlite3.connect(folder / "burden_sharing.sqlite")) as database:
        assert "mart_benchmark" not in tables_of(database)
        for table in ("core_observation", "observation_latest"):
            found = database.execute(
                f"SELECT count(*) FROM {table} WHERE source_id = 'sipri' OR derived_from = 'sipri'"
            )
            assert found.fetchall() == [(0,)]
