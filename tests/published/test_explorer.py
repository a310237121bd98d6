"""The explorer: what it draws is what the warehouse holds, of an edition or as it was known on a day."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import browser
from warehouse.publication.report import explorer
from warehouse.reading.site import copy_site

_NODE = """
require(%(data)s);
const explorer = require(%(script)s);
const data = globalThis.burdenSharing;
console.log(JSON.stringify((%(asked)s)(explorer, data)));
"""
_ALL = "[...Object.keys(data.entities)]"
# As published by the packages d3 7.9.2, @observablehq/plot 0.6.17, topojson-client 3.1.0 and world-atlas 2.0.2.
VENDORED = {
    "d3.min.js": "912111098ea99503a6f4967361d2bbdc9dbf58cf9c678c8e27e5b02d1a07f0c1",
    "plot.umd.min.js": "4358086467740777dd788d6b27a95cebdbaefdd50c730a3060117073bd7134cb",
    "topojson-client.min.js": "25cd02ae486cc5063e0215a4e4cfb15de83700c87ac48bac4d57dc6aaf3ebb89",
    "countries-110m.js": "2516c915867c7baf18ddec727aec46c315541a07cfb3d79a6559b05d5e94eee8",
}
ATLAS = b"globalThis.worldAtlas=%s;\n"  # a page that is opened from disk may load a script, but no data


@pytest.fixture(scope="module")
def folder(published: Path) -> Path:
    return published / "current" / "report" / "explorer"


def answered(folder: Path, asked: str) -> Any:  # noqa: ANN401 (what the script answers)
    """What the explorer's functions answer, run without a page."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    places = {"data": json.dumps(str((folder / "data.js").resolve()))}
    script = _NODE % {**places, "script": json.dumps(str((folder / "explorer.js").resolve())), "asked": asked}
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)  # noqa: S603 (node from PATH)
    return json.loads(done.stdout)


def question(measure: str, source: str, edition: str) -> str:
    return (
        f"{{measure: '{measure}', source: '{source}', edition: '{edition}', entities: {_ALL}, from: 0, to: 9999,"
        " kind: 'lines', across: 'usd_current'}"
    )


@pytest.mark.parametrize("day", ["2019-12-31", "2023-12-31", "2024-06-17", "2025-12-31", "2026-11-27"])
@pytest.mark.parametrize("series", ["nato defence_share_of_gdp", "nato personnel", "sipri defence_share_of_gdp"])
def test_the_figures_of_a_day_are_those_of_the_warehouse_on_that_day(
    folder: Path, warehouse: duckdb.DuckDBPyConnection, day: str, series: str
) -> None:
    source, indicator = series.split()
    drawn = answered(
        folder,
        f"(explorer, data) => explorer.answer(data, {question(indicator, source, f'as-of:{day}')})"
        ".points.map((p) => [p.entity, p.year, p.value, p.edition, p.cell])",
    )
    entities = answered(folder, f"(explorer, data) => {_ALL}")
    held = warehouse.execute(
        """SELECT entity, year, value, edition_id, locator FROM observation_as_of(CAST($day AS DATE))
           WHERE source_id = $source AND indicator = $indicator AND availability = 'reported'
             AND list_contains($entities, entity) AND year >= 2012""",
        {"day": day, "source": source, "indicator": indicator, "entities": entities},
    ).fetchall()
    assert sorted(map(tuple, drawn)) == sorted(held)
    assert held or (source, day) == ("sipri", "2019-12-31")


