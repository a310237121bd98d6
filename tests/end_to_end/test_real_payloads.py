"""The sources' own files, whole, through the intake of the live pipeline: each must be believed as it stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from orchestration import intake, land
from orchestration.landing import LandingStore
from orchestration.stores import Stores
from warehouse.contracts.core import EDITION, OBSERVATION


def taken_in(published: Path, folder: Path, payload: Path, source: str, day: dt.date) -> intake.Outcome:
    """The outcome of one file that is handed in."""
    store = LandingStore(folder)
    store.deposit(payload.read_bytes(), land.provenance_of(source, payload.name, day, url="https://example.org/file"))
    tables = Stores(data_dir=str(published)).tables()
    joined = [table_id for table_id in OBSERVATION.joins if table_id != EDITION.id]
    reference: dict[str, pl.DataFrame] = {name.replace(".", "_"): tables.read(name) for name in joined}
    (outcome,) = intake.take_in(store, source, reference=reference, run_id="test")
    return outcome


# Counted in the raw frames; SIPRI prints some cells on two sheets, which become one row.
@pytest.mark.parametrize(
    ("source", "file", "day", "figures"),
    [
        ("sipri", "SIPRI-Milex-data-1949-2024_2.xlsx", dt.date(2025, 4, 28), 53292),
        ("world_bank", "API_MS.MIL.XPND.GD.ZS_DS2_en_csv_v2_211.zip", dt.date(2026, 2, 24), 10587),
        ("world_bank", "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_9865.csv", dt.date(2024, 10, 24), 13979),
        ("world_bank", "API_SP.POP.TOTL_DS2_en_csv_v2_61.csv", dt.date(2026, 3, 1), 17195),
        ("eurostat", "gov_ev-defence.json", dt.date(2026, 4, 27), 658),
        ("nato", "240617-def-exp-2024-TABLES-en.resaved.xlsx", dt.date(2024, 6, 17), 5355),
    ],
)
def test_a_whole_file_of_a_source_is_believed(  # noqa: PLR0917 (two fixtures beside the table)
    shared: Path, published: Path, tmp_path: Path, source: str, file: str, day: dt.date, figures: int
) -> None:
    outcome = taken_in(published, tmp_path, shared / "payloads" / source / file, source, day)
    assert outcome.refusal is None
    assert outcome.figures == figures


def test_a_release_of_sipri_goes_by_its_own_name() -> None:
    with pytest.raises(ValueError, match="expected SIPRI's own name"):
        land.provenance_of("sipri", "milex.xlsx", dt.date(2025, 4, 28), url="https://example.org/file")


def test_a_file_that_no_source_publishes_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match=r"world_bank \.zip"):
        land.provenance_of("imf", "weo.pdf", dt.date(2025, 4, 22), url="https://example.org/file")
