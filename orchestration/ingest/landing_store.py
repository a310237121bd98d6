"""The landing store: immutable, content-addressed editions; with incoming and quarantine.

Belongs here: paths, provenance sidecars, moving a payload from incoming to landing or to quarantine.
Does not belong here: fetching (http, sources), deciding whether a payload is accepted (acceptance).

    incoming/<source>/<sha256>.<ext> + .json      arrived, not yet accepted
    landing/<source>/<edition>/<sha256>.<ext> + .json    accepted; never changed, never overwritten; with its layout
    quarantine/<source>/<sha256>.<ext> + .json    refused, with the reason, until it is retried
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, get_type_hints

from orchestration.ingest.decisions import Decisions
from transforms.normalise.layouts import Fingerprint, differences
from transforms.normalise.withholding import withdrawn
from warehouse.files import content_sha256, is_abandoned, read_ordinary, write_whole

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
JSON: Final = "application/json"
ZIP: Final = "application/zip"
GZIP: Final = "application/gzip"
_EXTENSIONS: Final = {
    CSV: ".csv",
    TSV: ".tsv",
    GZIP: ".gz",
    JSON: ".json",
    ZIP: ".zip",
    XLSX: ".xlsx",
}
_SIDECAR: Final = ".provenance.json"  # a payload may itself be JSON
# What reading JSON and making a record of it raises, whatever the file holds; RecursionError: nested without end.
_DAMAGED: Final = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
_LAYOUT: Final = ".layout.json"
_REFUSAL: Final = ".refusal.json"
_SHOWN_OF_A_HASH: Final = 12
_DATES: Final = ("published_on", "cutoff_on")
REFUSED: Final = "refused"
HELD: Final = "held"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a payload came from and what it is. Its sidecar is this record as JSON; dates are ISO 8601, times UTC.

    `format` names the parser (`nato_workbook`, `figures`). `edition_id` is `<source>:<edition>`, and for a file that
    holds one data set of its source `<source>:<data set>:<edition>`: two data sets of one day are two editions. A
    further issue of an edition (new bytes under the old name) has `:issue-<n>` appended when it lands.
    """

    source_id: str
    edition_id: str
    title: str
    published_on: dt.date
    retrieved_at: dt.datetime
    url: str
    media_type: str
    format: str
    definition: str
    completeness: str
    origin: str
    licence: str
    citation: str
    sha256: str
    bytes: int
    cutoff_on: dt.date | None = None
    price_base_year: int | None = None
    note: str | None = None
    source_sha256: str | None = None  # of the source's own file, where the payload was made from it

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=_iso, indent=2, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Provenance:
        """Raises TypeError for unknown and missing fields and other types, ValueError for bad dates and names."""
        record = json.loads(text)
        for name in _DATES:
            record[name] = dt.date.fromisoformat(record[name]) if record[name] else None
        record["retrieved_at"] = dt.datetime.fromisoformat(record["retrieved_at"])
        provenance = cls(**record)
        _refuse_other_types(provenance)
        return provenance


def _refuse_other_types(provenance: Provenance) -> None:
    """A sidecar is a file like any other: what it says becomes a folder's name, and is sorted with what others say."""
    for name, kind in get_type_hints(Provenance).items():
        if not isinstance(getattr(provenance, name), kind):
            raise TypeError(f"{name}: expected {kind}, found {getattr(provenance, name)!r}")
    if provenance.retrieved_at.tzinfo is None:
        raise ValueError(f"retrieved_at: expected a time with its zone, found {provenance.retrieved_at}")
    name = rf"{re.escape(provenance.source_id)}:\w[\w.:-]*"
    if not re.fullmatch(r"[a-z_]+", provenance.source_id) or not re.fullmatch(name, provenance.edition_id, re.ASCII):
        raise ValueError(f"expected source and source:edition, found {provenance.source_id}, {provenance.edition_id}")
    provenance.to_json().encode()  # an escape may be half a surrogate pair: UnicodeEncodeError, a ValueError


