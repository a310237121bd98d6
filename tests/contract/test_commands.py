"""`burden` is the one door: every command is one of it, and no module is started by itself."""

from __future__ import annotations

import ast
from pathlib import Path

from orchestration.cli.burden import COMMANDS, command_of

REPOSITORY = Path(__file__).resolve().parents[2]


def test_burden_has_every_command() -> None:
    groups = {name: getattr(command_of(name), "commands", {}) for name in COMMANDS}
    assert {f"{name} {below}".strip() for name, commands in groups.items() for below in commands or [""]} == {
        *("run", "ui", "health", "status", "query", "names", "compliance", "path", "explain", "revisions", "quality"),
        *("export", "report", "bundle", "docs", "rates ecb", "rates imf", "outlook backtest", "outlook calibration"),
        *("ingest land", "ingest retry", "ingest accept", "ingest withdraw", "ingest withhold", "ingest list"),
        *("publication list", "publication roll-back", "publication roll-backs", "publication ducklake"),
        "alerts",
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
