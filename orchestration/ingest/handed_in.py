"""What a file is that somebody hands in: its own content says so, and what is said of it from outside is held to that.

Belongs here: telling the formats of a source apart by their bytes, naming the edition, contradictions between content,
ending, name, day and edition. Does not belong here: reading a format (transforms.parse), the command (land), whether
the figures are accepted (intake).
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestration.ingest import parsing
from orchestration.ingest.landing_store import GZIP, TSV, XLSX, Provenance
from orchestration.ingest.sources.nato import CORE_SINCE_YEAR
from orchestration.ingest.sources.sipri import edition_of_name
from orchestration.ingest.sources.source import CSV, JSON, ZIP, terms
from transforms.errors import LayoutError, PayloadError
from transforms.parse.identity import Identity
from transforms.parse.imf.database import is_database_text
from transforms.parse.imf.subjects import EDITION_MONTHS, edition_of_day
from transforms.parse.world_bank import SERIES as WORLD_BANK_SERIES

_NATO: Final = "Defence expenditure of NATO countries"
_TITLES: Final = {
    "nato": _NATO,
    "sipri": "SIPRI Military Expenditure Database",
    "world_bank": "World Development Indicators",
    "imf": "World Economic Outlook",
    "gov_ev": "Government expenditure on defence (gov_ev)",
    "gov_10a_exp": "Government expenditure by function, defence (gov_10a_exp)",
}
# By source and media type: the format, or the function that tells two of them apart.
_FORMATS: Final[dict[tuple[str, str], str | Callable[[bytes], str]]] = {
    ("nato", XLSX): parsing.NATO_WORKBOOK,
    ("nato", CSV): parsing.FIGURES,
    ("sipri", XLSX): parsing.SIPRI_WORKBOOK,
    ("world_bank", CSV): parsing.WORLD_BANK_CSV,
    ("world_bank", ZIP): lambda payload: (
        parsing.WORLD_BANK_PAGES if _holds_replies(payload) else parsing.WORLD_BANK_CSV
    ),
    ("world_bank", JSON): parsing.WORLD_BANK_PAGES,
    ("imf", CSV): lambda payload: parsing.IMF_DATABASE if is_database_text(payload) else parsing.IMF_SDMX_CSV,
    ("imf", TSV): parsing.IMF_DATABASE,
    ("imf", XLSX): parsing.IMF_DATABASE,
    ("imf", JSON): parsing.IMF_DATAMAPPER,
    ("imf", ZIP): parsing.IMF_DATAMAPPER,
    ("eurostat", JSON): parsing.EUROSTAT_JSONSTAT,
    ("eurostat", CSV): parsing.EUROSTAT_SDMX_CSV,
    ("eurostat", GZIP): parsing.EUROSTAT_SDMX_CSV,
}
# The IMF calls its tab-separated text `.xls`, a workbook made of it is `.xlsx`.
_ENDINGS: Final = {
    XLSX: (".xlsx",),
    ZIP: (".zip",),
    JSON: (".json",),
    CSV: (".csv", ".txt"),
    TSV: (".tsv", ".txt", ".xls", ".csv"),
    GZIP: (".gz",),
}
# What a file's name may say of its content: data sets by their codes, editions of the WEO by month and year.
_DATA_SETS_IN_NAMES: Final = {
    "world_bank": re.compile("|".join(re.escape(code) for code in WORLD_BANK_SERIES)),
    "eurostat": re.compile(r"gov_ev|gov_10a_exp"),
}
_WEO_IN_NAMES: Final = re.compile(r"WEO(?P<month>Apr|Oct)(?P<year>\d{4})", re.IGNORECASE)  # WEOApr2022all.xls


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is said of a file from outside; None or empty where nothing is said, for the file says it itself."""

    name: str
    published_on: dt.date | None = None
    edition: str | None = None
    title: str = ""


