"""The served publication in DuckLake, its catalogue on PostgreSQL: equal, whole, one snapshot for all readers.

The writer has an environment of its own (`make scale` installs it and sets SCALE_BIN); the server is the machine's.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.scale.postgres import SUPERUSER, binaries, create_database, server
from warehouse.contracts.registry import TABLES

pytestmark = pytest.mark.scale
LAKE = Path(__file__).with_name("lake.py")
ROUNDS = int(os.environ.get("BURDEN_SCALE_ROUNDS", "10"))
ROWS = int(os.environ.get("BURDEN_SCALE_ROWS", "10_000_000"))


@dataclass(frozen=True, slots=True)
class Writer:
    """The environment of the extra, with the settings of one lake."""

    python: Path
    environment: dict[str, str]

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        command = [str(part) for part in (self.python, LAKE, *arguments)]
        return subprocess.Popen(  # noqa: S603 (our own command)
            command, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __call__(self, *arguments: str | Path) -> Any:  # noqa: ANN401 (JSON)
        return answer(self.start(*arguments))

    def build(self, snapshot: str | int = "newest") -> str:
        ((build_id,),) = self("ask", str(snapshot), "SELECT build_id FROM meta.build")
        return str(build_id)


def answer(process: subprocess.Popen[str]) -> Any:  # noqa: ANN401 (JSON)
    out, err = process.communicate()
    assert process.returncode == 0, err
    return json.loads(out)


@pytest.fixture(scope="module")
def postgres() -> Iterator[tuple[Path, int]]:
    programs = binaries()
    if programs is None:
        pytest.skip("no initdb: install PostgreSQL")
    # Not below pytest's folder, which only its owner may enter: the server has a user of its own.
    folder = Path("/var/tmp") / f"burden-scale-{os.getpid()}"  # noqa: S108
    try:
        with server(programs, folder) as port:
            yield programs, port
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def new_lake(postgres: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Writer]:
    """Makes an empty lake, and who writes to it."""
    scale = os.environ.get("SCALE_BIN")
    if not scale:
        pytest.skip("SCALE_BIN names no environment: make scale")
    programs, port = postgres

    def make() -> Writer:
        files = tmp_path_factory.mktemp("lake")
        create_database(programs, port, files.name)
        return Writer(
            Path(scale) / "python",
            {
                **os.environ,
                "BURDEN_DUCKLAKE": f"postgres:host=127.0.0.1 port={port} user={SUPERUSER} dbname={files.name}",
                "BURDEN_DUCKLAKE_FILES": str(files),
            },
        )

    return make


@pytest.fixture
def lake(new_lake: Callable[[], Writer]) -> Writer:
    return new_lake()


@pytest.fixture(scope="module")
def filled(new_lake: Callable[[], Writer], publication: Path) -> Writer:
    """A lake that holds the publication; read only."""
    written = new_lake()
    written("write", publication)
    return written


@pytest.fixture(scope="module")
def publication(published: Path) -> Path:
    return (published / "current").resolve()


Made = Callable[..., Path]


@pytest.fixture
def made(publication: Path, tmp_path: Path) -> Made:
    """A later publication of the same contract: another build, marked in another table, with `rows` observations."""

    def make(build_id: str, rows: int | None = None) -> Path:
        folder = tmp_path / build_id
        (folder / "parquet").mkdir(parents=True)
        (folder / "burden_sharing.duckdb").symlink_to(publication / "burden_sharing.duckdb")
        for file in (publication / "parquet").iterdir():
            (folder / "parquet" / file.name).symlink_to(file)
        replace(
            folder,
            "meta.build",
            pl.read_parquet(publication / "parquet" / "meta.build.parquet").with_columns(build_id=pl.lit(build_id)),
        )
        editions = pl.read_parquet(publication / "parquet" / "core.edition.parquet")
        replace(folder, "core.edition", editions.with_columns(note=pl.lit(build_id)))
        changed = {"core.edition": build_id}
        if rows is not None:
            figures = pl.read_parquet(publication / "parquet" / "core.observation.parquet")
            more = [
                figures.with_columns(edition_id=pl.col("edition_id") + f":{n}")
                for n in range(rows // figures.height + 1)
            ]
            replace(folder, "core.observation", pl.concat(more).head(rows))
            changed["core.observation"] = build_id
        contents = pl.read_parquet(publication / "parquet" / "meta.table.parquet")
        replace(
            folder,
            "meta.table",
            contents.with_columns(
                content_sha256=pl.col("table_id").replace_strict(changed, default=pl.col("content_sha256"))
            ),
        )
        return folder

    return make


def replace(publication: Path, table_id: str, frame: pl.DataFrame) -> None:
    path = publication / "parquet" / f"{table_id}.parquet"
    path.unlink()
    frame.write_parquet(path)


def test_every_table_in_the_lake_is_the_published_one_to_the_byte(filled: Writer, publication: Path) -> None:
    assert filled("tables", publication) == {"differ": [], "differ_from_content_sha256": [], "compared": len(TABLES)}


@pytest.mark.parametrize(
    "query",
    [
        "FROM edition_latest ORDER BY ALL",
        "SELECT count(*), sum(value), count(*) FILTER (carried_over) FROM observation_latest",
        "SELECT count(*), sum(value) FROM observation_as_of(DATE '2024-07-01')",
        "FROM compliance_as_of(DATE '2024-07-01') ORDER BY ALL",
        "FROM outlook_chance('DEU', 3.5, 2035) ORDER BY ALL",
        "SELECT mart.percent_of(1, 8)",
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'observation' ORDER BY column_index",
    ],
)
def test_views_macros_and_comments_answer_as_those_of_the_file(filled: Writer, publication: Path, query: str) -> None:
    with duckdb.connect(str(publication / "burden_sharing.duckdb"), read_only=True) as file:
        expected = json.loads(json.dumps(file.execute(query).fetchall(), default=str))
    assert filled("ask", "newest", query) == expected


def test_the_same_publication_again_writes_nothing(lake: Writer, publication: Path) -> None:
    first = lake("write", publication)
    assert lake("write", publication) == {**first, "written": []}


def test_of_the_next_publication_only_what_differs_is_written(lake: Writer, publication: Path, made: Made) -> None:
    lake("write", publication)
    later = made("later")
    written = set(lake("write", later)["written"])
    assert {"core.edition", "meta.build", "meta.table"} <= written
    assert "core.observation" not in written
    assert lake("tables", later)["differ"] == []


def test_a_consumer_on_an_older_snapshot_keeps_its_publication(lake: Writer, publication: Path, made: Made) -> None:
    first = lake("write", publication)
    lake("write", made("later"))
    assert lake.build() == "later"
    assert lake.build(first["snapshot"]) == first["build"]
    figures = "SELECT count(*), sum(value) FROM observation_latest"
    assert lake("ask", str(first["snapshot"]), figures) == lake("ask", "newest", figures)


def test_two_writers_at_once_end_with_one_whole_publication(lake: Writer, publication: Path, made: Made) -> None:
    lake("write", publication)
    for number in range(ROUNDS):
        builds = [made(f"{number}-{writer}") for writer in "ab"]
        written = [answer(process) for process in [lake.start("write", build) for build in builds]]
        assert [one["build"] for one in written] == [build.name for build in builds]
        assert len({one["snapshot"] for one in written}) == 2
        last = max(written, key=lambda one: one["snapshot"])["build"]
        assert lake("ask", "newest", "SELECT build_id, (SELECT any_value(note) FROM core.edition) FROM meta.build") == [
            [last, last]
        ]


def test_a_writer_that_is_killed_leaves_the_publication_before_or_its_own(
    lake: Writer, publication: Path, made: Made
) -> None:
    lake("write", publication)
    chance = random.Random(20261127)  # noqa: S311 (the moments of the kills)
    outcomes = set()
    whole = min(_seconds(lake, made(f"timed-{n}")) for n in range(2))
    before = lake.build()
    for number in range(ROUNDS):
        build = made(f"killed-{number}")
        process = lake.start("write", build)
        time.sleep(whole * chance.uniform(0.3, 1.1))
        process.kill()
        process.communicate()
        ((found, marked),) = lake(
            "ask", "newest", "SELECT build_id, (SELECT any_value(note) FROM core.edition) FROM meta.build"
        )
        assert found == marked
        assert found in {before, build.name}
        outcomes.add(found == before)
        before = found
    assert True in outcomes, "every writer had ended before it was killed"
    assert lake("write", made("after"))["build"] == "after"


def _seconds(lake: Writer, publication: Path) -> float:
    started = time.monotonic()
    lake("write", publication)
    return time.monotonic() - started


def test_a_reader_sees_one_publication_in_a_transaction_whatever_is_written(lake: Writer, made: Made) -> None:
    lake("write", made("0"))
    reader = lake.start("read", "12")
    number = 0
    while reader.poll() is None:
        number += 1
        lake("write", made(str(number)))
    found = answer(reader)
    assert found["torn"] == 0
    assert found["builds"] >= 2
    assert found["tries"] > 10


def test_ten_million_observations(lake: Writer, made: Made) -> None:
    large = made("large", ROWS)
    assert "core.observation" in lake("write", large)["written"]
    assert lake("ask", "newest", "SELECT count(*) FROM core.observation") == [[ROWS]]
    later = lake("write", made("later"))
    assert later["build"] == "later"
    assert lake("ask", str(later["snapshot"] - 1), "SELECT count(*) FROM core.observation") == [[ROWS]]
