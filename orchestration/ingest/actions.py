"""The journal of what people did to the pipeline that is no decision on figures: handed in, retried, rolled back.

Decisions on editions and figures have a journal of their own (orchestration.ingest.decisions), which is published and
computed from. This one changes no figure, so a roll-back that it records is no reason to build again.

In the data directory:

    actions.jsonl     one action a line, in order of time; no line is ever changed
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from transforms.errors import RefusedInputError
from transforms.inert_text import is_whole
from transforms.normalise.withholding import GATE
from warehouse.errors import UsageError

HAND_IN: Final = "hand_in"
RETRY: Final = "retry"
ROLL_BACK: Final = "roll_back"
ACTION_SCHEMA: Final = pl.Schema(
    {
        "acted_at": pl.Datetime("us"),  # UTC
        "author": pl.String(),
        "action": pl.String(),
        "subject": pl.String(),  # the edition, or the publication
        "reason": pl.String(),
    }
)
_NAME: Final = "actions.jsonl"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.6f"  # UTC


@dataclass(frozen=True, slots=True)
class Word:
    """Who decides, and why; both are published with a decision. Raises `UsageError` where one of them says nothing."""

    author: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise UsageError("reason: expected an explanation in words; it is published with the decision")
        if not self.author.strip():
            raise UsageError("author: expected the name of who decides")
        if self.author == GATE:
            raise UsageError(f"author: {GATE!r} is the pipeline itself; expected a person")
        for name, text in (("reason", self.reason), ("author", self.author)):
            if not is_whole(text):
                raise UsageError(f"{name}: expected text that UTF-8 can write, found {text!r}")


class Actions:
    """The journal of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / _NAME

    def append(self, action: str, subject: str, word: Word) -> None:
        """Add an action of this moment; it is on disk when this returns."""
        moment = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        row = dict(zip(ACTION_SCHEMA, (moment, word.author, action, subject, word.reason.strip()), strict=True))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.truncate(len(b"".join(self._whole_lines())))  # what an interrupted writer left
            file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> pl.DataFrame:
        """Every action, oldest first, by ACTION_SCHEMA; RefusedInputError for a line that is none."""
        rows = [self._row(number, line) for number, line in enumerate(self._whole_lines(), start=1)]
        text = pl.DataFrame(rows, schema=dict.fromkeys(ACTION_SCHEMA, pl.String), orient="row")
        return text.with_columns(pl.col("acted_at").str.to_datetime(_MOMENT, time_unit="us"))

    def _whole_lines(self) -> list[bytes]:
        """The lines that were written whole: one without its end was interrupted, and is not there."""
        if not self._path.exists():
            return []
        return [line for line in self._path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]

    def _row(self, number: int, line: bytes) -> list[str]:
        try:
            record = json.loads(line)
            json.dumps(record, ensure_ascii=False).encode()  # an escape may be half a surrogate pair
            return [record[name] for name in ACTION_SCHEMA]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            place = f"{self._path}, line {number}"
            raise RefusedInputError(place=place, expected="an action as JSON", found=repr(line[:80])) from error
