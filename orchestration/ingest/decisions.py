"""The journal of decisions: what the gate withheld or set aside, and what a person accepted, withheld or withdrew.

No line is ever changed.

In the data directory:

    decisions.jsonl     one decision a line, in order of time
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import polars as pl

from transforms.errors import RefusedInputError
from transforms.normalise.withholding import DECISION_SCHEMA, newest_word, newest_word_on_editions

_NAME: Final = "decisions.jsonl"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.6f"  # UTC


class Decisions:
    """The journal of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _NAME

    def read(self) -> pl.DataFrame:
        """Every decision, oldest first, by DECISION_SCHEMA; RefusedInputError for a line that is none."""
        rows = [self._row(number, line) for number, line in enumerate(self._whole_lines(), start=1)]
        text = pl.DataFrame(rows, schema={name: _as_text(kind) for name, kind in DECISION_SCHEMA.items()}, orient="row")
        return text.with_columns(pl.col("decided_at").str.to_datetime(_MOMENT, time_unit="us")).cast(DECISION_SCHEMA)

    def append(self, decisions: pl.DataFrame) -> None:
        """Add decisions, on disk when this returns. `decisions` has the columns of DECISION_SCHEMA."""
        if decisions.is_empty():
            return
        rows = decisions.select(*DECISION_SCHEMA).with_columns(pl.col("decided_at").dt.to_string(_MOMENT))
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.iter_rows(named=True))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(len(b"".join(self._whole_lines())))  # what an interrupted writer left
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())

    def version(self) -> str:
        """Hash over the decisions: other decisions, other figures."""
        return hashlib.sha256(b"".join(self._whole_lines())).hexdigest()

    def _whole_lines(self) -> list[bytes]:
        """The lines that were written whole: one without its end was interrupted, and is not there."""
        if not self._path.exists():
            return []
        return [line for line in self._path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]

    def _row(self, number: int, line: bytes) -> list[Any]:
        try:
            record = json.loads(line)
            json.dumps(record, ensure_ascii=False).encode()  # an escape may be half a surrogate pair
            return [record[name] for name in DECISION_SCHEMA]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            place = f"{self._path}, line {number}"
            raise RefusedInputError(place=place, expected="a decision as JSON", found=repr(line[:80])) from error


def _as_text(kind: pl.DataType) -> pl.DataType:
    return pl.String() if kind == pl.Datetime("us") or isinstance(kind, pl.Enum) else kind


def decision_rows(decisions: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.decision: the journal, numbered, and which of them are the last word on their figure and check."""
    numbered = decisions.with_row_index("decision_id", offset=1)
    last = pl.concat([newest_word(numbered), newest_word_on_editions(numbered)])["decision_id"]
    return numbered.with_columns(
        pl.col("decision_id").cast(pl.Int32),
        pl.col("action").cast(pl.String),
        last_word=pl.col("decision_id").is_in(last.implode()),
    )
