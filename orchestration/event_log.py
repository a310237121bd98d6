"""Dagster's event log while this process runs a job: on disk as ever, without waiting for the disk at every event.

A run writes thousands of events, and Dagster opens and closes a file for each. SQLite then syncs at each commit, and
again when the last connection closes, because that folds the write-ahead log into the file: thousands of waits,
four fifths of the run on a busy disk. Here a commit does not wait, and one more connection to each file stays open
until the end. A file cannot be torn by that; a power cut may lose the last events of the run, whose publication is
synced on its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from orchestration.event_log_storage import kept_connections


@contextmanager
def unhurried_event_log() -> Iterator[None]:
    """Within it, SQLite files that SQLAlchemy opens are synced when their write-ahead log is full, and at the end."""
    held: dict[tuple[str, int], sqlite3.Connection] = {}

    def connected(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        ((_, _, path),) = connection.execute("PRAGMA database_list").fetchall()
        if path:  # none: in memory
            file = (path, Path(path).stat().st_ino)  # a deleted run's file, made again, is another file
            if file not in held:
                held[file] = sqlite3.connect(path, check_same_thread=False)
            # By reading it takes part in the write-ahead log, also where that began after it was opened.
            held[file].execute("SELECT count(*) FROM sqlite_master").fetchall()

    event.listen(Engine, "connect", connected)
    try:
        with kept_connections():
            yield
    finally:
        event.remove(Engine, "connect", connected)
        for connection in held.values():
            connection.close()