@dataclass(frozen=True, slots=True)
class Landed:
    """One payload on disk with its provenance."""

    path: Path
    provenance: Provenance

    def read(self) -> bytes:
        """The bytes; OSError if they are no longer those of the sidecar."""
        payload = read_ordinary(self.path)
        if hashlib.sha256(payload).hexdigest() != self.provenance.sha256:
            raise OSError(f"{self.path}: content differs from its sidecar; the store was changed by hand")
        return payload

    def damage(self) -> str | None:
        """What is wrong with the payload on disk: gone, or other bytes than its sidecar says; None if nothing is."""
        try:
            found = content_sha256(self.path)
        except OSError as error:
            return f"cannot be read: {error.strerror}"
        return None if found == self.provenance.sha256 else "its content differs from its sidecar"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why and where a payload was refused, by which run; or `held`: it can be read, and waits for a person's decision.

    `checks` are those that doubt it, as far as a person may accept them; none where it cannot be read.
    `obstacles` lists every obstacle where a refusal has several; `reason` then counts them by kind.
    """

    place: str
    reason: str
    refused_at: dt.datetime
    run_id: str
    verdict: str = REFUSED
    checks: Sequence[str] = ()
    obstacles: Sequence[str] = ()


class LandingStore:
    """All three folders under one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._incoming = data_dir / "incoming"
        self._landing = data_dir / "landing"
        self._quarantine = data_dir / "quarantine"

    def deposit(self, payload: bytes, provenance: Provenance) -> Landed | None:
        """Put a payload into incoming. None if these bytes have landed already: same bytes, no new edition.

        Bytes that landed and are damaged since arrive again: that mends them.
        """
        stamped = replace(provenance, sha256=hashlib.sha256(payload).hexdigest(), bytes=len(payload))
        same = (landed for landed in self.landed(stamped.source_id) if landed.provenance.sha256 == stamped.sha256)
        if any(landed.damage() is None for landed in same):
            return None
        return _store(self._incoming / stamped.source_id, payload, stamped)

    def anything_waits(self) -> bool:
        """Whether a whole payload waits to be ingested."""
        return any(self.incoming(folder.name) for folder in _folders(self._incoming))

    def incoming(self, source_id: str) -> list[Landed]:
        """Payloads that wait to be ingested and are whole, oldest publication first."""
        waiting = (item for item in _read_folder(self._incoming / source_id) if item.damage() is None)
        return sorted(waiting, key=publication_order)

    def landed(self, source_id: str | None = None) -> list[Landed]:
        """Every payload that landed, of one source or of all, oldest publication first; withdrawn ones too."""
        sources = [source_id] if source_id else sorted(p.name for p in _folders(self._landing))
        return sorted(
            (
                item
                for source in sources
                for folder in _folders(self._landing / source)
                for item in _read_folder(folder)
            ),
            key=publication_order,
        )

    def standing(self, source_id: str | None = None) -> list[Landed]:
        """What is built from: every payload that landed, is whole and not withdrawn, oldest publication first."""
        gone = set(withdrawn(Decisions(self.data_dir).read())["sha256"])
        return [item for item in self.landed(source_id) if item.provenance.sha256 not in gone and item.damage() is None]

    def damaged(self) -> list[tuple[Path, str]]:
        """Files of the three folders that cannot be used, and why: payloads that changed, sidecars that are none.

        They are left where they are and out of everything else, so that one damaged file stops no other edition.
        """
        found: list[tuple[Path, str]] = []
        for sidecar in sorted(path for folder in self._source_folders() for path in folder.glob(f"*{_SIDECAR}")):
            item = _read_sidecar(sidecar)
            if isinstance(item, str):
                found.append((sidecar, item))
            elif damage := item.damage():
                found.append((item.path, damage))
            elif self._quarantine in sidecar.parents and isinstance(refusal := _read_refusal(item), str):
                found.append((_next_to(item.path, _REFUSAL), refusal))
            elif isinstance(layout := _read_layout(item), str):
                found.append((_next_to(item.path, _LAYOUT), layout))
        return found

    def _source_folders(self) -> list[Path]:
        """The folders that hold payloads."""
        return [
            *(folder for root in (self._incoming, self._quarantine) for folder in _folders(root)),
            *(folder for source in _folders(self._landing) for folder in _folders(source)),
        ]

    def accept(self, item: Landed, layout: Fingerprint | None = None) -> Landed:
        """Move a payload from incoming to landing; new bytes under an old name become a further issue.

        `layout` is its fingerprint, kept next to the sidecar and as immutable.
        """
        provenance = self.numbered(item.provenance)
        folder = self._landing / provenance.source_id / provenance.edition_id.partition(":")[2].replace(":", "_")
        companions = {} if layout is None else {_LAYOUT: json.dumps(layout, indent=1, ensure_ascii=False) + "\n"}
        landed = _store(folder, item.read(), provenance, companions, mode=0o444)
        _discard(item)
        return landed

    def clear_interrupted(self) -> None:
        """Finish the moves that a killed process began, and remove what it left without a sidecar.

        A payload is written to where it goes before it is removed from where it was, so it may be in both.
        """
        landed = {item.provenance.sha256 for item in self.landed() if item.damage() is None}
        waiting = [item for folder in _folders(self._incoming) for item in _read_folder(folder)]
        for item in waiting:
            if item.provenance.sha256 in landed:
                _discard(item)
        moved_on = landed | {item.provenance.sha256 for item in waiting if item.damage() is None}
        for folder in _folders(self._quarantine):
            for item in _read_folder(folder):
                if item.provenance.sha256 in moved_on:
                    _discard(item)
        for folder in self._source_folders():
            _remove_without_sidecar(folder)

    def layout_before(self, provenance: Provenance, family: str) -> tuple[str, Fingerprint] | None:
        """Edition and fingerprint of the newest accepted edition of the same source, format and family that has one.

        Editions published after this one do not count: they say nothing of how a layout came to change.
        """
        for landed in reversed(self.standing(provenance.source_id)):
            other, layout = landed.provenance, layout_kept(landed)
            if layout is None or other.format != provenance.format or other.sha256 == provenance.sha256:
                continue
            if other.published_on <= provenance.published_on and layout["family"] == family:
                return other.edition_id, layout
        return None

    def retry(self, prefix: str) -> Landed:
        """Move the one refused payload whose SHA-256 begins so back to incoming, and drop the refusal.

        ValueError for a prefix that no or several refused payloads have, and for bytes that have landed since.
        """
        refused = [item for folder in sorted(_folders(self._quarantine)) for item in _read_folder(folder)]
        found = [item for item in refused if prefix and item.provenance.sha256.startswith(prefix.lower())]
        if len(found) != 1:
            known = ", ".join(f"{i.provenance.sha256[:_SHOWN_OF_A_HASH]} {i.provenance.edition_id}" for i in refused)
            raise ValueError(f"{prefix!r}: expected the beginning of one refused payload's SHA-256: {known or 'none'}")
        (item,) = found
        waiting = self.deposit(item.read(), item.provenance)
        if waiting is None:
            raise ValueError(
                f"{prefix!r}: these bytes have landed already, as an edition of {item.provenance.source_id}"
            )
        _discard(item)
        return waiting

    def refuse(self, item: Landed, refusal: Refusal) -> None:
        """Move a payload from incoming to quarantine, with its reason."""
        folder = self._quarantine / item.provenance.source_id
        record = json.dumps(asdict(refusal), default=_iso, indent=2, ensure_ascii=False)
        _store(folder, item.read(), item.provenance, {_REFUSAL: record})
        _discard(item)

    def refused(self) -> Iterator[tuple[Provenance, Refusal]]:
        """Everything in quarantine, but for what `damaged` names."""
        for folder in sorted(_folders(self._quarantine)):
            for item in _read_folder(folder):
                refusal = _read_refusal(item)
                if isinstance(refusal, Refusal):
                    yield item.provenance, refusal

    def numbered(self, provenance: Provenance) -> Provenance:
        """The provenance under the name that it lands with: a further issue of an edition that is held says so."""
        base = provenance.edition_id
        issues = [
            landed.provenance
            for landed in self.landed(provenance.source_id)
            if landed.provenance.edition_id == base or landed.provenance.edition_id.startswith(f"{base}:issue-")
            if landed.provenance.sha256 != provenance.sha256  # damaged, and mended by these
        ]
        return replace(provenance, edition_id=f"{base}:issue-{len(issues) + 1}") if issues else provenance


