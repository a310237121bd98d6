"""What is declared is what is imported, and what is locked is what is declared."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.syntax import REPOSITORY, modules, nodes

PACKAGES = ("orchestration", "transforms", "warehouse")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
# Declared for what they do at run time; no module of the project imports them.
NOT_IMPORTED = {
    "dagster-webserver": "`burden ui`: dagster dev starts it",
    "dagster-postgres": "deploy/dagster.yaml names it",
}
# Installed by a make target into an environment of its own; the module that imports them runs nowhere else.
ELSEWHERE = {"atheris": "make fuzz"}


def requirements(lines: list[str]) -> dict[str, Requirement]:
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OURS = canonicalize_name(PROJECT["name"])
READING = requirements(PROJECT["dependencies"])
RUNTIME = READING | requirements([*EXTRAS["report"], *EXTRAS["pipeline"], *EXTRAS["ui"], *EXTRAS["postgres"]])
del RUNTIME[OURS]  # one extra may name another
DEVELOPMENT = requirements(EXTRAS["dev"])
del DEVELOPMENT[OURS]


def imported(folders: tuple[str, ...]) -> set[str]:
    """Distributions of the third-party modules that the Python files below the folders import."""
    names: set[str] = set()
    for path in (path for folder in folders for path in modules(folder)):
        for node in nodes(path):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    distributions = packages_distributions()
    third_party = names - set(sys.stdlib_module_names) - {*PACKAGES, "tests", *ELSEWHERE}
    return {canonicalize_name(distributions[module][0]) for module in third_party}


def test_every_import_of_the_packages_is_declared() -> None:
    assert imported(PACKAGES) - set(RUNTIME) == set()


def test_every_import_of_the_tests_is_declared() -> None:
    assert imported(("tests",)) - set(RUNTIME) - set(DEVELOPMENT) == set()


def test_every_declared_package_is_imported_or_has_a_reason() -> None:
    assert set(RUNTIME) - imported(PACKAGES) == set(NOT_IMPORTED)


def test_the_project_pins_nothing_and_the_lock_everything() -> None:
    assert {str(clause.operator) for needed in RUNTIME.values() for clause in needed.specifier} == {">="}
    pins = [line for line in (REPOSITORY / "requirements.lock").read_text().splitlines() if not line.startswith(" ")]
    assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[^ ;]+( ; [^\\]+)? \\", pin)] == []


@pytest.mark.parametrize("python", SUPPORTED)
def test_the_lock_holds_one_version_at_or_above_each_floor(python: str) -> None:
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    lines = re.findall(r"^[a-z0-9].*(?= \\$)", (REPOSITORY / "requirements.lock").read_text(), re.MULTILINE)
    locked = [Requirement(line) for line in lines]
    chosen = [pin for pin in locked if pin.marker is None or pin.marker.evaluate(here)]
    versions: dict[str, str] = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in chosen}
    assert len(versions) == len(chosen)
    wanted = RUNTIME | DEVELOPMENT
    below = {name for name, needed in wanted.items() if not needed.specifier.contains(versions.get(name, "0"))}
    assert below == set()


def test_the_supported_versions_are_those_of_the_classifiers() -> None:
    named = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if line.startswith("Programming Language")]
    assert tuple(named) == SUPPORTED
    assert PROJECT["requires-python"] == f">={SUPPORTED[0]}"
