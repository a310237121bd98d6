"""Names as users, tools and the report's filter meet them: in the warehouse, in every command, in a real terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from transforms.registers import reader as registers
from transforms.registers.reader import label_schemes
from warehouse.reading import lookup as usage
from warehouse.reading.compliance import compliance
from warehouse.reading.explain import explain_mart, explain_observation
from warehouse.reading.what_if import Question, answer

REPOSITORY = Path(__file__).resolve().parents[2]
# As much of a browser as the report's script asks for.
_PAGE = """
const shown = new Set();
const row = (name) => ({ dataset: { name }, classList: { toggle: (_, hide) => hide || shown.add(name) } });
const rows = %(rows)s.map(row);
const filter = { addEventListener: (_, heard) => { filter.heard = heard; } };
const other = { addEventListener() {} };
const parts = { "#filter": filter, "#names": { textContent: %(names)s } };
globalThis.matchMedia = () => ({ matches: false });
globalThis.document = {
  documentElement: { dataset: {} },
  querySelector: (asked) => parts[asked] ?? other,
  querySelectorAll: (asked) => asked === "tr[data-name]" ? rows : [],
};
%(script)s
const answers = {};
for (const value of %(asked)s) {
  shown.clear();
  filter.value = value;
  filter.heard();
  answers[value] = [...shown].sort();
}
console.log(JSON.stringify(answers));
"""


def burden(published: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """`burden …` in a process of its own, as a shell starts it."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-m", "orchestration.cli.burden", *arguments],
        cwd=REPOSITORY,
        env={**known, "BURDEN_DATA_DIR": str(published), **environment},
        capture_output=True,
        check=False,
    )