def layout_kept(item: Landed) -> Fingerprint | None:
    """The layout fingerprint that was kept with a landed payload; None for a format that has none, or if damaged."""
    found = _read_layout(item)
    return None if isinstance(found, str) else found


def retry_command(sha256: str) -> str:
    """The command that ingests a refused payload again after a fix."""
    return f"burden ingest retry {sha256[:_SHOWN_OF_A_HASH]}"


def accept_command(what: str) -> str:
    """The command that accepts an edition, by its name or the SHA-256 of its bytes, although a check doubts it."""
    return f'burden ingest accept {what} --reason "…"'


def next_command(provenance: Provenance, refusal: Refusal) -> str:
    """What a person does about a payload that did not land: accepts it, or corrects the cause of the refusal."""
    if refusal.checks:
        return accept_command(provenance.sha256[:_SHOWN_OF_A_HASH])
    return retry_command(provenance.sha256)


def publication_order(item: Landed) -> tuple[dt.date, dt.datetime, str]:
    """Sorts by publication, then retrieval, then name: the order of vintages."""
    return item.provenance.published_on, item.provenance.retrieved_at, item.provenance.edition_id


def _iso(value: object) -> str:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a sidecar")


def _store(
    folder: Path,
    payload: bytes,
    provenance: Provenance,
    companions: Mapping[str, str] | None = None,
    *,
    mode: int = 0o644,
) -> Landed:
    """`companions`: further files of the payload, by the ending of their names."""
    # The sidecar is written last: a payload without one was interrupted and is not there.
    path = folder / f"{provenance.sha256}{_EXTENSIONS.get(provenance.media_type, '.bin')}"
    write_whole(path, payload, mode=mode)
    for ending, text in {**(companions or {}), _SIDECAR: provenance.to_json()}.items():
        write_whole(_next_to(path, ending), text.encode(), mode=mode)
    return Landed(path, provenance)


