"""What was known on a day, at scale: size, time and memory of observation_as_of over 50 million observations.

Run `python -m tests.benchmarks.as_of [--series 450000] [--editions 111]`; the file is made in a temporary directory and
deleted. Series print in every edition, in complete ones only, or until an edition that drops them; some editions are
partial and two are withdrawn. The spans come from `transforms.normalise.vintages`, tables and macros
from the contracts.

What is timed is the published file, and for every question the same of a table that holds the answer and nothing else:
its plain scan. The answers are held to a reference that knows nothing of spans: the newest
standing edition that holds the series.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from transforms.normalise.vintages import OPEN, with_known_spans
from warehouse.contracts.core import EDITION, OBSERVATION
from warehouse.publication.publish import TableToPublish, publish
from warehouse.publication.views import VIEWS
from warehouse.reading.connect import CURRENT, DATABASE
from warehouse.settings import DATA_DIR, MEMORY

COUNTRIES: Final = 180
INDICATORS: Final = 25
YEARS: Final = 50  # of two price bases: 450,000 series
PARTIAL_EVERY: Final = 9  # every ninth edition prints one class of series only, as a press release does
WITHDRAWN: Final = (20, 57)  # withdrawn after 30 days, so that the edition before is what is known again
CLASSES: Final = 10  # 0: in every edition; 1-6: in complete ones; 7-9: dropped by and by, and known for ever
SAMPLE: Final = 2_000  # series compared with the reference
MEMORY_LIMIT: Final = "512MB"
BUILD_LIMIT: Final = "2GB"


def editions_frame(count: int) -> pl.DataFrame:
    """The columns of core.edition that spans need, one edition every 60 days."""
    days = [dt.date(2008, 1, 1) + dt.timedelta(days=60 * i) for i in range(count)]
    return pl.DataFrame(
        {
            "edition_id": [f"nato:{day}" for day in days],
            "vintage_seq": range(1, count + 1),
            "published_on": days,
            "withdrawn_on": [day + dt.timedelta(days=30) if i in WITHDRAWN else None for i, day in enumerate(days)],
            "completeness": ["partial" if i % PARTIAL_EVERY == PARTIAL_EVERY - 1 else "complete" for i in range(count)],
        },
        schema_overrides={"withdrawn_on": pl.Date, "vintage_seq": pl.Int32},
    )


def printed(editions: pl.DataFrame) -> pl.DataFrame:
    """Which class of series each edition prints, with spans: one row a class represents all its series."""
    last = {7: 0.3, 8: 0.6, 9: 0.9}
    rows = editions.join(pl.DataFrame({"series_class": range(CLASSES)}), how="cross").filter(
        ((pl.col("completeness") == "complete") | (pl.col("series_class") == 0))
        & (
            pl.col("vintage_seq")
            <= pl.col("series_class").replace_strict(last, default=1.0) * editions["vintage_seq"].max()
        )
    )
    keyed = rows.select(
        "edition_id",
        "series_class",
        year=pl.col("series_class"),
        source_id=pl.lit("nato"),
        indicator=pl.lit("gdp"),
        entity=pl.lit("USA"),
        price_basis=pl.lit("current"),
        year_basis=pl.lit("calendar"),
        currency=pl.lit("USD"),
        definition=pl.lit("nato"),
    )
    spans = with_known_spans(keyed, editions)
    return spans.select("edition_id", "series_class", "known_from", "known_until", "restored_from", "restored_until")


def build(folder: Path, series: int, editions: pl.DataFrame) -> None:
    """Both tables as Parquet, core.observation in its physical order: by known_until, known_from, then entity."""
    with duckdb.connect(config={"memory_limit": BUILD_LIMIT, "temp_directory": str(folder)}) as connection:
        connection.execute("CREATE SCHEMA core")
        for table in (EDITION, OBSERVATION):
            connection.execute(table.create_sql())
        connection.register("made", editions)
        connection.execute(
            f"""COPY (FROM core.edition UNION ALL BY NAME
               SELECT made.*, 'nato' AS source_id, edition_id AS title, published_on::TIMESTAMP AS retrieved_at,
                 'https://example.org' AS url, 'text/csv' AS media_type, sha256(edition_id) AS sha256, 1 AS bytes,
                 'nato' AS definition, 'nato' AS data_set, published_on + 365 AS next_due_on,
                 'bundled' AS origin, 'made' AS licence, 'made' AS citation FROM made)
               TO '{folder}/{EDITION.id}.parquet'"""
        )
        connection.execute(
            f"""CREATE TEMP TABLE series AS
                SELECT i, printf('C%02d', i % {COUNTRIES}) AS entity, i // {COUNTRIES} % {INDICATORS} AS k,
                  (1980 + i // {COUNTRIES * INDICATORS} % {YEARS})::SMALLINT AS year,
                  i // {COUNTRIES * INDICATORS * YEARS} AS basis, (hash(i) % {CLASSES})::INTEGER AS series_class
                FROM range({series}) AS r (i) ORDER BY entity, k, basis, year"""
        )
        connection.register("span", printed(editions))
        connection.execute(
            f"""COPY (FROM (FROM core.observation UNION ALL BY NAME
                SELECT edition_id, 'indicator_' || k AS indicator, entity, year, 'USD' AS currency,
                  CASE basis WHEN 0 THEN 'current' ELSE 'constant' END AS price_basis,
                  'calendar' AS year_basis, (hash(i, edition_id) % 1000000) / 7.0 AS value, 'million' AS unit,
                  'nato' AS definition, CASE WHEN basis > 0 THEN 2015::SMALLINT END AS base_year, 'actual' AS status,
                  'reported' AS availability, []::VARCHAR[] AS flags, 'TABLE' || k || '!' || i % 997 AS locator,
                  'nato' AS source_id, 'USD' AS variant, []::VARCHAR[] AS break_ids,
                  known_from, known_until, restored_from, restored_until
                FROM series JOIN span USING (series_class))
                ORDER BY known_until, known_from, entity, indicator, price_basis, year)
                TO '{folder}/{OBSERVATION.id}.parquet'"""
        )


def published(folder: Path) -> Path:
    """The warehouse file of both tables, as a publication makes it."""
    tables = [
        TableToPublish(t.schema, t.name, t.create_sql(), t.comment_sql(), folder / f"{t.id}.parquet")
        for t in (EDITION, OBSERVATION)
    ]
    views = [view.statements()[0] for view in VIEWS if view.name.startswith(("observation", "edition"))]
    made = publish(folder, "made", tables=tables, after_sql=views, audits={}, companions=lambda _: None)
    return made.database


def mismatches(connection: duckdb.DuckDBPyConnection, day: dt.date) -> int:
    """Rows in which observation_as_of and the reference differ, over a sample of series."""
    found = connection.execute(
        f"""WITH sampled AS (
              SELECT * FROM core.observation WHERE hash(entity, indicator, year, price_basis) % 1000000
                < 1000000 * {SAMPLE} / (SELECT greatest(count(*), {SAMPLE}) FROM observation_as_of(DATE '9999-01-01'))
            ), reference AS (
              SELECT sampled.* FROM sampled JOIN core.edition USING (edition_id)
              WHERE published_on <= $day AND (withdrawn_on IS NULL OR withdrawn_on > $day)
              QUALIFY row_number() OVER (
                PARTITION BY sampled.indicator, entity, year, price_basis ORDER BY vintage_seq DESC) = 1
            ), answer AS (
              SELECT o.* EXCLUDE (carried_over) FROM observation_as_of($day) AS o
              SEMI JOIN sampled USING (indicator, entity, year, price_basis)
            )
            SELECT count(*) FROM (
              (FROM reference EXCEPT FROM answer) UNION ALL (FROM answer EXCEPT FROM reference))""",
        {"day": day},
    ).fetchone()
    return int(found[0]) if found else -1


_SUMMED: Final = "SELECT count(*), sum(value), count(*) FILTER (WHERE carried_over) FROM {known}"
QUERIES: Final = {
    "one country": f"{_SUMMED} WHERE entity = 'C42'",
    "all, aggregated": _SUMMED,
    "all, every row": "FROM {known}",
    "all, by country": "SELECT entity, sum(value) FROM {known} GROUP BY entity",
}


def timed(path: Path, day: dt.date, name: str) -> tuple[float, float, int, int]:
    """Median milliseconds under MEMORY_LIMIT, those of the plain scan, rows counted, MB that the question took."""
    limits: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY_LIMIT, "temp_directory": ""}
    as_of = f"observation_as_of(DATE '{day}')"
    before = _peak_mb()
    with duckdb.connect(str(path), read_only=True, config=limits) as connection:
        took, rows = _median_ms(connection, QUERIES[name].format(known=as_of))
    peak = _peak_mb() - before
    with duckdb.connect(config=limits) as connection:
        connection.execute(f"ATTACH '{path.resolve().parents[2] / 'plain'}' AS plain")
        connection.execute(f"ATTACH '{path}' AS warehouse (READ_ONLY)")
        connection.execute("USE warehouse")
        connection.execute(f"CREATE OR REPLACE TABLE plain.known AS FROM {as_of}")
        plain, _ = _median_ms(connection, QUERIES[name].format(known="plain.known"))
    return took, plain, rows, peak


def _median_ms(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[float, int]:
    """Of nine runs after one to warm up."""
    took, rows = [], 0
    for _ in range(10):
        started = time.perf_counter()
        answer = connection.sql(query).pl()
        took.append(1000 * (time.perf_counter() - started))
        rows = answer.height if answer.height > 1 else answer.item(0, 0)
    return statistics.median(took[1:]), rows


def _ask(path: Path, day: str, name: str) -> None:
    """One query in a process of its own, so that the memory it adds to the interpreter's is its own."""
    took, plain, rows, peak = timed(path, dt.date.fromisoformat(day), name)
    sys.stdout.write(f"{name:16} {day}  {took:8.1f} ms, plain scan {plain:8.1f} ms  {rows:9,} rows  {peak:5,} MB\n")


def _peak_mb() -> int:
    # Not getrusage: its peak is inherited from the process that built the file.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def _publish(folder: Path) -> None:
    """In a process of its own, so that the peak is that of the publication."""
    started, busy = time.perf_counter(), time.process_time()
    database = published(folder)
    took, busy = time.perf_counter() - started, time.process_time() - busy
    rows = pl.scan_parquet(folder / f"{OBSERVATION.id}.parquet").select(pl.len()).collect().item()
    size = database.stat().st_size / 1e6
    sys.stdout.write(
        f"{rows:,} published: {took:.0f} s, {busy:.0f} s of CPU, {_peak_mb():,} MB at most, {size:,.0f} MB of file\n"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description="observation_as_of at scale")
    arguments.add_argument("--series", type=int, default=450_000)
    arguments.add_argument("--editions", type=int, default=140, help="50 million rows with the partial ones")
    arguments.add_argument("--ask", nargs=3, metavar=("FILE", "DAY", "QUERY"))
    arguments.add_argument("--publish", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.ask:
        _ask(Path(options.ask[0]), *options.ask[1:])
        return
    if options.publish:
        _publish(options.publish)
        return
    editions = editions_frame(options.editions)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.perf_counter()
        build(folder, options.series, editions)
        sys.stdout.write(f"{options.editions} editions made: {time.perf_counter() - started:.0f} s\n")
        sys.stdout.flush()
        _in_a_process("--publish", name)
        database = folder / CURRENT / DATABASE
        day = editions["published_on"]
        days = [day[options.editions // 2], day[WITHDRAWN[0]] + dt.timedelta(days=45), OPEN.replace(day=1)]
        for query in QUERIES:
            for asked in days:
                _in_a_process("--ask", str(database), str(asked), query)
        with duckdb.connect(str(database), read_only=True, config={"memory_limit": "4GB"}) as connection:
            wrong = sum(mismatches(connection, asked) for asked in days)
        sys.stdout.write(f"rows that differ from the reference, {SAMPLE:,} series: {wrong}\n")
        if wrong:
            sys.exit(1)


def _in_a_process(*arguments: str) -> None:
    """With the memory limit and the folder of the benchmark, whatever the environment says."""
    environment = {**os.environ, MEMORY: BUILD_LIMIT, DATA_DIR: tempfile.gettempdir()}
    command = [sys.executable, "-m", "tests.benchmarks.as_of", *arguments]
    subprocess.run(command, check=True, env=environment)  # noqa: S603 (this module)


if __name__ == "__main__":
    main()
