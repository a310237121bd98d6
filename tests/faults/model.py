"""What a fault is: a corruption of the bytes (or of the sidecar) of one good edition.

Belongs here: the record of a fault, and the carriers: good editions to spoil, and what is held when they arrive.
Does not belong here: any particular corruption, and what the pipeline makes of it (trial).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from openpyxl import load_workbook

from orchestration.land import provenance_of
from orchestration.landing import XLSX, Provenance
from orchestration.parsing import IMF_DATAMAPPER, archive
from orchestration.sources.bundle import ORIGINS, bundled_editions, make_edition
from orchestration.sources.source import JSON, ZIP
from tests.factories.eurostat import csv_row
from tests.factories.eurostat import sdmx_csv as eurostat_csv
from tests.factories.imf import sdmx_csv, sdmx_row
from tests.factories.nato_workbook import nato_workbook
from tests.factories.world_bank import bulk_csv

Corruption = Callable[[bytes], bytes]
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
        if spoiled == payload:
            raise ValueError(f"{self.id} changes nothing")
        return spoiled, provenance


def _redated(provenance: Provenance, day: dt.date) -> Provenance:
    """The day of publication is in most names of editions, or its month."""
    before = provenance.published_on
    name = provenance.edition_id.replace(f"{before}", f"{day}").replace(f"{before:%Y-%m}", f"{day:%Y-%m}")
    return replace(provenance, published_on=day, edition_id=name)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A good edition to spoil, and what is held when it arrives: the bundled editions without `instead_of`, and `before`.

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


def _handed_in(source: str, name: str, day: dt.date, payload: bytes) -> Edition:
    return payload, provenance_of(source, name, day, url=f"https://example.org/{name}")


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
    """The source's own file, of which a bundled edition was made, with that edition's sidecar."""
    origin, (_, provenance) = ORIGINS[edition_id], _bundle()[edition_id]
    payload = (PAYLOADS / origin.file).read_bytes()
    if media_type == XLSX:
        payload = _saved_again(payload)
    if origin.format == IMF_DATAMAPPER:
        payload = archive({"NGDPD.json": payload})
    sidecar = replace(provenance, format=origin.format, media_type=media_type, origin="dropped", source_sha256=None)
    return payload, sidecar


def _saved_again(payload: bytes) -> bytes:
    """As every spoiled copy is: a library writes other bytes than the source's program."""
    content = io.BytesIO()
    load_workbook(io.BytesIO(payload)).save(content)
    return content.getvalue()


def _transcribed(payload: bytes, provenance: Provenance) -> Edition:
    return make_edition(provenance.edition_id, payload)


def _carrier_published(edition_id: str, says: str, media_type: str, **held: object) -> Carrier:
    file = ORIGINS[edition_id].file
    return Carrier(says, lambda: _published(edition_id, media_type), file=file, **held)  # type: ignore[arg-type]


def _made_world_bank() -> bytes:
    return bulk_csv({code: ("4000000000000", "4100000000000") for code in ("DEU", "FRA", "ITA", "ESP", "POL")})


def _made_imf() -> bytes:
    return sdmx_csv([sdmx_row(country, year=year) for country in ("SVK", "DEU", "FRA") for year in ("2023", "2024")])


def _made_eurostat() -> bytes:
    money = [csv_row(geo, year) for geo in ("DE", "EL", "FR") for year in ("2022", "2023")]
    share = [csv_row(geo, year, "1.1", unit="PC_GDP") for geo in ("DE", "EL", "FR") for year in ("2022", "2023")]
    return eurostat_csv([*money, *share])


_NATO_EDITIONS: Final = tuple(edition_id for edition_id in ORIGINS if edition_id.startswith("nato:"))
_NATO_2026, _SIPRI_2025 = "nato:2026-07-10", "sipri:1949-2024_2"
_MADE: Final = "{}-def-exp-{}-TABLES-en.xlsx"

CARRIERS: Final[dict[str, Carrier]] = {
    "NATO workbook": Carrier(
        "made in NATO's layout of 2024, with figures that keep NATO's accounting; the same made a year before is held",
        lambda: _handed_in("nato", _MADE.format("240630", 2024), dt.date(2024, 6, 30), nato_workbook()),
        instead_of=_NATO_EDITIONS,
        before=lambda: _handed_in(
            "nato", _MADE.format("230630", 2023), dt.date(2023, 6, 30), nato_workbook(last_year=2023)
        ),
    ),
    "NATO published": _carrier_published(
        "nato:2024-06-17", "NATO's own workbook of June 2024, sent again: the good one is held", XLSX
    ),
    "NATO transcription": Carrier(
        "figures of NATO's workbook of July 2026 as somebody copied them; the editions before it are held",
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
    "SIPRI published": _carrier_published(
        _SIPRI_2025, "SIPRI's own workbook of April 2025; the release before it is held", XLSX, instead_of=(_SIPRI_2025,)
    ),
    "SIPRI figures": Carrier(
        "the bundled excerpt of that workbook; the release before it is held",
        lambda: _bundled(_SIPRI_2025),
        instead_of=(_SIPRI_2025,),
    ),
    "World Bank published": _carrier_published(
        "world_bank:2026-02-24", "the World Bank's own file of SIPRI's shares, sent again: the good one is held", ZIP
    ),
    "World Bank figures": Carrier(
        "the bundled excerpt of that file, sent again", lambda: _bundled("world_bank:2026-02-24")
    ),
    "World Bank CSV": Carrier(
        "made in the layout of the bulk download; two editions with other figures are held",
        lambda: _handed_in("world_bank", "API.csv", dt.date(2026, 4, 8), _made_world_bank()),
    ),
    "IMF published": _carrier_published(
        "imf:2024-10", "the IMF's own reply of October 2024, sent again: the good one is held", ZIP
    ),
    "IMF figures": Carrier("the bundled excerpt of that reply, sent again", lambda: _bundled("imf:2024-10")),
    "IMF SDMX": Carrier(
        "made in the layout of the SDMX interface; an edition with other figures is held",
        lambda: _handed_in("imf", "weo.csv", dt.date(2025, 10, 14), _made_imf()),
    ),
    "Eurostat published": _carrier_published(
        "eurostat:gov_ev:2026-04-27", "Eurostat's own reply of April 2026, sent again: the good one is held", JSON
    ),
    "Eurostat figures": Carrier(
        "the bundled figures of that reply, sent again", lambda: _bundled("eurostat:gov_ev:2026-04-27")
    ),
    "Eurostat CSV": Carrier(
        "made in the layout of the data set by function; none of it is held",
        lambda: _handed_in("eurostat", "gov_10a_exp.csv", dt.date(2026, 10, 21), _made_eurostat()),
    ),
}
