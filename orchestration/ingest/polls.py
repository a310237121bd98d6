"""What a source said last time: validators of conditional requests, by address; and whether it answered at all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.ingest.http import Validators
from warehouse.files import write_whole


class PollMemory:
    """`<data>/polls/<source>.json`: address -> validators. Losing the file costs a full download, nothing else."""

    def __init__(self, data_dir: Path, source_id: str) -> None:
        self._path = data_dir / "polls" / f"{source_id}.json"

    def validators(self, url: str) -> Validators | None:
        """Validators of the last reply of this address, None if it never answered."""
        found = self._read().get(url)
        return Validators(found["etag"], found["last_modified"]) if found else None

    def remember(self, url: str, validators: Validators) -> None:
        """Call when the reply's bytes are safe: a forgotten reply is fetched again, a remembered one may never be."""
        known = self._read()
        known[url] = {"etag": validators.etag, "last_modified": validators.last_modified}
        self._write(known)

    def _write(self, known: dict[str, dict[str, str | None]]) -> None:
        write_whole(self._path, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())

    def forget(self, url: str) -> None:
        """Call when a reply's bytes were refused: the next poll must see them again, and not a 304."""
        known = self._read()
        if known.pop(url, None) is not None:
            self._write(known)

    def keep_only(self, urls: Collection[str]) -> None:
        """Forget every other address: a 304 is worth nothing where the bytes that it refers to are gone."""
        known = self._read()
        kept = {url: validators for url, validators in known.items() if url in urls}
        if kept != known:
            self._write(kept)

    def _read(self) -> dict[str, dict[str, str | None]]:
        if not self._path.exists():
            return {}
        known: dict[str, dict[str, str | None]] = json.loads(self._path.read_text(encoding="utf-8"))
        return known


@dataclass(frozen=True, slots=True)
class LastPoll:
    """How the last request of a source ended. `failing_since`: the first of the requests in a row that failed."""

    asked_at: dt.datetime
    error: str | None
    failing_since: dt.datetime | None


def remember_poll(data_dir: Path, source_id: str, *, error: str | None) -> None:
    """Keep how a request of this moment ended, in `<data>/polls/<source>.last.json`."""
    now, before = dt.datetime.now(dt.UTC).replace(microsecond=0), last_poll(data_dir, source_id)
    since = (before.failing_since if before and before.failing_since else now) if error else None
    record = asdict(LastPoll(now, error, since))
    write_whole(_last(data_dir, source_id), json.dumps(record, default=str, indent=1, ensure_ascii=False).encode())


def last_poll(data_dir: Path, source_id: str) -> LastPoll | None:
    """How the last request ended; None for a source that was never asked."""
    path = _last(data_dir, source_id)
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    since = record["failing_since"]
    return LastPoll(
        dt.datetime.fromisoformat(record["asked_at"]),
        record["error"],
        dt.datetime.fromisoformat(since) if since else None,
    )


def _last(data_dir: Path, source_id: str) -> Path:
    return data_dir / "polls" / f"{source_id}.last.json"
