"""Files that are whole or not there, and on disk: the one way in which the stores write.

Belongs here: durability. Does not belong here: what a file holds, where it is (each store), the publication, which is
sealed and synced as a whole (warehouse.publication.publish).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, replacing it if it is there: a reader finds the old or the new, also after a crash.

    The folder is made if it is missing. When this returns, the bytes and the name are on disk. Raises OSError, and
    leaves nothing behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # mkstemp's file is for its owner alone
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's names to disk: a file that was replaced or removed stays so after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
