"""core.observation is the same file, to the byte, whether it is assembled at once or in parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orchestration.ingest.assembly import assemble
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.parsing import assembled, completed, edition_rows, figures
from transforms.normalise.parts import in_parts

SOURCES = ("nato", "sipri", "world_bank")  # of which one republishes another


@pytest.fixture(scope="module")
def held() -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """The figures of each bundled edition of three sources, and their rows of core.edition; two were withdrawn."""
    landed = [edition for source_id in SOURCES for edition in bundled_editions(source_id)]
    editions = edition_rows(provenance for _, provenance in landed)
    withdrawn = pl.when(pl.col("vintage_seq").is_in([2, 5])).then(pl.col("published_on").dt.offset_by("90d"))
    return [figures(*edition) for edition in landed], editions.with_columns(withdrawn_on=withdrawn)


def in_file(held: tuple[list[pl.DataFrame], pl.DataFrame], folder: Path, rows_at_once: int) -> Path:
    kept, editions = held
    rows = sum(each.height for each in kept)
    file = assemble(
        iter(kept),
        rows,
        lambda some: completed(some, editions),
        folder / f"{rows_at_once}.parquet",
        folder=folder / "spill",
        rows_at_once=rows_at_once,
    )
    return file.path


@pytest.fixture(autouse=True)
def _spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path))


def test_in_tiny_parts_the_file_is_the_one_made_at_once(
    held: tuple[list[pl.DataFrame], pl.DataFrame], tmp_path: Path
) -> None:
    at_once, in_tiny_parts = (in_file(held, tmp_path, rows) for rows in (10**6, 700))
    assert_frame_equal(pl.read_parquet(in_tiny_parts), assembled(*held))
    assert in_tiny_parts.read_bytes() == at_once.read_bytes()


def test_nothing_is_left_of_the_parts(held: tuple[list[pl.DataFrame], pl.DataFrame], tmp_path: Path) -> None:
    in_file(held, tmp_path, 5_000)
    assert list((tmp_path / "spill").iterdir()) == []


def test_nothing_is_left_of_the_parts_of_a_build_that_failed(
    held: tuple[list[pl.DataFrame], pl.DataFrame], tmp_path: Path
) -> None:
    def interrupted() -> Iterator[pl.DataFrame]:
        yield held[0][0]
        raise OSError("the store is gone")

    with pytest.raises(OSError, match="the store is gone"):
        assemble(
            interrupted(),
            20_000,
            lambda some: some,
            tmp_path / "x.parquet",
            folder=tmp_path / "spill",
            rows_at_once=1_000,
        )
    assert list((tmp_path / "spill").iterdir()) == []


def test_figures_that_concern_each_other_are_in_one_part(held: tuple[list[pl.DataFrame], pl.DataFrame]) -> None:
    rows = pl.concat(held[0])
    shuffled = rows.sample(fraction=1, shuffle=True, seed=7)
    parts = [in_parts(some, 13) for some in (rows.head(3_000), shuffled)]
    numbers = pl.concat(
        frame.select("indicator", "entity", "year", number=pl.lit(part))
        for each in parts
        for part, frame in each.items()
    )
    assert numbers.n_unique(["indicator", "entity", "year"]) == numbers.n_unique()
    assert numbers["number"].n_unique() == 13
    assert sum(frame.height for frame in parts[1].values()) == rows.height
