"""The tables of a run between their assets: one Parquet file and one manifest a table, written only after the gate.

Belongs here: reading, writing and refusing a table on disk. Does not belong here: Dagster, what a table holds.

A refused table keeps its last good Parquet file, but nothing may be computed from it until a run passes its gate
again: a downstream asset launched alone meets `TableRefusedError`. What is published stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from warehouse.contracts.model import Table
from warehouse.files import content_sha256, put_in_place, unfinished, write_whole
from warehouse.table_file import Rows, TableFile


class TableMissingError(RuntimeError):
    """A table that no run has built yet, or of which a file is damaged: the next run builds it."""


class TableRefusedError(RuntimeError):
    """A table whose last build failed its gate."""


class StaleInputError(RuntimeError):
    """A table that was built from another content of its input than the one on disk."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a written table: identity of its content and of all that it came from, and its gate's results.

    A table whose `code`, `inputs`, `joined` or `landed` are no longer those of now is stale. A manifest of before these
    were kept has none, and is.
    """

    table_id: str
    rows: int
    content_sha256: str
    inputs: Mapping[str, str]  # table id -> content_sha256 that was read
    run_id: str
    results: Sequence[Mapping[str, Any]]
    code: str = ""  # version of what computes and audits it
    joined: Mapping[str, str] = field(default_factory=dict)  # likewise, of what only its checks look at
    landed: str = ""  # version of what it reads of the landing store


@dataclass(frozen=True, slots=True)
class Origin:
    """What a table is made from, as its manifest keeps it."""

    inputs: Mapping[str, str]
    joined: Mapping[str, str]
    code: str
    landed: str


@dataclass(frozen=True, slots=True)
class Published:
    """A publication, and the version of all that went into it: tables, check results, code of pages."""

    build_id: str
    version: str


_PUBLISHED: Final = "published.json"


class Tables(Mapping[str, pl.DataFrame]):
    """Some tables of a store by id: each is read whole when it is asked for, and kept; `files` are read by others."""

    def __init__(self, files: Mapping[str, TableFile]) -> None:
        self.files: Final = files
        self._read: dict[str, pl.DataFrame] = {}

    def __getitem__(self, table_id: str) -> pl.DataFrame:
        if table_id not in self._read:
            self._read[table_id] = self.files[table_id].scan().collect()
        return self._read[table_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


class TableStore:
    """`<data>/tables/<schema>/<table>.parquet`, its manifest `<table>.json`, `<table>.refused.json` when refused."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "tables"

    def unfinished(self, table_id: str) -> Path:
        """Where a table may be written before its gate, to be kept by `write`."""
        return unfinished(self.parquet(table_id))

    def write(
        self,
        table: Table,
        rows: Rows,
        *,
        origin: Origin,
        run_id: str,
        results: Sequence[Mapping[str, Any]],
    ) -> Manifest:
        """Write a table that passed its gate: exactly the contract's columns, in its order. A frame's are selected by
        name; a file must have them, and becomes the table's own.
        """
        file = rows if isinstance(rows, TableFile) else self._written(table, rows)
        if file.schema != table.polars_schema:
            raise ValueError(
                f"{table.id}: {file.path} has the columns {file.schema}, the contract {table.polars_schema}"
            )
        manifest = Manifest(
            table.id,
            file.height,
            content_sha256(file.path),
            dict(origin.inputs),
            run_id,
            results,
            code=origin.code,
            joined=dict(origin.joined),
            landed=origin.landed,
        )
        put_in_place(file.path, self.parquet(table.id))
        write_whole(self._path(table.id, "json"), json.dumps(asdict(manifest), indent=1, ensure_ascii=False).encode())
        self._path(table.id, "refused.json").unlink(missing_ok=True)
        return manifest

    def _written(self, table: Table, frame: pl.DataFrame) -> TableFile:
        extra = sorted(set(frame.columns) - set(table.column_names))
        if extra:
            raise ValueError(f"{table.id}: columns that the contract does not know: {', '.join(extra)}")
        path = self.unfinished(table.id)
        frame.select(table.column_names).cast(table.polars_schema).write_parquet(path)
        return TableFile(path)

    def refuse(self, table: Table, *, run_id: str, failed: Sequence[str]) -> None:
        """Remember that the table's gate failed; its last good file stays."""
        self.unfinished(table.id).unlink(missing_ok=True)
        write_whole(
            self._path(table.id, "refused.json"), json.dumps({"run_id": run_id, "failed": list(failed)}).encode()
        )

    def file(self, table_id: str) -> TableFile:
        """The table as last written, where it is. Raises `TableMissingError` or `TableRefusedError`."""
        self.manifest(table_id)
        return TableFile(self.parquet(table_id))

    def tables(self, table_ids: Iterable[str]) -> Tables:
        """Several. Raises the same, for the first that cannot be read."""
        return Tables({table_id: self.file(table_id) for table_id in table_ids})

    def read(self, table_id: str) -> pl.DataFrame:
        """The same in memory."""
        return self.file(table_id).scan().collect()

    def last_written(self, table: Table) -> pl.DataFrame:
        """What `last_file` holds; empty if there is none."""
        file = self.last_file(table)
        return file.scan().collect() if file else table.polars_schema.to_frame()

    def last_file(self, table: Table) -> TableFile | None:
        """The table on disk, refused since or not; None if nothing is, or if another contract wrote it."""
        file = TableFile(self.parquet(table.id))
        return file if file.path.exists() and file.schema == table.polars_schema else None

    def known(self, table_id: str) -> Manifest | None:
        """The manifest of a table that may be read; None for one that no run has built, or whose last build failed."""
        try:
            return self.manifest(table_id)
        except (TableMissingError, TableRefusedError):
            return None

    def published(self) -> Published | None:
        """What was published last from these tables; None before the first publication, and where that is damaged."""
        record = _record(self._root / _PUBLISHED)
        return Published(**record) if record and set(record) == {"build_id", "version"} else None

    def mark_published(self, published: Published) -> None:
        """Remember what was published; a table computed since differs from it."""
        write_whole(self._root / _PUBLISHED, json.dumps(asdict(published)).encode())

    def parquet(self, table_id: str) -> Path:
        return self._path(table_id, "parquet")

    def manifest(self, table_id: str) -> Manifest:
        """The manifest of a table that may be read. Raises `TableMissingError` or `TableRefusedError`.

        A table whose Parquet file is not the one of its manifest was interrupted between the two, or damaged.
        """
        refused = self._path(table_id, "refused.json")
        if refused.exists():
            said = _record(refused) or {"failed": ["its checks"], "run_id": "unknown"}
            raise TableRefusedError(
                f"{table_id} failed {', '.join(said['failed'])} in run {said['run_id']} and was not written; "
                "correct its input and materialise it before anything that reads it"
            )
        record = _record(self._path(table_id, "json"))
        if record is None:
            raise TableMissingError(f"{table_id} has not been built: run the job `refresh`")
        try:
            manifest = Manifest(**record)
            whole = content_sha256(self.parquet(table_id)) == manifest.content_sha256
        except (FileNotFoundError, TypeError):  # TypeError: of another version
            whole = False
        if not whole:
            raise TableMissingError(f"{self.parquet(table_id)} is not what its manifest names: run the job `refresh`")
        return manifest

    def require_consistent(self, table_ids: Sequence[str]) -> None:
        """Raise `StaleInputError` if a table was built from another content of an input than the one now on disk."""
        manifests = {table_id: self.manifest(table_id) for table_id in table_ids}
        for manifest in manifests.values():
            for table_id, digest in {**manifest.joined, **manifest.inputs}.items():
                if manifests[table_id].content_sha256 != digest:
                    raise StaleInputError(
                        f"{manifest.table_id} was built from an older {table_id}; materialise it again"
                    )

    def _path(self, table_id: str, extension: str) -> Path:
        schema, _, name = table_id.partition(".")
        return self._root / schema / f"{name}.{extension}"


def _record(path: Path) -> dict[str, Any] | None:
    """What a file of this store says; None for one that is not there or damaged: what it is about is built again."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
