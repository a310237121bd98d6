"""A Frictionless data package: tables in files, described by their contracts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from warehouse.contracts.core import EDITION
from warehouse.contracts.model import Column, Table
from warehouse.contracts.registry import TABLES
from warehouse.reading.connect import DATABASE

DESCRIPTOR: Final = "datapackage.json"
FileFormat = Literal["parquet", "csv"]
LIST_SEPARATOR: Final = ";"  # between the values of a list in a CSV cell
_MEDIA_TYPES: Final = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
_TYPES: Final = {
    "VARCHAR": "string",
    "VARCHAR[]": "array",
    "DOUBLE[]": "array",
    "BOOLEAN": "boolean",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
}
_REFERENCES: Final = {"edition_id": "core.edition", "source_id": "core.source", "rule_id": "core.guideline"}
# A review or a decision may name an edition that is not held, or that was withdrawn or refused.
_OF_EDITIONS_NOT_HELD: Final = frozenset(
    {"core.share_exception", "core.correction", "core.check_exception", "core.decision", "quality.quarantine"}
)


def write_data_package(publication: Path) -> None:
    """Describe the Parquet files of the publication that is being built; its warehouse file is complete."""
    tables = [(table, tuple(table.column_names)) for table in TABLES]
    with duckdb.connect(str(publication / DATABASE), read_only=True) as warehouse:
        package = describe(warehouse, tables, "parquet", folder="parquet")
    (publication / DESCRIPTOR).write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def describe(
    warehouse: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[Table, Sequence[str]]],
    file_format: FileFormat,
    *,
    folder: str,
    left_out: Sequence[str] = (),
) -> dict[str, Any]:
    """The descriptor of files `<folder>/<schema>.<table>.<format>`, each with the columns given."""
    ((build_id, built_at, schema_version),) = warehouse.execute(
        "SELECT build_id, built_at, schema_version FROM meta.build"
    ).fetchall()
    sources = warehouse.execute("SELECT name, homepage, citation, licence FROM core.source ORDER BY ALL").fetchall()
    held = {table.id for table, _ in tables}
    return {
        "profile": "data-package",
        "name": "burden-sharing",
        "id": build_id,
        "title": "Burden sharing: defence spending, by edition and definition, and compliance with NATO's guidelines",
        "description": " ".join(
            [
                "Terms differ by source: core.source and core.edition carry licence and citation of each row's source.",
                *left_out,
            ]
        ),
        "version": schema_version,
        "created": f"{built_at:%Y-%m-%dT%H:%M:%SZ}",
        "keywords": ["defence expenditure", "NATO", "burden sharing"],
        "licenses": [{"name": "other-at", "title": f"{name}: {licence}"} for name, _, _, licence in sources],
        "sources": [{"title": citation, "path": homepage} for _, homepage, citation, _ in sources],
        "resources": [_resource(table, columns, file_format, folder, held) for table, columns in tables],
    }


def _resource(
    table: Table, columns: Sequence[str], file_format: FileFormat, folder: str, held: set[str]
) -> dict[str, Any]:
    fields = [column for column in table.columns if column.name in columns]
    schema: dict[str, Any] = {"fields": [_field(column, file_format) for column in fields]}
    nullable = {column.name for column in fields if column.nullable}
    if not nullable.intersection(table.grain):
        schema["primaryKey"] = list(table.grain)
    keys = [
        {"fields": [name], "reference": {"resource": target, "fields": [name]}}
        for name, target in _REFERENCES.items()
        if name in columns
        and name not in nullable
        and target in held
        and target != table.id
        and not (target == EDITION.id and table.id in _OF_EDITIONS_NOT_HELD)
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.id,
        "path": f"{folder}/{table.id}.{file_format}",
        "profile": "tabular-data-resource" if file_format == "csv" else "data-resource",
        "format": file_format,
        "mediatype": _MEDIA_TYPES[file_format],
        "encoding": "utf-8",
        "title": table.description,
        "description": " ".join([f"Source: {table.source}. Licence: {table.licence}.", *table.caveats]),
        "schema": schema,
    }


def _field(column: Column, file_format: FileFormat) -> dict[str, Any]:
    as_text = file_format == "csv" and column.type.endswith("[]")
    described: dict[str, Any] = {
        "name": column.name,
        "type": "string" if as_text else _TYPES[column.type],
        "description": column.comment() + (f" Values are separated by {LIST_SEPARATOR}" if as_text else ""),
    }
    constraints: dict[str, Any] = {}
    if not (column.nullable or as_text):  # an empty list is an empty cell
        constraints["required"] = True
    if column.values is not None and not column.type.endswith("[]"):
        constraints["enum"] = list(column.values)
    if column.values is not None and as_text:  # the vocabulary is that of the words, not of the cell
        word = f"({'|'.join(map(re.escape, column.values))})"
        constraints["pattern"] = f"{word}({LIST_SEPARATOR}{word})*"
    if column.pattern is not None and not as_text:
        constraints["pattern"] = column.pattern
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    return {**described, "constraints": constraints} if constraints else described
