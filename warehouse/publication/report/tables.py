"""The rows behind each table of the pages, as CSV files that stand next to them.

Belongs here: how a row is written. Does not belong here: which rows (queries/), the export of whole tables
(warehouse.reading.export).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.publication.data_package import LIST_SEPARATOR


def write_tables(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write `<name>.csv` for each of `tables` into the existing `folder`: the warehouse's own values, not rounded.

    A missing value is an empty field; lists are joined as everywhere else. No rows make an empty file.
    """
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([list(rows[0])] if rows else [])
            writer.writerows([_plain(value) for value in row.values()] for row in rows)


def _plain(value: object) -> object:
    return LIST_SEPARATOR.join(map(str, value)) if isinstance(value, list) else value
