"""The event log of a run in this process: no wait at every event, and nothing lost or left behind at the end."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from orchestration.event_log import unhurried_event_log


def write(path: Path, number: int) -> int:
    """One event as Dagster writes it: an engine and a connection of its own. Returns how SQLite syncs."""
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS event (number INTEGER)"))
        connection.execute(sa.text("INSERT INTO event VALUES (:number)"), {"number": number})
        return int(connection.execute(sa.text("PRAGMA synchronous")).scalar_one())


def read(path: Path) -> list[int]:
    with sqlite3.connect(path) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM event ORDER BY number")]


def test_the_write_ahead_log_is_folded_in_at_the_end_and_not_at_every_event(tmp_path: Path) -> None:
    path, log = tmp_path / "run.db", tmp_path / "run.db-wal"
    with unhurried_event_log():
        write(path, 1)
        sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").close()
        sizes = []
        for number in (2, 3):
            write(path, number)
            sizes.append(log.stat().st_size)
        assert 0 < sizes[0] < sizes[1]
    assert not log.exists()
    assert read(path) == [1, 2, 3]


def test_another_process_reads_what_is_written_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    sqlite3.connect(path).execute("PRAGMA journal_mode = WAL").close()
    with unhurried_event_log():
        write(path, 1)
        assert read(path) == [1]


def test_a_commit_waits_for_the_disk_again_afterwards(tmp_path: Path) -> None:
    normal, full = 1, 2  # SQLite's numbers of PRAGMA synchronous
    with unhurried_event_log():
        assert write(tmp_path / "run.db", 1) == normal
    assert write(tmp_path / "run.db", 2) == full
