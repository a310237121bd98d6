"""What a fault is: a corruption of the bytes (or of the sidecar) of one good edition.

Belongs here: the record of a fault, and the carriers: good editions to spoil, and what is held when they arrive.
Does not belong here: any particular corruption, and what the pipeline makes of it (trial).
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from openpyxl import Workbook

from orchestration.ingest.bundle import ORIGINS, make_edition
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import CSV, JSON, XLSX, ZIP, Provenance
from orchestration.ingest.replies import archive
from orchestration.ingest.sources import imf
from tests.factories import bundled as made
from tests.faults.workbook_faults import Corruption, edited

Edition = tuple[bytes, Provenance]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PAYLOADS: Final = REPOSITORY.parent / "shared" / "payloads"


@dataclass(frozen=True, slots=True)
class Fault:
    """One corruption of a carrier. `redated` is the wrong day of publication that its sender gives it."""

    name: str
    carrier: str
    corrupt: Corruption
    redated: dt.date | None = None

    @property
    def id(self) -> str:
        return f"{self.carrier}: {self.name}"

    def spoiled(self) -> Edition:
        """The spoiled edition; ValueError if the corruption changes nothing."""
        payload, provenance = good_edition(self.carrier)
        spoiled = self.corrupt(payload)
        if self.redated is not None:
            return spoiled, _redated(provenance, self.redated)
        if _content(spoiled) == _content(payload):
            raise ValueError(f"{self.id} changes nothing")
        return spoiled, provenance


def _content(payload: bytes) -> bytes | dict[str, bytes]:
    """A payload without the time of its saving, which a workbook holds."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as held:
            return {name: held.read(name) for name in held.namelist() if not name.startswith("docProps/")}
    except zipfile.BadZipFile:
        return payload


def faults_of(carrier: str, corruptions: Mapping[str, Corruption]) -> tuple[Fault, ...]:
    return tuple(Fault(name, carrier, corrupt) for name, corrupt in corruptions.items())


def _redated(provenance: Provenance, day: dt.date) -> Provenance:
    """The day of publication is in most names of editions, or its month."""
    before = provenance.published_on
    name = provenance.edition_id.replace(f"{before}", f"{day}").replace(f"{before:%Y-%m}", f"{day:%Y-%m}")
    return replace(provenance, published_on=day, edition_id=name)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A good edition to spoil, and what is held when it arrives: the bundled ones but `instead_of`, and `before`.

    `file`, below the payloads, is what it is made from where it is a source's own file. `arriving` turns a payload into
    what is handed in; it may refuse it as a parser does.
    """

    says: str
    good: Callable[[], Edition]
    instead_of: tuple[str, ...] = ()
    before: Callable[[], Edition] | None = None
    file: str = ""
    arriving: Callable[[bytes, Provenance], Edition] = lambda payload, provenance: (payload, provenance)

    @property
    def can_be_tried(self) -> bool:
        """A source's own file is not everywhere."""
        return not self.file or (PAYLOADS / self.file).exists()


@cache
def good_edition(carrier: str) -> Edition:
    """Bytes and sidecar of the edition that a carrier's faults spoil."""
    return CARRIERS[carrier].good()


@cache
def edition_before(carrier: str) -> Edition | None:
    """The edition that is held with the bundled ones when a carrier's edition arrives."""
    before = CARRIERS[carrier].before
    return before() if before else None


def _handed_in(source: str, name: str, day: dt.date, payload: bytes) -> Edition:
    return payload, provenance_of(
        source, payload, Claims(name=name, published_on=day), url=f"https://example.org/{name}"
    )


def _bundled(edition_id: str) -> Edition:
    """A bundled edition with its rows in another order: the same figures, and bytes that have not landed."""
    payload, provenance = _bundle()[edition_id]
    header, *rows = payload.splitlines(keepends=True)
    return b"".join([header, *reversed(rows)]), provenance


@cache
def _bundle() -> dict[str, Edition]:
    sources = dict.fromkeys(edition_id.partition(":")[0] for edition_id in ORIGINS)
    return {found[1].edition_id: found for source in sources for found in bundled_editions(source)}


def _published(edition_id: str, media_type: str) -> Edition:
    """The source's own file, of which a bundled edition was made, whole, with that edition's sidecar."""
    origin, (_, provenance) = ORIGINS[edition_id], _bundle()[edition_id]
    payload = (PAYLOADS / origin.file).read_bytes()
    if origin.format == imf.DATAMAPPER.name:
        payload = archive({"NGDPD.json": payload})
    sidecar = replace(
        provenance,
        format=origin.format,
        media_type=media_type,
        completeness="complete",
        origin="dropped",
        source_sha256=None,
    )
    return payload, sidecar


def as_published(edition_id: str) -> Edition:
    """The source's own file, of which a bundled edition was made, as it is."""
    file = Path(ORIGINS[edition_id].file)
    archived = ORIGINS[edition_id].format == imf.DATAMAPPER.name
    return _published(edition_id, ZIP if archived else _MEDIA_TYPES[file.suffix])


def _nato_published() -> Edition:
    payload, provenance = _published("nato:2024-06-17", XLSX)
    return edited()(payload), provenance


def _sipri_published(edition_id: str) -> Edition:
    payload, provenance = _published(edition_id, XLSX)
    name = f"sipri:{_CENTURY}-{edition_id.partition('-')[2]}"
    return edited(_without_the_last_century)(payload), replace(provenance, edition_id=name)


