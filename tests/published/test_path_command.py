"""`burden path` as its user meets it: figures, assumptions, formats, charts, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from orchestration.cli.burden import main

LABEL = "our own operationalisation, not NATO's"


class Shell:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def burden(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["burden", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err


@pytest.fixture
def shell(published: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(published))
    monkeypatch.setenv("COLUMNS", "200")
    return Shell(monkeypatch, capsys)


def test_a_target_is_answered_with_its_assumptions(shell: Shell) -> None:
    code, out, _ = shell.burden("path", "DEU", "--target", "3.5", "--by", "2032")
    assert code == 0
    # (3.5 - 2.69) / 6 = 0.135
    for expected in (
        "required: 0.135 points a year",
        "imf:2024-10",
        "assumptions:",
        LABEL,
        "nato:2026-07-10, estimate",
    ):
        assert expected in out


def test_the_cost_has_the_band_that_past_errors_of_gdp_give(shell: Shell) -> None:
    _, out, _ = shell.burden("path", "NLD")
    assert (
        "59.1 bn US$ of 2021 more than at today's share; 52.8 to 66.3, for eight of ten levels of GDP (30 past" in out
    )
    _, out, _ = shell.burden("path", "NLD", "--growth", "1", "--target", "3.5", "--by", "2035")
    assert "eight of ten levels of GDP" not in out  # the asker's own growth has no past


def test_programs_get_rows_that_carry_their_assumptions(shell: Shell) -> None:
    code, out, _ = shell.burden("path", "--group", "NATO_EUR_CAN", "--format", "csv")
    rows = pl.read_csv(out.encode())
    assert code == 0
    # 2.53 to 3.5 from 2026 to 2035, ten years on two paths
    assert rows.height == 20
    assert rows["assumptions"].str.contains("levels of 2026 from nato:2026-07-10").all()
    assert rows["rating"].str.contains(LABEL, literal=True).all()
    code, out, _ = shell.burden("path", "--group", "NATO_EUR_CAN", "--format", "json")
    assert len(json.loads(out)) == 20


def test_growth_that_is_asked_for_is_used_and_named(shell: Shell) -> None:
    _, out, _ = shell.burden("path", "DEU", "--growth", "2", "--format", "json")
    ahead = [row for row in json.loads(out) if row["year"] > row["start_year"]]
    assert {(row["real_growth_pct"], row["real_growth_basis"]) for row in ahead} == {(2.0, "assumed")}


def test_an_earlier_edition_can_be_asked(shell: Shell) -> None:
    _, out, _ = shell.burden("path", "DEU", "--target", "3.5", "--by", "2035", "--edition", "nato:2019-06-25")
    assert "Germany: 1.36 % in 2019 (nato:2019-06-25, estimate)" in out
    assert "no edition of the IMF was published by then" in out


def test_a_rule_without_a_due_year_has_no_path_and_says_so(shell: Shell) -> None:
    code, out, _ = shell.burden("path", "DEU", "--rule", "rubio_5pct")
    assert (code, "required: no path, since there is no due year ahead" in out) == (0, True)


def test_a_country_above_the_target_needs_nothing_more(shell: Shell) -> None:
    _, out, _ = shell.burden("path", "EST")
    assert "required: nothing more, the share is at or above the target" in out


def test_a_partner_is_labelled_a_benchmark(shell: Shell) -> None:
    code, out, _ = shell.burden("path", "JPN", "--target", "3.5", "--by", "2035")
    assert (code, "BENCHMARK, SIPRI's definition" in out) == (0, True)
    assert "no rule of NATO holds for the country" in out


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_the_chart_is_written_as_its_name_says(shell: Shell, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"chart.{suffix}"
    code, _, _ = shell.burden("path", "DEU", "--plot", str(target))
    content = target.read_bytes()
    assert (code, content[:4] in {b"<svg", b"\x89PNG"}) == (0, True)
    if suffix == "svg":
        assert b"target 3.5 %" in content


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["Russia"], 2, "an Ally, a partner (Australia, Japan, South Korea, New Zealand) as a benchmark"),
        (["--group", "World"], 2, "or a group (Bucharest Nine, EU members of NATO, NATO"),
        (["DEU", "--edition", "nato:1999-01-01"], 2, "which is not held"),
        (["DEU", "--rule", "no_such"], 2, "wales_2pct"),
        (["DEU", "--target", "3.5", "--by", "2020"], 2, "2026, the last year with a figure, or later"),
        (["ISL", "--target", "2", "--by", "2030"], 2, "one with a figure"),
        (["DEU", "--plot", "/no/such/folder/chart.svg"], 1, "the chart was not written"),
        (["DEU", "--target", "3.5"], 2, "--by belong together"),
        (["DEU", "--group", "NATO"], 2, "one of the two"),
        (["DEU", "--plot", "chart.pdf"], 2, ".svg or .png"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(shell: Shell, arguments: list[str], code: int, told: str) -> None:
    found, out, err = shell.burden("path", *arguments)
    words = " ".join(err.replace("│", " ").split())
    assert (found, "Traceback" in out + err) == (code, False)
    assert told in words
