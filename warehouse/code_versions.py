"""Code versions from content: Dagster shows an asset as stale when the code that computes it has changed.

Belongs here: hashes over source files. Does not belong here: data versions, which are hashes of tables.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from warehouse.contracts.model import Table
from warehouse.marts.run import mart_sql, shared_sql

_COUNTED = (".py", ".csv", ".sql")


@cache
def package_version(package: str) -> str:
    """Hash over the code and data files of a package."""
    digest = hashlib.sha256()
    for name, content in _sources(files(package), package):
        digest.update(name.encode() + b"\0" + content + b"\0")
    return digest.hexdigest()[:16]


def mart_version(table: Table) -> str:
    """Hash over a mart's SQL, what that builds on, and its contract."""
    sql = mart_sql(table)
    return hashlib.sha256("".join([sql, *shared_sql(sql), repr(table)]).encode()).hexdigest()[:16]


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = f"{prefix}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_sources(entry, name))
        elif entry.name.endswith(_COUNTED):
            found.append((name, entry.read_bytes()))
    return found
