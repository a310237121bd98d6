"""Both judges agree on every expectation of every contract over the real build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES
from warehouse.table_store import TableStore


def judged_twice(published: Path) -> Iterator[tuple[Table, ExpectationResult]]:
    store = TableStore(published)
    tables = {table.id: store.last_written(table) for table in TABLES}
    for table in TABLES:
        joined = {table_id.replace(".", "_"): tables[table_id] for table_id in table.joins}
        for result in validate(table, tables[table.id], joined, judged_twice=True):
            yield table, result


def test_polars_and_duckdb_find_what_great_expectations_finds(published: Path) -> None:
    results = list(judged_twice(published))
    assert [f"{table.id} {result.describe()}" for table, result in results if result.exception] == []
    assert len(results) == sum(len(table.suite()) for table in TABLES)
