"""Whatever is ingested, the build accepts; what landed can be withdrawn; one bad edition stops no other."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from orchestration.cli.ingest import app
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import LandingStore, Provenance
from tests.conftest import Refresh
from transforms.normalise.withholding import GATE
from warehouse.reading.connect import connect

OF_JULY = "nato:2026-07-10"
OF_TOMORROW = "nato:2026-07-11"
DAMAGED = "nato:2026-07-12"


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    """A copy of the published data directory, links kept."""
    return Path(shutil.copytree(published, tmp_path / "data", symlinks=True))


def of_tomorrow() -> tuple[bytes, Provenance]:
    """NATO's figures of July 2026 without the end of their last line, dated a day after they were retrieved."""
    payload, sidecar = next(found for found in bundled_editions("nato") if found[1].edition_id == OF_JULY)
    day = dt.date(2026, 7, 11)
    return payload.rstrip(b"\r\n"), replace(
        sidecar,
        edition_id=OF_TOMORROW,
        published_on=day,
        retrieved_at=dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC),
        origin="dropped",
    )


def served(data_dir: Path) -> set[str]:
    with connect(data_dir) as warehouse:
        return {row[0] for row in warehouse.execute("SELECT edition_id FROM core.edition").fetchall()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    return " ".join(
        str(event.step_failure_data.error) for event in result.all_events if event.event_type_value == "STEP_FAILURE"
    )


def said(data_dir: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words], env={"BURDEN_DATA_DIR": str(data_dir)})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_landed_edition_that_the_build_refuses_is_set_aside_and_the_next_build_goes_on(
    data_dir: Path, refresh: Refresh
) -> None:
    store = LandingStore(data_dir)
    waiting = store.deposit(*of_tomorrow())
    assert waiting is not None
    store.accept(waiting)  # as an earlier version did
    first = refresh(data_dir)
    assert not first.success
    assert f"{OF_TOMORROW} is set aside, the next run goes on without it" in failure(first)
    decided = Decisions(data_dir).read()
    assert (GATE, "withdraw", OF_TOMORROW) in decided.select("author", "action", "edition_id").rows()
    assert refresh(data_dir).success
    assert served(data_dir) >= {OF_JULY}
    assert OF_TOMORROW not in served(data_dir)


def test_a_landed_edition_that_cannot_be_read_is_set_aside_and_the_build_goes_on(
    data_dir: Path, refresh: Refresh
) -> None:
    store = LandingStore(data_dir)
    payload, sidecar = of_tomorrow()
    waiting = store.deposit(payload + b"\r\n,,,\r\n", sidecar)
    assert waiting is not None
    store.accept(waiting)  # as a reader of before did
    result = refresh(data_dir)
    assert result.success, failure(result)
    ((check_id, reason),) = Decisions(data_dir).read().select("check_id", "reason").rows()
    assert check_id == "parser"
    assert "it cannot be read" in reason
    assert OF_JULY in served(data_dir)
    assert OF_TOMORROW not in served(data_dir)


def test_an_edition_is_withdrawn_by_a_command_and_taken_back_by_another(data_dir: Path, refresh: Refresh) -> None:
    assert "withdrawn" in said(data_dir, "withdraw", OF_JULY, "--reason", "NATO has withdrawn it", "--author", "Ada")
    assert OF_JULY in said(data_dir, "list", "--format", "csv")
    assert refresh(data_dir).success
    assert OF_JULY not in served(data_dir)
    with connect(data_dir) as warehouse:
        rows = warehouse.execute("SELECT author, action, edition_id, reason FROM core.decision WHERE indicator IS NULL")
        assert rows.fetchall() == [("Ada", "withdraw", OF_JULY, "NATO has withdrawn it")]
    assert "accepted again" in said(data_dir, "accept", OF_JULY, "--reason", "it is back", "--author", "Ada")
    assert OF_JULY in [item.provenance.edition_id for item in LandingStore(data_dir).standing()]


@dataclass(frozen=True, slots=True)
class Troubled:
    """A data directory after one run, to which one edition was handed in that is refused; two files are damaged."""

    data_dir: Path
    result: dg.ExecuteInProcessResult
    changed: Path
    cut: Path


@pytest.fixture(scope="module")
def troubled(published: Path, refresh: Refresh, tmp_path_factory: pytest.TempPathFactory) -> Troubled:
    data_dir = Path(shutil.copytree(published, tmp_path_factory.mktemp("troubled") / "data", symlinks=True))
    store = LandingStore(data_dir)
    payload, sidecar = of_tomorrow()
    later = replace(sidecar, edition_id=DAMAGED, published_on=dt.date(2026, 7, 12))
    waiting = store.deposit(payload, replace(later, retrieved_at=dt.datetime(2026, 7, 13, tzinfo=dt.UTC)))
    assert waiting is not None
    changed = store.accept(waiting).path
    changed.chmod(0o644)
    changed.write_bytes(payload[:-40])
    cut = data_dir / "landing" / "nato" / "2027-06-01" / "0.csv.provenance.json"
    cut.parent.mkdir()
    cut.write_text('{"source_id": "nato"')
    assert store.deposit(*of_tomorrow())
    return Troubled(data_dir, refresh(data_dir), changed, cut)


def test_an_edition_dated_after_it_was_retrieved_is_refused_at_ingestion_and_the_build_goes_on(
    troubled: Troubled,
) -> None:
    ((provenance, refusal),) = LandingStore(troubled.data_dir).refused()
    assert provenance.edition_id == OF_TOMORROW
    assert "published_before_retrieved" in refusal.reason
    assert "published on 2026-07-11, retrieved at 2026-07-10 12:00 UTC" in refusal.reason
    assert troubled.result.success, failure(troubled.result)
    assert OF_TOMORROW not in served(troubled.data_dir)


def test_damaged_files_are_named_and_the_other_editions_are_built(troubled: Troubled) -> None:
    assert troubled.result.success, failure(troubled.result)
    checks = troubled.result.get_asset_check_evaluations()
    (whole,) = [check for check in checks if check.check_name == "store_is_whole"]
    assert not whole.passed
    assert f"{troubled.changed.name} its content differs from its sidecar" in (whole.description or "")
    assert f"{troubled.cut.name} is no sidecar" in (whole.description or "")
    assert OF_JULY in served(troubled.data_dir)
    assert DAMAGED not in served(troubled.data_dir)
