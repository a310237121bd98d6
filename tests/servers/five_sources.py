"""The five sources on one local server, healthy but for SIPRI: for the tests, and for a rehearsal by hand.

python -m tests.servers.five_sources        prints the environment for `LIVE=1 make run`, and serves until ended
"""

from __future__ import annotations

import json
import threading

from orchestration.sources import eurostat, nato, sipri
from orchestration.sources.registry import SOURCES
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


def origins(server: SourceServer) -> dict[str, str]:
    """Every host of every source leads to the server."""
    return {f"https://{host}": server.origin for source in SOURCES.values() for host in source.hosts}


def main() -> None:
    with SourceServer() as server:
        healthy_but_for_sipri(server)
        print(f"BURDEN_BRISK=1 BURDEN_ORIGINS='{json.dumps(origins(server))}' LIVE=1 make run", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
