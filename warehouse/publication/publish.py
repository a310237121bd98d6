"""Publication: one directory, built aside, verified and audited whole, sealed, then served by the flip of one link.

Belongs here: everything that writes `published/` and `current`, and nothing else may write them.
Does not belong here: what is published (contracts, views, audits and pages are handed in); the file itself
(warehouse.publication.database); reading (warehouse.reading.connect).

    data/current -> published/<build>             the link, relative: the data directory can be moved
    data/published/<build>/                       complete and sealed: files 0444, never changed again
        burden_sharing.duckdb  parquet/<schema>.<table>.parquet  contents.json  and what the companions wrote
    data/published/.building-<build>/             not yet served; left by a killed publisher, removed by the next one
    data/published/.removing-<build>/             no longer served; likewise
    data/published/.lock                          flock: one publisher at a time, freed by the kernel when it dies

A publication's directory carries as modification time the last moment at which it was known to be served: retention
counts from there, because a reader may have opened an old publication just before it was superseded.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from warehouse.files import sync_folder
from warehouse.publication.database import (
    STORAGE_VERSION,
    PublicationError,
    TableToPublish,
    audit_database,
    verify_database,
    write_database,
)
from warehouse.reading.connect import CONTENTS, CURRENT, DATABASE, damage_of
from warehouse.settings import UNREADABLE, UNREADABLE_NAMED

__all__ = [
    "STORAGE_VERSION",
    "Publication",
    "PublicationError",
    "TableToPublish",
    "publications",
    "publish",
    "roll_back",
]

_PUBLISHED: Final = "published"
_PARQUET: Final = "parquet"
_BUILD_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
_LOCK_POLL_S: Final = 0.05
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Publication:
    """One complete publication on disk. `last_served_at` is UTC; for the current one, the time of its building."""

    build_id: str
    path: Path
    is_current: bool
    last_served_at: dt.datetime

    @property
    def database(self) -> Path:
        return self.path / DATABASE

    @property
    def bytes(self) -> int:
        """Size of all its files, in bytes."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())


def publish(
    data_dir: Path,
    build_id: str,
    *,
    tables: Sequence[TableToPublish],
    after_sql: Sequence[str],
    audits: Mapping[str, str],
    companions: Callable[[Path], None],
    keep: int = 5,
    min_age_s: float = 3600.0,
    lock_timeout_s: float = 120.0,
) -> Publication:
    """Build, verify, audit and serve one publication; then remove old ones.

    `after_sql` creates views, macros and their comments. `audits` maps a name to SQL that returns offending rows of
    the finished file; any row stops the publication. `companions` writes the pages into the directory that it is
    given; the audited warehouse file and `parquet/` are there already, and the file may be opened read-only.

    Kept are the `keep` publications that were served last (the current one among them), and every one that was
    served within the last `min_age_s` seconds: readers of Parquet open their files late.

    Raises `PublicationError` for everything that is wrong with the input, the disk or the lock, with the cause. What
    `companions` raises passes through, unless it is an error of the disk or of DuckDB. After any error, also by a
    kill, the link leads to a complete publication: to the old one, or, once it was flipped, to the new one.
    """
    with _publisher(data_dir, lock_timeout_s) as root:
        destination = _destination(root, build_id)
        with _building_aside(root, destination) as building:
            copied = _copy_parquet(building, tables)
            write_database(building / DATABASE, copied, after_sql)
            _require_nothing_else(building)
            verify_database(building / DATABASE, copied)
            audit_database(building / DATABASE, audits)
            companions(building)
            _list_contents(building)
            _seal(building)
            building.rename(destination)
            sync_folder(destination.parent)
            _serve(root, destination)
        _prune(root, keep, min_age_s)
        return _described(destination, destination)


def roll_back(data_dir: Path, build_id: str, *, lock_timeout_s: float = 120.0) -> Publication:
    """Serve a kept publication again.

    Raises `PublicationError` if it is not kept or damaged, or while another publisher works.
    """
    with _publisher(data_dir, lock_timeout_s) as root:
        kept = {publication.build_id: publication for publication in publications(root)}
        if build_id not in kept:
            raise PublicationError(f"publication {build_id!r} is not kept; kept are {sorted(kept)}")
        if damage := damage_of(kept[build_id].path):
            raise PublicationError(f"publication {build_id!r} is damaged and cannot be served: {damage}")
        _require_a_link(root)
        _serve(root, kept[build_id].path)
        return _described(kept[build_id].path, kept[build_id].path)


def publications(data_dir: Path) -> list[Publication]:
    """The kept publications: the current one first, then those that were served last. Waits for no lock."""
    root = data_dir.absolute()
    served = _served(root)
    found = []
    for path in (root / _PUBLISHED).glob("[!.]*/"):
        with suppress(FileNotFoundError):  # a publisher has removed it meanwhile
            found.append(_described(path, served))
    return sorted(found, key=lambda publication: (publication.is_current, publication.last_served_at), reverse=True)


@contextmanager
def _publisher(data_dir: Path, lock_timeout_s: float) -> Iterator[Path]:
    """Hold the lock over a data directory cleared of leftovers; errors of disk and DuckDB leave as PublicationError."""
    root = data_dir.absolute()
    if UNREADABLE.search(str(root)):
        raise PublicationError(f"{root}: DuckDB cannot read below a directory with {UNREADABLE_NAMED}")
    try:
        (root / _PUBLISHED).mkdir(parents=True, exist_ok=True)
        with _lock(root / _PUBLISHED / ".lock", lock_timeout_s):
            _clear_leftovers(root)
            yield root
    except (OSError, duckdb.Error) as error:
        raise PublicationError(f"publication to {root} stopped: {error}") from error


