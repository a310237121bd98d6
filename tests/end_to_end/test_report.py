"""The report: whole without the network, every figure the warehouse's, every chart with words and figures beside it."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Page(HTMLParser):
    """Open tags that were never closed, what is loaded, the texts of each table's rows, and the labels of charts."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.charts: list[str] = []
        self._in_cell = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.loaded += [
            value for name, value in attrs if value and (name == "src" or (tag == "link" and name == "href"))
        ]
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._in_cell = True
        if values.get("role") == "img":
            self.charts.append(values.get("aria-label") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself, as in SVG, opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._in_cell = self._in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data.strip()


@pytest.fixture(scope="module")
def report(published: Path) -> Path:
    return (published / "current" / "report").resolve()


@pytest.fixture(scope="module")
def pages(report: Path) -> list[Path]:
    return [report / "index.html", *sorted((report / "country").glob("*.html"))]


def test_no_page_loads_anything(pages: list[Path]) -> None:
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert set(Page(path).loaded) <= {"data:,"}, path.name
        assert not re.search(r"url\(\s*[\"']?https?:|@import|<iframe|<img", text), path.name


def test_every_tag_is_closed(pages: list[Path]) -> None:
    assert [path.name for path in pages if Page(path).open] == []


def test_every_chart_is_told_in_words_and_kept_as_svg_and_png(report: Path, pages: list[Path]) -> None:
    labels = [label for path in pages for label in Page(path).charts]
    assert all(labels)
    names = sorted(path.stem for path in (report / "charts").glob("*.svg"))
    assert len(names) == len(labels)
    for name in names:
        assert ET.parse(report / "charts" / f"{name}.svg").getroot().tag.endswith("svg")  # noqa: S314 (our own file)
        assert (report / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_league_table_is_the_warehouses(report: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = warehouse.execute(
        "SELECT name, format('{:.2f}', value), CASE verdict WHEN 'met' THEN '✓ met' ELSE '✗ not met' END, "
        "format('{:+.2f}', gap_pp) FROM mart.compliance JOIN core.country ON iso3 = entity "
        "WHERE rule_id = 'hague_core_3_5pct' AND edition_id = 'nato:2026-07-10' AND year = 2026 AND value IS NOT NULL"
    ).fetchall()
    league = Page(report / "index.html").tables[0]
    assert len(expected) == 31
    # e marks an estimate, which all of 2026 are
    assert {(row[0], row[1], row[3], row[4]) for row in league[1:]} == {(n, f"{v}e", d, g) for n, v, d, g in expected}


def test_every_ally_and_partner_has_a_page(report: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    members = warehouse.execute("SELECT lower(iso3) FROM core.membership WHERE group_id IN ('NATO', 'IP4')").fetchall()
    assert {code for (code,) in members} <= {path.stem for path in (report / "country").glob("*.html")}


def test_every_link_between_pages_leads_somewhere(pages: list[Path]) -> None:
    for path in pages:
        for link in re.findall(r'href="([^"#:]+\.html)"', path.read_text(encoding="utf-8")):
            assert (path.parent / link).resolve().is_file(), f"{path.name}: {link}"


def test_north_korea_is_not_reported_and_never_zero(report: Path) -> None:
    benchmark = next(table for table in Page(report / "index.html").tables if "SIPRI's note" in table[0])
    row = next(row for row in benchmark if row[0] == "North Korea")
    assert row[3:5] == ["", "not reported"]
    assert "North Korea" in row[-1]


def test_the_rating_is_labelled_as_ours_wherever_it_stands(report: Path) -> None:
    for path in (report / "index.html", report / "country" / "deu.html"):
        assert re.search(r"rating(?: is ours|, not NATO)", path.read_text(encoding="utf-8").replace("&#39;", "'"))


def test_a_browser_without_network_reports_no_error(report: Path, tmp_path: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs chromium, which is not installed")
    done = subprocess.run(  # noqa: S603 (a browser on our own page)
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--enable-logging=stderr",
         "--host-resolver-rules=MAP * ~NOTFOUND", f"--screenshot={tmp_path / 'page.png'}", "--window-size=390,900",
         (report / "index.html").as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert (tmp_path / "page.png").stat().st_size > 10_000
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
