"""One task of the table of benchmarks, in a process of its own: seconds a round after a warm-up, and peak memory.

Run `python -m tests.benchmarks.tasks NAME FOLDER`; it prints one JSON line. A rival, `x.rival`, does the least that
anybody needs for the same as `x`, or does it with a widely used tool. Belongs here: what is timed. Does not belong
here: which rival a figure is put next to, and the table (tests.benchmarks.table).
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from tests.benchmarks import as_of, audit
from transforms.parse.ecb import parse_reference_rates
from transforms.parse.eurostat import parse_eurostat_jsonstat
from transforms.parse.imf.replies import parse_imf_datamapper
from transforms.parse.nato.workbook import parse_nato_workbook
from transforms.parse.sipri import read_sipri_workbook
from transforms.parse.world_bank import parse_world_bank_csv
from warehouse.checks import expectations
from warehouse.contracts import core
from warehouse.publication.publish import TableToPublish, publish

PAYLOADS: Final = Path(__file__).parents[3] / "shared" / "payloads"
SIPRI: Final = "sipri/SIPRI-Milex-data-1949-2024_2.xlsx"
NATO: Final = "nato/240617-def-exp-2024-TABLES-en.xlsx"
IMF: Final = "imf/datamapper-NGDPD-2025-01-07.json"
WORLD_BANK: Final = "world_bank/API_NY.GDP.MKTP.CD_DS2_en_csv_v2_9865.csv"
EUROSTAT: Final = "eurostat/gov_ev-defence.json"
ECB: Final = "ecb/eurofxref-hist.zip"
AS_OF_SERIES: Final = 20_000
AS_OF_EDITIONS: Final = 60
AUDIT_ROWS: Final = (100_000, 1_000_000)
PUBLISHED_ROWS: Final = (50_000, 500_000, 5_000_000)

Round = Callable[[], object]


def prepare(folder: Path) -> None:
    """Make what the tasks read: reissued observations as Parquet, and the file that as-of queries ask."""
    editions, rows = audit.held()
    for wanted in (*AUDIT_ROWS, *PUBLISHED_ROWS):
        for name, frame in zip(("edition", "observation"), audit.reissued(editions, rows, wanted), strict=True):
            frame.write_parquet(folder / f"{name}-{wanted}.parquet")
    issues = as_of.editions_frame(AS_OF_EDITIONS)
    made = folder / "as_of"
    made.mkdir()
    as_of.build(made, AS_OF_SERIES, issues)
    as_of.published(made).rename(folder / "as_of.duckdb")
    day = issues["published_on"][AS_OF_EDITIONS // 2]
    (folder / "day").write_text(f"{day}", encoding="ascii")
    with duckdb.connect(str(folder / "as_of.duckdb"), read_only=True) as warehouse:
        warehouse.sql(f"FROM observation_as_of(DATE '{day}')").write_parquet(str(folder / "known.parquet"))
    with duckdb.connect(str(folder / "known.duckdb")) as known:
        known.execute(f"CREATE TABLE known AS FROM '{folder / 'known.parquet'}'")


def _payload(name: str) -> bytes:
    return (PAYLOADS / name).read_bytes()


def parse_sipri() -> Round:
    payload = _payload(SIPRI)
    return lambda: read_sipri_workbook(payload, published_on=dt.date(2025, 4, 28))


def parse_nato() -> Round:
    payload = _payload(NATO)
    return lambda: parse_nato_workbook(payload, published_on=dt.date(2024, 6, 17))


def parse_imf() -> Round:
    payload = _payload(IMF)
    return lambda: parse_imf_datamapper(payload, published_on=dt.date(2024, 10, 22))


def parse_world_bank() -> Round:
    payload = _payload(WORLD_BANK)
    return lambda: parse_world_bank_csv(payload)


def parse_eurostat() -> Round:
    payload = _payload(EUROSTAT)
    return lambda: parse_eurostat_jsonstat(payload)


def parse_ecb() -> Round:
    payload = _payload(ECB)
    return lambda: parse_reference_rates(payload)


def _with_pandas_csv(name: str) -> Round:
    import pandas as pd  # noqa: PLC0415 (a rival's own)

    payload = _payload(name)
    return lambda: pd.read_csv(io.BytesIO(payload), compression="zip")


def _with_pandas(name: str) -> Round:
    import pandas as pd  # noqa: PLC0415 (a rival's own)

    payload = _payload(name)
    return lambda: pd.read_excel(io.BytesIO(payload), sheet_name=None, header=None, engine="openpyxl")


def _with_fastexcel(name: str) -> Round:
    import fastexcel  # noqa: PLC0415 (a rival, which no other task loads)

    payload = _payload(name)

    def sheets() -> list[object]:
        book = fastexcel.read_excel(payload)
        return [book.load_sheet(sheet, header_row=None, dtypes="string").to_polars() for sheet in book.sheet_names]

    return sheets


def _with_openpyxl(name: str) -> Round:
    import openpyxl  # noqa: PLC0415 (a rival's own)

    payload = _payload(name)

    def cells() -> list[object]:
        book = openpyxl.load_workbook(io.BytesIO(payload), read_only=True)
        # Every cell with a value of every sheet, with the font that its colour is read from; no bounds, no meaning.
        return [cell.font for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    return cells


def _in_duckdb(query: str) -> Round:
    connection = duckdb.connect()
    return lambda: connection.execute(query).fetchall()


def audited(folder: Path, rows: int, *, bare: bool) -> Round:
    """The suite of core.observation; `bare`: the same queries in DuckDB, and nothing else."""
    editions, frame = (pl.read_parquet(folder / f"{name}-{rows}.parquet") for name in ("edition", "observation"))
    others = audit.joined_tables(core.OBSERVATION, editions)

    def queries() -> None:
        with expectations._tables_in_duckdb(core.OBSERVATION, frame, others) as database:
            database.ask([e for e in core.OBSERVATION.suite() if e.query is not None])

    return queries if bare else lambda: expectations.validate(core.OBSERVATION, frame, others)


def published(folder: Path, rows: int) -> Round:
    """One table of so many rows, to the flipped link; pages are not made."""
    root = folder / "publish"
    root.mkdir(exist_ok=True)
    table = core.OBSERVATION
    source = folder / f"observation-{rows}.parquet"
    given = TableToPublish(table.schema, table.name, table.create_sql(), table.comment_sql(), source)

    def once() -> None:
        build_id = f"build-{time.monotonic_ns()}"
        publish(root, build_id, tables=[given], after_sql=[], audits={}, companions=_no_pages, keep=1, min_age_s=0)

    return once


def _no_pages(_building: Path) -> None:
    """Pages have a cost of their own, in the full run."""


def copied(folder: Path, rows: int) -> Round:
    """A plain copy of what a publication of so many rows holds, synced."""
    published(folder, rows)()
    held = [file for file in (folder / "publish" / "current").resolve().rglob("*") if file.is_file()]

    def once() -> None:
        for number, file in enumerate(held):
            target = folder / f"copy-{number}"
            shutil.copyfile(file, target)
            with target.open("rb+") as written:
                os.fsync(written.fileno())

    return once


def asked(folder: Path, query: str) -> Round:
    """A consumer's query as of a day."""
    warehouse = duckdb.connect(str(folder / "as_of.duckdb"), read_only=True)
    relation = f"observation_as_of(DATE '{(folder / 'day').read_text(encoding='ascii')}')"
    return lambda: warehouse.sql(query.format(relation)).pl()