def _next_to(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _folders(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def _read_folder(folder: Path) -> Iterator[Landed]:
    if not folder.is_dir():
        return
    for sidecar in sorted(folder.glob(f"*{_SIDECAR}")):
        item = _read_sidecar(sidecar)
        if isinstance(item, Landed):
            yield item


def _read_sidecar(sidecar: Path) -> Landed | str:
    """The payload of a sidecar, or what is wrong with the sidecar."""
    try:
        provenance = Provenance.from_json(read_ordinary(sidecar).decode())
    except _DAMAGED as error:
        return f"is no sidecar: {type(error).__name__}: {error}"
    return Landed(sidecar.with_name(sidecar.name.removesuffix(_SIDECAR)), provenance)


def _read_layout(item: Landed) -> Fingerprint | str | None:
    """The layout of a payload, or what is wrong with the record of it; None where none was kept."""
    path = _next_to(item.path, _LAYOUT)
    if not path.exists():
        return None
    try:
        layout: Fingerprint = json.loads(read_ordinary(path))
        differences(layout, layout)
    except _DAMAGED as error:
        return f"is no layout: {type(error).__name__}: {error}"
    return layout


def _read_refusal(item: Landed) -> Refusal | str:
    """Why a payload is in quarantine, or what is wrong with the record of it."""
    try:
        record = json.loads(read_ordinary(_next_to(item.path, _REFUSAL)))
        json.dumps(record, ensure_ascii=False).encode()  # an escape may be half a surrogate pair
        record["refused_at"] = dt.datetime.fromisoformat(record["refused_at"])
        record["checks"] = tuple(record.get("checks", ()))
        record["obstacles"] = tuple(record.get("obstacles", ()))
        return Refusal(**record)
    except _DAMAGED as error:
        return f"is no record of a refusal: {type(error).__name__}: {error}"


def _discard(item: Landed) -> None:
    """The sidecar first: without it the payload is not there."""
    _next_to(item.path, _SIDECAR).unlink()
    for path in (_next_to(item.path, _REFUSAL), item.path):
        path.unlink(missing_ok=True)


def _remove_without_sidecar(folder: Path) -> None:
    """Remove payloads, layouts and refusals that no sidecar refers to, and that no process is about to give one."""
    payloads = {path.name.removesuffix(_SIDECAR) for path in folder.glob(f"*{_SIDECAR}")}
    known = {f"{name}{ending}" for name in payloads for ending in ("", _SIDECAR, _LAYOUT, _REFUSAL)}
    for path in folder.iterdir():
        if path.is_file() and path.name not in known and is_abandoned(path):
            path.unlink(missing_ok=True)
