"""SIPRI: where its workbook is, and when to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import XLSX
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import Arrival, Format, Said, Source, sidecar
from transforms.errors import LayoutError
from transforms.parse import sipri

LANDING_PAGE: Final = "https://www.sipri.org/databases/milex"
HOSTS: Final = frozenset({"www.sipri.org", "sipri.org"})

# The suffix changes every year (`_0`, `_2`, `_v1.2`), and so may the folder; the link may be protocol-relative. What
# SIPRI's own page links is a release, with any suffix.
# milex.sipri.org exports files with the same name and other layouts: it is not among the hosts.
_WORKBOOK: Final = re.compile(r"""href=["']([^"']*/SIPRI-Milex-data-(19\d\d-20\d\d[^/"']*?)\.xlsx)["']""")
# What a person may call a file says nothing of it but where it is SIPRI's own name, with a browser's or a keeper's mark
# of a copy behind it. Years anywhere in another name are a claim.
_NAME: Final = re.compile(
    r"SIPRI-Milex-data-(?P<edition>19\d\d-20\d\d(?:_(?:\d+|v\d+(?:\.\d+)*))?)"
    r"(?: ?\(\d+\)| - Copy|\.resaved|\.export)*\.xlsx"
)
_YEARS: Final = re.compile(r"(?<!\d)(19\d\d-20\d\d)(?!\d)")
_SMALLEST: Final = 300_000  # bytes; the workbooks seen have 839 559 to 922 552
WORKBOOK: Final = Format(
    name="sipri_workbook",
    parse=lambda payload, provenance: sipri.read_sipri_workbook(payload, published_on=provenance.published_on),
    media_types=(XLSX,),
    fingerprint=sipri.layout_fingerprint,
    identity=sipri.release_identity,
)


def find_workbook(page: bytes, *, page_url: str = LANDING_PAGE) -> tuple[str, str]:
    """The workbook's address and its edition (`1949-2024_2`).

    Raises `LayoutError` if the page leads to none, or to several different ones.
    """
    found = dict.fromkeys(_WORKBOOK.findall(page.decode("utf-8", errors="replace")))
    if len(found) != 1:
        raise LayoutError(
            place=page_url,
            expected="one link to SIPRI-Milex-data-<years>.xlsx",
            found=", ".join(address for address, _ in found) or "none",
            advice="look at the page in a browser: the name may have changed again",
        )
    address, edition = next(iter(found))
    return urljoin(page_url, address), edition


def said_by_name(name: str) -> Said:
    """The release that a file's name claims: with SIPRI's suffix (`1949-2025_v1.2`) in a name of SIPRI's own only."""
    own = _NAME.fullmatch(name)
    if own:
        return Said(edition=own["edition"], by_source=True)
    years = _YEARS.search(name)
    return Said(edition=years[1] if years else None)


def fetch(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The workbook of the landing page, if it is new or changed."""
    url, edition = find_workbook(client.read(Request(LANDING_PAGE, "html")))
    reply = client.fetch(Request(url, "xlsx", min_bytes=_SMALLEST, validators=memory.validators(url)))
    if isinstance(reply, NotModified):
        return
    # The page names no day in a form that can be relied on; the server's date of the file is the day of the issue.
    published_on = (reply.last_modified or reply.retrieved_at).date()
    provenance = sidecar(
        "sipri",
        edition,
        title=f"SIPRI Military Expenditure Database {edition}",
        published_on=published_on,
        retrieved_at=reply.retrieved_at,
        url=url,
        media_type=XLSX,
        format_=WORKBOOK,
        definition="sipri",
        citation=f"{{source}}, edition {edition}",
        note=None if reply.last_modified else "The source gave no date: published_on is the day of retrieval",
    )
    yield Arrival(reply.path.read_bytes(), provenance)
    memory.remember(url, reply.validators)
    reply.path.unlink()


# New editions come in the last days of April, further issues in the months after.
SOURCE: Final = Source(
    source_id="sipri",
    title="SIPRI Military Expenditure Database",
    hosts=HOSTS,
    cron=("20 7 * 4,5 *", "20 7 * 1-3,6-12 1"),
    stale_after_days=10,
    fetch=fetch,
    formats=(WORKBOOK,),
    said_by_name=said_by_name,
)
