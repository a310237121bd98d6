"""Every command in the documentation is run here, against the published warehouse.

A block below with no language is the output: it must be what comes out, word for word; `…` leaves out what varies.
"""

from __future__ import annotations

import importlib.util
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration.cli.burden import main
from orchestration.cli.run import print_summary
from tests.docs.blocks import DOCUMENTS, REPOSITORY, Block, blocks, blocks_of, printed_as
from transforms.registers.reader import sources
from warehouse.publication.dictionary import dictionary_markdown
from warehouse.reading.query import guarded
from warehouse.reading.summary import summarise

# Tools that the suite does not start from the documentation, and where they are tried.
ELSEWHERE = {
    "duckdb": "make recipes, tests/recipes",
    "dbt": "make recipes, tests/recipes",
    "frictionless": "make recipes, tests/recipes",
    "marimo": "make recipes, tests/recipes",
    "datasette": "make recipes, tests/recipes",
    "isql": "make recipes, tests/recipes",
    "soffice": "make recipes, tests/recipes",
}


@pytest.fixture
def reader(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's folder, in which `data` is the data directory."""
    (tmp_path / "data").symlink_to(published)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURDEN_DATA_DIR", str(published))
    return tmp_path


def commands(block: Block) -> list[str]:
    """One a line; a command goes on where a quotation is open."""
    found: list[str] = []
    for line in block.body.splitlines():
        if found and found[-1].count('"') % 2:
            found[-1] += f"\n{line}"
        elif line.strip() and not line.startswith("#"):
            found.append(line)
    return found


def run_burden(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", shlex.split(line, comments=True))
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, f"{line} ended with {ended.value.code}"


@pytest.mark.parametrize("block", blocks("sql"), ids=lambda block: block.id)
def test_a_query_runs_and_gives_what_is_printed(block: Block, reader: Path) -> None:
    with guarded(reader / "data") as warehouse:
        relation = warehouse.sql(block.body)
        assert relation is not None
        found = str(relation)
    if block.output is not None:
        assert printed_as(block.output, found), found


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: block.id)
def test_a_command_runs_and_prints_what_is_printed(
    block: Block, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in commands(block):
        tool, *arguments = shlex.split(line, comments=True)
        if tool == "burden" and arguments[:1] != ["run"]:
            run_burden(line, monkeypatch)
        elif tool == "make":
            dry = ["make", "-n", *arguments]
            subprocess.run(dry, cwd=REPOSITORY, check=True, capture_output=True)  # noqa: S603 (our documentation)
        elif tool == "python":
            assert importlib.util.find_spec(arguments[arguments.index("-m") + 1])
        else:
            assert tool in ELSEWHERE or arguments == ["run"], f"no test runs {line}"
    found = capsys.readouterr().out
    if block.output is not None:
        assert printed_as(block.output, found), found


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: block.id)
def test_a_python_example_runs(block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    missing = [name for name in block.arguments if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: make recipes")
    exec(compile(block.body, block.id, "exec"), {"__name__": "example"})  # noqa: S102 (our own documentation)
    found = capsys.readouterr().out
    if block.output is not None:
        assert printed_as(block.output, found), found


def test_the_dictionary_is_that_of_the_contracts() -> None:
    """After a change of a contract recreate it: `make docs`."""
    assert (REPOSITORY / "docs" / "dictionary.md").read_text() == dictionary_markdown()


def test_the_summary_in_the_readme_is_that_of_a_run(warehouse: duckdb.DuckDBPyConnection) -> None:
    (block,) = [block for block in blocks_of(REPOSITORY / "README.md") if "payloads in quarantine" in block.body]
    page = Console(file=io.StringIO(), width=200)
    print_summary(page, summarise(warehouse), Path("data/current"), seconds=1)
    found = page.file.getvalue()  # type: ignore[attr-defined]
    assert printed_as(block.body, found), found


def test_the_licences_in_the_readme_are_those_of_the_register() -> None:
    section = (REPOSITORY / "README.md").read_text().partition("\n## Licences\n")[2].partition("\n## ")[0]
    rows = {tuple(cell.strip() for cell in line.strip("|").split("|")) for line in section.splitlines() if "|" in line}
    assert set(sources().select("name", "licence").iter_rows()) == rows - {("figures of", "terms"), ("---", "---")}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("┌───┐\n│ a │\n└───┘", " a \n", True),
        ("a 1\n…\nz 26", "a 1\nb 2\nz 26", True),
        ("a 1\n…", "b 1", False),
        ("a 1", "a 1 b 2", False),
    ],
)
def test_output_is_compared_word_by_word(expected: str, found: str, *, same: bool) -> None:
    assert printed_as(expected, found) is same
