"""The report: self-contained, whole, and nothing in it but what the warehouse holds."""

from __future__ import annotations

import csv
import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import duckdb
import pytest

from tests import browser
from warehouse.publication.report import captions
from warehouse.publication.report.drawings import Drawings
from warehouse.publication.report.pages import write_pages
from warehouse.reading.connect import DATABASE

_VOID: Final = {"meta", "link", "input", "br", "wbr"}
_LOADING: Final = {"src", "srcset", "poster", "data", "action", "background"}


class Page(HTMLParser):
    """What a page is made of: elements left open, resources that it would load, values behind its cells, ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.mismatched: list[str] = []
        self.loads: list[str] = []
        self.values: list[str] = []
        self.ids: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(f"</{tag}> at {self.getpos()}")

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("rel", "alternate") in attrs:
            return  # a feed is offered, not loaded
        for name, value in attrs:
            if name in _LOADING or (name == "href" and tag in {"link", "use", "image"}):
                self.loads.append(f"{tag} {name}={value}")
            if name == "data-v" and value:
                self.values.append(value)
            if name == "id" and value:
                self.ids.append(value)


@pytest.fixture(scope="module")
def report(published: Path) -> Path:
    return published / "current" / "report"


@pytest.fixture(scope="module")
def index(report: Path) -> str:
    return (report / "index.html").read_text(encoding="utf-8")


def _pages(report: Path) -> dict[str, Page]:
    files = sorted(report.rglob("*.html"))
    return {file.stem: Page(file.read_text(encoding="utf-8")) for file in files}


def test_every_page_is_well_formed(report: Path) -> None:
    assert {
        name: (page.mismatched, page.open) for name, page in _pages(report).items() if page.mismatched or page.open
    } == {}


def test_no_page_loads_anything_but_what_draws_its_scripts_from_next_to_it(report: Path) -> None:
    loads = {name: [load for load in page.loads if load != "link href=data:,"] for name, page in _pages(report).items()}
    maps = ["explorer/topojson-client.min.js", "explorer/countries-110m.js"]
    charts = ["explorer/d3.min.js", "explorer/plot.umd.min.js"]
    paths = ["what-if/data.js", "what-if/required_path.js", "what-if/what_if.js"]
    assert {name: found for name, found in loads.items() if found} == {
        "explorer": [
            f"script src={script}"
            for script in (*charts, *maps, "explorer/drawing.js", "explorer/data.js", "explorer/explorer.js")
        ],
        "what-if": [f"script src={script}" for script in (*charts, "explorer/drawing.js", *paths)],
    }


def test_no_style_loads_anything(index: str) -> None:
    assert re.findall(r"@import|@font-face|url\((?!#)", index) == []


def test_no_id_is_used_twice(report: Path) -> None:
    twice = {name: [key for key, n in Counter(page.ids).items() if n > 1] for name, page in _pages(report).items()}
    assert {name: found for name, found in twice.items() if found} == {}


def test_the_first_page_is_light(report: Path) -> None:
    assert len(gzip.compress((report / "index.html").read_bytes())) < 300_000


def test_every_ally_has_a_page(report: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    allies = warehouse.execute(
        "SELECT DISTINCT iso3 FROM core.membership WHERE group_id = 'NATO' AND member_to IS NULL"
    )
    assert {file.stem for file in (report / "country").glob("*.html")} == {iso3 for (iso3,) in allies.fetchall()}


def test_every_chart_is_in_the_page_with_title_description_and_files(report: Path, index: str) -> None:
    for caption in captions.REPORT:
        assert f'<title id="{caption.chart}-' in index, caption.chart
        assert f'<desc id="{caption.chart}-' in index, caption.chart
        root = ET.parse(report / "charts" / f"{caption.chart}.svg").getroot()  # noqa: S314 (our own file)
        assert root.get("role") == "img"
        assert (report / "charts" / f"{caption.chart}.png").read_bytes().startswith(b"\x89PNG")


def test_the_small_charts_name_each_ally_once(index: str) -> None:
    charts = re.findall(r'<svg role="img" aria-labelledby="shares-.*?</svg>', index, flags=re.DOTALL)
    assert [[chart.count(f">{name}<") for name in ("Lithuania", "Canada")] for chart in charts] == [[1, 1], [1, 1]]


def test_every_chart_is_followed_by_a_table_in_its_section(index: str) -> None:
    for section in re.findall(r"<section.*?</section>", index, flags=re.DOTALL):
        assert section.count("<table") >= section.count("<figure"), section[:200]


def test_the_league_is_what_the_warehouse_holds(index: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    table = index[index.index('aria-label="League table"') :]
    rows = re.findall(r'<tr data-name="([^"]+)">(.*?)</tr>', table[: table.index("</table>")], flags=re.DOTALL)
    shown = {name: re.findall(r'data-v="([^"]*)"', cells) for name, cells in rows}
    held = warehouse.execute("""
        SELECT c.name, [m.value, o.value, usd.value / 1000, own.value / 1000,
                        m.gap_pp, m.gap_usd_current_m / 1000, m.gap_national_currency_m / 1000]
        FROM mart.compliance AS m JOIN mart.compliance AS o USING (rule_id, edition_id, entity)
        JOIN core.country AS c ON c.iso3 = m.entity
        JOIN core.observation AS usd ON usd.edition_id = m.edition_id AND usd.entity = m.entity AND usd.year = m.year
         AND usd.indicator = 'defence_expenditure' AND usd.price_basis = 'current' AND usd.currency = 'USD'
        JOIN core.observation AS own ON own.edition_id = m.edition_id AND own.entity = m.entity AND own.year = m.year
         AND own.indicator = 'defence_expenditure' AND own.price_basis = 'current' AND own.currency = m.currency
        WHERE m.rule_id = 'hague_core_3_5pct' AND m.edition_id = 'nato:2026-07-10' AND m.year = 2026 AND o.year = 2024
          AND m.verdict <> 'not_applicable'""").fetchall()
    assert shown == {name: [str(value) for value in values] for name, values in held}


def test_the_total_of_the_alliance_is_the_one_that_nato_publishes(index: str) -> None:
    foot = re.search(r"<tfoot>(.*?)</tfoot>", index, flags=re.DOTALL)
    assert foot is not None
    assert re.findall(r'data-v="([^"]*)"', foot[1])[:3] == ["2.86", "2.65", "1809.915"]


def test_the_report_opens_with_its_finding(index: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    ((met, of, missing),) = warehouse.execute("""
        SELECT count(*) FILTER (value >= 3.5), count(*), sum(gap_usd_current_m) FILTER (gap_usd_current_m > 0) / 1000
        FROM mart.compliance
        WHERE rule_id = 'hague_core_3_5pct' AND edition_id = 'nato:2026-07-10' AND year = 2026
          AND value IS NOT NULL""").fetchall()
    said = index[index.index("</h1>") : index.index("<h2")]
    assert (met, of, round(missing, 1)) == (5, 31, 411.7)
    assert "Five of 31 Allies are at 3.5 % of GDP in 2026 (estimate)" in said
    assert "the 26 below the target lack 411.7 billion US$ a year" in said


def test_every_section_opens_with_its_finding(index: str) -> None:
    sections = re.findall(r"<section.*?</section>", index, flags=re.DOTALL)
    silent = [re.search(r"<h2[^>]*>(.*?)</h2>", s) for s in sections if '</h2>\n<p class="finding">' not in s]
    assert [title[1] for title in silent if title] == ["A page for each Ally"]


def test_a_country_opens_with_its_share_amount_gap_chance_and_plan(report: Path) -> None:
    page = (report / "country" / "DEU.html").read_text(encoding="utf-8")
    assert (
        "Germany spends 124.7 billion EUR (147.0 billion US$) on defence in 2026 (estimate), 2.69 % of GDP."
        " It meets 2 % and is 0.81 points below 3.5 %: 37.3 billion EUR a year are missing."
        " The model: 3.5 % or more in 2035 is about as likely as not, 35 %; its median is 2.99 %."
        " The announced plan: 3.5 % in 2029."
    ) in page


def test_a_country_draws_spending_people_and_equipment_over_time_and_what_moved_its_share(report: Path) -> None:
    page = (report / "country" / "DEU.html").read_text(encoding="utf-8")
    said = re.findall(r'<figure class="small-columns">\s*<figcaption><b>(.*?)</b>', page)
    assert said == [
        "Spending: 124.7 in 2026 (estimate), 34.7 in 2014",
        "Real spending: 119.2 in 2026 (estimate), 46.7 in 2014",
        "Spending per head: 1,427 in 2026 (estimate), 578 in 2014",
        "Military personnel: 183.2 in 2026 (estimate), 178.8 in 2014",
        "Equipment: 32.1 in 2026 (estimate), 12.9 in 2014",
        "Spending moved the share most in 2026 (estimate): +0.49 points",
    ]


def test_every_table_has_its_rows_as_csv(report: Path, index: str) -> None:
    files = set(re.findall(r'href="(tables/[a-z_]+\.csv)"', index))
    assert len(files) > 10
    assert [file for file in files if not (report / file).is_file()] == []
    league = (report / "tables" / "league.csv").read_text(encoding="utf-8").splitlines()
    assert len(league) == 1 + 31
    assert league[1].startswith("LTU,Lithuania,2026,estimate,5.33,")


def test_every_figure_of_a_country_is_in_the_warehouse(report: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    held = warehouse.execute("""
        SELECT value FROM core.observation WHERE entity = 'ITA' AND value IS NOT NULL UNION
        SELECT year FROM core.observation UNION
        SELECT unnest([required_share_pct, step_pp, extra_against_share_national_currency_m / 1000,
                       extra_against_share_usd_constant_m / 1000, year]) FROM mart.path WHERE entity = 'ITA' UNION
        SELECT unnest([gap_pp, gap_usd_current_m / 1000, gap_national_currency_m / 1000, value])
          FROM mart.compliance WHERE entity = 'ITA' UNION
        SELECT value / 1000 FROM core.observation WHERE entity = 'ITA' AND indicator = 'defence_expenditure' UNION
        SELECT due_year FROM core.guideline UNION
        SELECT sipri_less_nato_pp FROM mart.definition_bridge WHERE entity = 'ITA'""").fetchall()
    html = (report / "country" / "ITA.html").read_text(encoding="utf-8")
    page = Page(re.sub(r'<section aria-labelledby="change">.*?</section>', "", html, flags=re.DOTALL))
    known = {value for (value,) in held if value is not None}
    assert len(page.values) > 200
    assert [value for value in page.values if float(value) not in known] == []


def test_the_change_of_a_share_is_what_spending_and_gdp_make_of_it(
    report: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    with (report / "tables" / "country_changes.csv").open(encoding="utf-8") as file:
        shown = {(row["iso3"], int(row["year"])): row for row in csv.DictReader(file)}
    assert len(shown) > 300
    held = dict(
        warehouse.execute("""
            SELECT (indicator || ' ' || year), value FROM core.observation
            WHERE edition_id = 'nato:2026-07-10' AND entity = 'DEU' AND year IN (2025, 2026)
              AND price_basis = 'constant' AND currency = 'USD' AND indicator IN ('defence_expenditure', 'gdp')
        """).fetchall()
    )
    before, now = (100 * held[f"defence_expenditure {year}"] / held[f"gdp {year}"] for year in (2025, 2026))
    germany = {name: float(value) for name, value in shown["DEU", 2026].items() if name.endswith(("_pp", "_pct"))}
    assert germany["spending_part_pp"] + germany["gdp_part_pp"] == pytest.approx(now - before, abs=1e-9)
    assert germany["change_pp"] == pytest.approx(2.69 - 2.22, abs=1e-9)
    grown = (1 + germany["real_change_pct"] / 100) * (1 + germany["price_change_pct"] / 100)
    assert grown == pytest.approx(1 + germany["nominal_change_pct"] / 100, abs=1e-12)


def test_the_revisions_are_those_of_the_warehouse(report: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    document = json.loads((report / "revisions.json").read_text(encoding="utf-8"))
    held = warehouse.execute("""
        SELECT entity, year, old_value, new_value FROM mart.revision
        WHERE to_edition_id = 'nato:2026-07-10' AND indicator = 'defence_share_of_gdp' AND change IS NOT NULL
          AND NOT same_at_print AND entity IN (SELECT iso3 FROM core.country)""").fetchall()
    shown = [(row["iso3"], row["year"], row["old_value"], row["new_value"]) for row in document["revisions"]]
    assert sorted(shown) == sorted(held)
    page = Page((report / "revisions.html").read_text(encoding="utf-8"))
    assert {str(row["new_value"]) for row in document["revisions"]} <= set(page.values)


def test_who_left_the_list_of_2024_is_said_with_the_edition(report: Path) -> None:
    document = json.loads((report / "revisions.json").read_text(encoding="utf-8"))
    assert document["edition"]["edition_id"] == "nato:2026-07-10"
    (newest,) = [row["summary"] for row in document["editions"] if row["edition_id"] == "nato:2026-07-10"]
    assert "Albania, Bulgaria, Czechia, Montenegro, North Macedonia and Slovakia are no longer at 2 % in 2024" in newest


def test_the_feed_has_an_entry_with_a_lasting_id_for_each_edition(
    report: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ET.parse(report / "revisions.atom").getroot()  # noqa: S314 (our own file)
    entries = feed.findall(f"{atom}entry")
    editions = warehouse.execute("SELECT count(*) FROM core.edition WHERE withdrawn_on IS NULL").fetchall()
    assert [(len(entries),)] == editions
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)
    ids = {str(entry.findtext(f"{atom}title")).partition(": ")[0]: entry.findtext(f"{atom}id") for entry in entries}
    assert ids["nato:2026-07-10"] == "urn:uuid:db97d11b-eee6-5494-9b05-990bc55a0885"
    required = ("id", "title", "updated")
    assert all(part.findtext(f"{atom}{name}") for part in (feed, *entries) for name in required)


def test_with_an_address_on_the_web_pages_and_feed_name_it(published: Path, tmp_path: Path) -> None:
    (tmp_path / DATABASE).symlink_to((published / "current" / DATABASE).resolve())
    kept = Drawings(tmp_path / "drawings")
    write_pages(tmp_path, kept, "https://example.org/burden/")
    page = (tmp_path / "report" / "country" / "POL.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/burden/report/country/POL.html">' in page
    assert '<meta property="og:image" content="https://example.org/burden/report/charts/league.png">' in page
    feed = (tmp_path / "report" / "revisions.atom").read_text(encoding="utf-8")
    assert 'href="https://example.org/burden/report/revisions.html"' in feed
    assert "https://example.org" not in re.sub(r"<head>.*?</head>", "", page, flags=re.DOTALL)


def test_without_an_address_every_link_of_a_page_is_relative(report: Path) -> None:
    for page in (report / "index.html", report / "what-if.html", report / "country" / "POL.html"):
        head = page.read_text(encoding="utf-8").partition("</head>")[0]
        assert "canonical" not in head
        assert re.search(r'og:image" content="(\.\./)+report/charts/league.png"', head)
        assert '<meta name="description"' in head


def test_the_tables_of_checks_and_columns_have_their_rows_as_csv(published: Path) -> None:
    for folder, least in (
        ("quality", {"checks": 600, "builds": 1, "corrections": 5}),
        ("dictionary", {"columns": 300}),
    ):
        page = (published / "current" / folder / "index.html").read_text(encoding="utf-8")
        for name, number in least.items():
            assert f'href="tables/{name}.csv"' in page
            with (published / "current" / folder / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
                assert len(list(csv.DictReader(file))) >= number


def test_a_missing_series_is_said_to_be_missing(index: str) -> None:
    row = re.search(
        r'<tr data-name="Korea, Democratic[^"]*">(.*?)</tr>|<tr data-name="North Korea">(.*?)</tr>',
        index,
        flags=re.DOTALL,
    )
    assert row is not None
    assert "not reported" in row.group(0)
    assert 'data-v="0' not in row.group(0)


def test_a_country_without_forces_is_not_applicable(report: Path) -> None:
    assert "Not applicable" in (report / "country" / "ISL.html").read_text(encoding="utf-8")


def test_an_edition_of_shares_alone_makes_a_whole_report(published: Path, tmp_path: Path) -> None:
    """With every complete edition withdrawn, the newest one prints sixteen shares, no money and no equipment."""
    copy = tmp_path / DATABASE
    copy.write_bytes((published / "current" / DATABASE).read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "UPDATE core.edition SET withdrawn_on = '2026-11-01'"
            " WHERE edition_id IN ('nato:2026-07-10', 'nato:2024-06-17')"
        )
    write_pages(tmp_path, Drawings(tmp_path / "drawings"))
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "Three of the 15 Allies with a figure are at 3.5 % of GDP in 2025 (estimate).</p>" in page
    assert "not reported" in page
    assert not (tmp_path / "report" / "charts" / "equipment.svg").exists()


def test_the_rating_is_labelled_as_ours(index: str) -> None:
    assert "The rating is this project's, not NATO's" in index
    assert "own rating" in index


def test_a_browser_without_network_shows_the_report_without_an_error(report: Path, tmp_path: Path) -> None:
    shown = browser.document(report / "index.html", tmp_path)
    assert shown.count('<button type="button">') > 50, "the script has made the headings sortable"


def test_a_browser_without_network_shows_the_result_of_every_check(
    published: Path, tmp_path: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    shown = browser.document(published / "current" / "quality" / "index.html", tmp_path)
    ((checks,),) = warehouse.execute("SELECT count(*) FROM quality.expectation_result").fetchall()
    assert shown.count(">held</td>") + shown.count(">did not hold</td>") == checks > 600
    assert shown.index("Checks that did not hold") < shown.index("Every check of this build")


def test_no_page_of_the_checks_loads_anything(published: Path) -> None:
    page = Page((published / "current" / "quality" / "index.html").read_text(encoding="utf-8"))
    assert (page.mismatched, page.open, page.loads) == ([], [], ["link href=data:,"])
    assert [key for key, number in Counter(page.ids).items() if number > 1] == []


def test_a_country_page_explains_its_gap_to_the_cells(report: Path) -> None:
    page = (report / "country" / "DEU.html").read_text(encoding="utf-8")
    assert 'href="#explained"' in page
    # (3.5 / (100 * 119 159 / 4 422 594) - 1) * 124 660: spending over GDP in US$ of 2021, and spending in euro
    assert "37,276.73899 million of EUR" in page
    assert "figures-2026-07-10.csv!core_nat_currency_current_m,DE,2026" in page