@contextmanager
def _lock(path: Path, timeout_s: float) -> Iterator[None]:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
    deadline = time.monotonic() + timeout_s
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    message = f"another publisher has held {path} for {timeout_s:g} s; publish again when it is done"
                    raise PublicationError(message) from None
                time.sleep(_LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)


def _clear_leftovers(root: Path) -> None:
    for link in root.glob(f".{CURRENT}-*"):
        link.unlink()
    for pattern in (".building-*", ".removing-*"):
        for leftover in (root / _PUBLISHED).glob(pattern):
            _remove_tree(leftover)


def _destination(root: Path, build_id: str) -> Path:
    if not _BUILD_ID.fullmatch(build_id):
        raise PublicationError(f"build id {build_id!r} does not match {_BUILD_ID.pattern}")
    _require_a_link(root)
    destination = root / _PUBLISHED / build_id
    if destination.exists():
        advice = "a publication never changes: build a new one, or serve this one again with roll_back"
        raise PublicationError(f"{destination} exists; {advice}")
    return destination


def _require_a_link(root: Path) -> None:
    if (root / CURRENT).exists() and not (root / CURRENT).is_symlink():
        raise PublicationError(f"{root / CURRENT} is not a link and cannot be switched; move it away")


@contextmanager
def _building_aside(root: Path, destination: Path) -> Iterator[Path]:
    """A directory to build in, on the same file system; after any error it is gone, unless it is served already."""
    building = destination.with_name(f".building-{destination.name}")
    building.mkdir()
    try:
        yield building
    except BaseException:
        if building.exists():
            _remove_tree(building)
        elif _served(root) != destination:
            _remove_publication(destination)
        raise


def _copy_parquet(building: Path, tables: Sequence[TableToPublish]) -> list[TableToPublish]:
    """Copy before loading: the database is filled from the copies, so both hold the same even if a source changes."""
    (building / _PARQUET).mkdir()
    copied = [replace(table, parquet=building / _PARQUET / f"{table.id}.parquet") for table in tables]
    for table, copy in zip(tables, copied, strict=True):
        shutil.copyfile(table.parquet, copy.parquet)
    return copied


def _require_nothing_else(building: Path) -> None:
    strays = {entry.name for entry in building.iterdir()} - {DATABASE, _PARQUET}
    if strays:
        raise PublicationError(f"{DATABASE} is not complete without {sorted(strays)}, which DuckDB left next to it")


def _list_contents(building: Path) -> None:
    """Every file with its size: what `damage_of` holds a publication to."""
    files = sorted(path for path in building.rglob("*") if path.is_file())
    sizes = {str(path.relative_to(building)): path.stat().st_size for path in files}
    (building / CONTENTS).write_text(json.dumps(sizes, indent=1) + "\n", encoding="utf-8")


def _seal(building: Path) -> None:
    """Make every file read-only, and force all to disk. Directories stay writable: old publications are removed."""
    for folder, _, files in os.walk(building, topdown=False):
        for name in files:
            # A link would seal a file outside, which may change or go; O_NOFOLLOW refuses it.
            descriptor = os.open(Path(folder, name), os.O_RDONLY | os.O_NOFOLLOW)
            try:
                os.fchmod(descriptor, 0o444)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(folder))


def _serve(root: Path, publication: Path) -> None:
    """Flip the link. Before it, note on the publication served until now that it was served until now."""
    served = _served(root)
    if served is not None:
        os.utime(served)
    link = root / f".{CURRENT}-{publication.name}"
    link.symlink_to(Path(_PUBLISHED, publication.name))
    link.replace(root / CURRENT)
    sync_folder(root)


def _served(root: Path) -> Path | None:
    """The publication that the link leads to; None if there is no link, or if it leads to none."""
    target = Path(os.path.realpath(root / CURRENT))  # a circle of links leads nowhere, too
    path = root / _PUBLISHED / target.name
    return path if path.is_dir() and path.resolve() == target else None


def _prune(root: Path, keep: int, min_age_s: float) -> None:
    oldest = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=min_age_s)
    superseded = [publication for publication in publications(root) if not publication.is_current]
    for publication in superseded[max(keep - 1, 0) :]:
        if publication.last_served_at <= oldest:
            _remove_publication(publication.path)


def _remove_publication(path: Path) -> None:
    """Rename first: a publisher killed while it removes leaves no half publication that could be rolled back to."""
    removing = path.with_name(f".removing-{path.name}")
    try:
        path.rename(removing)
    except OSError as error:
        _LOG.warning("%s is no longer served and could not be removed: %s", path, error)
    else:
        _remove_tree(removing)


def _remove_tree(path: Path) -> None:
    """Remove a directory that is not served. If it resists, the next publisher tries again."""
    try:
        shutil.rmtree(path)
    except OSError as error:
        _LOG.warning("%s is not served and could not be removed: %s", path, error)


def _described(path: Path, served: Path | None) -> Publication:
    last_served_at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return Publication(path.name, path, path == served, last_served_at)