def test_the_figures_of_an_edition_are_those_that_it_prints(folder: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    drawn = answered(
        folder,
        f"(explorer, data) => explorer.answer(data, {question('usd_current', 'nato', 'nato:2024-06-17')})"
        ".points.map((p) => [p.entity, p.year, p.value, p.status])",
    )
    held = warehouse.execute(
        """SELECT entity, year, value, status FROM core.observation
           WHERE edition_id = 'nato:2024-06-17' AND indicator = 'defence_expenditure' AND currency = 'USD'
             AND price_basis = 'current' AND availability = 'reported'"""
    ).fetchall()
    entities = set(answered(folder, f"(explorer, data) => {_ALL}"))
    assert sorted(map(tuple, drawn)) == sorted(row for row in held if row[0] in entities)
    assert len(drawn) > 300


def test_amounts_at_prices_of_two_base_years_are_never_one_line(folder: Path) -> None:
    asked = question("usd_constant", "nato", "as-of:2026-11-27")
    units, left_out = answered(
        folder,
        f"(explorer, data) => {{ const a = explorer.answer(data, {asked});"
        " return [[...new Set(a.points.map((p) => p.unit))], a.otherBase]; }",
    )
    assert units == ["million US$ at prices of 2021"]
    assert left_out > 0, "2012 and 2013 are printed by the edition of 2019 alone, at prices of 2015"


def test_national_currencies_are_named_in_the_unit(folder: Path) -> None:
    asked = question("national_current", "nato", "nato:2026-07-10")
    units = answered(
        folder,
        f"(explorer, data) => [...new Set(explorer.answer(data, {asked}).points.map((p) => p.unit))]",
    )
    assert {"million EUR", "million PLN", "million USD"} <= set(units)


def test_a_question_survives_its_address(folder: Path) -> None:
    asked = (
        "{measure: 'personnel', source: 'nato', edition: 'as-of:2024-12-31', entities: ['POL', 'NATO'], from: 2015,"
        " to: 2023, kind: 'slope', across: 'usd_current'}"
    )
    before, after = answered(
        folder,
        f"(explorer, data) => {{ const q = {asked}; return [q, explorer.asked(data, '#' + explorer.hash(q), {{}})]; }}",
    )
    assert after == before


def test_an_address_that_asks_for_nothing_held_is_answered_by_the_usual_question(folder: Path) -> None:
    usual = {"measure": "personnel", "edition": "nato:2026-07-10", "entities": ["POL"], "kind": "lines"}
    found = answered(
        folder,
        "(explorer, data) => explorer.asked(data, '#measure=gold&edition=nato:1900&entities=XXX,constructor&kind=pie',"
        f" {json.dumps(usual)})",
    )
    assert {name: found[name] for name in usual} == usual


def test_the_csv_carries_citation_and_terms(folder: Path) -> None:
    text = answered(
        folder,
        "(explorer, data) => explorer.csv(data, explorer.answer(data, {measure: 'defence_share_of_gdp', source: 'nato',"
        " edition: 'nato:2026-07-10', entities: ['POL'], from: 2024, to: 2024}))",
    )
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["entity"], row["year"], row["value"], row["edition_id"]) == ("POL", "2024", "3.75", "nato:2026-07-10")
    assert row["citation"].startswith("NATO, Defence Investment of NATO Countries")
    assert row["terms"].startswith("Credit NATO")


def test_the_explorer_draws_from_disk_without_network(published: Path, tmp_path: Path) -> None:
    shown = browser.document(published / "current" / "report" / "explorer.html", tmp_path)
    assert 'role="img" aria-label="Defence spending as a share of GDP, % of GDP: In 2026, highest Poland 4.68' in shown


