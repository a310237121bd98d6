"""NATO: where its workbooks are, and when to ask.

Belongs here: the topic page, how an edition and its workbook follow from an anchor's address, the calendar, formats.
Does not belong here: fetching (orchestration.ingest.http), the layout of a workbook (transforms.parse.nato.workbook).

The page lists PDFs; the workbook is next to each. An anchor's text cannot be relied on: the one that says 2023 leads
to the file of 2022 (seen 2026-09), and the folder of an address names the upload, not the edition. Only the file name
says which edition it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from orchestration.ingest.http import Client, Fetched, NotModified, Request
from orchestration.ingest.landing_store import XLSX, Provenance
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import FIGURES, Arrival, Format, Source, sidecar
from transforms.errors import LayoutError
from transforms.parse.nato import fingerprint
from transforms.parse.nato.workbook import parse_nato_workbook

TOPIC_PAGE: Final = (
    "https://www.nato.int/en/what-we-do/introduction-to-nato/defence-expenditures-and-natos-5-commitment"
)
HOSTS: Final = frozenset({"www.nato.int", "nato.int"})

# From 2025 on `def-exp-2026-en.pdf`; before, with the day of publication: `240617-def-exp-2024-en.pdf`.
_PDF: Final = re.compile(r"(?:(?P<day>\d{6})-)?def-exp-(?P<year>\d{4})-en\.pdf", re.IGNORECASE)
# The edition of June 2024 is the first with a workbook in addition to its PDF; the file names carry TABLES until 2024.
_FIRST_WORKBOOK: Final = 2024
_LAST_TABLES_NAME: Final = 2024
# From 2026 on the tables are titled `Core defence expenditure`, the 3.5 % leg of The Hague.
_CORE_SINCE_YEAR: Final = 2026
_SMALLEST: Final = 20_000  # bytes; the workbooks seen have 69 931 to 206 548

WORKBOOK: Final = Format(
    name="nato_workbook",
    parse=lambda payload, provenance: parse_nato_workbook(payload, published_on=provenance.published_on),
    media_types=(XLSX,),
    fingerprint=fingerprint.layout_fingerprint,
)


def _definition(year: int) -> str:
    return "nato_core" if year >= _CORE_SINCE_YEAR else "nato"


@dataclass(frozen=True, slots=True)
class WorkbookAddress:
    """One edition's workbook. `published_on` is None where the name has no day: the reply's Last-Modified gives it."""

    year: int
    url: str
    published_on: dt.date | None


def find_workbooks(page: bytes, *, page_url: str = TOPIC_PAGE) -> list[WorkbookAddress]:
    """Addresses of all workbooks that the topic page leads to, newest edition first, each once.

    Raises `LayoutError` if the page names no edition at all: it has changed, or is a shell without content.
    """
    anchors = _Anchors()
    anchors.feed(page.decode("utf-8", errors="replace"))
    found: dict[int, WorkbookAddress] = {}
    for address in anchors.addresses:
        url = urljoin(page_url, address)
        match = _PDF.fullmatch(urlsplit(url).path.rpartition("/")[2])
        if match and int(match["year"]) not in found:
            found[int(match["year"])] = _workbook(url, match)
    if not found:
        raise LayoutError(
            place=page_url,
            expected="anchors to def-exp-<year>-en.pdf",
            found=f"{len(anchors.addresses)} anchors, none of them",
            advice="look at the page in a browser: it may have moved, or answered with a shell",
        )
    workbooks = [found[year] for year in sorted(found, reverse=True)]
    return [workbook for workbook in workbooks if workbook.year >= _FIRST_WORKBOOK]


def _workbook(pdf_url: str, match: re.Match[str]) -> WorkbookAddress:
    year = int(match["year"])
    parts = urlsplit(pdf_url)
    folder, _, name = parts.path.rpartition("/")
    stem = name[: -len(".pdf")]
    if year <= _LAST_TABLES_NAME:
        stem = f"{stem[: -len('-en')]}-TABLES-en"
    day = match["day"]
    published_on = dt.datetime.strptime(day, "%y%m%d").replace(tzinfo=dt.UTC).date() if day else None
    return WorkbookAddress(
        year, urlunsplit(parts._replace(path=f"{folder}/{stem}.xlsx", query="", fragment="")), published_on
    )


def fetch(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """Every workbook of the topic page that is new or changed, newest edition first."""
    page = client.read(Request(TOPIC_PAGE, "html"))
    for workbook in find_workbooks(page):
        reply = client.fetch(
            Request(workbook.url, "xlsx", min_bytes=_SMALLEST, validators=memory.validators(workbook.url))
        )
        if isinstance(reply, NotModified):
            continue
        yield Arrival(reply.path.read_bytes(), _provenance(workbook, reply))
        memory.remember(workbook.url, reply.validators)
        reply.path.unlink()


def _provenance(workbook: WorkbookAddress, reply: Fetched) -> Provenance:
    # Without a day in the name the server's Last-Modified is the day of publication (2026: 10 July, as announced).
    modified = reply.last_modified.date() if reply.last_modified else None
    published_on = workbook.published_on or modified
    if published_on is None:
        raise LayoutError(place=workbook.url, expected="a day in the name or a Last-Modified header", found="neither")
    subject = "Defence Investment" if workbook.year >= _CORE_SINCE_YEAR else "Defence Expenditure"
    return sidecar(
        "nato",
        str(published_on),
        title=f"{subject} of NATO Countries (2014-{workbook.year})",
        published_on=published_on,
        retrieved_at=reply.retrieved_at,
        url=workbook.url,
        media_type=XLSX,
        format_=WORKBOOK,
        definition=_definition(workbook.year),
        citation=f"{{source}}, {published_on:%d %B %Y}",
    )


# Editions come in March (annual report) and June to August; then a look each day, else one a week.
SOURCE: Final = Source(
    source_id="nato",
    title="Defence expenditure of NATO countries",
    hosts=HOSTS,
    cron=("10 7 * 3,6-8 *", "10 7 * 1,2,4,5,9-12 1"),
    stale_after_days=10,
    fetch=fetch,
    formats=(WORKBOOK, FIGURES),
    definition_on=lambda published_on: _definition(published_on.year),
)


class _Anchors(HTMLParser):
    """Collects the addresses of a page's anchors, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.addresses.extend(value for name, value in attrs if name == "href" and value)
