"""A file is whole or not there: a reader sees the old or the new, and what failed leaves nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse.files import content_sha256, remove_unfinished, write_whole


def test_a_file_is_replaced_and_its_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "table.json"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["table.json"]


def test_a_write_that_fails_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.json"
    write_whole(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"table.json": b"old"}


def test_others_may_read_what_is_written(tmp_path: Path) -> None:
    write_whole(tmp_path / "table.json", b"rows")
    assert (tmp_path / "table.json").stat().st_mode & 0o777 == 0o644


def test_what_a_killed_writer_left_is_removed_once_no_writer_can_be_at_work(tmp_path: Path) -> None:
    left, at_work = tmp_path / "core" / ".writing-left", tmp_path / "core" / ".writing-now"
    write_whole(left, b"half of it")
    write_whole(at_work, b"half of it")
    os.utime(left, (0, 0))
    remove_unfinished(tmp_path)
    assert [path.name for path in (tmp_path / "core").iterdir()] == [".writing-now"]


def test_a_full_disk_is_reported_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*table\.json'"):
        write_whole(tmp_path / "table.json", b"rows")


def test_a_pipe_is_no_file_to_be_read_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "payload.csv")
    with pytest.raises(OSError, match="no ordinary file"):
        content_sha256(tmp_path / "payload.csv")
