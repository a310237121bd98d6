"""Growth: what a build, its audit and its publication cost as the editions multiply.

Run `python -m tests.benchmarks.growth [--times 10 100] [--steps build audit marts publish] [--write FILE]`. The
editions are the bundled ones, reissued (tests.benchmarks.audit). Each step is a process of its own, which reads what it
needs from Parquet: the peak is its own. `--memory` limits DuckDB in all of them, as BURDEN_MEMORY does.

An exponent of CPU above one means that a step grows faster than the rows.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration.ingest.assembly import assemble
from orchestration.ingest.parsing import completed
from tests.benchmarks import audit
from tests.benchmarks.table import PAGE, with_section
from tests.benchmarks.tasks import peak_mb, published
from warehouse.checks import expectations
from warehouse.contracts import core
from warehouse.contracts.marts import MARTS
from warehouse.marts.run import compute_mart
from warehouse.reference import REGISTERS
from warehouse.settings import DATA_DIR, MEMORY, SPILL
from warehouse.table_file import Rows, TableFile
from warehouse.table_store import Origin, TableStore

TIMES: Final = (10, 100)  # 2000 times are 50 million rows: half an hour on two cores
_OF_THE_BUILD: Final = ("variant", "known_from", "known_until", "restored_from", "restored_until", "break_ids")
_HEADER: Final = "| editions | rows | step | s | CPU s | peak MB | CPU grows as rows to the power |"


def prepare(folder: Path, times: int) -> None:
    """Editions of so many times the bundled rows: one file of figures each, as the pipeline keeps them."""
    editions, rows = audit.held()
    names, listed = audit.issues(editions, rows, rows.height * times)
    listed.write_parquet(folder / "edition.parquet")
    (folder / "editions").mkdir()
    printed = rows.drop(_OF_THE_BUILD).partition_by("edition_id", as_dict=True)
    for edition_id, issue in names.iter_rows():
        figures = printed[edition_id,].with_columns(edition_id=pl.lit(issue))
        figures.write_parquet(folder / "editions" / f"{issue}.parquet".replace(":", "_"))


def build(folder: Path, times: int) -> None:
    """From the figures of each edition to the written table, as the asset of core.observation does."""
    files = sorted((folder / "editions").glob("*.parquet"))
    editions = pl.read_parquet(folder / "edition.parquet")
    store = TableStore(folder)
    rows = assemble(
        map(pl.read_parquet, files),
        rows_of(files),
        lambda figures: completed(figures, editions),
        store.unfinished(core.OBSERVATION.id),
        folder=folder / SPILL,
    )
    store.write(core.OBSERVATION, rows, origin=Origin({}, {}, "", ""), run_id="", results=[])
    (folder / f"observation-{times}.parquet").hardlink_to(store.parquet(core.OBSERVATION.id))


def rows_of(files: Sequence[Path]) -> int:
    """What the pipeline has counted when it parsed them."""
    return sum(TableFile(file).height for file in files)


def audited(folder: Path, times: int) -> None:
    """The whole suite of core.observation, over its file."""
    editions = pl.read_parquet(folder / "edition.parquet")
    rows = TableFile(folder / f"observation-{times}.parquet")
    results = expectations.validate(core.OBSERVATION, rows, audit.joined_tables(core.OBSERVATION, editions))
    blocked = [result.describe() for result in results if result.blocks]
    if blocked:
        raise RuntimeError(f"{blocked}")


def marts(folder: Path, times: int) -> None:
    """The marts that are SQL over the tables of core alone, one after the other."""
    reads: dict[str, Rows] = {
        core.OBSERVATION.id: TableFile(folder / f"observation-{times}.parquet"),
        core.EDITION.id: TableFile(folder / "edition.parquet"),
        **{table_id: register() for table_id, (_, register) in REGISTERS.items()},
    }
    for table in MARTS:
        if table.sql and set(table.reads) <= reads.keys():
            reads[table.id] = compute_mart(table, {table_id: reads[table_id] for table_id in table.reads})


def publish(folder: Path, times: int) -> None:
    """From the written Parquet to the flipped link."""
    published(folder, times)()


STEPS: Final[dict[str, Callable[[Path, int], None]]] = {
    "build": build,
    "audit": audited,
    "marts": marts,
    "publish": publish,
}


def measured(step: str, folder: Path, times: int) -> dict[str, Any]:
    """Seconds of the clock and of CPU, and peak memory, of a step in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--step", step, str(folder), str(times)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 (this module)
    if done.returncode:
        raise RuntimeError(f"{step}, {times} times the editions: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _one_step(step: str, folder: Path, times: int) -> None:
    started, busy = time.perf_counter(), time.process_time()
    (prepare if step == "prepare" else STEPS[step])(folder, times)
    took, busy = time.perf_counter() - started, time.process_time() - busy
    sys.stdout.write(json.dumps({"seconds": took, "cpu_seconds": busy, "peak_mb": peak_mb()}) + "\n")


def line(rows: int, editions: int, step: str, found: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """One line of the table; `before` is the step at fewer rows."""
    growth = ""
    if before:
        power = math.log(found["cpu_seconds"] / before["cpu_seconds"]) / math.log(rows / before["rows"])
        growth = f"{power:.2f}"
    cells = [f"{editions:,}", f"{rows:,}", step, f"{found['seconds']:.1f}", f"{found['cpu_seconds']:.1f}"]
    return "| " + " | ".join([*cells, f"{found['peak_mb']:,.0f}", growth]) + " |"


def main() -> None:
    arguments = argparse.ArgumentParser(description="growth with the number of editions")
    arguments.add_argument("--times", type=int, nargs="+", default=list(TIMES))
    arguments.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    arguments.add_argument("--memory", default="1GB", help="limit of DuckDB's memory")
    arguments.add_argument("--write", type=Path, default=PAGE, metavar="FILE")
    arguments.add_argument("--step", nargs=3, metavar=("STEP", "FOLDER", "TIMES"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.step:
        _one_step(options.step[0], Path(options.step[1]), int(options.step[2]))
        return
    os.environ[MEMORY] = options.memory
    lines: list[str] = []
    before: dict[str, dict[str, Any]] = {}
    sys.stdout.write(f"{_HEADER}\n")
    for times in options.times:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            os.environ[DATA_DIR] = name
            measured("prepare", folder, times)
            rows = rows_of(list((folder / "editions").iterdir()))
            editions = len(list((folder / "editions").iterdir()))
            for step in options.steps:
                found = measured(step, folder, times)
                lines.append(line(rows, editions, step, found, before.get(step)))
                before[step] = {**found, "rows": rows}
                sys.stdout.write(f"{lines[-1]}\n")
                sys.stdout.flush()
    if options.times == list(TIMES) and options.steps == list(STEPS):
        text = section(lines, options.memory)
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(with_section(page, "growth", text), encoding="utf-8")


def section(lines: Sequence[str], memory: str) -> str:
    """What this benchmark says in the page, as Markdown."""
    introduction = f"Written by `make bench-large`, {datetime.now(UTC):%Y-%m-%d}; DuckDB limited to {memory}."
    return "\n".join([introduction, "", _HEADER, "|---:|---:|---|---:|---:|---:|---:|", *lines])


if __name__ == "__main__":
    main()
