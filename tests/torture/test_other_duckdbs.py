"""Readers by other versions of DuckDB through publications: the documented way is right in each.

DUCKDB_PYTHONS names interpreters, separated by blanks, each with its DuckDB; without it this one alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.torture.test_publication_torture import publish_number, tell
from warehouse.publication.publish import publications

pytestmark = pytest.mark.torture
__all__ = ["tell"]  # a fixture

PYTHONS: Final = os.environ.get("DUCKDB_PYTHONS", "").split()
READER: Final = Path(__file__).with_name("read_by_another_duckdb.py")
READERS: Final = 8
PUBLICATIONS: Final = 100

# In one process: a connection stays open while a publication follows, then another is opened in each of three ways.
IN_ONE_PROCESS: Final = """
import duckdb, json, sys
from pathlib import Path
data, flip = Path(sys.argv[1]), sys.argv[2]
link = data / "current" / "burden_sharing.duckdb"
number = lambda path: duckdb.connect(str(path), read_only=True).execute("SELECT max(n) FROM core.gdp").fetchone()[0]
first = duckdb.connect(str(link.resolve()), read_only=True)
held = duckdb.connect(str(link), read_only=True)
old = first.execute("SELECT max(n) FROM core.gdp").fetchone()[0]
temporary = data / ".flip"
temporary.symlink_to(Path("published", flip))
temporary.replace(data / "current")
print(json.dumps({"version": duckdb.__version__, "old": old, "by the link": number(link),
    "by the resolved link": number(link.resolve()),
    "kept": first.execute("SELECT max(n) FROM core.gdp").fetchone()[0]}))
"""


def interpreters() -> list[str]:
    if not PYTHONS:
        pytest.skip("DUCKDB_PYTHONS names no interpreters with other versions of DuckDB")
    return [sys.executable, *PYTHONS]


def test_eight_readers_of_every_version_through_a_hundred_publications(
    tmp_path: Path, tell: Callable[[str], None], counted: Counter[str]
) -> None:
    pythons = interpreters()
    publish_number(tmp_path, 1, keep=3, min_age_s=10)
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(  # noqa: S603 (ours)
            [pythons[number % len(pythons)], str(READER), str(tmp_path), str(stop)], stdout=subprocess.PIPE, text=True
        )
        for number in range(READERS)
    ]
    try:
        for number in range(2, PUBLICATIONS + 2):
            publish_number(tmp_path, number, keep=3, min_age_s=10)
    finally:
        stop.touch()
    reports = [json.loads(reader.communicate()[0]) for reader in readers]
    tell("\n".join(f"  DuckDB {c['version']}: {c}" for c in reports))
    assert len({c["version"] for c in reports}) == len(pythons)
    assert all(c["reads"] > 0 for c in reports)
    assert sum(c["torn"] + c["backwards"] + c["errors"] for c in reports) == 0
    for c in reports:
        counted[f"reads by DuckDB {c['version']} while {PUBLICATIONS} publications follow"] += c["reads"]


def test_the_resolved_link_leads_to_the_newest_while_an_older_connection_is_open(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    pythons = interpreters()
    publish_number(tmp_path, 1, keep=5, min_age_s=1000)
    publish_number(tmp_path, 2, keep=5, min_age_s=1000)
    old, new = sorted(publication.build_id for publication in publications(tmp_path))
    for python in pythons:
        (tmp_path / ".flip").symlink_to(Path("published", old))
        (tmp_path / ".flip").replace(tmp_path / "current")
        command = [python, "-c", IN_ONE_PROCESS, str(tmp_path), new]
        said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)  # noqa: S603
        tell(f"  DuckDB {said['version']}: {said}")
        assert (said["old"], said["kept"], said["by the resolved link"]) == (1, 1, 2)
