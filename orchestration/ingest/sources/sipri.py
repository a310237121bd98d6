"""SIPRI: where its workbook is, and when to ask.

Belongs here: the landing page, and how the edition follows from the workbook's name, the calendar.
Does not belong here: fetching (orchestration.ingest.http), the layout of the workbook (transforms.parse.sipri).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import XLSX, Provenance
from orchestration.ingest.parsing import SIPRI_WORKBOOK
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import Arrival, Source, terms
from transforms.errors import LayoutError

LANDING_PAGE: Final = "https://www.sipri.org/databases/milex"
HOSTS: Final = frozenset({"www.sipri.org", "sipri.org"})

# The suffix changes every year (`_0`, `_2`, `_v1.2`), and so may the folder; the link may be protocol-relative. What
# SIPRI's own page links is a release, whatever its suffix.
# milex.sipri.org exports files with the same name and other layouts: it is not among the hosts.
_WORKBOOK: Final = re.compile(r"""href=["']([^"']*/SIPRI-Milex-data-(19\d\d-20\d\d[^/"']*?)\.xlsx)["']""")
# Of a file that somebody hands in, only the suffixes that SIPRI has used are part of the edition. A browser's or a
# keeper's mark of a copy is none; anything else ("-my edits") says that it is not SIPRI's file.
_NAME: Final = re.compile(
    r"SIPRI-Milex-data-(?P<edition>19\d\d-20\d\d(?:_(?:\d+|v\d+(?:\.\d+)*))?)"
    r"(?P<copy>(?: ?\(\d+\)| - Copy|\.resaved|\.export)*)\.xlsx"
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


def edition_of_name(name: str) -> tuple[str, str | None]:
    """The edition (`1949-2025_v1.2`) of a file that is handed in, and a note where its name marks it as a copy.

    Raises `LayoutError` for a name that is not SIPRI's.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise LayoutError(
            place=name,
            expected="SIPRI's own name, like SIPRI-Milex-data-1949-2024_2.xlsx: it is the edition",
            found="another name",
            advice="hand in the file as SIPRI publishes it, under the name that SIPRI gave it",
        )
    return match["edition"], f"Handed in as a copy, {name}" if match["copy"] else None


def bring(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The workbook of the landing page, if it is new or changed."""
    url, edition = find_workbook(client.read(Request(LANDING_PAGE, "html")))
    reply = client.fetch(Request(url, "xlsx", min_bytes=_SMALLEST, validators=memory.validators(url)))
    if isinstance(reply, NotModified):
        return
    # The page names no day in a form that can be relied on; the server's date of the file is the day of the issue.
    published_on = (reply.last_modified or reply.retrieved_at).date()
    licence, citation = terms("sipri")
    provenance = Provenance(
        source_id="sipri",
        edition_id=f"sipri:{edition}",
        title=f"SIPRI Military Expenditure Database {edition}",
        published_on=published_on,
        retrieved_at=reply.retrieved_at,
        url=url,
        media_type=XLSX,
        format=SIPRI_WORKBOOK,
        definition="sipri",
        completeness="complete",
        origin="fetched",
        licence=licence,
        citation=f"{citation}, edition {edition}",
        note=None if reply.last_modified else "The source gave no date: published_on is the day of retrieval",
        sha256=reply.sha256,
        bytes=reply.bytes,
    )
    yield Arrival(reply.path.read_bytes(), provenance)
    memory.remember(url, reply.validators)
    reply.path.unlink()


_SMALLEST: Final = 300_000  # bytes; the workbooks seen have 839 559 to 922 552
# New editions come in the last days of April, further issues in the months after.
SOURCE: Final = Source("sipri", HOSTS, ("20 7 * 4,5 *", "20 7 * 1-3,6-12 1"), 10, bring)
