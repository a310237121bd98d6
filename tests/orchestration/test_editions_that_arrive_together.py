"""Editions of several sources that arrive together are judged as each would be alone, in fewer audits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.ingest import acceptance
from orchestration.ingest.acceptance import Outcome
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.parsing import assembled, edition_rows, figures
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.staleness import INGEST_READS
from warehouse.checks.expectations import validate
from warehouse.contracts import core
from warehouse.contracts.model import Table
from warehouse.reference import REGISTERS

OF_2019 = "nato:2019-06-25"
# Germany's share of 2016, the decimal point a digit to the right.
MISPRINT = (b"1.1920449679370624", b"11.920449679370624")


@pytest.fixture(scope="module")
def reference() -> dict[str, pl.DataFrame]:
    bundled = [edition for source_id in SOURCES for edition in bundled_editions(source_id)]
    built_last = assembled([figures(*edition) for edition in bundled], edition_rows(said for _, said in bundled))
    registers = {table_id.replace(".", "_"): REGISTERS[table_id][1]() for table_id in INGEST_READS}
    return registers | {"core_observation": built_last}


@pytest.fixture
def audits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows of core.observation in each audit of what arrives."""
    heights: list[int] = []

    def counted(table: Table, frame: pl.DataFrame, joined: dict[str, pl.DataFrame]) -> list[Any]:
        if table.id == core.OBSERVATION.id:
            heights.append(frame.height)
        return validate(table, frame, joined)

    monkeypatch.setattr(acceptance, "validate", counted)
    return heights


Ingest = Callable[[Path, Sequence[str]], dict[str, Outcome]]


@pytest.fixture
def ingest(reference: dict[str, pl.DataFrame]) -> Ingest:
    """Ingest bundled editions, that of 2019 misprinted; the outcomes by edition."""

    def ingested(data_dir: Path, source_ids: Sequence[str]) -> dict[str, Outcome]:
        store = LandingStore(data_dir)
        for source_id in source_ids:
            for payload, provenance in bundled_editions(source_id):
                store.deposit(payload.replace(*MISPRINT) if provenance.edition_id == OF_2019 else payload, provenance)
        found = acceptance.ingest_waiting(store, source_ids, reference=reference, run_id="test")
        return {outcome.provenance.edition_id: outcome for outcomes in found.values() for outcome in outcomes}

    return ingested


def test_editions_against_which_nothing_speaks_are_audited_one_of_each_source_at_a_time(
    tmp_path: Path, ingest: Ingest, audits: list[int]
) -> None:
    found = ingest(tmp_path, ["eurostat", "imf", "world_bank"])
    # 1 of Eurostat, 2 of the IMF, 2 of the World Bank.
    assert ([outcome.refusal for outcome in found.values()], len(audits)) == ([None] * 5, 2)


def test_a_misprint_is_withheld_whether_its_edition_arrives_alone_or_with_others(
    tmp_path: Path, ingest: Ingest, audits: list[int]
) -> None:
    alone = ingest(tmp_path / "alone", ["nato"])
    audits.clear()
    together = ingest(tmp_path / "together", ["nato", "imf"])
    withheld = together[OF_2019].withheld
    figures_in_doubt = withheld.select("entity", "year", "indicator").unique().sort("indicator").rows()
    assert figures_in_doubt == [
        ("DEU", 2016, "defence_per_capita"),
        ("DEU", 2016, "defence_share_of_gdp"),
        ("DEU", 2016, "gdp_per_capita"),
    ]
    assert withheld.equals(alone[OF_2019].withheld)
    assert {name for name, outcome in together.items() if not outcome.withheld.is_empty()} == {OF_2019}
    # The first two together, then each alone; the second two together; the four others of NATO.
    assert len(audits) == 1 + 2 + 1 + 4
