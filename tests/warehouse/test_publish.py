"""Publication: whole or not at all. A reader sees the old publication or the new one, and keeps the one it opened."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from warehouse.publication.publish import (
    Publication,
    PublicationError,
    TableToPublish,
    publications,
    publish,
    roll_back,
)
from warehouse.reading.connect import damage_of, open_database, warehouse_path

Figures = dict[str, list[Any]]
SPENDING = 'CREATE TABLE "core"."spending" ("iso3" VARCHAR NOT NULL PRIMARY KEY, "spending_m" DOUBLE)'
COMMENTS = (
    """COMMENT ON TABLE "core"."spending" IS 'Spending of the year.'""",
    """COMMENT ON COLUMN "core"."spending"."spending_m" IS 'Spending [million US$]'""",
)
VIEWS = (
    "CREATE VIEW largest AS SELECT * FROM core.spending ORDER BY spending_m DESC LIMIT 1",
    "COMMENT ON VIEW largest IS 'Who spends most.'",
    "CREATE MACRO above(m) AS TABLE SELECT * FROM core.spending WHERE spending_m > m",
    "COMMENT ON MACRO TABLE above IS 'Who spends more.'",
)
AUDITS = {"no country spends less than nothing": "SELECT * FROM core.spending WHERE spending_m < 0"}
GOOD: Figures = {"iso3": ["DEU", "FRA"], "spending_m": [90.0, 60.0]}


def pages(building: Path) -> None:
    (building / "report").mkdir()
    (building / "report" / "index.html").write_text("<title>Report</title>")


def publish_figures(data_dir: Path, build_id: str, figures: Figures = GOOD, **changes: object) -> Publication:
    """Publish one table with the given figures; every argument of `publish` can be replaced."""
    data_dir.mkdir(parents=True, exist_ok=True)
    source = data_dir / "spending.parquet"
    pl.DataFrame(figures).write_parquet(source)
    table = TableToPublish("core", "spending", SPENDING, COMMENTS, source)
    arguments: dict[str, Any] = {"tables": [table], "after_sql": VIEWS, "audits": AUDITS, "companions": pages}
    return publish(data_dir, build_id, **{**arguments, "lock_timeout_s": 0.2, **changes})


def names(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir())


def served_tree(data_dir: Path) -> dict[str, object]:
    """Everything that readers and the next publisher can see: the link, every name, every byte."""
    published = data_dir / "published"
    files = {str(file.relative_to(data_dir)): file.read_bytes() for file in published.rglob("*") if file.is_file()}
    return {**files, "entries": names(published), "link": (data_dir / "current").readlink()}


def spending_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT iso3, spending_m FROM core.spending ORDER BY iso3").fetchall()


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A data directory that serves one good publication, `first`."""
    publish_figures(tmp_path, "first")
    return tmp_path


# What a publication holds


def test_one_relative_link_leads_to_database_parquet_and_pages(served: Path) -> None:
    assert (served / "current").readlink() == Path("published/first")
    files = sorted(str(f.relative_to(served / "current")) for f in (served / "current").rglob("*") if f.is_file())
    assert files == ["burden_sharing.duckdb", "contents.json", "parquet/core.spending.parquet", "report/index.html"]


def test_the_publication_is_described_to_its_publisher(tmp_path: Path) -> None:
    done = publish_figures(tmp_path, "first")
    assert (done.build_id, done.path, done.is_current) == ("first", tmp_path / "published" / "first", True)
    assert done.database == done.path / "burden_sharing.duckdb"
    assert done.bytes == sum(file.stat().st_size for file in done.path.rglob("*.*"))


