"""What one command may take of the machine: memory and time that no library may exceed, whatever it is asked.

DuckDB keeps to its own limits for tables, sorts and joins, not for a single value of gigabytes, nor for one function
that never looks whether it was interrupted.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OF_THIS_PROCESS: Final = Path("/proc/self/status")  # Linux
_KILOBYTE: Final = 1024


@contextmanager
def at_most(more_bytes: int) -> Iterator[None]:
    """Let this process allocate so many bytes more than it has; then a library reports that there is no memory.

    Does nothing where the system does not say what a process has.
    """
    has = _allocated()
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if has is None or soft != resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (has + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _allocated() -> int | None:
    """Bytes of private memory that may be written."""
    if not _OF_THIS_PROCESS.exists():
        return None
    lines = _OF_THIS_PROCESS.read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) * _KILOBYTE for line in lines if line.startswith("VmData:")), None)


@contextmanager
def ended_after(seconds: float, message: str) -> Iterator[None]:
    """End this process with exit code 1 and the message if it is still in the block then."""

    def end() -> None:
        sys.stderr.write(f"error: {message}\n")  # a message of ours
        sys.stderr.flush()
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
