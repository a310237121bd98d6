"""Reading the warehouse: a read-only connection to what the data directory serves.

Belongs here: the layout that readers rely on, and how a reader gets hold of one publication.
Does not belong here: queries; writing a publication (warehouse.publication.publish); which directory it
is (warehouse.settings).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from warehouse.settings import data_dir

CURRENT: Final = "current"  # in the data directory: a link to the publication that is served
DATABASE: Final = "burden_sharing.duckdb"  # in each publication


class WarehouseMissingError(FileNotFoundError):
    """The data directory serves no warehouse."""


def warehouse_path(root: Path | None = None) -> Path:
    """The warehouse file that the data directory `root` (default: `data_dir()`) serves now, below no link.

    A reader that keeps this path keeps its publication, and the Parquet files beside it are of the same publication;
    a path through `current` may lead to another one a moment later. Raises `WarehouseMissingError`.
    """
    root = data_dir() if root is None else root
    try:
        return (root / CURRENT / DATABASE).resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        fact = "leads nowhere" if (root / CURRENT).is_symlink() else "does not exist"
        advice = "`burden run` publishes one; BURDEN_DATA_DIR names another data directory"
        raise WarehouseMissingError(f"no warehouse is served: {root / CURRENT} {fact}; {advice}") from None


def connect(root: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the served warehouse read-only; the connection keeps its publication while newer ones are published.

    Raises `WarehouseMissingError`.
    """
    return duckdb.connect(str(warehouse_path(root)), read_only=True)