def provenance_of(source: str, payload: bytes, claims: Claims, *, url: str) -> Provenance:
    """Sidecar of a file that is handed in.

    Raises `RefusedInputError` for a file that is none of the source's formats, that contradicts what is claimed of it,
    or that leaves its day or edition open.
    """
    media_type = _media_type(payload)
    format_ = _format(source, payload, media_type)
    _prove_ending(claims.name, media_type)
    read = parsing.IDENTITIES.get(format_)
    identity = read(payload) if read else None
    if identity:
        _prove_name(source, claims.name, identity)
    published_on = _day(source, claims, identity)
    edition = _edition(source, claims, identity, published_on)
    data_set = identity.data_set if identity else None
    licence, citation = terms(source)
    return Provenance(
        source_id=source,
        edition_id=":".join(part for part in (source, data_set, edition) if part),
        title=claims.title or _title(source, data_set),
        published_on=published_on,
        retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        url=url,
        media_type=media_type,
        format=format_,
        definition=identity.definition if identity else _definition(source, published_on),
        completeness="complete",
        origin="dropped",
        licence=licence,
        citation=citation,
        note=edition_of_name(claims.name)[1] if source == "sipri" else None,
        sha256="",
        bytes=0,
    )


def _media_type(payload: bytes) -> str:
    if payload.startswith(b"PK"):
        return XLSX if "xl/workbook.xml" in _members(payload) else ZIP
    if payload.startswith(b"\x1f\x8b"):
        return GZIP
    opening = payload[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if opening.startswith((b"{", b"[")):
        return JSON
    line = payload.replace(b"\x00", b"").partition(b"\n")[0]
    return TSV if line.count(b"\t") > line.count(b",") else CSV


def _members(payload: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            return archive.namelist()
    except zipfile.BadZipFile as error:
        raise PayloadError(place="archive", expected="a whole archive", found=str(error)) from error


def _holds_replies(payload: bytes) -> bool:
    return all(name.endswith(("/", ".json")) for name in _members(payload))


def _format(source: str, payload: bytes, media_type: str) -> str:
    found = _FORMATS.get((source, media_type))
    if found is None:
        known = [kind for of, kind in _FORMATS if of == source]
        sources = ", ".join(dict.fromkeys(of for of, _ in _FORMATS))
        raise PayloadError(
            place="file",
            expected=f"{source}: {', '.join(known)}" if known else f"a source among {sources}",
            found=f"{media_type}" if known else source,
            advice="say by --source whose file it is" if known else "",
        )
    return found if isinstance(found, str) else found(payload)


def _prove_ending(name: str, media_type: str) -> None:
    ending = Path(name).suffix.lower()
    if ending not in _ENDINGS[media_type]:
        raise PayloadError(
            place=name,
            expected=f"{' or '.join(_ENDINGS[media_type])}, the ending of what it holds, {media_type}",
            found=ending or "no ending",
            advice="hand in the file that you mean, or rename it",
        )


def _prove_name(source: str, name: str, identity: Identity) -> None:
    known = _DATA_SETS_IN_NAMES.get(source)
    said = known.findall(name) if known else []
    if said and identity.data_set not in said:
        raise LayoutError(
            place=name,
            expected=f"{identity.data_set}, as the file says",
            found=f"{', '.join(said)} in its name",
            advice="the content decides: hand in the file that you mean, or rename it",
        )
    weo = _WEO_IN_NAMES.search(name) if source == "imf" else None
    if weo:
        identity.prove_edition(f"{weo['year']}-{EDITION_MONTHS[weo['month'].upper()]}")


def _day(source: str, claims: Claims, identity: Identity | None) -> dt.date:
    return (identity or Identity(definition=source)).day(claims.published_on)


def _edition(source: str, claims: Claims, identity: Identity | None, published_on: dt.date) -> str:
    """The edition's name; what the file prints, and what is claimed, must be it."""
    name = _edition_name(source, claims.name, published_on)
    if identity:
        identity.prove_edition(name)
    said = (claims.edition or name).rpartition(":")[2]
    if said != name:
        raise LayoutError(
            place="--edition", expected=name, found=str(claims.edition), advice="leave it out: the file says it itself"
        )
    return name


def _edition_name(source: str, file_name: str, published_on: dt.date) -> str:
    if source == "imf":
        return edition_of_day(published_on)
    if source != "sipri":
        return f"{published_on}"
    return edition_of_name(file_name)[0]


def _definition(source: str, published_on: dt.date) -> str:
    if source == "nato":
        return "nato_core" if published_on.year >= CORE_SINCE_YEAR else "nato"
    return source


def _title(source: str, data_set: str | None) -> str:
    if data_set is None:
        return _TITLES[source]
    return _TITLES.get(data_set, f"{_TITLES.get(source, source)}, {data_set}")
