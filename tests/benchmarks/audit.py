"""The audit at scale: time, memory and growth of core.observation's whole suite; and what it costs whatever the rows.

Run `python -m tests.benchmarks.audit [--rows 10000 100000 1000000]`. The rows are the bundled editions', reissued until
there are enough: an issue prints the figures of its edition again, as a source does that files the same figures under
the old name, so that every check and every reviewed exception holds for it. The other reference tables are the real
ones. A check of severity error that does not hold ends the benchmark with 1.

Each size is measured in a process of its own, over a file, as in a run: the peak is that of the audit.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import Landed, LandingStore
from orchestration.ingest.parsing import edition_rows, observations
from orchestration.ingest.sources.registry import SOURCES
from orchestration.tables import in_contract_types
from transforms.normalise.vintages import with_known_spans
from warehouse.checks import expectations
from warehouse.contracts import core
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES
from warehouse.reference import REGISTERS
from warehouse.table_file import TableFile

SIZES: Final = (10_000, 100_000, 1_000_000)
TOLERANCE: Final = 0.1  # editions are whole
SLOWEST: Final = 5  # checks named for each size
_SPANS: Final = ("variant", "known_from", "known_until", "restored_from", "restored_until")


def held() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The bundled editions: rows of core.edition and of core.observation."""
    with tempfile.TemporaryDirectory() as folder:
        store = LandingStore(Path(folder))
        landed: list[Landed] = []
        for source_id in SOURCES:
            for payload, provenance in bundled_editions(source_id):
                store.deposit(payload, provenance)
            landed.extend(store.accept(item) for item in store.incoming(source_id))
        editions = edition_rows(item.provenance for item in landed)
        return editions, observations(landed, editions)


