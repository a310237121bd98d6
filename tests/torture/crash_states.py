"""Every state that a kill can leave: the folder as it is just before each step of an action on the file system.

A process that is killed leaves what it has written so far, no more and no less; its locks are freed by the kernel. So
a copy made before each step is what a kill at that moment leaves, without a process for each.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

# Steps that Python announces to audit hooks (docs.python.org/3.11/library/audit_events.html).
STEPS: Final = frozenset(
    {"open", "os.mkdir", "os.chmod", "os.rename", "os.symlink", "os.utime", "os.remove", "os.rmdir", "os.truncate"}
)
_AN_AGE_S: Final = 7200.0
_watching: list[Callable[[str], None]] = []  # a hook cannot be taken away


def _heard(event: str, _arguments: tuple[object, ...]) -> None:
    if event in STEPS and _watching:
        _watching[-1](event)


sys.addaudithook(_heard)


def states_of(root: Path, action: Callable[[], object], copies: Path) -> list[Path]:
    """Copies of `root` before each step of `action` that finds it changed, in order; `action` is then done."""
    found: list[Path] = []
    seen: set[tuple[tuple[str, str], ...]] = set()

    def copy(_event: str) -> None:
        watched = _watching.pop()  # copying takes steps itself
        state = tuple(sorted(contents(root).items()))
        if state not in seen:
            seen.add(state)
            found.append(Path(shutil.copytree(root, copies / f"{len(found):03}", symlinks=True)))
        _watching.append(watched)

    _watching.append(copy)
    try:
        action()
    finally:
        _watching.pop()
    return found


def contents(root: Path) -> dict[str, str]:
    """Hash of every file below a folder, by its path; where links lead to; folders."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mode:o}"
        else:
            found[name] = "folder"
    return found


def aged(root: Path) -> Path:
    """The same folder two hours later: nobody is at work in it any more."""
    then = time.time() - _AN_AGE_S
    for path in root.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (then, then))
    return root
