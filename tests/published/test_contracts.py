"""What the contracts say is what a consumer finds in the published warehouse."""

from __future__ import annotations

import duckdb

from warehouse.contracts.registry import TABLES
from warehouse.marts.macros import macros
from warehouse.publication.views import VIEWS


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
            names = warehouse.sql(f"FROM {view.id}({view.example}) LIMIT 0").columns
            assert names == [column.name for column in view.columns], view.name
