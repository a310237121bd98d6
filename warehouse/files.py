"""Files that are whole or not there, and on disk: the one way in which the stores write."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
import time
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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(file.fileno(), mode)  # mkstemp's file is for its owner alone
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        if error.filename is None:  # a full disk names no file
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
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe waits for its writer otherwise
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no ordinary file", str(path))
        return file.read()


def content_sha256(path: Path) -> str:
    """SHA-256 of a file, read again when its size or time of change is another. Raises OSError as `read_ordinary`."""
    state = path.stat()
    return _content_sha256(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1024)
def _content_sha256(path: Path, _size: int, _changed_ns: int) -> str:
    return hashlib.sha256(read_ordinary(path)).hexdigest()


def is_abandoned(path: Path) -> bool:
    """Whether no writer is at work on a file any more, by the time of its last change."""
    try:
        return abs(time.time() - path.stat().st_mtime) > _AT_WORK_S
    except FileNotFoundError:  # finished, or removed by another
        return False


def remove_unfinished(root: Path) -> None:
    """Remove what killed writers left anywhere below a folder: nothing else refers to it, and it would grow."""
    for path in root.rglob(f"{_UNFINISHED}*"):
        if is_abandoned(path):
            path.unlink(missing_ok=True)
