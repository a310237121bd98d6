"""One run at a time over one data directory, started by a command, a schedule, the UI, another machine's mount.

The lock `data/.run.lock` is a flock, freed by the kernel when the process dies; its text names the last holder. The
publisher has its own lock (warehouse.publication.publish), which also excludes a roll-back.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from warehouse.errors import StoppedError

LOCK: Final = ".run.lock"
_POLL_S: Final = 0.2
_RUN: Final = ", run "


class RunInProgressError(StoppedError):
    """Another run is in progress in the data directory; the message names its process and when it began."""


def require_no_other_run(root: Path) -> None:
    """Raise `RunInProgressError` if a run is in progress in the data directory `root`; waits for nothing."""
    if not (root / LOCK).exists():
        return
    with (root / LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunInProgressError(_in_progress(root, lock.read())) from None


@contextmanager
def only_run(root: Path, *, wait_s: float, run_id: str = "") -> Iterator[None]:
    """Hold the data directory for one run; wait up to `wait_s` seconds for another's end, then `RunInProgressError`.

    `run_id` is kept after the end: `last_run` gives it.
    """
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_s
    with (root / LOCK).open("a+b") as lock:
        while not _taken(lock.fileno()):
            if time.monotonic() >= deadline:
                lock.seek(0)
                raise RunInProgressError(_in_progress(root, lock.read()))
            time.sleep(_POLL_S)
        lock.truncate(0)
        now = dt.datetime.now(dt.UTC)
        process = f"process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M:%S} UTC"
        lock.write(f"{process}{_RUN}{run_id}".encode() if run_id else process.encode())
        lock.flush()
        yield


def last_run(root: Path) -> str | None:
    """The id of the run that held the data directory last; None if none has, or if it has not said."""
    try:
        holder = (root / LOCK).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return holder.partition(_RUN)[2] or None


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_progress(root: Path, holder: bytes) -> str:
    named = holder.decode(errors="replace") or "a process that has not named itself yet"
    return f"another run is in progress in {root}: {named}. Run again when it has ended"
