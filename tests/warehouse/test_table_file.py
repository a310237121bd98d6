"""The audit of a table in a file finds what the audit of the same rows in memory finds, in however many batches."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from tests.warehouse.test_certain import GOOD, SHARES, with_first
from warehouse.checks.certain import certainly_holding
from warehouse.checks.expectations import validate
from warehouse.table_file import TableFile


@pytest.fixture(autouse=True)
def _spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path / "data"))


def in_batches_of_one(frame: pl.DataFrame, folder: Path) -> TableFile:
    frame.write_parquet(folder / "rows.parquet")
    return TableFile(folder / "rows.parquet", rows_at_once=1, long_from=1)


def test_batches_are_all_rows_in_order(tmp_path: Path) -> None:
    rows = in_batches_of_one(GOOD, tmp_path)
    assert [batch.height for batch in rows.batches()] == [1, 1]
    assert pl.concat(rows.batches()).equals(GOOD)


def test_a_file_without_rows_is_one_empty_batch(tmp_path: Path) -> None:
    (batch,) = in_batches_of_one(GOOD.clear(), tmp_path).batches()
    assert (batch.height, batch.schema) == (0, GOOD.schema)


def test_of_several_batches_all_is_certain_but_the_grain(tmp_path: Path) -> None:
    of_frame = certainly_holding(SHARES, GOOD)
    assert certainly_holding(SHARES, in_batches_of_one(GOOD, tmp_path)) == of_frame - {"grain_is_unique"}


@pytest.mark.parametrize(
    "frame",
    [
        GOOD,
        GOOD.clear(),
        pl.concat([GOOD, GOOD.head(1)]),
        with_first("iso3", "DEUT"),
        with_first("year", 1948),
        with_first("share_pct", math.nan),
        with_first("flags", ["guess"]),
        pl.concat([with_first("locator", ""), with_first("iso3", "deu"), with_first("status", "guess")]),
        GOOD.select("code", pl.exclude("code")),
    ],
    ids=["good", "empty", "twice", "pattern", "year", "nan", "flags", "several", "order"],
)
@pytest.mark.parametrize("judged_twice", [False, True])
def test_a_file_in_batches_has_the_results_of_the_frame(
    tmp_path: Path, frame: pl.DataFrame, *, judged_twice: bool
) -> None:
    of_frame = validate(SHARES, frame, {}, judged_twice=judged_twice)
    of_file = validate(SHARES, in_batches_of_one(frame, tmp_path), {}, judged_twice=judged_twice)
    assert [(r.expectation.id, r.passed, r.unexpected_count, r.row_count) for r in of_file] == [
        (r.expectation.id, r.passed, r.unexpected_count, r.row_count) for r in of_frame
    ]
    assert [r.sample_rows() for r in of_file] == [r.sample_rows() for r in of_frame]


def test_nothing_is_left_on_disk_after_an_audit(tmp_path: Path) -> None:
    validate(SHARES, in_batches_of_one(GOOD, tmp_path), {})
    assert list((tmp_path / "data" / "spill").iterdir()) == []
