"""The five sources on one local server, healthy but for SIPRI: for the tests, and for a rehearsal by hand.

python -m tests.servers.five_sources [WORKBOOK]     prints the environment for `LIVE=1 make run`, and serves until
ended; with one of SIPRI's workbooks, SIPRI answers too
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from orchestration.ingest.sources import eurostat, nato, sipri
from orchestration.ingest.sources.registry import SOURCES
from tests.factories import bundled
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
BUNDLED = {
    "NY.GDP.MKTP.CD": ("world_bank:2024-10-24", "gdp"),
    "MS.MIL.XPND.GD.ZS": ("world_bank:2026-02-24", "defence_share_of_gdp"),
}
FIGURES = {"PA.NUS.FCRF": 1.0, "NY.GDP.DEFL.ZS": 110.0}


def path_of(address: str) -> str:
    return address[address.index("/", len("https://")) :]


def world_bank_reply(code: str, name: str) -> bytes:
    """What is bundled of an indicator, else one figure of the United States."""
    if code in BUNDLED:
        return bundled.world_bank_pages(*BUNDLED[code], (code, name), lastupdated="2026-10-13")
    row = api_row("USA", "2024", FIGURES.get(code, 3.0e13), series=(code, name))
    return api_page([row], lastupdated="2026-10-13")


def healthy_but_for_sipri(server: SourceServer) -> SourceServer:
    server.script(path_of(nato.TOPIC_PAGE), Reply(TOPIC))
    server.script(WORKBOOK, Reply(bundled.nato_after_2024(), etag='"1"', headers=LAST_MODIFIED))
    server.script(path_of(sipri.LANDING_PAGE), Reply(b"maintenance", 503))
    for code, name in WORLD_BANK_NAMES.items():
        server.script(f"/v2/country/all/indicator/{code}*", Reply(world_bank_reply(code, name)))
    server.script("/external/sdmx/*", Reply(bundled.imf_gdp()))
    server.script(path_of(eurostat.ADDRESS), Reply(bundled.eurostat_gov_ev(updated="2026-10-21T23:00:00+0200")))
    return server


def with_sipri(server: SourceServer, name: str, workbook: bytes, published: str) -> SourceServer:
    """SIPRI's page with its one link, protocol-relative as SIPRI prints it, and the workbook that it leads to."""
    address = f"/sites/default/files/{name}"
    link = f'<!DOCTYPE html><p>The database: <a href="//www.sipri.org{address}">Excel workbook</a></p>'
    server.script(path_of(sipri.LANDING_PAGE), Reply(link.encode()))
    server.script(address, Reply(workbook, etag='"sipri"', headers={"Last-Modified": published}))
    return server


def origins(server: SourceServer) -> dict[str, str]:
    """Every host of every source leads to the server."""
    return {f"https://{host}": server.origin for source in SOURCES.values() for host in source.hosts}


def main() -> None:
    with SourceServer() as server:
        healthy_but_for_sipri(server)
        for workbook in map(Path, sys.argv[1:2]):
            with_sipri(server, workbook.name, workbook.read_bytes(), "Mon, 27 Apr 2026 06:00:00 GMT")
        print(f"BURDEN_BRISK=1 BURDEN_ORIGINS='{json.dumps(origins(server))}' LIVE=1 make run", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
