"""The public contract changes by version: a table or column that comes, goes or changes its type is a new version."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from warehouse.contracts.registry import SCHEMA_VERSION, TABLES
from warehouse.marts.macros import macros
from warehouse.publication.views import VIEWS

REPOSITORY = Path(__file__).resolve().parents[2]
SNAPSHOTS = Path(__file__).parent / "schemas"
CHANGELOG = (REPOSITORY / "CHANGELOG.md").read_text()


def surface() -> dict[str, object]:
    return {
        "tables": {table.id: {column.name: column.type for column in table.columns} for table in TABLES},
        "views_and_macros": sorted(view.name for view in VIEWS),
        "formulas": {macro.name: list(macro.parameters) for macro in macros().values()},
    }


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


VERSIONS = sorted((path.stem for path in SNAPSHOTS.glob("*.json")), key=number)


def entry(version: str) -> str:
    """The CHANGELOG's text on a version; empty if it has none."""
    return CHANGELOG.partition(f"## {version}\n")[2].partition("\n## ")[0]


def test_the_contract_is_that_of_its_version() -> None:
    """A change needs a new SCHEMA_VERSION, a CHANGELOG entry, then `python -m tests.contract.test_schema_version`."""
    assert surface() == json.loads((SNAPSHOTS / f"{SCHEMA_VERSION}.json").read_text())


def test_the_newest_snapshot_is_that_of_the_version_in_force() -> None:
    assert VERSIONS[-1] == SCHEMA_VERSION


@pytest.mark.parametrize(("before", "after"), list(pairwise(VERSIONS)))
def test_the_changelog_names_every_table_that_came_or_went(before: str, after: str) -> None:
    old, new = (set(json.loads((SNAPSHOTS / f"{version}.json").read_text())["tables"]) for version in (before, after))
    assert {table for table in old ^ new if table.partition(".")[2] not in entry(after)} == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_has_its_entry_in_the_changelog(version: str) -> None:
    assert entry(version).strip()


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    (SNAPSHOTS / f"{SCHEMA_VERSION}.json").write_text(json.dumps(surface(), indent=1) + "\n")
