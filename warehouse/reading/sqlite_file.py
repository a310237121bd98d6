"""One SQLite file, for tools that read no DuckDB and no Parquet: Datasette, R, ODBC, any language's own library.

Belongs here: tables, types and descriptions as SQLite and Datasette have them. Does not belong here: what may be passed
on (warehouse.publication.redistribution), the other files of a bundle (warehouse.reading.export).

SQLite has no schemas: `mart.compliance` is `mart_compliance`. It has no lists, dates nor truth values: a list is text
joined as in CSV, a day and a time are ISO 8601, true is 1. Figures are as they are served, to the last bit; missing is
NULL.
"""
# ruff: noqa: S608 (table and column names are those of contracts)

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from warehouse.contracts.model import Column
from warehouse.publication.data_package import LIST_SEPARATOR
from warehouse.publication.redistribution import Content
from warehouse.publication.views import VIEWS

DATABASE: Final = "burden_sharing.sqlite"
METADATA: Final = "metadata.json"
_TYPES: Final = {
    "DOUBLE": "REAL",
    "BOOLEAN": "INTEGER",
    "TINYINT": "INTEGER",
    "SMALLINT": "INTEGER",
    "INTEGER": "INTEGER",
    "BIGINT": "INTEGER",
}


@dataclass(frozen=True, slots=True)
class _Relation:
    """A table or view to write: its name here and in SQLite, its columns, and what makes a row one."""

    served_as: str
    name: str
    columns: Sequence[Column]
    grain: Sequence[str]
    description: str
    licence: str
    source: str


def write_sqlite(content: Content, folder: Path) -> None:
    """Write the tables and the `…_latest` views as tables of one file, and its description for Datasette."""
    relations = list(_relations(content))
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        for relation in relations:
            database.execute(_create(relation))
            _fill(database, relation, content)
    metadata = {
        "title": "Burden sharing",
        "databases": {Path(DATABASE).stem: {"tables": {relation.name: _described(relation) for relation in relations}}},
    }
    (folder / METADATA).write_text(json.dumps(metadata, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _relations(content: Content) -> Iterator[_Relation]:
    for table, kept in content.tables():
        columns = [column for column in table.columns if column.name in kept]
        yield _Relation(
            f'"{table.schema}"."{table.name}"',
            f"{table.schema}_{table.name}",
            columns,
            table.grain,
            table.description,
            table.licence,
            table.source,
        )
    for view in VIEWS:
        if view.kind == "VIEW" and view.source in content.columns:
            yield _Relation(view.name, view.name, view.columns, view.grain, view.description, view.licence, view.source)


def _create(relation: _Relation) -> str:
    """CREATE TABLE with each column's meaning as a comment, which SQLite keeps; a key where the grain allows one."""
    lines = [
        f'-- {" ".join(column.comment().split())}\n  "{column.name}" {_TYPES.get(column.type, "TEXT")}'
        f"{'' if column.nullable else ' NOT NULL'}"
        for column in relation.columns
    ]
    nullable = {column.name for column in relation.columns if column.nullable}
    if nullable.isdisjoint(relation.grain):
        lines.append("PRIMARY KEY (" + ", ".join(f'"{name}"' for name in relation.grain) + ")")
    return f'CREATE TABLE "{relation.name}" (\n  ' + ",\n  ".join(lines) + "\n)"


def _fill(database: sqlite3.Connection, relation: _Relation, content: Content) -> None:
    selected = ", ".join(f'"{column.name}"' for column in relation.columns)
    rows = _plain(content.connection.sql(f"SELECT {selected} FROM {relation.served_as}").pl())
    marks = ", ".join("?" * len(relation.columns))
    database.executemany(f'INSERT INTO "{relation.name}" VALUES ({marks})', rows.iter_rows())


def _plain(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists, days and times as text; SQLite's library takes the rest as it is."""
    return rows.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(LIST_SEPARATOR)
        if isinstance(dtype, pl.List)
        else pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ" if isinstance(dtype, pl.Datetime) else "%Y-%m-%d")
        for name, dtype in rows.schema.items()
        if isinstance(dtype, pl.List | pl.Date | pl.Datetime)
    )


def _described(relation: _Relation) -> dict[str, Any]:
    return {
        "description": relation.description,
        "license": relation.licence,
        "source": relation.source,
        "columns": {column.name: column.comment() for column in relation.columns},
    }
