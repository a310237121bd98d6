"""Imports go one way: warehouse may import transforms, orchestration both; only orchestration knows Dagster."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "transforms": {"dagster", "duckdb", "httpx", "great_expectations", "orchestration", "warehouse"},
    "warehouse": {"dagster", "httpx", "orchestration"},
}
IMPURE = {"os", "time", "random", "socket", "urllib", "subprocess", "tempfile"}


def imported(module: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def modules(package: str) -> list[Path]:
    return sorted((REPOSITORY / package).rglob("*.py"))


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_imports_only_what_its_layer_may(package: str) -> None:
    found = {str(path.relative_to(REPOSITORY)): imported(path) & FORBIDDEN[package] for path in modules(package)}
    assert {path: names for path, names in found.items() if names} == {}


def test_transforms_are_pure() -> None:
    found = {str(path.relative_to(REPOSITORY)): imported(path) & IMPURE for path in modules("transforms")}
    assert {path: names for path, names in found.items() if names} == {}


def test_great_expectations_is_never_imported_at_module_level() -> None:
    for path in [*modules("warehouse"), *modules("orchestration")]:
        top = ast.parse(path.read_text()).body
        names = {
            alias.name.partition(".")[0] for node in top if isinstance(node, ast.Import) for alias in node.names
        } | {node.module.partition(".")[0] for node in top if isinstance(node, ast.ImportFrom) and node.module}
        assert "great_expectations" not in names, path


@pytest.mark.parametrize("package", ["orchestration", "transforms", "warehouse"])
def test_every_module_opens_with_what_belongs_in_it(package: str) -> None:
    undocumented = [
        str(path.relative_to(REPOSITORY))
        for path in modules(package)
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert undocumented == []
