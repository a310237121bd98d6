"""The floor: the same parsing, normalising and loading as the pipeline, as a bare script without Dagster and GX.

Run `python -m tests.benchmarks.floor` in the same minute as `make run`: the difference is what the orchestration,
the gates and the atomic publication cost.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import Landed, LandingStore
from orchestration.ingest.parsing import edition_rows, observations
from orchestration.ingest.sources.registry import SOURCES
from transforms.registers import reader as registers
from warehouse.contracts import core, reference
from warehouse.contracts.marts import MARTS
from warehouse.marts.run import mart_sql, shared_sql


def main() -> None:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store = LandingStore(Path(folder))
        landed: list[Landed] = []
        for source_id in SOURCES:
            for payload, provenance in bundled_editions(source_id):
                store.deposit(payload, provenance)
            landed.extend(store.accept(item) for item in store.incoming(source_id))
        editions = edition_rows(item.provenance for item in landed)
        frames = {
            core.EDITION.id: editions,
            core.OBSERVATION.id: observations(landed, editions),
            reference.COUNTRY.id: registers.countries(),
            reference.MEMBERSHIP.id: registers.memberships(),
            reference.GUIDELINE.id: registers.guidelines(),
            reference.BREAK.id: registers.breaks(),
            reference.NATIONAL_CURRENCY.id: registers.national_currencies(),
        }
        parsed = time.perf_counter()
        load(Path(folder) / "floor.duckdb", frames)
    done = time.perf_counter()
    seconds = (
        f"parse and normalise {parsed - started:.2f}, load and marts {done - parsed:.2f}, all {done - started:.2f}"
    )
    sys.stdout.write(f"seconds: {seconds}\n")


def load(path: Path, frames: dict[str, pl.DataFrame]) -> None:
    with duckdb.connect(str(path)) as warehouse:
        for schema in ("core", "mart"):
            warehouse.execute(f"CREATE SCHEMA {schema}")
        for table_id, frame in frames.items():
            warehouse.register("_input", frame)
            warehouse.execute(f"CREATE TABLE {table_id} AS FROM _input")
        marts = {mart.id: mart_sql(mart) for mart in MARTS if mart.sql}
        for shared in dict.fromkeys(statement for sql in marts.values() for statement in shared_sql(sql)):
            warehouse.execute(shared)
        for table_id, sql in marts.items():
            warehouse.execute(f"CREATE TABLE {table_id} AS {sql}")


if __name__ == "__main__":
    main()
