"""Reading the warehouse: a read-only connection to what the data directory serves."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import duckdb

from warehouse.contracts.registry import SCHEMA_VERSION
from warehouse.errors import StoppedError
from warehouse.files import read_ordinary
from warehouse.settings import data_dir

CURRENT: Final = "current"  # in the data directory: a link to the publication that is served
DATABASE: Final = "burden_sharing.duckdb"  # in each publication
CONTENTS: Final = "contents.json"  # in each publication: its other files, each with its size in bytes


class WarehouseMissingError(FileNotFoundError):
    """The data directory serves no warehouse."""


class OtherContractError(StoppedError):
    """The publication that is served was made by another version of the contract; the message says what to do."""


class DamagedPublicationError(StoppedError):
    """The warehouse file of a publication cannot be opened; the message says what to do."""


def warehouse_path(root: Path | None = None) -> Path:
    """The warehouse file that the data directory `root` (default: `data_dir()`) serves now, below no link.

    A reader that keeps this path keeps its publication, and the Parquet files next to it are of the same publication;
    a path through `current` may lead to another one a moment later. Raises `WarehouseMissingError`.
    """
    root = data_dir() if root is None else root
    try:
        return Path(os.path.realpath(root / CURRENT / DATABASE, strict=True))
    except OSError:  # not there, a broken link, a circle of links, a file where a folder should be
        fact = "leads to no publication" if os.path.lexists(root / CURRENT) else "does not exist"
        advice = "`burden run` publishes one; BURDEN_DATA_DIR names another data directory"
        raise WarehouseMissingError(f"no warehouse is served: {root / CURRENT} {fact}; {advice}") from None


def connect(root: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the served warehouse read-only; the connection keeps its publication while newer ones are published.

    Raises `WarehouseMissingError`, and `OtherContractError` for a publication that our own queries cannot read.
    """
    path = warehouse_path(root)
    require_contract(path)
    return open_database(path)


def still_served(root: Path | None = None) -> str:
    """In words, what readers have after something that published nothing."""
    try:
        warehouse_path(root)
    except WarehouseMissingError:
        return "no publication is served yet"
    return "the last good publication is still served"


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the warehouse file of a publication read-only, under any contract. Raises `DamagedPublicationError`."""
    try:
        return duckdb.connect(str(path), read_only=True)
    except (duckdb.IOException, duckdb.SerializationException) as error:
        raise DamagedPublicationError(
            f"publication {path.parent.name} is damaged: {error}; `burden run` publishes a new one, "
            "`burden publication list` names the others that are kept"
        ) from error


def damage_of(publication: Path) -> str | None:
    """What is wrong with the files of a publication, which nobody may change; None where they are as they were sealed.

    One that was sealed before publications listed their contents has only its warehouse file looked at.
    """
    try:
        sizes: dict[str, int] = json.loads(read_ordinary(publication / CONTENTS))
    except FileNotFoundError:
        sizes = {}
    except (OSError, ValueError) as error:
        return f"{CONTENTS} cannot be read: {error}"
    for name, size in sizes.items():
        try:
            found = (publication / name).lstat()
        except OSError as error:
            return f"{name}: {error.strerror}"
        if found.st_size != size:
            return f"{name} has {found.st_size} bytes, was published with {size}"
    try:
        open_database(publication / DATABASE).close()
    except DamagedPublicationError as error:
        return str(error)
    return None


def schema_version_of(database: Path) -> str | None:
    """The version of the public contract that a publication was made by; None where it says none."""
    with open_database(database) as warehouse:
        try:
            found = warehouse.execute("SELECT schema_version FROM meta.build").fetchone()
        except duckdb.CatalogException:
            return None
    return str(found[0]) if found else None


def require_contract(path: Path) -> None:
    """Raise `OtherContractError` if the warehouse file of a publication has a contract that our queries cannot read.

    Below 1.0 every minor version may rename what they read; a patch adds or describes.
    """
    found = schema_version_of(path)
    if found is not None and found.split(".")[:2] == SCHEMA_VERSION.split(".")[:2]:
        return
    raise OtherContractError(
        f"the publication that is served, {path.parent.name}, has contract {found or 'unknown'} of the warehouse; "
        f"this version of burden reads contract {SCHEMA_VERSION}. `burden run` publishes a new one; until then "
        "`burden query` and DuckDB read it as it is, and `burden publication list` names the others that are kept"
    )
