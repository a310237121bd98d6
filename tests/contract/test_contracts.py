"""Contracts drive the warehouse: what they say is what a consumer finds."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.tables import check_specs, column_schema
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES
from warehouse.marts.macros import macros
from warehouse.publication.views import VIEWS

ids = [table.id for table in TABLES]


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_every_table_can_be_created_and_commented(table: Table) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f'CREATE SCHEMA "{table.schema}"')
        connection.execute(table.create_sql())
        for statement in table.comment_sql():
            connection.execute(statement)
        described = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        ).fetchall()
    assert [name for name, _ in described] == table.column_names
    assert [comment for _, comment in described] == [column.comment() for column in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_the_grain_consists_of_columns(table: Table) -> None:
    assert set(table.grain) <= set(table.column_names)


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_what_a_table_reads_or_joins_is_contracted_too(table: Table) -> None:
    assert {*table.reads, *table.joins} <= set(ids)


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_expectation_names_are_unique_within_a_table(table: Table) -> None:
    names = [expectation.id for expectation in table.suite()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", TABLES, ids=ids)
def test_the_dagster_checks_and_columns_are_those_of_the_contract(table: Table) -> None:
    assert [spec.name for spec in check_specs(table)] == [expectation.id for expectation in table.suite()]
    assert [column.name for column in column_schema(table).columns] == table.column_names


def test_the_published_tables_have_the_contracts_columns_in_order(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index), "
        "list(data_type ORDER BY column_index) "
        "FROM duckdb_columns() WHERE schema_name IN ('core', 'mart', 'quality', 'meta') GROUP BY ALL"
    ).fetchall()
    assert {table_id: (names, types) for table_id, names, types in found} == {
        table.id: (table.column_names, [column.type for column in table.columns]) for table in TABLES
    }


def test_every_published_table_and_column_carries_its_comment(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert (
        warehouse.execute(
            "SELECT table_name FROM duckdb_tables() WHERE comment IS NULL UNION ALL "
            "SELECT table_name || '.' || column_name FROM duckdb_columns() "
            "WHERE schema_name IN ('core', 'mart', 'quality', 'meta') AND comment IS NULL"
        ).fetchall()
        == []
    )


def test_every_column_of_every_view_carries_its_comment(warehouse: duckdb.DuckDBPyConnection) -> None:
    views = {view.name: view for view in VIEWS if view.kind == "VIEW"}
    found = warehouse.execute(
        "SELECT table_name, list(column_name ORDER BY column_index), list(comment ORDER BY column_index) "
        "FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal GROUP BY ALL"
    ).fetchall()
    assert {name: (names, comments) for name, names, comments in found} == {
        name: ([c.name for c in view.columns], [c.comment() for c in view.columns]) for name, view in views.items()
    }


def test_formulas_are_published_with_their_comments(warehouse: duckdb.DuckDBPyConnection) -> None:
    of_mart = "schema_name = 'mart' AND function_type = 'macro'"
    query = f"SELECT function_name, comment FROM duckdb_functions() WHERE {of_mart}"
    published = {f"mart.{name}": comment for name, comment in warehouse.execute(query).fetchall()}
    assert published.keys() == macros().keys()
    assert all(published.values())
    assert warehouse.execute("SELECT mart.gap_factor(2.0, 3.5)").fetchall() == [(0.75,)]


def test_macros_have_the_columns_of_their_description(warehouse: duckdb.DuckDBPyConnection) -> None:
    for view in VIEWS:
        if view.kind == "MACRO TABLE":
            names = warehouse.sql(f"FROM {view.id}(DATE '2026-11-27') LIMIT 0").columns
            assert names == [column.name for column in view.columns], view.name
