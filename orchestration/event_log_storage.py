"""Dagster's event log in SQLite, with one engine a file; dagster.yaml names the class.

Belongs here: which engine writes. Does not belong here: what is written, and where (Dagster).

Dagster makes an SQLAlchemy engine for every event, and with it compiles each statement again: 2.3 ms of CPU an event
more than with an engine that is kept (measured over 150 events). A kept engine holds no connection: files may be moved
and removed as ever. Within `kept_connections` it does: to connect takes another 0.5 ms an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool, QueuePool

_WAITS_S: Final = 60  # for another process that writes
_KEPT: Final = 8  # files: a run writes two, the UI looks at a few
# The engines whose connections stay open, while some do.
_connected: ContextVar[list[Engine] | None] = ContextVar("connected", default=None)


@contextmanager
def kept_connections() -> Iterator[None]:
    """Within it, engines that are made keep their connections open; at its end they are closed."""
    connected: list[Engine] = []
    token = _connected.set(connected)
    try:
        yield
    finally:
        _connected.reset(token)
        for engine in connected:
            engine.dispose()


class KeptEngines(SqliteEventLogStorage):
    """Dagster's own storage, in its own place under Dagster's home, but for the engines."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data=inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> KeptEngines:
        """`base_dir` is Dagster's home."""
        return cls(str(Path(config_value["base_dir"]) / "history" / "runs"), inst_data=inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def delete_events(self, run_id: str) -> None:
        """A run's events leave with its file, which Dagster would empty and keep: 0.2 MB for every run."""
        with self.index_connection() as index:
            self.delete_events_for_run(index, run_id)
        with self._db_lock:
            if engine := self._engines.pop(run_id, None):
                engine.dispose()
            self._initialized_dbs.discard(run_id)
        for suffix in ("", "-wal", "-shm"):
            Path(self.path_for_shard(run_id) + suffix).unlink(missing_ok=True)

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            if len(self._engines) == _KEPT:
                self._engines.pop(next(iter(self._engines)))
            url, connected = self.conn_string_for_shard(shard), _connected.get()
            pool = NullPool if connected is None else QueuePool
            self._engines[shard] = create_engine(url, poolclass=pool, connect_args={"timeout": _WAITS_S})
            if connected is not None:
                connected.append(self._engines[shard])
        return self._engines[shard]
