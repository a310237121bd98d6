"""The sources' own files, whole, through the ingestion of the live pipeline: each must be accepted unchanged."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from orchestration.ingest import acceptance
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore
from orchestration.stores import Stores
from warehouse.contracts.core import EDITION, OBSERVATION


def ingested(published: Path, folder: Path, file: Path, source: str, day: dt.date | None) -> acceptance.Outcome:
    """The outcome of one file that is handed in, `day` being the date given with it."""
    store, payload = LandingStore(folder), file.read_bytes()
    claims = Claims(name=file.name, published_on=day)
    store.deposit(payload, provenance_of(source, payload, claims, url="https://example.org/file"))
    tables = Stores(data_dir=str(published)).tables()
    joined = [table_id for table_id in OBSERVATION.joins if table_id != EDITION.id]
    reference: dict[str, pl.DataFrame] = {name.replace(".", "_"): tables.read(name) for name in joined}
    (outcome,) = acceptance.ingest_waiting(store, source, reference=reference, run_id="test")
    return outcome


# SIPRI prints some cells on two sheets, which become one row; the proof of currencies, reviewed corrections and checks
# of the source's own arithmetic withhold others (Belarus, world totals below the sum of the countries).
@pytest.mark.parametrize(
    ("source", "file", "day", "edition", "figures", "completeness"),
    [
        ("sipri", "SIPRI-Milex-data-1949-2024_2.xlsx", dt.date(2025, 4, 28), "sipri:1949-2024_2", 53202, "complete"),
        (
            "sipri",
            "SIPRI-Milex-data-1949-2025_v1.2.resaved.xlsx",
            dt.date(2026, 4, 27),
            "sipri:1949-2025_v1.2",
            54584,
            "complete",
        ),
        (
            "world_bank",
            "API_MS.MIL.XPND.GD.ZS_DS2_en_csv_v2_211.zip",
            None,
            "world_bank:MS.MIL.XPND.GD.ZS:2026-02-24",
            10587,
            "partial",
        ),
        (
            "world_bank",
            "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_9865.csv",
            None,
            "world_bank:NY.GDP.MKTP.CD:2024-10-24",
            13979,
            "partial",
        ),
        (
            "world_bank",
            "API_SP.POP.TOTL_DS2_en_csv_v2_61.csv",
            dt.date(2026, 3, 1),
            "world_bank:SP.POP.TOTL:2026-03-01",
            17195,
            "partial",
        ),
        (
            "world_bank",
            "api-v2-2023-NY.GDP.MKTP.KD.json",
            None,
            "world_bank:NY.GDP.MKTP.KD:2026-04-08",
            5,
            "partial",
        ),
        ("imf", "WEOApr2022all.xlsx", dt.date(2022, 4, 19), "imf:2022-04", 8572 + 8519 + 8503, "complete"),
        ("imf", "datamapper-NGDPD-2025-01-07.json", dt.date(2024, 10, 22), "imf:NGDPD:2024-10", 10572, "partial"),
        ("eurostat", "gov_ev-defence.json", None, "eurostat:gov_ev:2026-04-27", 658, "complete"),
        (
            "nato",
            "240617-def-exp-2024-TABLES-en.resaved.xlsx",
            dt.date(2024, 6, 17),
            "nato:2024-06-17",
            5355,
            "complete",
        ),
    ],
)
def test_a_whole_file_of_a_source_lands_as_what_it_says_it_is(  # noqa: PLR0917 (two fixtures and the table)
    shared: Path,
    published: Path,
    tmp_path: Path,
    source: str,
    file: str,
    day: dt.date | None,
    edition: str,
    figures: int,
    completeness: str,
) -> None:
    outcome = ingested(published, tmp_path, shared / "payloads" / source / file, source, day)
    assert outcome.refusal is None
    landed = LandingStore(tmp_path).landed(source)[0].provenance
    assert (landed.edition_id, outcome.figures, landed.completeness) == (edition, figures, completeness)
    assert f"{figures} figures" in (landed.note or "")