def test_a_relative_link_survives_the_move_of_the_data_directory(
    served: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    moved = served.rename(tmp_path_factory.mktemp("elsewhere") / "data")
    with open_database(warehouse_path(moved)) as warehouse:
        assert spending_of(warehouse) == [("DEU", 90.0), ("FRA", 60.0)]


def test_every_file_is_read_only(served: Path) -> None:
    modes = {f.name: oct(f.stat().st_mode & 0o777) for f in (served / "current").rglob("*") if f.is_file()}
    assert set(modes.values()) == {"0o444"}


def test_figures_views_and_macros_can_be_queried(served: Path) -> None:
    with open_database(warehouse_path(served)) as warehouse:
        assert spending_of(warehouse) == [("DEU", 90.0), ("FRA", 60.0)]
        assert warehouse.execute("SELECT iso3 FROM largest").fetchall() == [("DEU",)]
        assert warehouse.execute("SELECT iso3 FROM above(75)").fetchall() == [("DEU",)]


@pytest.mark.parametrize(
    ("query", "comment"),
    [
        ("SELECT comment FROM duckdb_tables() WHERE table_name = 'spending'", "Spending of the year."),
        ("SELECT comment FROM duckdb_columns() WHERE column_name = 'spending_m'", "Spending [million US$]"),
        ("SELECT comment FROM duckdb_views() WHERE view_name = 'largest'", "Who spends most."),
        ("SELECT comment FROM duckdb_functions() WHERE function_name = 'above'", "Who spends more."),
    ],
)
def test_comments_arrive(served: Path, query: str, comment: str) -> None:
    with open_database(warehouse_path(served)) as warehouse:
        assert (comment,) in warehouse.execute(query).fetchall()


def test_the_file_can_be_opened_by_duckdb_1_4(served: Path) -> None:
    with open_database(warehouse_path(served)) as warehouse:
        tags = warehouse.execute(
            "SELECT tags FROM duckdb_databases() WHERE database_name = 'burden_sharing'"
        ).fetchall()
    assert tags == [({"storage_version": "v1.4.0+"},)]


def test_columns_are_matched_by_name_not_by_position(tmp_path: Path) -> None:
    publish_figures(tmp_path, "first", {"spending_m": [60.0], "iso3": ["FRA"]})
    with open_database(warehouse_path(tmp_path)) as warehouse:
        assert spending_of(warehouse) == [("FRA", 60.0)]


def test_pages_are_written_with_the_audited_warehouse(tmp_path: Path) -> None:
    seen: list[Any] = []

    def page(building: Path) -> None:
        with duckdb.connect(str(building / "burden_sharing.duckdb"), read_only=True) as warehouse:
            seen.extend(spending_of(warehouse))

    publish_figures(tmp_path, "first", companions=page)
    assert seen == [("DEU", 90.0), ("FRA", 60.0)]


# What is refused, and changes nothing


def broken_page(_building: Path) -> None:
    raise duckdb.CatalogException("no table of that name")


def page_that_is_a_link(building: Path) -> None:
    (building / "report.html").symlink_to("/dev/null")


def only(figure: float, **more: list[Any]) -> Figures:
    return {"iso3": ["FRA"], "spending_m": [figure], **more}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"figures": {"iso3": ["FRA"]}}, "core.spending: .* spending_m is missing"),
        ({"figures": only(1.0, year=[2024])}, "core.spending: .* year is not in the table"),
        ({"figures": {"iso3": ["FRA"], "spending_m": [60]}}, "spending_m is BIGINT instead of DOUBLE"),
        ({"figures": {"iso3": ["FRA", "FRA"], "spending_m": [1.0, 2.0]}}, 'core.spending: .*duplicate key "FRA"'),
        ({"figures": only(-1.0)}, "no country spends less than nothing:\n    iso3='FRA', spending_m=-1.0"),
        ({"audits": {"a": "SELECT nothing FROM core.spending"}}, "(?s)audit 'a': .*\"nothing\""),
        ({"after_sql": ["CREATE VIEW v AS SELECT gdp FROM core.spending"]}, "CREATE VIEW v AS .*gdp"),
        ({"after_sql": ["CREATE VIEW v AS SELECT iso3::INTEGER AS n FROM core.spending"]}, "view main.v: Conversion"),
        ({"tables": [TableToPublish("core", "spending", SPENDING, (), Path("gone.parquet"))]}, "gone.parquet"),
        ({"companions": broken_page}, "no table of that name"),
        ({"companions": page_that_is_a_link}, "report.html"),
        ({"build_id": "../first"}, "build id '../first' does not match"),
        ({"build_id": ".hidden"}, "build id '.hidden' does not match"),
        ({"build_id": "first"}, "first exists; a publication never changes"),
    ],
)
def test_what_is_refused_changes_nothing(served: Path, changes: dict[str, Any], complaint: str) -> None:
    before = served_tree(served)
    with pytest.raises(PublicationError, match=complaint):
        publish_figures(served, **{"build_id": "second", **changes})
    assert served_tree(served) == before


def test_every_failing_audit_is_named_with_its_first_rows(served: Path) -> None:
    audits = {
        "holds": "SELECT 1 WHERE false",
        "twice": "SELECT iso3 FROM largest",
        "few": "SELECT range AS n FROM range(9)",
    }
    with pytest.raises(PublicationError) as refused:
        publish_figures(served, "second", audits=audits)
    few = [*[f"    n={n}" for n in range(5)], "    and more"]
    assert str(refused.value).splitlines() == ["2 of 3 audits failed:", "  twice:", "    iso3='DEU'", "  few:", *few]


