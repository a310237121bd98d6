"""NATO: where its workbooks are.

Belongs here: the topic page, and how an edition and its workbook follow from an anchor's address.
Does not belong here: fetching (orchestration.http), the layout of a workbook (transforms.parse.nato).

The page lists PDFs; the workbook lies beside each. An anchor's text is not to be trusted: the one that says 2023 leads
to the file of 2022 (seen 2026-09), and the folder of an address names the upload, not the edition. Only the file name
tells which edition it is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from transforms.errors import LayoutError

TOPIC_PAGE: Final = (
    "https://www.nato.int/en/what-we-do/introduction-to-nato/defence-expenditures-and-natos-5-commitment"
)
HOSTS: Final = frozenset({"www.nato.int", "nato.int"})

# From 2025 on `def-exp-2026-en.pdf`; before, with the day of publication: `240617-def-exp-2024-en.pdf`.
_PDF: Final = re.compile(r"(?:(?P<day>\d{6})-)?def-exp-(?P<year>\d{4})-en\.pdf", re.IGNORECASE)
# The edition of June 2024 is the first with a workbook beside its PDF; the file names carry TABLES until 2024.
_FIRST_WORKBOOK: Final = 2024
_LAST_TABLES_NAME: Final = 2024


@dataclass(frozen=True, slots=True)
class WorkbookAddress:
    """One edition's workbook. `published_on` is None where the name has no day: the reply's Last-Modified tells it."""

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


class _Anchors(HTMLParser):
    """Collects the addresses of a page's anchors, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.addresses.extend(value for name, value in attrs if name == "href" and value)
