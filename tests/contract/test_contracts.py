"""Contracts drive the warehouse: what they say is what a consumer finds."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.tables import check_specs, column_schema
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES

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
    topics = dict.fromkeys(expectation.topic for expectation in table.suite() if expectation.topic)
    assert [spec.name for spec in check_specs(table)] == ["contract", *topics]
    assert [column.name for column in column_schema(table).columns] == table.column_names
