"""The whole pipeline against sources on 127.0.0.1: what is new lands, and one dead source does not stop the others."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.ingest.landing_store import LandingStore
from orchestration.network import Network
from orchestration.source_checks import NONE_OVERDUE
from tests.conftest import Refresh
from tests.factories.bundled import nato_after_2024
from tests.factories.world_bank import api_page, api_row
from tests.servers.five_sources import LAST_MODIFIED, WORKBOOK, healthy_but_for_sipri, origins, with_sipri
from tests.servers.source_server import Reply, SourceServer

RefreshLive = Callable[[Path, SourceServer], dg.ExecuteInProcessResult]


@pytest.fixture
def server() -> Iterator[SourceServer]:
    """Four healthy sources; SIPRI is down."""
    with SourceServer() as running:
        yield healthy_but_for_sipri(running)


@dataclass(frozen=True, slots=True)
class Polled:
    data_dir: Path
    result: dg.ExecuteInProcessResult
    served_before: Path


@pytest.fixture(scope="module")
def polled(published: Path, refresh_live: RefreshLive, tmp_path_factory: pytest.TempPathFactory) -> Polled:
    """The bundled editions after one poll of the five sources."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("polled") / "data", symlinks=True)
    before = (folder / "current").resolve()
    with SourceServer() as running:
        return Polled(folder, refresh_live(folder, healthy_but_for_sipri(running)), before)


@pytest.fixture
def data_dir(polled: Polled, tmp_path: Path) -> Path:
    return Path(shutil.copytree(polled.data_dir, tmp_path / "data", symlinks=True))


@pytest.fixture(scope="module")
def refresh_live(refresh: Refresh) -> RefreshLive:
    """Asks the five sources of the server, and builds what is new."""
    return lambda data_dir, server: refresh(data_dir, live=Network(origins=origins(server), brisk=True))


def failed_checks(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        f"{check.asset_key.to_user_string()}:{check.check_name}": check.description or ""
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.asset_key.path[0] == "landing"
        if check.check_name != NONE_OVERDUE  # the calendar's word, of the day of the test
    }


def test_four_fresh_sources_are_published_although_the_fifth_is_dead(polled: Polled) -> None:
    failed = failed_checks(polled.result)
    assert list(failed) == ["landing/sipri:source_answered"]
    assert "found 503" in failed["landing/sipri:source_answered"]
    assert [event.message for event in polled.result.all_events if event.is_step_failure] == []
    materialised = {
        event.asset_key.to_user_string()
        for event in polled.result.get_asset_materialization_events()
        if event.asset_key
    }
    assert "landing/sipri" not in materialised
    assert {"landing/nato", "landing/world_bank", "landing/imf", "landing/eurostat"} <= materialised

    current = (polled.data_dir / "current").resolve()
    assert current != polled.served_before
    with duckdb.connect(str(current / "burden_sharing.duckdb"), read_only=True) as warehouse:
        fetched = warehouse.execute(
            "SELECT edition_id FROM core.edition WHERE origin = 'fetched' ORDER BY 1"
        ).fetchall()
        served = warehouse.execute("SELECT count(*) FROM core.edition WHERE source_id = 'sipri'").fetchone()
    assert [edition for (edition,) in fetched] == [
        "eurostat:gov_ev:2026-10-21",
        "imf:2025-10",
        "nato:2024-07-01",
        "world_bank:2026-10-13",
    ]
    assert served == (5,)  # the bundled ones


def test_a_second_poll_of_unchanged_sources_lands_and_publishes_nothing(
    data_dir: Path, server: SourceServer, refresh_live: RefreshLive
) -> None:
    landed, served = len(LandingStore(data_dir).landed()), (data_dir / "current").resolve()
    refresh_live(data_dir, server)
    assert len(LandingStore(data_dir).landed()) == landed
    assert (data_dir / "current").resolve() == served
    assert any(headers.get("If-None-Match") == '"1"' for path, headers in server.requests if path == WORKBOOK)