def _without_the_last_century(workbook: Workbook) -> None:
    """SIPRI's sheets from 2000 on: a third of the cells, and of the time of a trial."""
    for sheet in workbook.worksheets[1:-1]:
        header = next(row for row in sheet.iter_rows() if row[0].value in {"Country", "Region"})
        columns = [cell.column for cell in header if isinstance(cell.value, int) and cell.value < _CENTURY]
        sheet.delete_cols(columns[0], len(columns))


def _before(edition: Edition) -> Edition:
    """The same figures in other bytes, landed a month before: what arrives is a further issue of the edition."""
    payload, provenance = edition
    return _written_otherwise(payload), replace(provenance, published_on=provenance.published_on - dt.timedelta(30))


def _written_otherwise(payload: bytes) -> bytes:
    if payload.startswith(b"{"):
        return json.dumps(json.loads(payload), indent=2).encode()
    if payload.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(payload)) as held:
            return archive({name: _written_otherwise(held.read(name)) for name in held.namelist()})
    return payload


def _transcribed(payload: bytes, provenance: Provenance) -> Edition:
    return make_edition(provenance.edition_id, payload)


_CENTURY: Final = 2000
_MEDIA_TYPES: Final = {".xlsx": XLSX, ".zip": ZIP, ".json": JSON, ".csv": CSV}
_NATO_2026, _SIPRI_2024, _SIPRI_2025 = "nato:2026-07-10", "sipri:1948-2023", "sipri:1949-2024_2"


def _sent_monthly(edition_id: str, says: str, media_type: str) -> Carrier:
    return Carrier(
        says,
        lambda: _published(edition_id, media_type),
        instead_of=(edition_id,),
        before=lambda: _before(_published(edition_id, media_type)),
        file=ORIGINS[edition_id].file,
    )


CARRIERS: Final[dict[str, Carrier]] = {
    "NATO workbook": Carrier(
        "made in NATO's layout with the bundled figures of June 2024, sent again: the good ones are held",
        lambda: _handed_in("nato", "240617-def-exp-2024-TABLES-en.xlsx", dt.date(2024, 6, 17), made.nato_2024()),
    ),
    "NATO published": Carrier(
        "NATO's own workbook of June 2024, sent again: the good one is held",
        _nato_published,
        file=ORIGINS["nato:2024-06-17"].file,
    ),
    "NATO transcription": Carrier(
        "figures of NATO's workbook of July 2026 as copied by hand; the editions before it are held",
        lambda: ((PAYLOADS / ORIGINS[_NATO_2026].file).read_bytes(), _bundle()[_NATO_2026][1]),
        instead_of=(_NATO_2026,),
        file=ORIGINS[_NATO_2026].file,
        arriving=_transcribed,
    ),
    "NATO figures": Carrier(
        "the bundled edition of July 2026; the editions before it are held",
        lambda: _bundled(_NATO_2026),
        instead_of=(_NATO_2026,),
    ),
    "SIPRI published": Carrier(
        "SIPRI's own workbook of April 2025 from the year 2000 on; that of the year before is held",
        lambda: _sipri_published(_SIPRI_2025),
        instead_of=(_SIPRI_2024, _SIPRI_2025),
        before=lambda: _sipri_published(_SIPRI_2024),
        file=ORIGINS[_SIPRI_2025].file,
    ),
    "SIPRI figures": Carrier(
        "the bundled excerpt of that workbook; the release before it is held",
        lambda: _bundled(_SIPRI_2025),
        instead_of=(_SIPRI_2025,),
    ),
    "World Bank published": _sent_monthly(
        "world_bank:2026-02-24", "the World Bank's own file of SIPRI's shares; the same of a month before is held", ZIP
    ),
    "World Bank figures": Carrier(
        "the bundled excerpt of that file, sent again", lambda: _bundled("world_bank:2026-02-24")
    ),
    "World Bank CSV": Carrier(
        "made in the layout of the bulk download with the bundled figures of GDP, a year later",
        lambda: _handed_in("world_bank", "API.csv", dt.date(2025, 10, 24), made.world_bank_gdp()),
    ),
    "IMF published": _sent_monthly(
        "imf:2024-10", "the IMF's own reply of October 2024; the same of a month before is held", ZIP
    ),
    "IMF figures": Carrier("the bundled excerpt of that reply, sent again", lambda: _bundled("imf:2024-10")),
    "IMF SDMX": Carrier(
        "made in the layout of the SDMX interface with the bundled figures a thousandth higher, a year later",
        lambda: _handed_in("imf", "weo.csv", dt.date(2025, 10, 14), made.imf_gdp()),
    ),
    "Eurostat published": _sent_monthly(
        "eurostat:gov_ev:2026-04-27", "Eurostat's own reply of April 2026; the same of a month before is held", JSON
    ),
    "Eurostat figures": Carrier(
        "the bundled figures of that reply, sent again", lambda: _bundled("eurostat:gov_ev:2026-04-27")
    ),
    "Eurostat CSV": Carrier(
        "made in the layout of the data set by function, with the bundled figures; none of it is held",
        lambda: _handed_in("eurostat", "gov_10a_exp.csv", dt.date(2026, 10, 21), made.eurostat_by_function()),
    ),
}
