"""What a fault is: a corruption of the bytes (or of the sidecar) of one good edition.

Belongs here: the record and the carriers (good editions to spoil). Does not belong here: any particular corruption, and
what the pipeline makes of it (trial).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from openpyxl import load_workbook

from orchestration.land import provenance_of
from orchestration.landing import Provenance
from orchestration.sources.bundle import bundled_editions
from tests.factories.eurostat import AXES, jsonstat
from tests.factories.imf import sdmx_csv, sdmx_row
from tests.factories.nato_workbook import nato_workbook
from tests.factories.sipri_workbook import payload_of, sipri_workbook
from tests.factories.world_bank import bulk_csv

Corruption = Callable[[bytes], bytes]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PAYLOADS: Final = REPOSITORY.parent / "shared" / "payloads"
REAL_WORKBOOK: Final = PAYLOADS / "nato" / "240617-def-exp-2024-TABLES-en.xlsx"


@dataclass(frozen=True, slots=True)
class Fault:
    """One corruption. `untold` says why it cannot be told from a revision, where nothing catches it."""

    name: str
    carrier: str
    corrupt: Corruption
    untold: str = ""
    sidecar: Mapping[str, dt.date] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.carrier}: {self.name}"

    def spoiled(self) -> tuple[bytes, Provenance]:
        """The spoiled edition; ValueError if the corruption changes nothing."""
        payload, provenance = good_edition(self.carrier)
        spoiled = self.corrupt(payload)
        if spoiled == payload and not self.sidecar:
            raise ValueError(f"{self.id} changes nothing")
        return spoiled, replace(provenance, **self.sidecar)  # type: ignore[arg-type] # dates alone


@cache
def good_edition(carrier: str) -> tuple[bytes, Provenance]:
    """Bytes and sidecar of the edition that a carrier's faults spoil."""
    return _CARRIERS[carrier]()


def _handed_in(source: str, name: str, day: dt.date, payload: bytes) -> tuple[bytes, Provenance]:
    return payload, provenance_of(source, name, day, url=f"https://example.org/{name}")


def _bundled(edition_id: str) -> tuple[bytes, Provenance]:
    """A bundled edition with its rows in another order: the same figures, and bytes that have not landed."""
    source = edition_id.partition(":")[0]
    payload, provenance = next(found for found in bundled_editions(source) if found[1].edition_id == edition_id)
    header, *rows = payload.splitlines(keepends=True)
    return b"".join([header, *reversed(rows)]), provenance


def _saved_again(path: Path) -> bytes:
    """As every spoiled copy is: saving rounds the last digits of a float."""
    content = io.BytesIO()
    load_workbook(path).save(content)
    return content.getvalue()


def _made_world_bank() -> bytes:
    cells = {code: ("4000000000000", "4100000000000") for code in ("DEU", "FRA", "ITA", "ESP", "POL")}
    return bulk_csv(cells)


def _made_imf() -> bytes:
    return sdmx_csv([sdmx_row(country, year=year) for country in ("SVK", "DEU", "FRA") for year in ("2023", "2024")])


def _made_eurostat() -> bytes:
    values = {"0": 52_000.0, "1": 55_000.0, "2": 6_000.0, "3": 6_500.0, "4": 1.2, "5": 1.3, "6": 2.5, "7": 2.6}
    return jsonstat(values, axes=AXES)


# carrier -> its good edition. "NATO workbook" is made in NATO's layout; "NATO published" is its own file, which a clone has not.
_CARRIERS: Final[dict[str, Callable[[], tuple[bytes, Provenance]]]] = {
    "NATO workbook": lambda: _handed_in(
        "nato", "240630-def-exp-2024-TABLES-en.xlsx", dt.date(2024, 6, 30), nato_workbook()
    ),
    "NATO published": lambda: _handed_in("nato", REAL_WORKBOOK.name, dt.date(2024, 6, 17), _saved_again(REAL_WORKBOOK)),
    "NATO figures": lambda: _bundled("nato:2026-07-10"),
    "SIPRI figures": lambda: _bundled("sipri:1949-2024_2"),
    "SIPRI workbook": lambda: _handed_in(
        "sipri", "SIPRI-Milex-data-1949-2024_3.xlsx", dt.date(2025, 5, 28), payload_of(sipri_workbook())
    ),
    "World Bank figures": lambda: _bundled("world_bank:2026-02-24"),
    "World Bank CSV": lambda: _handed_in("world_bank", "API.csv", dt.date(2026, 4, 8), _made_world_bank()),
    "IMF figures": lambda: _bundled("imf:2024-10"),
    "IMF SDMX": lambda: _handed_in("imf", "weo.csv", dt.date(2025, 10, 14), _made_imf()),
    "Eurostat figures": lambda: _bundled("eurostat:gov_ev:2026-04-27"),
    "Eurostat JSON": lambda: _handed_in("eurostat", "gov_ev.json", dt.date(2026, 5, 27), _made_eurostat()),
}