def test_new_bytes_under_the_old_name_become_a_further_issue(
    data_dir: Path, server: SourceServer, refresh_live: RefreshLive
) -> None:
    server.script(
        WORKBOOK, Reply(nato_after_2024(edits={"TABLE8b!D2": "seen again"}), etag='"2"', headers=LAST_MODIFIED)
    )
    failed = failed_checks(refresh_live(data_dir, server))
    assert "landing/nato:payloads_accepted" not in failed
    editions = [item.provenance.edition_id for item in LandingStore(data_dir).landed("nato")]
    assert {"nato:2024-07-01", "nato:2024-07-01:issue-2"} <= set(editions)


def test_lying_sources_stay_red_until_they_are_mended(
    data_dir: Path, server: SourceServer, refresh_live: RefreshLive
) -> None:
    """A share of 200 % and a page of figures less than `total` says: both are refused, twice; no other source stops."""
    server.script(WORKBOOK, Reply(nato_after_2024(edits={"TABLE3!D20": 200.0}), etag='"3"', headers=LAST_MODIFIED))
    page = api_page([api_row("USA", "2024", 3.1e13)], total=2, lastupdated="2026-10-13")
    server.script("/v2/country/all/indicator/NY.GDP.MKTP.CD*", Reply(page))
    served = (data_dir / "current").resolve()
    for _ in range(2):
        failed = failed_checks(refresh_live(data_dir, server))
        assert "TABLE3!D20" in failed["landing/nato:payloads_accepted"]
        assert "2" in failed["landing/world_bank:payloads_accepted"]
        assert set(failed) == {
            "landing/nato:payloads_accepted",
            "landing/world_bank:payloads_accepted",
            "landing/sipri:source_answered",
        }
    refused = {provenance.edition_id for provenance, _ in LandingStore(data_dir).refused()}
    assert refused == {"nato:2024-07-01", "world_bank:2026-10-13"}
    assert (data_dir / "current").resolve() == served


def test_sipris_newest_workbook_is_found_on_its_page_lands_whole_and_is_published(
    published: Path, tmp_path: Path, server: SourceServer, shared: Path, refresh_live: RefreshLive
) -> None:
    # Before the made editions of the others: the IMF's, of 2024's forecasts, would contradict Russia's GDP of 2025.
    data_dir = Path(shutil.copytree(published, tmp_path / "data", symlinks=True))
    workbook = (shared / "payloads/sipri/SIPRI-Milex-data-1949-2025_v1.2.resaved.xlsx").read_bytes()
    with_sipri(server, "SIPRI-Milex-data-1949-2025_v1.2.xlsx", workbook, "Mon, 27 Apr 2026 06:00:00 GMT")
    failed = failed_checks(refresh_live(data_dir, server))
    assert [check for check in failed if check.startswith("landing/sipri:")] == []
    with duckdb.connect(str(data_dir / "current" / "burden_sharing.duckdb"), read_only=True) as warehouse:
        landed = warehouse.execute(
            """SELECT e.edition_id, e.published_on, e.completeness, count(*) FILTER (o.availability = 'reported')
               FROM core.edition e JOIN core.observation o USING (edition_id)
               WHERE e.source_id = 'sipri' AND e.origin = 'fetched' GROUP BY ALL"""
        ).fetchall()
        spending = warehouse.execute(
            """SELECT entity, round(value)::INTEGER FROM observation_latest
               WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND price_basis = 'current'
                 AND currency = 'USD' AND year = 2025 AND year_basis = 'calendar' AND unit = 'million'
                 AND entity IN ('USA', 'CHN', 'RUS', 'JPN') ORDER BY 1"""
        ).fetchall()
    # A fetched edition whose excerpt is bundled is a further issue of it; 54 584 as when it is handed in.
    assert landed == [("sipri:1949-2025_v1.2:issue-2", dt.date(2026, 4, 27), "complete", 54_584)]
    assert spending == [("CHN", 335_524), ("JPN", 62_158), ("RUS", 190_417), ("USA", 954_387)]
