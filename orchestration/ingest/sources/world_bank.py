"""The World Bank: where the World Development Indicators are, and when to ask.

All pages of all indicators are one payload and one edition: the API gives every indicator the same `lastupdated`. It
sends no validators, so the same bytes are recognised by their hash.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from orchestration.ingest.http import Client, PermanentFetchError, Request
from orchestration.ingest.landing_store import CSV, JSON, ZIP
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.replies import archive, grouped, holds_replies
from orchestration.ingest.sources.source import Arrival, Format, Said, Source, sidecar
from transforms.errors import PayloadError
from transforms.parse import world_bank
from transforms.parse.world_bank import SERIES
from transforms.payload import json_reply

HOSTS: Final = frozenset({"api.worldbank.org"})
ADDRESS: Final = (
    "https://api.worldbank.org/v2/country/all/indicator/{indicator}?format=json&per_page=20000&date=2000:2060&source=2"
)
_MOST_PAGES: Final = 50
_CODES: Final = re.compile("|".join(re.escape(code) for code in SERIES))
# MS.MIL.* is SIPRI's series, one year behind.
_REPUBLISHED: Final = {"defence_expenditure": "sipri", "defence_share_of_gdp": "sipri"}
PAGES: Final = Format(  # one archive: <indicator>/<page>.json; or one page
    name="world_bank_pages",
    parse=lambda payload, _: pl.concat([world_bank.parse_world_bank_json(pages) for pages in grouped(payload)]),
    media_types=(ZIP, JSON),
    fingerprint=lambda payload: world_bank.json_fingerprint(grouped(payload)),
    identity=lambda payload: world_bank.json_identity(grouped(payload)),
    recognised=lambda payload: not payload.startswith(b"PK") or holds_replies(payload),
)
BULK_CSV: Final = Format(
    name="world_bank_csv",
    parse=lambda payload, _: world_bank.parse_world_bank_csv(payload),
    media_types=(CSV, ZIP),
    fingerprint=world_bank.csv_fingerprint,
    identity=world_bank.csv_identity,
)


def fetch(client: Client, _memory: PollMemory) -> Iterator[Arrival]:
    """Every indicator that the parser knows, all pages of it."""
    pages = {
        f"{indicator}/{number:03}.json": page
        for indicator in SERIES
        for number, page in enumerate(_pages(client, ADDRESS.format(indicator=indicator)), start=1)
    }
    published_on = world_bank.json_identity([[page] for page in pages.values()]).day(None)
    payload = archive(pages)
    yield Arrival(
        payload,
        sidecar(
            "world_bank",
            str(published_on),
            title="World Development Indicators",
            published_on=published_on,
            retrieved_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            url=ADDRESS.format(indicator=";".join(SERIES)),
            media_type=ZIP,
            format_=PAGES,
            definition="wdi",
            citation=f"{{source}}, {published_on:%d %B %Y}",
        ),
    )


def _pages(client: Client, address: str) -> Iterator[bytes]:
    """The pages of one reply; the first says how many there are. The parser proves that the rows are complete."""
    first = client.read(Request(address, "json"))
    yield first
    for number in range(2, _page_count(first, address) + 1):
        yield client.read(Request(f"{address}&page={number}", "json"))


def _page_count(page: bytes, address: str) -> int:
    try:
        reply = json_reply(page, address, expected="JSON")
    except PayloadError as error:
        raise PermanentFetchError(f"{error}: {page[:200]!r}") from error
    head = reply[0] if isinstance(reply, list) and reply else None
    count = head.get("pages") if isinstance(head, dict) else None
    # An error comes with status 200 and a body of messages.
    if not isinstance(count, int) or count > _MOST_PAGES:
        raise PermanentFetchError(f"{address}: expected a reply of 1 to {_MOST_PAGES} pages, found {page[:200]!r}")
    return count


# About quarterly, on no fixed day.
SOURCE: Final = Source(
    source_id="world_bank",
    title="World Development Indicators",
    hosts=HOSTS,
    cron=("30 7 * * 1",),
    stale_after_days=10,
    fetch=fetch,
    formats=(PAGES, BULK_CSV),
    said_by_name=lambda name: Said(data_sets=tuple(_CODES.findall(name))),
    republished=_REPUBLISHED,
)
