"""The checks of a source in a run that neither asked it nor got anything: what was found before is found again."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from orchestration.column_lineage import column_lineage
from orchestration.ingest.actions import Word
from orchestration.ingest.by_hand import retry, withdraw
from orchestration.ingest.extraction import Poll
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.polls import last_poll, remember_poll
from orchestration.source_checks import CARRIED_OVER, source_check_results
from orchestration.tables import column_schema
from tests.factories.builds import land_bundled
from tests.unit.test_ingest_command import UNREADABLE, edition
from warehouse.contracts.registry import contract

KEY = dg.AssetKey(["landing", "nato"])
ADA = Word("Ada", "seen")


def answers(root: Path, source_id: str = "nato", asked: Poll | None = None) -> dict[str, dg.AssetCheckResult]:
    results = source_check_results(KEY, LandingStore(root), source_id, asked, [])
    return {result.check_name or "": result for result in results}


def carried(result: dg.AssetCheckResult) -> bool:
    return CARRIED_OVER in (result.metadata or {})


def refuse(root: Path) -> str:
    store = LandingStore(root)
    waiting = store.deposit(*edition())
    assert waiting is not None
    store.refuse(waiting, UNREADABLE)
    return waiting.provenance.sha256


def test_a_source_that_failed_stays_red_in_runs_that_do_not_ask_it_until_it_answers(tmp_path: Path) -> None:
    remember_poll(tmp_path, "nato", error="found 503")
    by_the_poll = answers(tmp_path, asked=Poll("nato", (), "found 503"))["source_answered"]
    later = answers(tmp_path)["source_answered"]
    assert (by_the_poll.passed, carried(by_the_poll)) == (False, False)
    assert (later.passed, later.description, carried(later)) == (False, "found 503", True)
    remember_poll(tmp_path, "nato", error=None)
    assert answers(tmp_path)["source_answered"].passed


def test_a_source_that_was_never_asked_is_neither_green_nor_red(tmp_path: Path) -> None:
    assert "source_answered" not in answers(tmp_path)


def test_since_when_a_source_fails_is_the_first_of_the_failures_in_a_row(tmp_path: Path) -> None:
    remember_poll(tmp_path, "nato", error="found 503")
    path = tmp_path / "polls" / "nato.last.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"failing_since": "2026-11-20 07:10:00+00:00"}))
    remember_poll(tmp_path, "nato", error="timed out")
    last = last_poll(tmp_path, "nato")
    assert last is not None
    assert (last.error, last.failing_since) == ("timed out", dt.datetime(2026, 11, 20, 7, 10, tzinfo=dt.UTC))


def test_a_refused_payload_is_red_with_its_cell_and_its_command_until_a_person_withdraws_it(tmp_path: Path) -> None:
    sha256 = refuse(tmp_path)
    red = answers(tmp_path)["payloads_accepted"]
    assert not red.passed
    assert red.description == f"nato:2026-07-10 refused: {UNREADABLE.reason} | burden ingest retry {sha256[:12]}"
    withdraw(tmp_path, sha256, ADA)
    assert answers(tmp_path)["payloads_accepted"].passed


def test_a_payload_that_is_withdrawn_and_retried_is_no_longer_withdrawn(tmp_path: Path) -> None:
    sha256 = refuse(tmp_path)
    withdraw(tmp_path, sha256, ADA)
    retry(tmp_path, sha256, ADA)
    store = LandingStore(tmp_path)
    (waiting,) = store.incoming("nato")
    store.accept(waiting)
    assert [item.provenance.sha256 for item in store.standing()] == [sha256]


@pytest.mark.parametrize(("hours", "green"), [(-1, False), (1, True)])
def test_a_refused_payload_waits_no_longer_once_the_source_has_sent_a_good_one(
    tmp_path: Path, hours: int, *, green: bool
) -> None:
    refuse(tmp_path)
    payload, provenance = edition()
    store = LandingStore(tmp_path)
    retrieved = UNREADABLE.refused_at + dt.timedelta(hours=hours)
    waiting = store.deposit(payload + b"\n", replace(provenance, retrieved_at=retrieved))
    assert waiting is not None
    store.accept(waiting)
    assert answers(tmp_path)["payloads_accepted"].passed is green


def test_the_last_layout_is_compared_again(tmp_path: Path) -> None:
    store = LandingStore(tmp_path)
    for day, sheet in ((1, "TABLE1"), (2, "Table 1")):
        payload, provenance = edition()
        of_day = replace(provenance, edition_id=f"nato:2026-07-0{day}", published_on=dt.date(2026, 7, day))
        waiting = store.deposit(payload + b"\n" * day, of_day)
        assert waiting is not None
        section = {"kind": "sheet", "key": "Table 1", "name": sheet, "places": {}, "columns": [], "texts": []}
        store.accept(waiting, {"family": "", "sections": [section | {"labels": [], "years": []}]})
    found = answers(tmp_path)["layout_as_before"]
    assert (found.passed, carried(found)) == (False, True)
    assert "sheet TABLE1 is now called Table 1" in (found.description or "")


def test_an_edition_is_overdue_by_the_calendar_and_the_run_is_not_to_blame(tmp_path: Path) -> None:
    land_bundled(tmp_path, "imf:2024-10")  # the next one was due by the end of April 2025
    found = answers(tmp_path, "imf")["no_edition_overdue"]
    assert (found.passed, found.severity, carried(found)) == (False, dg.AssetCheckSeverity.WARN, True)
    assert "a newer edition was due by 2025-04-30" in (found.description or "")


def test_a_column_leads_to_the_columns_of_other_tables_through_those_of_its_row() -> None:
    lineage = column_lineage(contract("mart.compliance"))["dagster/column_lineage"]
    found = {(dep.asset_key.to_user_string(), dep.column_name) for dep in lineage.deps_by_column["gap_pp"]}
    # gap_pp is threshold - value; both are columns of the row.
    assert {("core/guideline", "threshold_pct"), ("core/observation", "value")} <= found
    assert "mart/compliance" not in {table for table, _ in found}


def test_a_table_without_derivations_has_no_lineage_of_columns() -> None:
    assert column_lineage(contract("core.country")) == {}


def test_the_ui_names_what_a_column_is_computed_from_in_its_description() -> None:
    columns = {column.name: column for column in column_schema(contract("mart.compliance")).columns}
    assert (columns["threshold"].description or "").endswith(" Computed from `core.guideline.threshold_pct`.")
    assert "Computed from" not in (columns["rule_id"].description or "")