def in_a_terminal(published: Path, columns: int, *arguments: str) -> str:
    """What `burden …` writes on a terminal of that many columns, without its colours."""
    sized = f"import os; os.system('stty cols {columns} rows 50'); "
    script = f"{sized}from orchestration.cli.burden import main; main()"
    command = [sys.executable, "-c", script, *arguments]
    shell = f"import pty,sys; sys.exit(pty.spawn({command!r}))"
    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-c", shell],
        cwd=REPOSITORY,
        env={**os.environ, "BURDEN_DATA_DIR": str(published), "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout.decode()).replace("\r", "")


@pytest.mark.parametrize("source", label_schemes())
def test_every_label_of_a_country_finds_it_in_the_warehouse(warehouse: duckdb.DuckDBPyConnection, source: str) -> None:
    labels = registers.labels(source).filter(pl.col("kind").is_in(["country", "historical_state"]))
    found = {label: usage.entity_code(warehouse, label) for label in labels["label"].unique()}
    assert found == dict(labels.select("label", "entity").iter_rows())


def test_every_entity_with_figures_has_a_row_and_a_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    nameless = warehouse.sql("""
        SELECT entity FROM core.observation UNION SELECT group_id FROM mart.aggregate
        UNION SELECT group_id FROM mart.group_gap
        EXCEPT (SELECT iso3 FROM core.country UNION SELECT group_id FROM core.country_group)""").fetchall()
    assert nameless == []
    ((unnamed,),) = warehouse.sql("""
        SELECT count(*) FROM core.observation ANTI JOIN core.entity_name USING (entity)""").fetchall()
    assert unnamed == 0


def test_a_downstream_tool_finds_a_name_by_its_key(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql("""
        SELECT n.name, n.entity, o.value FROM core.entity_name AS n JOIN observation_latest AS o USING (entity)
        WHERE n.name_key = 'turkiye' AND o.source_id = 'nato' AND o.year = 2024
          AND o.indicator = 'defence_share_of_gdp'""")
    assert rows.fetchall() == [("Türkiye", "TUR", 2.08)]


def test_every_function_takes_any_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert explain_observation(warehouse, "Turkey", 2026, "defence_share_of_gdp").key["entity"] == "TUR"
    key: dict[str, str | int] = {"rule_id": "wales_2pct", "entity": "Holland", "year": 2024}
    assert explain_mart(warehouse, "mart.compliance", key, "value")[0].key["entity"] == "NLD"
    assert compliance(warehouse, country="EL", year=2024)["entity"].to_list() == ["GRC"]
    assert answer(warehouse, Question("Great Britain")).name == "United Kingdom"
    assert answer(warehouse, Question("Nordic-Baltic Eight")).name == "Nordic-Baltic Eight"


def test_a_group_is_judged_by_its_members_of_the_year(warehouse: duckdb.DuckDBPyConnection) -> None:
    def judged(group: str, year: int) -> int:
        return compliance(warehouse, rule="wales_2pct", country=group, year=year).height

    # Iceland, of the eight, has no forces; Finland and Sweden were no Allies in 2022.
    assert (judged("Nordic-Baltic Eight", 2024), judged("Nordic-Baltic Eight", 2022), judged("B9", 2024)) == (7, 5, 9)


def test_the_european_union_is_answered_with_its_four_meanings(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(usage.AmbiguousNameError) as answered:
        usage.entity_code(warehouse, "European Union")
    meant = {entity.code: entity for entity in answered.value.meant}
    assert set(meant) == {"EU", "EU_NATO", "EUROSTAT_EU27_2020", "SIPRI_EUROPEAN_UNION"}
    assert all(entity.meaning for entity in meant.values())
    assert {code: usage.entity_code(warehouse, entity.name) for code, entity in meant.items()} == {c: c for c in meant}


def test_the_list_of_names_says_whose_figures_are_held(published: Path) -> None:
    rows = csv.DictReader(io.StringIO(burden(published, "names", "EU", "--format", "csv").stdout.decode()))
    assert {row["entity"]: row["sources"] for row in rows} == {
        "EU": "",
        "EU_NATO": "nato",
        "EUROSTAT_EU27_2020": "eurostat",
        "SIPRI_EUROPEAN_UNION": "sipri",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("path", "Germany"),
        ("path", "--group", "Nordic-Baltic Eight"),
        ("explain", "Turkey", "2026", "defence_share_of_gdp"),
        ("compliance", "--country", "EL"),
        ("revisions", "--country", "Czech Republic"),
        ("query", "-- newest\nSELECT 1 AS one"),
        ("query", "--newest = first\nSELECT 1 AS one", "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_command_is_done(published: Path, arguments: tuple[str, ...]) -> None:
    done = burden(published, *arguments)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_a_mistyped_option_of_query_is_no_sql(published: Path) -> None:
    done = burden(published, "query", "--formt", "csv", "SELECT 1")
    assert (done.returncode, b"No such option" in done.stderr) == (2, True)


def test_the_version_is_told(published: Path) -> None:
    assert re.fullmatch(rb"burden [\d.]+, contract [\d.]+ of the warehouse\n", burden(published, "--version").stdout)


def test_output_is_utf8_whatever_the_locale(published: Path) -> None:
    sql = "SELECT name FROM core.country WHERE iso3 = 'TUR'"
    done = burden(published, "query", sql, "--format", "csv", LC_ALL="en_US.ISO-8859-1", PYTHONUTF8="0")
    assert done.stdout.decode("utf-8") == "name\nTürkiye\n"


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_reader_that_has_enough_is_no_fault(published: Path, form: str) -> None:
    sql = f"FROM core.observation' --rows 5000 --format {form}"
    shell = f"set -o pipefail; '{sys.executable}' -m orchestration.cli.burden query '{sql} | head -1"
    done = subprocess.run(  # noqa: S603 (our own command)
        [shutil.which("bash") or "bash", "-c", shell],
        cwd=REPOSITORY,
        env={**os.environ, "BURDEN_DATA_DIR": str(published)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_an_encoding_that_cannot_write_a_name_is_an_error_of_one_line(published: Path, form: str) -> None:
    sql = "SELECT name FROM core.country WHERE iso3 = 'TUR'"
    done = burden(published, "query", sql, "--format", form, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    assert "U+00FC, which its encoding ascii cannot write" in line


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        (("status",), ("eurostat:gov_ev:2026-04-27", "days_since_publication")),
        (("compliance", "--country", "DEU", "--year", "2024"), ("Germany", "not_met", "nato:2026-07-10", "EUR")),
        (("revisions", "--country", "Italy", "--year", "2024"), ("outturn_replaces_estimate", "nato:2024-06-17")),
        (("path", "Germany"), ("nato:2026-07-10", "assumptions:")),
    ],
    ids=["status", "compliance", "revisions", "path"],
)
def test_no_figure_and_no_key_is_cut_in_a_terminal(
    published: Path, columns: int, arguments: tuple[str, ...], whole: tuple[str, ...]
) -> None:
    shown = in_a_terminal(published, columns, *arguments)
    assert "…" not in shown
    rows = json.loads(burden(published, *arguments, "--format", "json").stdout)
    for text in whole:
        assert text in shown or text.replace("_", "_\n") in shown
    assert all(f"{row['year']}" in shown for row in rows if "year" in row)


def test_an_explanation_in_a_terminal_has_the_ends_of_its_citations(
    published: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    shown = in_a_terminal(published, 80, "explain", "POL", "2026", "defence_share_of_gdp")
    ((citation, url, sha256),) = warehouse.execute(
        "SELECT citation, url, sha256 FROM core.edition WHERE edition_id = 'nato:2026-07-10'"
    ).fetchall()
    assert url in shown
    assert sha256 in shown
    assert all(word in shown for word in citation.split())


def test_the_filter_of_the_report_takes_the_names_that_the_commands_take(published: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    page = (published / "current" / "report" / "index.html").read_text(encoding="utf-8")
    names = re.search(r'<script type="application/json" id="names">(.*?)</script>', page, re.DOTALL)
    script = re.search(r'<script>\s*("use strict";.*?)</script>', page, re.DOTALL)
    assert names
    assert script
    rows = sorted(set(re.findall(r'<tr data-name="([^"]+)">', page)))
    asked = [
        "Turkey",
        "Tu\u0308rkiye",
        "UK",
        "EL",
        "Korea, Rep.",
        "Poland, Holland",
        "B9",
        "the U.S.A.",
        "constructor",
        "Nordic",
        "DEU",
    ]
    stub = _PAGE % {
        "rows": json.dumps(rows),
        "names": json.dumps(names[1]),
        "asked": json.dumps(asked),
        "script": script[1],
    }
    done = subprocess.run([node, "-e", stub], capture_output=True, text=True, check=True)  # noqa: S603 (node from PATH)
    bucharest = ["Bulgaria", "Czechia", "Estonia", "Hungary", "Latvia", "Lithuania", "Poland", "Romania", "Slovakia"]
    nordic = ["Denmark", "Estonia", "Finland", "Iceland", "Latvia", "Lithuania", "Norway", "Sweden"]
    assert json.loads(done.stdout) == {
        "Turkey": ["Türkiye"],
        "Tu\u0308rkiye": ["Türkiye"],
        "UK": ["United Kingdom"],
        "EL": ["Greece"],
        "Korea, Rep.": ["South Korea"],
        "Poland, Holland": ["Netherlands", "Poland"],
        "B9": bucharest,
        "the U.S.A.": ["United States"],
        "constructor": rows,
        "Nordic": nordic,
        "DEU": ["Germany"],
    }
