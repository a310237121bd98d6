"""Files that are whole or not there, and on disk: the one way in which the stores write."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

_UNFINISHED: Final = ".writing-"
# A writer that is at work takes seconds; what it left an hour ago, or dates in the future, belongs to no writer.
_AT_WORK_S: Final = 3600.0


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file, replacing it if it is there: a reader finds the old or the new, also after a crash.

    The folder is made if it is missing. When this returns, the bytes and the name are on disk. Raises OSError, which
    names the file, and leaves nothing behind; what a killed writer leaves `is_abandoned`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
    try:
        with _naming(path), os.fdopen(handle, "wb") as file:
            file.write(content)
        put_in_place(Path(name), path, mode=mode)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def unfinished(path: Path) -> Path:
    """Where a file is written that will be `path`, for writers that need a name; the folder is made if it is missing.

    What a killed writer leaves there `is_abandoned`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{_UNFINISHED}{path.name}")


def put_in_place(written: Path, path: Path, *, mode: int = 0o644) -> None:
    """Rename a file that was written on the same file system: `path` is the old or the new, also after a crash."""
    with _naming(path):
        descriptor = os.open(written, os.O_RDONLY)
        try:
            os.fchmod(descriptor, mode)  # a temporary file is for its owner alone
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        written.replace(path)
        sync_folder(path.parent)


@contextmanager
def unfinished_folder(parent: Path) -> Iterator[Path]:
    """A folder for what is too much for memory, gone afterwards; what a killed process leaves of it `is_abandoned`."""
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=_UNFINISHED) as name:
        yield Path(name)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Errors of the disk name the file: a full disk names none."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def sync_folder(folder: Path) -> None:
    """Force a folder's names to disk: a file that was replaced or removed stays so after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_ordinary(path: Path) -> bytes:
    """The bytes of an ordinary file. Raises OSError, also for what is none: a pipe or a device may never end."""
    with _open_ordinary(path) as file:
        return file.read()


@contextmanager
def _open_ordinary(path: Path) -> Iterator[io.BufferedReader]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe waits for its writer otherwise
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no ordinary file", str(path))
        yield file


def content_sha256(path: Path) -> str:
    """SHA-256 of a file, read again when its size or time of change is another. Raises OSError as `read_ordinary`."""
    state = path.stat()
    return _content_sha256(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1024)
def _content_sha256(path: Path, _size: int, _changed_ns: int) -> str:
    with _open_ordinary(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_abandoned(path: Path) -> bool:
    """Whether no writer is at work on a file any more, by the time of its last change."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _AT_WORK_S
    except FileNotFoundError:  # finished, or removed by another
        return False


def remove_unfinished(root: Path) -> None:
    """Remove what killed writers left anywhere below a folder: nothing else refers to it, and it would grow."""
    for path in root.rglob(f"{_UNFINISHED}*"):
        if not is_abandoned(path):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
