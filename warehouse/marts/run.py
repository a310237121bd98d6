"""Runs the warehouse's SQL over frames, before there is a warehouse file."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import polars as pl

from warehouse.contracts.model import Table
from warehouse.contracts.newest_edition import newest_editions
from warehouse.marts import macros
from warehouse.scratch import scratch_database
from warehouse.settings import duckdb_limits
from warehouse.table_file import Rows, TableFile

NATO_YEAR: Final = "mart.nato_year"


def mart_sql(table: Table) -> str:
    """The SQL of a mart; ValueError for a table that is not computed in SQL."""
    if table.sql is None:
        raise ValueError(f"{table.id} is not computed in SQL")
    return _text(table.sql)


def shared_sql(sql: str) -> list[str]:
    """What a mart's SQL builds on, to be run before it: the macros, and NATO's country-years where it reads them."""
    return [macros.text(), *([_text("nato_year.sql")] if NATO_YEAR in sql else [])]


def _text(name: str) -> str:
    return files("warehouse").joinpath("marts", name).read_text(encoding="utf-8")


def compute_mart(table: Table, reads: Mapping[str, Rows]) -> pl.DataFrame:
    """The mart's rows from the tables that its contract reads, given by `schema.table`.

    The SQL sees them under those names, as a consumer of the published warehouse would. A long file is read
    where it is, as far as the SQL asks for it.
    """
    # A sum of binary fractions depends on the order of its terms: on several threads the same inputs give figures
    # that differ in the last digit, and with them a publication that looks new.
    with scratch_database({**duckdb_limits(), "threads": 1}) as connection:
        for table_id, rows in reads.items():
            schema, name = table_id.split(".")
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            if isinstance(rows, TableFile):
                kind = "VIEW" if rows.is_long else "TABLE"
                connection.execute(f'CREATE {kind} "{schema}"."{name}" AS FROM {rows.sql}')
                continue
            connection.register("_input", rows)
            connection.execute(f'CREATE TABLE "{schema}"."{name}" AS FROM _input')
            connection.unregister("_input")
        connection.execute("CREATE SCHEMA IF NOT EXISTS mart")
        sql = mart_sql(table)
        for statement in shared_sql(sql):
            connection.execute(statement)
        computed: pl.DataFrame = connection.sql(sql).pl()
        return computed


def editions_latest(editions: pl.DataFrame) -> pl.DataFrame:
    """The rows of the view edition_latest over a frame of core.edition, in order of publication."""
    with scratch_database() as connection:
        connection.register("editions", editions)
        rows: pl.DataFrame = connection.sql(f"{newest_editions('editions')} ORDER BY published_on, edition_id").pl()
        return rows
