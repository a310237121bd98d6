"""Where an edition is found: from pages whose texts mislead, by what cannot mislead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.ingest.sources.nato import WorkbookAddress, find_workbooks
from orchestration.ingest.sources.sipri import find_workbook
from transforms.errors import LayoutError

NATO = "https://www.nato.int/content/dam/nato"


def anchors(*addresses: str) -> bytes:
    return "".join(f'<a href="{address}">2023</a>' for address in addresses).encode()


def test_a_workbook_since_2025_is_in_the_folder_of_its_pdf() -> None:
    page = anchors("/content/dam/nato/webready/documents/finance/def-exp-2026-en.pdf")
    assert find_workbooks(page) == [
        WorkbookAddress(2026, f"{NATO}/webready/documents/finance/def-exp-2026-en.xlsx", None)
    ]


def test_the_workbook_of_2024_has_tables_in_its_name_and_its_day_in_front() -> None:
    page = anchors("/content/dam/nato/legacy-wcm/media_pdf/2024/6/pdf/240617-def-exp-2024-en.pdf")
    assert find_workbooks(page) == [
        WorkbookAddress(
            2024,
            f"{NATO}/legacy-wcm/media_pdf/2024/6/pdf/240617-def-exp-2024-TABLES-en.xlsx",
            dt.date(2024, 6, 17),
        )
    ]


def test_the_edition_comes_from_the_file_name_and_never_from_the_anchors_text(shared: Path) -> None:
    page = (shared / "payloads" / "nato" / "topic-page-2026-09-trimmed.html").read_bytes()
    # The anchor that says 2023 leads to the file of 2022, which has no workbook.
    assert [workbook.year for workbook in find_workbooks(page)] == [2026, 2025, 2024]


def test_a_page_without_editions_is_refused() -> None:
    with pytest.raises(LayoutError, match="none of them"):
        find_workbooks(b"<html><a href='/en/home'>Home</a></html>")


@pytest.mark.parametrize("edition", ["1949-2024_2", "1949-2025_v1.2", "1949-2023"])
def test_sipris_workbook_is_found_whatever_its_suffix(edition: str) -> None:
    page = f'<a href="//www.sipri.org/sites/default/files/SIPRI-Milex-data-{edition}.xlsx">Data</a>'.encode()
    assert find_workbook(page) == (
        f"https://www.sipri.org/sites/default/files/SIPRI-Milex-data-{edition}.xlsx",
        edition,
    )


def test_the_same_link_twice_is_one_workbook() -> None:
    link = b'<a href="/sites/SIPRI-Milex-data-1949-2024.xlsx">x</a>'
    assert find_workbook(link + link)[1] == "1949-2024"


@pytest.mark.parametrize(
    "page",
    [
        b"<html></html>",
        b'<a href="/a/SIPRI-Milex-data-1949-2024.xlsx"></a><a href="/a/SIPRI-Milex-data-1949-2025.xlsx"></a>',
    ],
)
def test_no_workbook_or_two_are_refused(page: bytes) -> None:
    with pytest.raises(LayoutError, match="one link"):
        find_workbook(page)