def asked_of_the_answer(folder: Path, query: str) -> Round:
    """The same of a table that holds what was known on that day, and nothing else."""
    known = duckdb.connect(str(folder / "known.duckdb"), read_only=True)
    return lambda: known.sql(query.format("known")).pl()


QUERIES: Final = {
    "country": "SELECT * FROM {} WHERE entity = 'C42'",
    "sum": "SELECT entity, sum(value) FROM {} GROUP BY entity",
    "all": "FROM {}",
}
TASKS: Final[dict[str, Callable[[Path], Round]]] = {
    "parse.sipri": lambda _: parse_sipri(),
    "parse.sipri.openpyxl": lambda _: _with_openpyxl(SIPRI),
    "parse.sipri.pandas": lambda _: _with_pandas(SIPRI),
    "parse.sipri.fastexcel": lambda _: _with_fastexcel(SIPRI),
    "parse.nato": lambda _: parse_nato(),
    "parse.nato.pandas": lambda _: _with_pandas(NATO),
    "parse.nato.fastexcel": lambda _: _with_fastexcel(NATO),
    "parse.imf": lambda _: parse_imf(),
    "parse.imf.duckdb": lambda _: _in_duckdb(f"FROM read_json_auto('{PAYLOADS / IMF}')"),
    "parse.world_bank": lambda _: parse_world_bank(),
    "parse.world_bank.duckdb": lambda _: _in_duckdb(f"FROM read_csv('{PAYLOADS / WORLD_BANK}', skip = 4)"),
    "parse.eurostat": lambda _: parse_eurostat(),
    "parse.eurostat.duckdb": lambda _: _in_duckdb(f"FROM read_json_auto('{PAYLOADS / EUROSTAT}')"),
    "parse.ecb": lambda _: parse_ecb(),
    "parse.ecb.pandas": lambda _: _with_pandas_csv(ECB),
    **{f"audit.{n}": lambda folder, n=n: audited(folder, n, bare=False) for n in AUDIT_ROWS},  # type: ignore[misc]
    **{f"audit.{n}.bare": lambda folder, n=n: audited(folder, n, bare=True) for n in AUDIT_ROWS},  # type: ignore[misc]
    **{f"publish.{n}": lambda folder, n=n: published(folder, n) for n in PUBLISHED_ROWS},  # type: ignore[misc]
    **{f"publish.{n}.copy": lambda folder, n=n: copied(folder, n) for n in PUBLISHED_ROWS},  # type: ignore[misc]
    **{f"query.{name}": lambda folder, q=q: asked(folder, q) for name, q in QUERIES.items()},  # type: ignore[misc]
    **{
        f"query.{name}.table": lambda folder, q=q: asked_of_the_answer(folder, q)  # type: ignore[misc]
        for name, q in QUERIES.items()
    },
}


def peak_mb() -> float:
    """Peak memory of this process, MB."""
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    arguments = argparse.ArgumentParser(description="one task of the table of benchmarks")
    arguments.add_argument("name", choices=["prepare", *TASKS])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    if options.name == "prepare":
        prepare(options.folder)
        return
    once = TASKS[options.name](options.folder)
    once()
    took = []
    for _ in range(options.rounds):
        started, busy = time.perf_counter(), time.process_time()
        once()
        took.append((time.perf_counter() - started, time.process_time() - busy))
    seconds, cpu_seconds = zip(*took, strict=True)
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak_mb()}) + "\n")


if __name__ == "__main__":
    main()
