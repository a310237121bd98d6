"""The whole pipeline against sources on 127.0.0.1: what is new lands, and one dead source stops nobody."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.landing import LandingStore
from orchestration.network import Network
from orchestration.sources import eurostat, nato, sipri
from orchestration.sources.registry import SOURCES
from orchestration.stores import Stores
from tests.factories.imf import sdmx_csv, sdmx_row
from tests.factories.nato_workbook import nato_workbook
from tests.factories.world_bank import api_page, api_row
from tests.servers.source_server import Reply, SourceServer

WORKBOOK = "/content/dam/nato/webready/documents/finance/def-exp-2024-TABLES-en.xlsx"
TOPIC = b'<!DOCTYPE html><a href="/content/dam/nato/webready/documents/finance/def-exp-2024-en.pdf">2023</a>'
WORLD_BANK_NAMES = {
    "NY.GDP.MKTP.CD": "GDP (current US$)",
    "NY.GDP.MKTP.KD": "GDP (constant 2015 US$)",
    "NY.GDP.MKTP.CN": "GDP (current LCU)",
    "NY.GDP.MKTP.PP.CD": "GDP, PPP (current international $)",
    "NY.GDP.DEFL.ZS": "GDP deflator (base year varies by country)",
    "PA.NUS.FCRF": "Official exchange rate (LCU per US$, period average)",
    "SP.POP.TOTL": "Population, total",
    "MS.MIL.XPND.GD.ZS": "Military expenditure (% of GDP)",
    "MS.MIL.XPND.CD": "Military expenditure (current USD)",
}
LAST_MODIFIED = {"Last-Modified": "Mon, 01 Jul 2024 08:00:00 GMT"}
FIGURES = {"MS.MIL.XPND.GD.ZS": 3.4, "PA.NUS.FCRF": 1.0, "NY.GDP.DEFL.ZS": 110.0}


def path_of(address: str) -> str:
    return address[address.index("/", len("https://")) :]


def eurostat_reply() -> bytes:
    axes = {
        "freq": ["A"],
        "expend": ["DEF"],
        "na_item": ["TE"],
        "unit": ["MIO_EUR"],
        "geo": ["DE", "EL"],
        "time": ["2024"],
    }
    return json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "updated": "2026-10-21T23:00:00+0200",
            "id": list(axes),
            "size": [len(codes) for codes in axes.values()],
            "dimension": {
                name: {"category": {"index": {code: n for n, code in enumerate(codes)}}} for name, codes in axes.items()
            },
            "value": {"0": 60_000.0, "1": 5_000.0},
        }
    ).encode()


def healthy_but_for_sipri(server: SourceServer) -> SourceServer:
    server.script(path_of(nato.TOPIC_PAGE), Reply(TOPIC))
    server.script(WORKBOOK, Reply(nato_workbook(), etag='"1"', headers=LAST_MODIFIED))
    server.script(path_of(sipri.LANDING_PAGE), Reply(b"maintenance", 503))
    for code, name in WORLD_BANK_NAMES.items():
        rows = [api_row("USA", "2024", FIGURES.get(code, 3.0e13), series=(code, name))]
        path = f"/v2/country/all/indicator/{code}*"
        server.script(path, Reply(api_page(rows, total=1, lastupdated="2026-10-13")))
    reply = sdmx_csv([sdmx_row(year=year, latest_actual="2024") for year in ("2024", "2025", "2026")])
    server.script("/external/sdmx/*", Reply(reply))
    server.script(path_of(eurostat.ADDRESS), Reply(eurostat_reply()))
    return server


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
def polled(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Polled:
    """The bundled editions after one poll of the five sources."""
    folder = shutil.copytree(published, tmp_path_factory.mktemp("polled") / "data", symlinks=True)
    before = (folder / "current").resolve()
    with SourceServer() as running:
        return Polled(folder, refresh_live(folder, healthy_but_for_sipri(running)), before)


@pytest.fixture
def data_dir(polled: Polled, tmp_path: Path) -> Path:
    return Path(shutil.copytree(polled.data_dir, tmp_path / "data", symlinks=True))


def refresh_live(data_dir: Path, server: SourceServer) -> dg.ExecuteInProcessResult:
    from orchestration.definitions import defs  # noqa: PLC0415 (seconds: only for tests that run the job)

    origins = {f"https://{host}": server.origin for source in SOURCES.values() for host in source.hosts}
    return (
        defs()
        .resolve_job_def("refresh")
        .execute_in_process(
            run_id=str(uuid.uuid4()),
            run_config={
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                "ops": {"take_in": {"config": {"live": True}}},
            },
            resources={"stores": Stores(data_dir=str(data_dir)), "network": Network(origins=origins, brisk=True)},
            raise_on_error=False,
        )
    )


def failed_checks(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        f"{check.asset_key.to_user_string()}:{check.check_name}": check.description or ""
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.asset_key.path[0] == "landing"
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
    assert served == (2,)


def test_a_second_poll_of_unchanged_sources_lands_and_publishes_nothing(data_dir: Path, server: SourceServer) -> None:
    landed, served = len(LandingStore(data_dir).landed()), (data_dir / "current").resolve()
    refresh_live(data_dir, server)
    assert len(LandingStore(data_dir).landed()) == landed
    assert (data_dir / "current").resolve() == served
    assert any(headers.get("If-None-Match") == '"1"' for path, headers in server.requests if path == WORKBOOK)


def test_new_bytes_under_the_old_name_become_a_further_issue(data_dir: Path, server: SourceServer) -> None:
    server.script(WORKBOOK, Reply(nato_workbook(edits={"TABLE6!D11": 9.6}), etag='"2"', headers=LAST_MODIFIED))
    failed = failed_checks(refresh_live(data_dir, server))
    assert "landing/nato:payloads_accepted" not in failed
    editions = [item.provenance.edition_id for item in LandingStore(data_dir).landed("nato")]
    assert {"nato:2024-07-01", "nato:2024-07-01:issue-2"} <= set(editions)


def test_lying_sources_stay_red_until_they_are_mended(data_dir: Path, server: SourceServer) -> None:
    """A share of 200 % and a page of figures less than `total` says: both are refused, twice, and keep nobody."""
    server.script(WORKBOOK, Reply(nato_workbook(edits={"TABLE3!D20": 200.0}), etag='"3"', headers=LAST_MODIFIED))
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
