"""The pages for all readers: WCAG 2.2 AA as far as axe-core sees it, the keyboard, narrow screens, paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import browser
from warehouse.reading.site import copy_site

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"  # axe-core 4.14.1 of its npm package
LOOKS = {
    "wide and light": ("--window-size=1024,900",),
    "narrow and dark": ("--window-size=500,900", "--blink-settings=preferredColorScheme=0"),
}
WIDTHS = {**LOOKS, "desktop": ("--window-size=1440,900",)}  # where the page is at its widest, and its type larger
VIOLATIONS = """
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
  .then(({violations, passes}) => [passes.length, violations.map(({id, nodes}) => [id, nodes[0].html.slice(0, 200)])])
"""
CUT = """
[...document.querySelectorAll('.scroll:has(> table)')]
  .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.getAttribute('aria-label'))
"""


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that may be written to: a page under test is next to the one that is served."""
    return copy_site(tmp_path_factory.mktemp("asked") / "site", published).parent


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "page", ["index", "revisions", "explorer", "what-if", "country/DEU", "../quality/index", "../dictionary/index"]
)
def test_axe_finds_no_violation(site: Path, tmp_path: Path, page: str, look: str) -> None:
    passed, violations = browser.found(
        site / "report" / f"{page}.html", tmp_path, VIOLATIONS, *LOOKS[look], libraries=(AXE,)
    )
    assert violations == []
    assert passed > 10


def test_axe_would_find_a_violation(site: Path, tmp_path: Path) -> None:
    (site / "bad.html").write_text('<!doctype html><html><body><img src="x.png"></body></html>')
    _, violations = browser.found(site / "bad.html", tmp_path, VIOLATIONS, libraries=(AXE,))
    assert {"document-title", "html-has-lang", "image-alt"} <= {name for name, _ in violations}


@pytest.mark.parametrize("look", WIDTHS)
@pytest.mark.parametrize(
    "page", ["index", "revisions", "what-if", "country/DEU", "../quality/index", "../dictionary/index"]
)
def test_no_column_of_a_table_is_cut(site: Path, tmp_path: Path, page: str, look: str) -> None:
    opened = f"(document.querySelectorAll('details').forEach((part) => {{ part.open = true; }}), {CUT})"
    cut = browser.found(site / "report" / f"{page}.html", tmp_path, opened, *WIDTHS[look])
    assert [name for name in cut if name != "Explanation"] == []  # preformatted text, no table


def test_amounts_are_sorted_within_their_currency(site: Path, tmp_path: Path) -> None:
    script = """(() => {
      const table = document.querySelector('[aria-label="League table"] table');
      table.tHead.rows[0].cells[4].querySelector('button').click();
      return [...table.tBodies[0].rows].map((row) => [row.cells[4].dataset.currency, Number(row.cells[4].dataset.v)]);
    })()"""
    rows = browser.found(site / "report" / "index.html", tmp_path, script)
    currencies = [currency for currency, _ in rows]
    assert currencies == sorted(currencies), "no currency is cut by another"
    euro = [amount for currency, amount in rows if currency == "EUR"]
    assert len(euro) > 15
    assert euro == sorted(euro, reverse=True)


def test_every_control_can_be_reached_by_the_keyboard(site: Path, tmp_path: Path) -> None:
    script = """[...document.querySelectorAll('a[href], button, input, select, summary, .scroll')]
      .filter((part) => part.tabIndex < 0).map((part) => part.outerHTML.slice(0, 80))"""
    assert browser.found(site / "report" / "explorer.html", tmp_path, script) == []
    assert browser.found(site / "report" / "index.html", tmp_path, script) == []


@pytest.mark.parametrize("page", ["index", "country/DEU"])
def test_a_page_prints_as_one_sheet(site: Path, tmp_path: Path, page: str) -> None:
    assert browser.printed_pages(site / "report" / f"{page}.html", tmp_path) == 1


@pytest.mark.parametrize("page", ["what-if", "../dictionary/index"])
def test_a_page_without_a_summary_prints_whole(site: Path, tmp_path: Path, page: str) -> None:
    assert browser.printed_pages(site / "report" / f"{page}.html", tmp_path) >= 2


def test_the_filter_works_on_the_page_of_revisions_too(site: Path, tmp_path: Path) -> None:
    script = """(() => {
      const box = document.getElementById('filter');
      box.value = 'LTU, Turkey';
      box.dispatchEvent(new Event('input'));
      return [...new Set([...document.querySelectorAll('tr[data-name]:not(.hidden)')].map((row) => row.dataset.name))];
    })()"""
    assert set(browser.found(site / "report" / "revisions.html", tmp_path, script)) <= {"Lithuania", "Türkiye"}
