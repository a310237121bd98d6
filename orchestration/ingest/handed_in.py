"""Identity of a handed-in file: its content decides, and its name, ending and options must agree with it.

Belongs here: the format of a file by its bytes, naming the edition, contradictions between content, ending, name, day
and edition. Does not belong here: the formats and names of one source (its record in sources), reading a format
(transforms.parse), the command (land), whether the figures are accepted (acceptance).
"""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestration.ingest.landing_store import CSV, GZIP, JSON, TSV, XLSX, ZIP, Provenance
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.sources.source import Format, Said, Source, sidecar
from transforms import limits
from transforms.errors import LayoutError, PayloadError
from transforms.inert_text import is_whole
from transforms.parse.identity import Identity
from transforms.payload import DAMAGED_ARCHIVE, opening

# The IMF calls its tab-separated text `.xls`, a workbook made of it is `.xlsx`.
_ENDINGS: Final = {
    XLSX: (".xlsx",),
    ZIP: (".zip",),
    JSON: (".json",),
    CSV: (".csv", ".txt"),
    TSV: (".tsv", ".txt", ".xls", ".csv"),
    GZIP: (".gz",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said of a file from outside; None or empty where nothing is said, for the file says it itself."""

    name: str
    published_on: dt.date | None = None
    edition: str | None = None
    title: str = ""


def payload_of(file: Path) -> bytes:
    """The bytes of a file that is handed in.

    Raises `PayloadError` for what is no ordinary file (a pipe or a device may never end), for an empty file, one of
    more than `limits.PAYLOAD_BYTES`, and one that is written to while it is read; OSError for what cannot be opened.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe waits for its writer otherwise
    with os.fdopen(descriptor, "rb") as opened:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise PayloadError(place=str(file), expected="an ordinary file", found="a folder, a pipe or a device")
        if not 0 < before.st_size <= limits.PAYLOAD_BYTES:
            expected = f"a file of 1 to {limits.PAYLOAD_BYTES} bytes"
            raise PayloadError(place=str(file), expected=expected, found=f"{before.st_size} bytes")
        payload = opened.read(limits.PAYLOAD_BYTES + 1)
        after = os.fstat(descriptor)
    if len(payload) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise PayloadError(
            place=str(file),
            expected="a file that is complete",
            found="it changed while it was read",
            advice="hand it in when it has arrived whole",
        )
    return payload


def provenance_of(source_id: str, payload: bytes, claims: Claims, *, url: str) -> Provenance:
    """Sidecar of a file that is handed in.

    Raises `RefusedInputError` for a file that is none of the source's formats, that contradicts what is claimed of it,
    or that leaves its day or edition open.
    """
    source = _source(source_id)
    _prove_text(claims, url)
    media_type = _media_type(payload)
    format_ = _format(source, payload, media_type)
    _prove_ending(claims.name, media_type)
    identity = format_.identity(payload) if format_.identity else Identity(definition=source_id)
    said = source.said_by_name(claims.name)
    _prove_data_set(claims.name, said, identity)
    published_on = identity.day(claims.published_on)
    edition = _edition(source, claims, said, identity, published_on)
    definition_on = source.definition_on if format_.identity is None else None
    return sidecar(
        source_id,
        ":".join(part for part in (identity.data_set, edition) if part),
        title=claims.title or _title(source, identity.data_set),
        published_on=published_on,
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=url,
        media_type=media_type,
        format_=format_,
        definition=definition_on(published_on) if definition_on else identity.definition,
        origin="dropped",
        note=_note(claims, said, identity, edition),
    )


def _source(source_id: str) -> Source:
    if source_id not in SOURCES:
        raise PayloadError(place="--source", expected=f"a source among {', '.join(SOURCES)}", found=source_id)
    return SOURCES[source_id]


def _prove_text(claims: Claims, url: str) -> None:
    """What is said of a file is published with it: text that UTF-8 can write."""
    for place, text in (("name", claims.name), ("--title", claims.title), ("--url", url)):
        if not is_whole(text):
            raise PayloadError(
                place=place, expected="text that UTF-8 can write", found=text, advice="write it otherwise"
            )


def _media_type(payload: bytes) -> str:
    if payload.startswith(b"PK"):
        return XLSX if "xl/workbook.xml" in _members(payload) else ZIP
    if payload.startswith(b"\x1f\x8b"):
        return GZIP
    if opening(payload).startswith((b"{", b"[")):
        return JSON
    line = payload.replace(b"\x00", b"").partition(b"\n")[0]
    return TSV if line.count(b"\t") > line.count(b",") else CSV


def _members(payload: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return archive.namelist()
    except DAMAGED_ARCHIVE as error:
        raise PayloadError(place="archive", expected="a whole archive", found=str(error)) from error


def _format(source: Source, payload: bytes, media_type: str) -> Format:
    for format_ in source.formats:
        if media_type in format_.media_types and format_.recognised(payload):
            return format_
    known = dict.fromkeys(kind for format_ in source.formats for kind in format_.media_types)
    raise PayloadError(
        place="file",
        expected=f"{source.source_id}: {', '.join(known)}",
        found=media_type,
        advice="say by --source whose file it is",
    )


def _prove_ending(name: str, media_type: str) -> None:
    ending = Path(name).suffix.lower()
    if ending not in _ENDINGS[media_type]:
        raise PayloadError(
            place=name,
            expected=f"{' or '.join(_ENDINGS[media_type])}, the ending of what it holds, {media_type}",
            found=ending or "no ending",
            advice="hand in the file that you mean, or rename it",
        )


def _prove_data_set(name: str, said: Said, identity: Identity) -> None:
    if said.data_sets and identity.data_set not in said.data_sets:
        raise LayoutError(
            place=name,
            expected=f"{identity.data_set}, as the file says",
            found=f"{', '.join(said.data_sets)} in its name",
            advice="the content decides: hand in the file that you mean, or rename it",
        )


def _edition(source: Source, claims: Claims, said: Said, identity: Identity, published_on: dt.date) -> str:
    """The edition's name; what the file prints, its name and what is claimed must be it.

    Which issue of an edition it is a file leaves open: the source's own name for it, or a person, may add that.
    """
    claimed = claims.edition.rpartition(":")[2] if claims.edition else None
    if said.edition is not None:
        identity.prove_edition(said.edition, place=claims.name)
    if identity.reissued and identity.edition is not None:
        edition = claimed or (said.edition if said.by_source and said.edition else identity.edition)
    else:
        edition = source.edition_on(published_on)
    identity.prove_edition(edition)
    by_name = said.edition if said.by_source or not identity.reissued else None
    for place, other, words in ((claims.name, by_name, by_name), ("--edition", claimed, claims.edition)):
        if other is not None and other != edition:
            raise LayoutError(
                place=place, expected=edition, found=str(words), advice="leave it out: the file itself states it"
            )
    return edition


def _note(claims: Claims, said: Said, identity: Identity, edition: str) -> str | None:
    """What the file does not prove of its edition: which issue it is, and who says so."""
    if not identity.reissued:
        return None
    by = "--edition" if claims.edition else "its name" if said.by_source else None
    issue = f"issue {edition} only by {by}" if by else "which issue of it nothing says"
    return f"{identity.edition} by its tables, {issue}; handed in as {claims.name}"


def _title(source: Source, data_set: str | None) -> str:
    if data_set is None:
        return source.title
    return source.data_set_titles.get(data_set, f"{source.title}, {data_set}")
