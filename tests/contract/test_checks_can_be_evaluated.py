"""Every check's SQL can be evaluated whatever rows there are: none, one, those of one source, some.

A query that binds or runs with some data only would block a build of good data: a fault of the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.ingest.sources.registry import SOURCES
from warehouse.checks import expectations
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES
from warehouse.table_store import TableStore

Cut = Callable[[pl.DataFrame], pl.DataFrame]
OF_SEVERAL_TABLES = [table for table in TABLES if any(e.query is not None for e in table.suite())]


def not_evaluated(table: Table, rows: Callable[[str], pl.DataFrame]) -> Iterator[str]:
    """The table's checks that raise over `rows` (by table id): for their first rows, their count, and all of them."""
    joined = {table_id.replace(".", "_"): rows(table_id) for table_id in table.joins}
    with expectations._tables_in_duckdb(table, rows(table.id), joined) as database:
        for expectation in table.suite():
            query = expectation.query
            if query is None:
                continue
            try:
                database.rows(query)
                database.count(query)
                database.frame(query)
            except duckdb.Error as error:
                yield f"{table.id} {expectation.id}: {error}"


def all_not_evaluated(tables: dict[str, pl.DataFrame], cut: Cut) -> list[str]:
    return [said for table in OF_SEVERAL_TABLES for said in not_evaluated(table, lambda name: cut(tables[name]))]


@pytest.fixture(scope="session")
def built(published: Path) -> dict[str, pl.DataFrame]:
    """The contracted tables of a real build."""
    store = TableStore(published)
    return {table.id: store.last_written(table) for table in TABLES}


def test_every_check_can_be_evaluated_over_empty_tables() -> None:
    empty = {table.id: pl.DataFrame(schema=table.polars_schema) for table in TABLES}
    assert all_not_evaluated(empty, lambda rows: rows) == []


def test_every_check_can_be_evaluated_over_one_row_of_each_table(built: dict[str, pl.DataFrame]) -> None:
    assert all_not_evaluated(built, lambda rows: rows.head(1)) == []


@pytest.mark.torture
@pytest.mark.parametrize("source_id", SOURCES)
def test_every_check_can_be_evaluated_over_one_source(source_id: str, built: dict[str, pl.DataFrame]) -> None:
    def of_source(rows: pl.DataFrame) -> pl.DataFrame:
        if "edition_id" in rows.columns:
            return rows.filter(pl.col("edition_id").str.starts_with(f"{source_id}:"))
        return rows.filter(pl.col("source_id") == source_id) if "source_id" in rows.columns else rows

    assert all_not_evaluated(built, of_source) == []


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(8))
def test_every_check_can_be_evaluated_over_some_rows(seed: int, built: dict[str, pl.DataFrame]) -> None:
    chance = random.Random(seed)  # noqa: S311 (no secret)

    def some(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.sample(fraction=chance.choice([0.001, 0.1, 0.9]), seed=chance.randrange(10**6))

    assert all_not_evaluated(built, some) == []
