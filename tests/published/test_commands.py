"""The commands as their user types them: output, exit codes, and no traceback for a mistake."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Burden

COMMANDS = (
    "status",
    "quality",
    "query",
    "names",
    "compliance",
    "explain",
    "revisions",
    "export",
    "report",
    "path",
    "run",
    "ui",
    "bundle",
    "docs",
    "ingest land",
    "ingest retry",
    "ingest accept",
    "ingest withhold",
    "ingest list",
    "outlook backtest",
    "outlook calibration",
    "publication list",
    "publication roll-back",
    "rates ecb",
    "rates imf",
)


@pytest.fixture(autouse=True)
def served(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands read the published warehouse."""
    monkeypatch.setenv("BURDEN_DATA_DIR", str(published))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(burden: Burden, command: str) -> None:
    code, out, _ = burden(f"{command} --help")
    assert code == 0
    assert command == "run" or f"burden {command}" in out
    assert burden(f"{command} -h") == (0, out, "")


def test_rows_come_as_csv_json_and_markdown(burden: Burden) -> None:
    asked = "compliance --country Germany --year 2025 --format "
    (row,) = csv.DictReader(io.StringIO(burden(asked + "csv")[1]))
    (record,) = json.loads(burden(asked + "json")[1])
    assert (float(row["value_pct"]), record["value_pct"], record["currency"]) == (2.22, 2.22, "EUR")
    assert burden(asked + "markdown")[1].startswith("| rule_id | entity |")


def test_compliance_as_known_then_and_now(burden: Burden) -> None:
    asked = "compliance --rule wales_2pct --year 2024 --format json"
    then = [row["verdict"] for row in json.loads(burden(f"{asked} --as-of 2024-12-31")[1])]
    now = [row["verdict"] for row in json.loads(burden(asked)[1])]
    assert (then.count("met"), now.count("met"), len(now)) == (23, 17, 31)


def test_who_fell_below_two_percent_by_revision(burden: Burden) -> None:
    rows = json.loads(burden("revisions --rule wales_2pct --year 2024 --format json")[1])
    assert {row["entity"] for row in rows if row["change"] == "left"} == {"ALB", "BGR", "CZE", "MKD", "MNE", "SVK"}


def test_status_names_build_editions_and_checks(burden: Burden) -> None:
    code, out, _ = burden("status")
    assert code == 0
    for word in ("nato:2026-07-10", "build_id", "checks_passed", "days_since_publication"):
        assert word in out


def test_quality_counts_checks_by_table_and_lists_those_that_did_not_hold(burden: Burden) -> None:
    tables = {row["table_id"]: row for row in json.loads(burden("quality --format json")[1])}
    failed = json.loads(burden("quality --failed --format json")[1])
    assert tables["core.observation"]["failed"] == 0
    assert sum(row["warned"] for row in tables.values()) == len(failed) > 0
    assert {row["severity"] for row in failed} == {"warn"}


def test_quality_shows_a_person_the_rows_that_broke_a_check(burden: Burden) -> None:
    _, out, _ = burden("quality --failed")
    failed = json.loads(burden("quality --failed --format json")[1])
    assert failed
    for check in failed:
        rows = json.loads(check["sample"])
        more = f", the first {len(rows)}" if len(rows) < check["unexpected_count"] else ""
        shown = out[
            out.index(f"{check['table_id']} {check['expectation_id']}: {check['unexpected_count']} rows{more}") :
        ]
        assert shown.splitlines()[1].split() == list(rows[0]), "the columns of its rows head them"


def test_quality_by_build_names_what_did_not_hold(burden: Burden) -> None:
    (build,) = json.loads(burden("quality --builds --format json")[1])
    failed = json.loads(burden("quality --failed --format json")[1])
    assert build["did_not_hold"] == sorted(f"{row['table_id']} {row['expectation_id']}" for row in failed)


def test_quality_says_that_every_check_held_where_it_did(burden: Burden) -> None:
    code, out, err = burden("quality --failed --severity error --format json")
    assert (code, json.loads(out)) == (0, [])
    assert "every check that was asked for held" in err


def test_quality_leads_to_the_page_of_all_checks(burden: Burden) -> None:
    code, out, _ = burden("quality --page")
    assert code == 0
    assert "Every check of this build" in Path(out.strip()).read_text(encoding="utf-8")


def test_a_cut_answer_says_so_next_to_the_rows(burden: Burden) -> None:
    code, out, err = burden('query "FROM core.country ORDER BY iso3" --rows 2 --format csv')
    assert (code, len(out.splitlines())) == (0, 3)
    assert "more than 2 rows" in err


