"""What the tests ask of a lake, in the environment of the extra `ducklake`: one action, its answer as JSON.

python lake.py write PUBLICATION             a snapshot of it, by the project's own writer
python lake.py tables PUBLICATION            tables whose rows differ from the publication's, and its snapshots
python lake.py ask SNAPSHOT|newest SQL       the rows of a query in a snapshot
python lake.py read SECONDS                  how often two statements of one transaction saw two builds; how many tries
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from warehouse.contracts.registry import TABLES
from warehouse.publication.ducklake import Lake, attached, write_snapshot
from warehouse.settings import ducklake

LAKE = Lake(*ducklake())


def write(publication: str) -> object:
    snapshot = write_snapshot(Path(publication), LAKE)
    return {"build": snapshot.build_id, "snapshot": snapshot.snapshot_id, "written": list(snapshot.written)}


def tables(publication: str) -> object:
    """By the SHA-256 of the Parquet file that polars writes of a table's rows, which `meta.table.content_sha256` is."""
    with attached(LAKE) as connection:
        published = dict(connection.execute("SELECT table_id, content_sha256 FROM meta.table").fetchall())
        found = {table.id: _content(connection, table.id, table.polars_schema) for table in TABLES}
        whole = {table.id: _file(publication, table.id) for table in TABLES}
    return {
        "differ": sorted(name for name in found if found[name] != whole[name]),
        "differ_from_content_sha256": sorted(name for name in found if published[name] not in {None, found[name]}),
        "compared": len(found),
    }


def _content(connection: duckdb.DuckDBPyConnection, table_id: str, schema: pl.Schema) -> str:
    buffer = io.BytesIO()
    connection.sql(f"FROM {table_id}").pl().cast(schema).write_parquet(buffer)
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def _file(publication: str, table_id: str) -> str:
    return hashlib.sha256(Path(publication, "parquet", f"{table_id}.parquet").read_bytes()).hexdigest()


def ask(snapshot: str, query: str) -> object:
    with attached(LAKE, snapshot=None if snapshot == "newest" else int(snapshot)) as connection:
        return connection.execute(query).fetchall()


def read(seconds: str) -> object:
    tries, torn, seen = 0, 0, set()
    ends = time.monotonic() + float(seconds)
    with attached(LAKE) as connection:
        while time.monotonic() < ends:
            connection.execute("BEGIN")
            ((build,),) = connection.execute("SELECT build_id FROM meta.build").fetchall()
            ((marked,),) = connection.execute("SELECT any_value(note) FROM core.edition").fetchall()
            connection.execute("COMMIT")
            tries, torn = tries + 1, torn + (build != marked)
            seen.add(build)
    return {"tries": tries, "torn": torn, "builds": len(seen)}


ACTIONS: dict[str, Callable[..., object]] = {"write": write, "tables": tables, "ask": ask, "read": read}

if __name__ == "__main__":
    action, *arguments = sys.argv[1:]
    print(json.dumps(ACTIONS[action](*arguments), default=str))  # noqa: T201 (the answer)
