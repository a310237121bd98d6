"""A dry run says what an edition would change, by the real job on a copy; in the data directory nothing changes."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from orchestration.cli.ingest import app as ingest
from orchestration.defs.by_hand import try_edition
from orchestration.stores import Stores
from tests.factories.bundled import nato_after_2024

NAME = "240701-def-exp-2024-TABLES-en.xlsx"
URL = f"https://www.nato.int/{NAME}"


def state(root: Path) -> dict[str, str]:
    """Hash of every file, but for the lock of the run."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


@pytest.fixture(scope="module")
def data_dir(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(published, tmp_path_factory.mktemp("rehearsal") / "data", symlinks=True))


@pytest.fixture(scope="module")
def rehearsed(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dg.ExecuteInProcessResult, bool]:
    """The job of the launchpad on a good edition, and whether the data directory is as before."""
    file = tmp_path_factory.mktemp("file") / NAME
    file.write_bytes(nato_after_2024())
    before = state(data_dir)
    result = try_edition.execute_in_process(
        run_config={
            "ops": {"rehearse_edition": {"config": {"file": str(file), "url": URL, "published_on": "2024-07-01"}}}
        },
        resources={"stores": Stores(data_dir=str(data_dir))},
    )
    return result, state(data_dir) == before


def shown(rehearsed: tuple[dg.ExecuteInProcessResult, bool], name: str) -> object:
    (output,) = [event for event in rehearsed[0].all_events if event.is_successful_output]
    return output.step_output_data.metadata[name].value


def test_nothing_lands_and_nothing_is_published(rehearsed: tuple[dg.ExecuteInProcessResult, bool]) -> None:
    assert rehearsed[1]


def test_the_verdicts_that_would_change_are_counted_and_listed_with_their_reasons(
    rehearsed: tuple[dg.ExecuteInProcessResult, bool],
) -> None:
    # The figures of June 2024, with the three shares that NATO sets to 2.00 as the money has them: 1.99.
    assert shown(rehearsed, "outcome") == (
        "nato:2024-07-01 would land and be published: 5,355 figures, 0 withheld, 4 verdict changes"
    )
    report = str(shown(rehearsed, "what_it_would_change"))
    assert "| wales_2pct | 2020 | FRA | nato:2024-06-17 | left | met → not met | 2.00 | 1.99 |" in report
    assert "| revised | 23 |" in report


def test_a_file_that_would_be_refused_ends_with_code_1_and_the_cell(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(data_dir))
    file = tmp_path / NAME
    file.write_bytes(nato_after_2024(edits={"TABLE3!D20": 200.0}))
    before = state(data_dir)
    found = CliRunner().invoke(
        ingest, ["land", os.fspath(file), "--url", URL, "--published", "2024-07-01", "--dry-run"]
    )
    assert found.exit_code == 1
    assert found.stdout.startswith("nato:2024-07-01 would be refused at TABLE3!D20: ")
    assert state(data_dir) == before