def issues(editions: pl.DataFrame, rows: pl.DataFrame, wanted: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Editions in issue after issue until they have about `wanted` rows: edition_id, issue; and core.edition."""
    counts = rows.group_by("edition_id").len().sort("len", "edition_id").rows()
    found: list[tuple[str, str]] = []
    total = 0
    for number in range(1, wanted):
        for edition_id, count in counts:
            if total + count <= wanted * (1 + TOLERANCE):
                found.append((edition_id, edition_id if number == 1 else f"{edition_id}:issue-{number}"))
                total += count
        if total >= wanted:
            break
    names = pl.DataFrame(found, schema=["edition_id", "issue"], orient="row")
    listed = editions.join(names, on="edition_id").drop("edition_id").rename({"issue": "edition_id"})
    listed = listed.sort("published_on", "retrieved_at", "edition_id").with_columns(
        vintage_seq=pl.int_range(1, pl.len() + 1, dtype=pl.Int32)
    )
    return names, in_contract_types(core.EDITION, listed)


def reissued(editions: pl.DataFrame, rows: pl.DataFrame, wanted: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """About `wanted` rows of issues, with ranks and spans as the pipeline would give."""
    names, listed = issues(editions, rows, wanted)
    printed = rows.drop(_SPANS).join(names, on="edition_id").drop("edition_id").rename({"issue": "edition_id"})
    return listed, in_contract_types(core.OBSERVATION, with_known_spans(printed, listed))


def joined_tables(table: Table, editions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables that the table's checks look at; nothing has been decided on the bundled editions."""
    held = {core.EDITION.id: editions, core.DECISION.id: pl.DataFrame(schema=core.DECISION.polars_schema)}
    return {
        table_id.replace(".", "_"): held[table_id] if table_id in held else REGISTERS[table_id][1]()
        for table_id in table.joins
    }


def measure(editions: pl.DataFrame, rows: TableFile) -> dict[str, Any]:
    """Seconds and peak memory of the audit, the failed checks, and the SQL checks that took longest."""
    tables = joined_tables(core.OBSERVATION, editions)
    nothing = core.OBSERVATION.polars_schema.to_frame()
    expectations.validate(core.OBSERVATION, nothing, tables)  # the reading of the suite is a cost of its own
    before = _reset_peak_mb()
    started, busy = time.perf_counter(), time.process_time()
    results = expectations.validate(core.OBSERVATION, rows, tables)
    took, busy = time.perf_counter() - started, time.process_time() - busy
    peak = _peak_mb() - before
    return {
        "rows": rows.height,
        "editions": editions.height,
        "seconds": took,
        "cpu_seconds": busy,
        "peak_mb": peak,
        "blocked": [result.describe() for result in results if result.blocks],
        "warned": [result.expectation.id for result in results if not result.passed and not result.blocks],
        "slowest": _slowest(rows, tables),
    }


def _slowest(rows: TableFile, tables: Mapping[str, pl.DataFrame]) -> list[tuple[str, float]]:
    took = {}
    with expectations._tables_in_duckdb(core.OBSERVATION, rows, tables) as database:
        for expectation in core.OBSERVATION.suite():
            query = expectation.query
            if query:
                started = time.perf_counter()
                database.count(query)
                took[expectation.id] = time.perf_counter() - started
    return sorted(took.items(), key=lambda item: -item[1])[:SLOWEST]


def fixed() -> dict[str, Any]:
    """CPU seconds of importing Great Expectations, and of all suites by both judges over no rows: first in a
    process, and again.
    """
    started = time.process_time()
    import great_expectations  # noqa: F401, PLC0415 (what is timed)

    imported = time.process_time() - started
    rounds = []
    for _ in range(2):
        started = time.process_time()
        for table in TABLES:
            empty = pl.DataFrame(schema=table.polars_schema)
            nothing = {
                joined.id.replace(".", "_"): pl.DataFrame(schema=joined.polars_schema)
                for joined in TABLES
                if joined.id in table.joins
            }
            expectations.validate(table, empty, nothing, judged_twice=True)
        rounds.append(time.process_time() - started)
    checks = sum(len(table.suite()) for table in TABLES)
    return {"import": imported, "first": rounds[0], "again": rounds[1], "tables": len(TABLES), "checks": checks}


def _reset_peak_mb() -> int:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _peak_mb()


def _peak_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _in_a_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.audit", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (this module)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _show_size(found: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    growth = ""
    if before:
        exponent = math.log(found["cpu_seconds"] / before["cpu_seconds"]) / math.log(found["rows"] / before["rows"])
        growth = f", CPU grows as rows^{exponent:.2f}"
    warned = ", ".join(found["warned"]) or "none"
    sys.stdout.write(
        f"{found['rows']:9,} rows, {found['editions']:4} editions: {found['seconds']:6.2f} s, "
        f"{found['cpu_seconds']:6.2f} s of CPU, {found['peak_mb']:5,} MB{growth}; warned: {warned}\n"
    )
    for name, took in found["slowest"]:
        sys.stdout.write(f"{took:17.3f} s in SQL  {name}\n")
    for line in found["blocked"]:
        sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def main() -> None:
    arguments = argparse.ArgumentParser(description="the audit at scale")
    arguments.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    arguments.add_argument("--measure", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    arguments.add_argument("--fixed", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.fixed:
        sys.stdout.write(json.dumps(fixed()) + "\n")
        return
    if options.measure:
        editions, rows = (options.measure / f"{name}.parquet" for name in ("edition", "observation"))
        sys.stdout.write(json.dumps(measure(pl.read_parquet(editions), TableFile(rows))) + "\n")
        return
    whatever = _in_a_process("--fixed")
    sys.stdout.write(
        "whatever the rows, CPU: import {import:.2f} s; {checks} checks of {tables} tables without a row {first:.2f} s "
        "the first time, {again:.2f} s again\n".format(**whatever)
    )
    editions, rows = held()
    before, blocked = None, False
    for wanted in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            for name, frame in zip(("edition", "observation"), reissued(editions, rows, wanted), strict=True):
                frame.write_parquet(Path(folder) / f"{name}.parquet")
            found = _in_a_process("--measure", folder)
        _show_size(found, before)
        before, blocked = found, blocked or bool(found["blocked"])
    if blocked:
        sys.exit(1)


if __name__ == "__main__":
    main()
