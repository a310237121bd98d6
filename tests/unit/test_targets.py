"""A command writes nothing into a data directory that its user names by mistake."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from warehouse.errors import StoppedError, UsageError
from warehouse.reading.targets import built_aside, outside_data


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that serves a publication."""
    root = tmp_path / "data"
    (root / "published" / "first").mkdir(parents=True)
    (root / "current").symlink_to("published/first")
    return root


@pytest.mark.parametrize(
    "below", ["", "current", "current/bundle", "published/first/report.html", "landing/x", "actions.jsonl", "a/.."]
)
def test_a_target_among_what_the_pipeline_keeps_is_refused(data_dir: Path, below: str) -> None:
    with pytest.raises(UsageError, match="is in the data directory"):
        outside_data(data_dir / below)


def test_a_link_into_a_data_directory_is_refused(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to(data_dir / "current")
    with pytest.raises(UsageError, match="is in the data directory"):
        outside_data(tmp_path / "innocent" / "bundle")


def test_the_data_directory_that_is_set_is_refused_before_its_first_publication(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(tmp_path / "new"))
    with pytest.raises(UsageError, match="is in the data directory"):
        outside_data(tmp_path / "new" / "published" / "bundle")


def test_a_folder_of_ones_own_in_a_data_directory_is_allowed(data_dir: Path) -> None:
    assert outside_data(data_dir / "bundle") == data_dir / "bundle"


@pytest.mark.usefixtures("data_dir")
def test_a_target_next_to_a_data_directory_is_allowed(tmp_path: Path) -> None:
    assert outside_data(tmp_path / "bundle") == tmp_path / "bundle"


def test_the_tilde_is_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert outside_data(Path("~/bundle")) == tmp_path / "bundle"


@pytest.mark.parametrize(
    "refused",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        pl.exceptions.ComputeError("underlying IO error: No space left on device (os error 28)"),
        sqlite3.OperationalError("database or disk is full: No space left on device"),
        shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'"), ("c", "d", "likewise")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_disk_refuses_is_one_line_whichever_library_writes(refused: Exception, tmp_path: Path) -> None:
    def write() -> None:
        with built_aside(tmp_path / "bundle") as building:
            (building / "half").touch()
            raise refused

    with pytest.raises(StoppedError, match=r"bundle could not be written: .*No space left"):
        write()
    assert list(tmp_path.iterdir()) == []