@pytest.fixture(scope="module")
def page(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of a copied site, which may be written next to."""
    return copy_site(tmp_path_factory.mktemp("explorer") / "site", published).with_name("report") / "explorer.html"


@pytest.mark.parametrize(
    ("typed", "entities"),
    [
        ("Nordic", "DNK,EST,FIN,ISL,LVA,LTU,NOR,SWE"),
        ("Turkey, DEU", "TUR,DEU"),
        ("NATO", "NATO"),
        ("Poland, Atlantis", "POL"),
    ],
)
def test_names_codes_and_groups_are_taken_as_the_commands_take_them(
    page: Path, tmp_path: Path, typed: str, entities: str
) -> None:
    script = f"""(() => {{
      const box = document.getElementById('entities');
      box.value = {json.dumps(typed)};
      box.dispatchEvent(new Event('input'));
      return [new URLSearchParams(location.hash.slice(1)).get('entities'),
              document.getElementById('entities-said').textContent];
    }})()"""
    asked, said = browser.found(page, tmp_path, script)
    assert sorted(asked.split(",")) == sorted(entities.split(","))
    assert ("Not known: atlantis" in said) == ("Atlantis" in typed)


def drawn(page: Path, profile: Path, address: str, script: str) -> Any:  # noqa: ANN401 (JSON)
    """What `script` finds on the page after the question of `address`."""
    wait = "new Promise((done) => setTimeout(done, 50))"
    return browser.found(
        page, profile, f"(async () => {{ location.hash = '{address}'; await {wait}; return {script}; }})()"
    )


def test_a_map_paints_europe_and_the_rest_and_says_whose_borders_it_draws(page: Path, tmp_path: Path) -> None:
    script = """[document.querySelectorAll("#drawing > svg").length,
      [...document.querySelectorAll("#drawing text")].map((part) => part.textContent),
      document.getElementById("left-out").textContent]"""
    maps, labels, said = drawn(page, tmp_path, "kind=map&entities=POL,USA,NATO&edition=nato:2026-07-10", script)
    assert maps == 2
    assert {"4.68", "United States 3.17"} <= set(labels)
    assert said.startswith("Borders: Natural Earth")
    assert "Not on the map: NATO." in said


def test_dragging_back_shows_what_was_rewritten_since(page: Path, tmp_path: Path) -> None:
    script = """(() => {
      const day = document.getElementById("day");
      while (document.getElementById("day-said").textContent > "2024-06-17") {
        day.value -= 1;
        day.dispatchEvent(new Event("input"));
      }
      return [document.getElementById("finding").textContent, document.getElementById("subtitle").textContent];
    })()"""
    finding, subtitle = browser.found(page, tmp_path, script)
    assert "In 2024, highest Poland 4.12" in finding  # 3.75 in the edition of 2026
    assert subtitle.endswith(
        "as known on 2024-06-17; hollow points are estimates or forecasts; dashed: as the newest edition has it."
    )


def test_a_measure_that_the_edition_does_not_have_is_shown_of_its_newest_edition(page: Path, tmp_path: Path) -> None:
    script = """["eur_current", "personnel"].map((measure) => {
      const box = document.getElementById("measure");
      box.value = measure;
      box.dispatchEvent(new Event("change"));
      return document.getElementById("finding").textContent;
    })"""
    euro, people = drawn(page, tmp_path, "edition=as-of:2019-06-25&entities=POL,DEU", script)
    assert euro.startswith("In 2025, highest Germany")
    assert people.startswith("In 2026, highest Poland"), "the years that Eurostat has do not narrow those of NATO"


@pytest.mark.parametrize(("button", "begins"), [("svg", "<svg"), ("png", "\\x89PNG"), ("csv", "entity,name,year")])
def test_a_drawing_is_taken_away_with_its_citation(page: Path, tmp_path: Path, button: str, begins: str) -> None:
    script = f"""new Promise((done) => {{
      URL.createObjectURL = (blob) => {{ blob.arrayBuffer().then((bytes) =>
        done([...new Uint8Array(bytes)].map((byte) => String.fromCharCode(byte)).join(''))); return '#'; }};
      document.getElementById('{button}').click();
    }})"""
    taken = browser.found(page, tmp_path, script)
    assert taken.startswith(begins.replace("\\x89", "\x89"))
    assert button == "png" or "NATO, Defence Investment of NATO Countries" in taken
    assert "var(--" not in taken


def test_the_explorer_is_small(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000


def test_the_excerpt_of_a_source_with_terms_begins_when_nato_does(folder: Path) -> None:
    years = answered(folder, "(explorer, data) => Math.min(...explorer.seriesOf(data).flatMap((s) => s.years))")
    assert years == 2012


@pytest.mark.parametrize("name", VENDORED)
def test_what_was_copied_from_a_package_is_as_published_with_its_licence(folder: Path, name: str) -> None:
    before, after = ATLAS.split(b"%s")
    held = (folder / name).read_bytes()
    packed = held.removeprefix(before).removesuffix(after) if name == "countries-110m.js" else held
    assert hashlib.sha256(packed).hexdigest() == VENDORED[name]
    licence = (folder / f"{name.partition('.')[0]}.LICENSE.txt").read_text(encoding="utf-8")
    assert "Permission to use, copy, modify, and/or distribute this software" in licence


def test_every_measure_that_is_named_has_figures(folder: Path) -> None:
    held = answered(folder, "(explorer, data) => [...new Set(explorer.seriesOf(data).map((s) => s.measure))]")
    assert set(held) == set(explorer.MEASURES)
