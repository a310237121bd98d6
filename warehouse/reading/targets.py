"""Where a command may write what its user asks for: anywhere but among what the pipeline keeps.

Publications are sealed, and what was landed, refused or built is read by the next run. Any other folder disturbs
no one.
"""

from __future__ import annotations

import glob
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from warehouse.errors import StoppedError, UsageError
from warehouse.files import is_abandoned
from warehouse.reading.connect import CURRENT
from warehouse.settings import data_dir

_PUBLISHED: Final = "published"
# What a data directory holds: orchestration's stores, their journal, Dagster's instance, and the publications.
_OF_THE_PIPELINE: Final = frozenset(
    {CURRENT, _PUBLISHED, "incoming", "landing", "quarantine", "polls", "tables", "dagster", "spill"}
    | {"decisions.jsonl", "actions.jsonl"}
)


def outside_data(to: Path) -> Path:
    """The file or folder `to`, with `~` read as the home; `UsageError` if it is in a data directory.

    Links are followed, and any data directory counts, not only the one that is read.
    """
    try:
        target = to.expanduser()
    except RuntimeError as error:
        raise UsageError(f"{to}: {error}") from error
    real = target.resolve()
    for folder in (real, *real.parents):
        if folder == data_dir().resolve() or ((folder / CURRENT).is_symlink() and (folder / _PUBLISHED).is_dir()):
            _refuse_entries(to, real, folder)
    return target


@contextmanager
def built_aside(to: Path) -> Iterator[Path]:
    """A folder next to `to` to build it in, gone afterwards; so are those that killed commands left there.

    Raises `StoppedError` for what the disk refuses, whichever library writes.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{to.name}-"
    for left in to.parent.glob(f"{glob.escape(prefix)}????????"):
        if left.is_dir() and is_abandoned(left):
            shutil.rmtree(left, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=prefix) as building:
            yield Path(building)
    except shutil.Error as error:  # one message a file
        raise StoppedError(f"{to} could not be written: {error.args[0][0][2]}") from error
    except (pl.exceptions.ComputeError, sqlite3.Error) as error:
        raise StoppedError(f"{to} could not be written: {error}") from error
    except OSError as error:  # a full disk names no file
        raise StoppedError(f"{to} could not be written: {error.strerror or error}") from error


def _refuse_entries(to: Path, real: Path, folder: Path) -> None:
    inside = real.relative_to(folder).parts
    if not inside or inside[0] in _OF_THE_PIPELINE or inside[0].startswith("."):
        raise UsageError(f"{to} is in the data directory {folder}, where only the pipeline writes; name another place")
