"""A line, not a fork: transforms <- warehouse <- orchestration; each imports from its left only.

`orchestration` is Dagster and the network: what knows neither is in a package to its left, but for the command line
(orchestration.cli), the way in of payloads (orchestration.ingest), which a poll, a run and a command share, and what a
person is sent (orchestration.alerts), by a sensor or a command.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.syntax import modules, name_of, nodes, tree

PACKAGES = ("transforms", "warehouse", "orchestration")  # in the order of the line
FORBIDDEN = {
    "transforms": {"dagster", "duckdb", "httpx", "great_expectations", "pandas", "orchestration", "warehouse"},
    "warehouse": {"dagster", "httpx", "smtplib", "orchestration"},
    "orchestration": set[str](),
}
# Clock, environment, disk and chance; pathlib alone names a place (of the registers, of a line of code) and reads none.
IMPURE = {"os", "time", "random", "socket", "urllib", "subprocess", "tempfile", "shutil", "sqlite3"}
# Dagster and the store of its event log, HTTP and mail.
DAGSTER_OR_NETWORK = {"dagster", "sqlalchemy", "httpx", "smtplib"}
ROOMS_OF_THEIR_OWN = ("orchestration/alerts/", "orchestration/cli/", "orchestration/ingest/")


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Top-level packages that the nodes import."""
    for below in nodes:
        if isinstance(below, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in below.names)
        elif isinstance(below, ast.ImportFrom) and below.module:
            assert below.level == 0, "relative imports hide which package they are of"
            yield below.module.partition(".")[0]


def imported(module: Path) -> set[str]:
    return set(imports(nodes(module)))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_is_to_its_left(package: str) -> None:
    to_its_right = set(PACKAGES[PACKAGES.index(package) + 1 :])
    assert to_its_right <= FORBIDDEN[package]
    found = {name_of(path): imported(path) & FORBIDDEN[package] for path in modules(package)}
    assert {path: names for path, names in found.items() if names} == {}


def test_transforms_are_pure() -> None:
    found = {name_of(path): imported(path) & IMPURE for path in modules("transforms")}
    assert {path: names for path, names in found.items() if names} == {}


def test_orchestration_is_dagster_and_the_network_the_command_line_and_the_way_in() -> None:
    knows_neither = [
        name_of(path)
        for path in modules("orchestration")
        if path.name != "__init__.py"
        and not name_of(path).startswith(ROOMS_OF_THEIR_OWN)
        and not imported(path) & DAGSTER_OR_NETWORK
    ]
    assert knows_neither == [], "belongs in warehouse or transforms"


def test_the_command_line_and_the_way_in_know_no_dagster_but_to_start_it() -> None:
    """A run is started, and asked for what it did; nothing else of these rooms needs an orchestrator."""
    found = [
        name_of(path)
        for path in modules("orchestration")
        if name_of(path).startswith(ROOMS_OF_THEIR_OWN) and "dagster" in imported(path)
    ]
    assert found == ["orchestration/cli/run.py"]


def test_the_environment_is_read_in_the_settings_alone() -> None:
    """`os.environ` and `os.getenv`, by attribute or by import; test_settings holds what the settings make of it."""
    readers = {
        name_of(path)
        for package in PACKAGES
        for path in modules(package)
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"})
        or (isinstance(node, ast.ImportFrom) and {"environ", "getenv"} & {alias.name for alias in node.names})
    }
    assert readers == {"warehouse/settings.py"}


def test_files_are_replaced_in_one_way() -> None:
    """What is renamed into place is written by warehouse.files; a publication is built aside and its link flipped."""
    found = {
        name_of(path)
        for package in PACKAGES
        for path in modules(package)
        if {"NamedTemporaryFile", "mkstemp"} & names_in(path)
    }
    assert found == {"orchestration/ingest/http.py", "warehouse/files.py"}, "http.py: a reply that is not yet whole"


def names_in(path: Path) -> set[str]:
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes(path)}


def test_great_expectations_is_never_imported_at_module_level() -> None:
    for path in [*modules("warehouse"), *modules("orchestration")]:
        assert "great_expectations" not in imports(tree(path).body), path


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_opens_with_what_belongs_in_it(package: str) -> None:
    undocumented = [name_of(path) for path in modules(package) if not ast.get_docstring(tree(path))]
    assert undocumented == []


@pytest.mark.parametrize("package", ["orchestration", "transforms", "warehouse"])
def test_every_text_file_is_read_and_written_as_utf8_whatever_the_locale(package: str) -> None:
    without = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(package)
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
        and "encoding" not in {keyword.arg for keyword in node.keywords}
    ]
    assert without == []
