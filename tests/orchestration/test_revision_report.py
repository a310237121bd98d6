"""What the run shows of a new edition: every verdict change, the largest moves, a row a line; and the warning."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orchestration.revision_report import changed_verdicts, largest_moves
from transforms.registers import reader as registers
from warehouse.checks.expectations import validate
from warehouse.contracts.mart_vintages import REVISION
from warehouse.table_store import TableStore


def lines(markdown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()[2:]]


def test_everyone_whose_verdict_changed_is_shown_a_row_each_with_the_counts(published: Path) -> None:
    store = TableStore(published)
    shown = changed_verdicts(store.read("mart.headline_audit"), {"core.edition": store.read("core.edition")})
    rows = [row for row in lines(shown["changed_verdicts"].value) if row[:2] == ["wales_2pct", "2024"]]
    assert [row[2] for row in rows] == ["ALB", "BGR", "CZE", "MKD", "MNE", "SVK"]
    assert {(row[5], row[8]) for row in rows} == {("met → not met", "23 → 17 of 31")}


def test_the_largest_move_of_the_newest_editions_comes_first(published: Path) -> None:
    store = TableStore(published)
    shown = largest_moves(store.read("mart.revision"), {"core.edition": store.read("core.edition")})
    rows = lines(shown["largest_moves"].value)
    sizes = [abs(float(row[6])) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    # NATO: Albania's 2024, 2.03 to 1.35 %.
    assert next(row[2:7] for row in rows if row[0] == "nato:2026-07-10") == ["ALB", "2024", "2.03", "1.35", "-0.68"]


def test_a_move_beyond_its_bound_warns_and_blocks_nothing(published: Path) -> None:
    store = TableStore(published)
    joined = {
        "core_edition": store.read("core.edition"),
        "core_revision_bound": registers.revision_bounds().with_columns(largest=pl.lit(0.6)),
    }
    share = store.read("mart.revision").filter(pl.col("indicator") == "defence_share_of_gdp")
    name = "newest_edition_moves_within_the_reviewed_bounds"
    (warning,) = [r for r in validate(REVISION, share, joined) if r.expectation.id == name]
    assert (warning.passed, warning.blocks) == (False, False)
    # NATO: Albania's 2024 by 0.68 points; in SIPRI's newest edition no Ally's share moved so far
    assert {(row["to_edition_id"], row["entity"]) for row in warning.sample_rows()} == {("nato:2026-07-10", "ALB")}