def test_the_report_is_copied(burden: Burden, tmp_path: Path) -> None:
    code, out, _ = burden(f"report --to {tmp_path / 'site'}")
    assert (code, out.strip()) == (0, str(tmp_path / "site" / "index.html"))
    assert "<html" in (tmp_path / "site" / "report" / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("compliance --rule wales", 2, "did you mean wales_2pct?"),
        ("compliance --country Germny", 2, "did you mean Germany (DEU)?"),
        ("compliance --edition nato:2024", 2, "known: eurostat:gov_ev:2026-04-27"),
        ("compliance --edition nato:2024-06-17 --as-of 2024-12-31", 2, "not both"),
        ("compliance --as-of yesterday", 2, "yesterday"),
        ("compliance --year 1950", 2, "held: 2012 to 2026"),
        ("explain DEU", 2, "needs a year and an indicator"),
        ("explain DEU 2025 defence_shares", 2, "did you mean defence_share_of_gdp?"),
        ("explain mart.nothing --year 2025", 2, "known: mart.aggregate"),
        ("explain mart.burden --key entity", 2, "no name=value"),
        ("explain DEU 2025 gdp --format csv", 2, "table or json"),
        ("revisions --indicator money", 2, "unknown indicator"),
        ("quality --table core.observations", 2, "did you mean core.observation?"),
        ("quality --severity fatal", 2, "fatal"),
        ("quality --build yesterday", 2, "unknown build"),
        ("query --rows 0 'SELECT 1'", 2, "rows"),
        ("query 'SELEC 1'", 2, "syntax error"),
        ("query 'SELECT * FROM nowhere'", 2, "nowhere"),
        ("query \"FROM read_text('/etc/passwd')\"", 2, "disabled"),
        ("query 'SELECT \udcff'", 2, "expected UTF-8"),
        ("query 'DELETE FROM core.source'", 2, "read-only"),
        ("query \"SELECT 'two'::INTEGER FROM core.source\"", 1, "two"),
        (
            "query 'SELECT sum(a.range * b.range % 7) FROM range(1000000) a, range(1000000) b' --timeout 0.2",
            1,
            "stopped after 0.2 s",
        ),
        ("compliance --country EU", 2, "European Defence Fund (SIPRI)"),
        ("compliance --country Korea", 2, 'PRK or "North Korea"'),
        ("revisions --country Atlantis", 2, "`burden names` lists all that are known"),
        ("explain Atlantis 2024 gdp", 2, "unknown country or group 'Atlantis'"),
        ("explain mart.compliance.value --year 2024 --country Atlantis", 2, "unknown country or group 'Atlantis'"),
        ("path Germny", 2, "did you mean Germany (DEU)?"),
        ("names Germny", 2, "did you mean Germany (DEU)?"),
        ("--data-dir /nowhere status", 1, "no warehouse is served"),
        ("nonsense", 2, "nonsense"),
        ("publication roll-back yesterday", 2, "publication 'yesterday' is not kept; kept are 2"),
        ("bundle . --edition nato:1999-01-01", 2, "known are nato:2019-06-25"),
        ("ingest retry 0000", 2, "0000"),
        ("outlook backtest nowhere.xlsx", 2, "nowhere.xlsx"),
        ("rates imf nowhere.xlsx", 2, "nowhere.xlsx"),
    ],
)
def test_a_users_mistake_is_reported_without_a_traceback(burden: Burden, arguments: str, code: int, said: str) -> None:
    ended, out, err = burden(arguments)
    assert ended == code
    assert said in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("given", "said"), [(b"x" * 1_000_001, "at most 1,000,000 bytes of SQL"), (b"SELECT \xff", "expected UTF-8")]
)
def test_standard_input_is_read_no_further_than_a_question_needs(
    burden: Burden, monkeypatch: pytest.MonkeyPatch, given: bytes, said: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    ended, _, err = burden("query -")
    assert ended == 2
    assert said in " ".join(err.split())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("--rule hague_total_5pct --year 2024", "met: not reported;"),
        ("--rule hague_total_5pct --year 2026", "met: 2 reported and met; 29 not reported;"),
        ("--rule wales_2pct --year 2024", "met: 17 of 31;"),
    ],
)
def test_what_is_not_reported_is_not_counted_as_missed(burden: Burden, asked: str, said: str) -> None:
    assert said in burden(f"compliance {asked}")[1]


def test_revisions_of_a_rule_say_that_the_definition_changed(burden: Burden) -> None:
    _, _, err = burden("revisions --rule wales_2pct --year 2024")
    assert "29 of 29 countries in each year from 2014 to 2022" in " ".join(err.split())


def test_status_says_what_is_overdue(burden: Burden) -> None:
    rows = {row["edition_id"]: row for row in json.loads(burden("status --format json")[1])}
    assert (rows["imf:2024-10"]["next_due_on"], rows["imf:2024-10"]["overdue"]) == ("2025-04-30", True)
    assert rows["sipri:1948-2023"]["overdue"] is False, "a newer edition is held"
