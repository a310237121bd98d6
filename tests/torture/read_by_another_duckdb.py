"""Run by the interpreter of another DuckDB: reads what is served until it is asked to stop; knows DuckDB alone.

    python read_by_another_duckdb.py DATA_DIR STOP_FILE

Prints one line of JSON: what was counted. Every second connection is opened while the one before is still open.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

PAUSE_S = 0.03  # without it the readers alone have the machine


def numbers(connection: duckdb.DuckDBPyConnection, publication: Path) -> set[int]:
    """Every number that this publication holds, by tables, a view, Parquet and a page: it must be one."""
    found = {int((publication / "page.txt").read_text(encoding="utf-8"))}
    parquet = [f"'{publication / 'parquet' / f'core.{name}.parquet'}'" for name in ("spending", "gdp")]
    for relation in ("core.spending", *parquet, "core.gdp", "latest"):
        least, most = connection.execute(f"SELECT min(n), max(n) FROM {relation}").fetchone() or (0, 0)
        found |= {least, most}
    return found


def read_until(data_dir: Path, stop: Path) -> dict[str, int | str]:
    """Counts reads, torn reads, numbers that went back, and errors."""
    counted: dict[str, int | str] = {"version": duckdb.__version__, "reads": 0, "torn": 0, "backwards": 0, "errors": 0}
    newest, before = 0, None
    while not stop.exists():
        time.sleep(PAUSE_S)
        # The documented way: the link is resolved, and what is opened lies below no link.
        database = (data_dir / "current" / "burden_sharing.duckdb").resolve(strict=True)
        try:
            connection = duckdb.connect(str(database), read_only=True)
            found = numbers(connection, database.parent)
        except Exception as error:  # noqa: BLE001 (every error of a reader is what is counted)
            counted["errors"] = int(counted["errors"]) + 1
            counted["first error"] = counted.get("first error", repr(error))
            continue
        if before is not None:
            before.close()
        before = connection
        counted["reads"] = int(counted["reads"]) + 1
        counted["torn"] = int(counted["torn"]) + (len(found) != 1)
        counted["backwards"] = int(counted["backwards"]) + (min(found) < newest)
        newest = max(newest, *found)
    return counted


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_until(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
