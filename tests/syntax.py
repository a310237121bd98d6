"""The syntax of the project's own modules, each parsed once a session: for tests of what may be written where."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


@cache
def modules(folder: str) -> tuple[Path, ...]:
    """The Python files below a folder of the repository."""
    return tuple(sorted((REPOSITORY / folder).rglob("*.py")))


def name_of(module: Path) -> str:
    """Path within the repository."""
    return str(module.relative_to(REPOSITORY))


@cache
def tree(module: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(module.read_text(encoding="utf-8"))


@cache
def nodes(module: Path) -> tuple[ast.AST, ...]:
    """Every node of the module, also those inside functions."""
    return tuple(ast.walk(tree(module)))
