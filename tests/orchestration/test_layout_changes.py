"""Editions in another layout through the real job: what changed is said in words, whether they land or are refused."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.publication import _quarantine
from orchestration.ingest.landing_store import LandingStore
from orchestration.stores import Stores
from tests.conftest import Refresh
from tests.factories.bundled import MADE_EDITION, nato_after_2024
from warehouse.table_store import Tables

RETRIEVED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
IN_LAYOUT_OF_2025 = replace(
    MADE_EDITION, edition_id="nato:2024-09-30", published_on=dt.date(2024, 9, 30), retrieved_at=RETRIEVED
)
BROKEN = replace(MADE_EDITION, edition_id="nato:2024-12-30", published_on=dt.date(2024, 12, 30), retrieved_at=RETRIEVED)


@pytest.fixture(scope="module")
def data_dir(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where three editions wait: in the layout of 2024, in that of 2025, and in that of 2025 without Table 7."""
    copy = Path(shutil.copytree(published, tmp_path_factory.mktemp("layouts") / "data", symlinks=True))
    store = LandingStore(copy)
    store.deposit(nato_after_2024("2024"), MADE_EDITION)
    store.deposit(nato_after_2024("2025", more_soldiers=200), IN_LAYOUT_OF_2025)
    store.deposit(nato_after_2024("2025", edits=lambda workbook: workbook.remove(workbook["Table 7"])), BROKEN)
    return copy


@pytest.fixture(scope="module")
def checks(data_dir: Path, refresh: Refresh) -> dict[str, dg.AssetCheckEvaluation]:
    """The checks of NATO's landing asset after a run; what is made of the made editions later is not asked here."""
    evaluations = refresh(data_dir).get_asset_check_evaluations()
    return {check.check_name: check for check in evaluations if check.asset_key.path == ["landing", "nato"]}


def test_another_layout_lands_with_a_warning_that_lists_the_differences(
    checks: dict[str, dg.AssetCheckEvaluation],
) -> None:
    check = checks["layout_as_before"]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    listed = str(check.metadata["differences"].value)
    assert "**nato:2024-06-30** no earlier layout to compare with" in listed
    assert "**nato:2024-09-30** against nato:2024-06-30" in listed
    assert "- sheet TABLE3 is now called Table 3" in listed
    assert "- header moved from TABLE3!D8 to Table 3!B4" in listed


def test_a_refusal_says_what_changed_in_the_layout(checks: dict[str, dg.AssetCheckEvaluation], data_dir: Path) -> None:
    ((provenance, refusal),) = LandingStore(data_dir).refused()
    assert provenance.edition_id == "nato:2024-12-30"
    said = "layout against nato:2024-09-30: sheet Table 7 (Table 7, block 1) is gone"
    assert refusal.reason.endswith(f" | {said}")
    assert said in (checks["payloads_accepted"].description or "")


def test_the_outcomes_of_the_run_describe_each_layout(checks: dict[str, dg.AssetCheckEvaluation]) -> None:
    table = checks["payloads_accepted"].metadata["outcomes"]
    assert isinstance(table, dg.TableMetadataValue)
    layouts = {str(record.data["edition"]): str(record.data["layout"]) for record in table.records}
    assert layouts["nato:2024-06-30"] == "no earlier layout to compare with"
    assert layouts["nato:2024-09-30"].startswith("layout against nato:2024-06-30: sheet TABLE1 is now called Table 1")


@pytest.mark.usefixtures("checks")
def test_the_quarantine_s_table_names_the_command_that_retries_what_was_refused(data_dir: Path) -> None:
    ((provenance, _),) = LandingStore(data_dir).refused()
    table = _quarantine(Tables({}), Stores(data_dir=str(data_dir)), "run")
    assert table["retry"].to_list() == [f"burden ingest retry {provenance.sha256[:12]}"]
