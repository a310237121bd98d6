"""NATO withdraws its newest edition: nothing that says what is newest names it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from rich.console import Console

from orchestration.cli.run import print_summary
from orchestration.revision_report import changed_verdicts, largest_moves
from warehouse.reading import lookup as usage
from warehouse.reading.revisions import changed_verdicts as rows_of_changed_verdicts
from warehouse.reading.revisions import revisions
from warehouse.reading.status import editions
from warehouse.reading.summary import NothingToSummariseError, summarise

WITHDRAWN, COMPLETE, PARTIAL = "nato:2026-07-10", "nato:2024-06-17", "nato:2025-08-28"


@pytest.fixture
def withdrawn(published: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse in which the edition of July 2026 was withdrawn ten days later."""
    copy = tmp_path / "burden_sharing.duckdb"
    shutil.copyfile((published / "current" / copy.name).resolve(), copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE core.edition SET withdrawn_on = '2026-07-20' WHERE edition_id = ?", [WITHDRAWN])
        yield connection


def test_the_summary_of_a_run_is_that_of_the_newest_complete_edition_and_names_the_newer_partial_one(
    withdrawn: duckdb.DuckDBPyConnection,
) -> None:
    summary = summarise(withdrawn)
    page = Console(file=io.StringIO(), width=300)
    print_summary(page, summary, Path("data/current"), seconds=1)
    printed = page.file.getvalue()  # type: ignore[attr-defined]
    assert (summary.edition, summary.newer_in_part) == (COMPLETE, PARTIAL)
    assert WITHDRAWN not in printed
    assert f"newer, and held in part: {PARTIAL}" in printed


def test_the_status_calls_another_edition_the_newest(withdrawn: duckdb.DuckDBPyConnection) -> None:
    rows = editions(withdrawn).filter(pl.col("edition_id").str.starts_with("nato"), pl.col("newest"))
    assert rows["edition_id"].to_list() == [PARTIAL]


def test_revisions_are_those_of_editions_that_stand(withdrawn: duckdb.DuckDBPyConnection) -> None:
    assert usage.newest_editions(withdrawn, "nato") == [PARTIAL]
    assert WITHDRAWN not in revisions(withdrawn)["to_edition_id"].to_list()
    assert WITHDRAWN not in rows_of_changed_verdicts(withdrawn, rule="wales_2pct")["edition_id"].to_list()


def test_verdicts_are_those_of_editions_that_stand(withdrawn: duckdb.DuckDBPyConnection) -> None:
    named = withdrawn.execute("SELECT DISTINCT edition_id FROM compliance_latest").fetchall()
    assert (WITHDRAWN,) not in named
    assert (COMPLETE,) in named


def test_the_reports_of_a_run_show_editions_that_stand(withdrawn: duckdb.DuckDBPyConnection) -> None:
    reads = {"core.edition": withdrawn.sql("FROM core.edition").pl()}
    moves = largest_moves(withdrawn.sql("FROM mart.revision").pl(), reads)["largest_moves"].value
    sides = changed_verdicts(withdrawn.sql("FROM mart.headline_audit").pl(), reads)["changed_verdicts"].value
    assert WITHDRAWN not in f"{moves}{sides}"


def test_a_warehouse_whose_editions_were_all_withdrawn_says_so(withdrawn: duckdb.DuckDBPyConnection) -> None:
    withdrawn.execute("UPDATE core.edition SET withdrawn_on = '2026-07-20' WHERE source_id = 'nato'")
    with pytest.raises(NothingToSummariseError, match="no edition of NATO"):
        summarise(withdrawn)
