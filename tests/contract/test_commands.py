"""`burden` is the one door: every command is one of it, and no module is started by itself."""

from __future__ import annotations

import ast
from pathlib import Path

import typer

from orchestration.cli import burden

REPOSITORY = Path(__file__).resolve().parents[2]


def names(command: typer.core.TyperGroup) -> set[str]:
    found: set[str] = set()
    for name, each in command.commands.items():
        found |= {f"{name} {below}" for below in names(each)} if isinstance(each, typer.core.TyperGroup) else {name}
    return found


def test_burden_has_every_command() -> None:
    group = typer.main.get_command(burden.app)
    assert isinstance(group, typer.core.TyperGroup)
    assert names(group) == {
        *("run", "ui", "status", "query", "names", "compliance", "path", "explain", "revisions", "quality"),
        *("export", "report", "bundle", "docs", "rates ecb", "rates imf", "outlook backtest", "outlook calibration"),
        *("ingest land", "ingest retry", "ingest accept", "ingest withhold", "ingest list"),
        *("publication list", "publication roll-back"),
    }


def test_no_other_module_of_the_packages_is_started_by_itself() -> None:
    doors = {
        str(path.relative_to(REPOSITORY))
        for package in ("orchestration", "transforms", "warehouse")
        for path in (REPOSITORY / package).rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test)
    }
    assert doors == {"orchestration/cli/burden.py"}
