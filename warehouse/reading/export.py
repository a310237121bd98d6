"""Tables as files that other tools open: Parquet, CSV, a workbook or a SQLite file; with terms, citations and hashes.

Belongs here: the folder that `burden export` makes. Does not belong here: what may be passed on
(warehouse.publication.redistribution), the descriptor (warehouse.publication.data_package), the workbook
(warehouse.reading.workbook), the SQLite file (warehouse.reading.sqlite_file).
"""
# ruff: noqa: S608 (table and column names are those of contracts)

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import polars as pl

from warehouse.errors import UsageError
from warehouse.publication.data_package import DESCRIPTOR, LIST_SEPARATOR, describe
from warehouse.publication.redistribution import Content, for_the_public, whole
from warehouse.reading.connect import warehouse_path
from warehouse.reading.rendering import without_dust
from warehouse.reading.sqlite_file import write_sqlite
from warehouse.reading.targets import outside_data

MANIFEST: Final = "manifest.json"
_FOLDER: Final = "data"


class FileFormat(StrEnum):
    """What is written."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"
    SQLITE = "sqlite"


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished bundle: files and bytes in it, and what it leaves out, each with the reason."""

    path: Path
    files: int
    bytes: int
    left_out: list[str]


def export(to: Path, file_format: FileFormat, *, public: bool = False, root: Path | None = None) -> Exported:
    """Write a bundle of the served publication to the new folder `to`; it appears there whole or not at all.

    Raises `UsageError` if `to` exists and is not empty, or lies in a data directory; `WarehouseMissingError` if nothing
    is served.
    """
    to = outside_data(to)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise UsageError(f"{to} exists and is not empty; name a new folder")
    warehouse = warehouse_path(root)
    content = for_the_public(warehouse) if public else whole(warehouse)
    to.parent.mkdir(parents=True, exist_ok=True)
    with content.connection, tempfile.TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as building:
        folder = Path(building, "bundle")
        folder.mkdir()
        _write_tables(content, folder, file_format)
        (folder / "README.md").write_text(readme(content, public=public), encoding="utf-8")
        _write_manifest(content, folder, public=public)
        if to.exists():
            to.rmdir()
        shutil.move(folder, to)
    files = [file for file in to.rglob("*") if file.is_file()]
    return Exported(to, len(files), sum(file.stat().st_size for file in files), _sentences(content))


def readme(content: Content, *, public: bool) -> str:
    """What the bundle is, its terms source by source, what it leaves out, and what to know before quoting a figure."""
    ((build_id, built_at, version, newest),) = content.connection.execute(
        "SELECT build_id, built_at, schema_version, newest_edition FROM meta.build"
    ).fetchall()
    sources = content.connection.execute(
        "SELECT name, licence, citation, homepage FROM core.source ORDER BY name"
    ).fetchall()
    caveats = [f"- `{table.id}`: {caveat}" for table, _ in content.tables() for caveat in table.caveats]
    return "\n".join(
        [
            "# Burden sharing",
            "",
            f"Build {build_id} of {built_at:%Y-%m-%d %H:%M} UTC, contract {version}, newest edition {newest}.",
            "For the public: what may not be passed on is left out."
            if public
            else "Complete: not to be passed on as it is.",
            "",
            "## Terms and citations",
            "",
            "Every row names its source or edition; `core.source` and `core.edition` carry its licence and citation.",
            "",
            *(
                f"- **{name}**: {licence}. Cite: {citation}. {homepage}"
                for name, licence, citation, homepage in sources
            ),
            "",
            "## Left out",
            "",
            *([f"- {line}" for line in _sentences(content)] or ["Nothing."]),
            "",
            "## Before quoting a figure",
            "",
            *caveats,
            "",
        ]
    )


def _sentences(content: Content) -> list[str]:
    reasons = dict.fromkeys(item.reason for item in content.left_out)
    gone = {
        r: "; ".join(f"{item.table_id}: {item.what}" for item in content.left_out if item.reason == r) for r in reasons
    }
    return [f"{what}. Because of {reason}." for reason, what in gone.items()]


def _write_tables(content: Content, folder: Path, file_format: FileFormat) -> None:
    if file_format is FileFormat.XLSX:
        from warehouse.reading.workbook import write_workbook  # noqa: PLC0415 (openpyxl, which no other format needs)

        write_workbook(content, folder / "burden_sharing.xlsx", _sentences(content))
        return
    if file_format is FileFormat.SQLITE:
        write_sqlite(content, folder)
        return
    (folder / _FOLDER).mkdir()
    for table, columns in content.tables():
        selected = ", ".join(f'"{name}"' for name in columns)
        rows = content.connection.sql(f'SELECT {selected} FROM "{table.schema}"."{table.name}"').pl()
        path = folder / _FOLDER / f"{table.id}.{file_format}"
        if file_format is FileFormat.PARQUET:
            rows.write_parquet(path)
        else:
            without_dust(flat(rows)).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    package = describe(
        content.connection,
        content.tables(),
        "parquet" if file_format is FileFormat.PARQUET else "csv",
        folder=_FOLDER,
        left_out=_sentences(content),
    )
    (folder / DESCRIPTOR).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists as text, for files that know no lists."""
    lists = [name for name, dtype in rows.schema.items() if isinstance(dtype, pl.List)]
    return rows.with_columns(pl.col(name).cast(pl.List(pl.String)).list.join(LIST_SEPARATOR) for name in lists)


def _write_manifest(content: Content, folder: Path, *, public: bool) -> None:
    ((build_id, version, digest),) = content.connection.execute(
        "SELECT build_id, schema_version, content_sha256 FROM meta.build"
    ).fetchall()
    manifest: dict[str, Any] = {
        "build_id": build_id,
        "schema_version": version,
        "content_sha256": digest,
        "public": public,
        "left_out": _sentences(content),
        "files": {
            str(file.relative_to(folder)): {
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            }
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        },
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