def test_an_error_of_the_pages_passes_through_and_changes_nothing(served: Path) -> None:
    def page(_building: Path) -> None:
        raise ValueError("the template lacks a title")

    before = served_tree(served)
    with pytest.raises(ValueError, match="lacks a title"):
        publish_figures(served, "second", companions=page)
    assert served_tree(served) == before


@contextmanager
def full_disk(size_bytes: int) -> Iterator[None]:
    """Every write beyond so many bytes of a file fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size_bytes", [0, 500, 10_000, 100_000, 300_000])
def test_a_full_disk_changes_nothing(served: Path, size_bytes: int) -> None:
    before = served_tree(served)
    table = TableToPublish("core", "spending", SPENDING, COMMENTS, served / "spending.parquet")
    with full_disk(size_bytes), pytest.raises(PublicationError) as stopped:
        publish(served, "second", tables=[table], after_sql=VIEWS, audits=AUDITS, companions=pages)
    assert isinstance(stopped.value.__cause__, OSError | duckdb.Error)
    assert served_tree(served) == before


def test_a_link_that_cannot_be_flipped_leaves_no_unserved_publication(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_link: Path, _target: Path) -> None:
        raise PermissionError("read-only file system")

    before = served_tree(served)
    monkeypatch.setattr(Path, "replace", denied)
    with pytest.raises(PublicationError, match="read-only file system"):
        publish_figures(served, "second")
    assert served_tree(served) == before


def test_a_refused_build_can_be_published_again_when_mended(served: Path) -> None:
    with pytest.raises(PublicationError):
        publish_figures(served, "second", only(-1.0))
    assert publish_figures(served, "second", only(1.0)).is_current


def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a directory")
    with pytest.raises(PublicationError, match="data"):
        publish(tmp_path / "data", "first", tables=[], after_sql=[], audits={}, companions=pages)


def test_a_directory_in_the_place_of_the_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "current").mkdir()
    with pytest.raises(PublicationError, match="is not a link"):
        publish_figures(tmp_path, "first")


# Readers


def test_a_reader_keeps_its_publication_while_a_new_connection_sees_the_new_one(served: Path) -> None:
    with open_database(warehouse_path(served)) as early:
        publish_figures(served, "second", only(1.0))
        with open_database(warehouse_path(served)) as late:
            assert spending_of(late) == [("FRA", 1.0)]
        assert spending_of(early) == [("DEU", 90.0), ("FRA", 60.0)]


def test_a_reader_keeps_its_publication_even_when_it_is_removed(served: Path) -> None:
    with open_database(warehouse_path(served)) as early:
        publish_figures(served, "second", only(1.0), keep=1, min_age_s=0)
        assert not (served / "published" / "first").exists()
        assert spending_of(early) == [("DEU", 90.0), ("FRA", 60.0)]


# One publisher at a time


def hold_the_lock(data_dir: Path) -> int:
    descriptor = os.open(data_dir / "published" / ".lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_a_second_publisher_gives_up_with_the_reason(served: Path) -> None:
    before = served_tree(served)
    descriptor = hold_the_lock(served)
    with pytest.raises(PublicationError, match=r"another publisher has held .*\.lock for 0\.2 s"):
        publish_figures(served, "second")
    os.close(descriptor)
    assert served_tree(served) == before


def test_a_second_publisher_waits_for_the_first(served: Path) -> None:
    descriptor = hold_the_lock(served)
    release = threading.Timer(0.3, os.close, [descriptor])
    release.start()
    assert publish_figures(served, "second", lock_timeout_s=30).is_current
    release.join()


def test_what_a_killed_publisher_left_is_removed(served: Path) -> None:
    (served / "published" / ".building-killed" / "parquet").mkdir(parents=True)
    (served / "published" / ".removing-old").mkdir()
    (served / ".current-killed").symlink_to("published/killed")
    publish_figures(served, "second")
    assert names(served / "published") == [".lock", "first", "second"]
    assert not (served / ".current-killed").is_symlink()


# Keeping, removing, going back


def kept(data_dir: Path) -> list[str]:
    return [publication.build_id for publication in publications(data_dir)]


def test_nothing_published_is_an_empty_list(tmp_path: Path) -> None:
    assert publications(tmp_path) == []


def test_the_current_publication_is_listed_first_and_marked(served: Path) -> None:
    publish_figures(served, "second")
    publish_figures(served, "third")
    roll_back(served, "second")
    assert kept(served) == ["second", "third", "first"]
    assert [publication.is_current for publication in publications(served)] == [True, False, False]


def test_the_publications_served_last_are_kept(served: Path) -> None:
    for build_id in ("second", "third", "fourth"):
        publish_figures(served, build_id, keep=2, min_age_s=0)
    assert kept(served) == ["fourth", "third"]


def test_a_publication_that_was_served_a_moment_ago_is_kept(served: Path) -> None:
    publish_figures(served, "second", keep=1, min_age_s=3600)
    assert kept(served) == ["second", "first"]


def test_age_counts_from_the_last_moment_of_service_not_from_building(served: Path) -> None:
    a_month_ago = time.time() - 30 * 86400
    os.utime(served / "published" / "first", (a_month_ago, a_month_ago))
    publish_figures(served, "second", keep=1, min_age_s=3600)
    assert kept(served) == ["second", "first"]


def test_the_current_publication_is_never_removed(served: Path) -> None:
    publish_figures(served, "second", keep=0, min_age_s=0)
    assert kept(served) == ["second"]


def test_a_roll_back_serves_a_kept_publication_again(served: Path) -> None:
    publish_figures(served, "second", only(1.0))
    assert roll_back(served, "first").is_current
    with open_database(warehouse_path(served)) as warehouse:
        assert spending_of(warehouse) == [("DEU", 90.0), ("FRA", 60.0)]


def test_a_roll_back_to_what_is_not_kept_is_refused(served: Path) -> None:
    before = served_tree(served)
    with pytest.raises(PublicationError, match=r"'zeroth' is not kept; kept are \['first'\]"):
        roll_back(served, "zeroth")
    assert served_tree(served) == before


# Where the data directory is


def test_a_relative_data_directory_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    publish_figures(Path("data"), "first")
    assert (tmp_path / "data" / "current" / "burden_sharing.duckdb").is_file()


@pytest.mark.parametrize("name", ["with space", "it's", 'say "now"', "run=3", "Übersicht", "a{b,c}", "x:y;z"])
def test_the_name_of_the_data_directory_is_no_sql(tmp_path: Path, name: str) -> None:
    publish_figures(tmp_path / name, "first")
    with open_database(warehouse_path(tmp_path / name)) as warehouse:
        assert spending_of(warehouse) == [("DEU", 90.0), ("FRA", 60.0)]


@pytest.mark.parametrize("name", ["st*r", "wh?t", "a[b]c", "back\\slash"])
def test_a_name_that_duckdb_takes_for_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublicationError, match="DuckDB cannot read below"):
        publish_figures(tmp_path / name, "first")


def test_a_dangling_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to("published/gone")
    assert publish_figures(tmp_path, "first").is_current
    assert (tmp_path / "current").readlink() == Path("published/first")


def test_a_publication_lists_its_files_with_their_sizes(tmp_path: Path) -> None:
    made = publish_figures(tmp_path, "first").path
    listed = json.loads((made / "contents.json").read_text())
    assert sorted(listed) == ["burden_sharing.duckdb", "parquet/core.spending.parquet", "report/index.html"]
    assert listed["report/index.html"] == len("<title>Report</title>")
    assert damage_of(made) is None


DAMAGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a page is gone": ("report/index.html", Path.unlink),
    "a page is empty": ("report/index.html", lambda file: file.write_bytes(b"")),
    "the warehouse is cut off": ("burden_sharing.duckdb", lambda file: os.truncate(file, 20_000)),
    "the warehouse has another beginning": ("burden_sharing.duckdb", lambda file: file.write_bytes(_zeros(file))),
    "the list is none": ("contents.json", lambda file: file.write_bytes(b"{")),
}


def _zeros(file: Path) -> bytes:
    return bytes(file.stat().st_size)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_publication_is_known_and_never_served_again(damage: str, tmp_path: Path) -> None:
    name, do = DAMAGES[damage]
    file = publish_figures(tmp_path, "first").path / name
    publish_figures(tmp_path, "second")
    file.chmod(0o644)
    do(file)
    assert name in str(damage_of(file.parents[len(Path(name).parents) - 1])) or name == "burden_sharing.duckdb"
    with pytest.raises(PublicationError, match="'first' is damaged and cannot be served"):
        roll_back(tmp_path, "first")
    assert (tmp_path / "current").resolve().name == "second"


def test_a_folder_where_the_link_should_be_is_not_replaced_by_a_roll_back(tmp_path: Path) -> None:
    publish_figures(tmp_path, "first")
    (tmp_path / "current").unlink()
    (tmp_path / "current").mkdir()
    with pytest.raises(PublicationError, match="current is not a link"):
        roll_back(tmp_path, "first")


@pytest.mark.parametrize("target", ["current", "/etc", "published/gone"])
def test_a_link_that_leads_to_no_publication_is_switched_by_the_next(target: str, tmp_path: Path) -> None:
    publish_figures(tmp_path, "first")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(target)
    publish_figures(tmp_path, "second")
    assert (tmp_path / "current").resolve().name == "second"
