"""NATO's workbooks whose tables contradict each other: read by the parser, refused by the checks of ingestion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from orchestration.ingest import acceptance
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import HELD, LandingStore, next_command
from orchestration.stores import Stores
from tests.factories.bundled import nato_after_2024
from tests.factories.nato_workbook import Edits
from warehouse.contracts.core import EDITION, OBSERVATION


def ingested(published: Path, folder: Path, edits: Edits | None) -> acceptance.Outcome:
    store = LandingStore(folder)
    payload, claims = nato_after_2024(edits=edits), Claims(name="a.xlsx", published_on=dt.date(2024, 7, 1))
    store.deposit(payload, provenance_of("nato", payload, claims, url="https://example.org/a.xlsx"))
    tables = Stores(data_dir=str(published)).tables()
    joined = [table_id for table_id in OBSERVATION.joins if table_id != EDITION.id]
    reference: dict[str, pl.DataFrame] = {name.replace(".", "_"): tables.read(name) for name in joined}
    (outcome,) = acceptance.ingest_waiting(store, "nato", reference=reference, run_id="test")
    return outcome


def titles_of_table_6_swapped(workbook: Workbook) -> None:
    titles = [cell for row in workbook["TABLE6"].iter_rows() for cell in row if "per capita (" in str(cell.value)]
    first, second = titles
    first.value, second.value = second.value, first.value


def norway_lost_from_one_block(workbook: Workbook) -> None:
    sheet = workbook["TABLE3"]
    row = next(n for n, values in enumerate(sheet.values, start=1) if any(str(v).startswith("Norway") for v in values))
    sheet.delete_rows(row)


def soldiers_counted_singly(workbook: Workbook) -> None:
    for row in workbook["TABLE7"].iter_rows():
        for cell in row:
            if isinstance(cell.value, float):
                cell.value *= 1000


def test_a_workbook_that_agrees_with_itself_is_accepted(published: Path, tmp_path: Path) -> None:
    assert ingested(published, tmp_path, None).refusal is None


@pytest.mark.parametrize(
    ("edit", "check", "indicator"),
    [
        (titles_of_table_6_swapped, "nato_figures_a_head_follow_the_share", "gdp_per_capita"),
        (soldiers_counted_singly, "nato_personnel_is_in_thousands", "personnel"),
    ],
)
def test_a_table_that_contradicts_its_workbook_is_withheld_whole_and_the_others_land(
    published: Path, tmp_path: Path, edit: Callable[[Workbook], None], check: str, indicator: str
) -> None:
    outcome = ingested(published, tmp_path, edit)
    assert outcome.refusal is None
    assert check in outcome.withheld["check_id"].to_list()
    withheld = outcome.withheld.filter(pl.col("indicator") == indicator, pl.col("printed_value").is_not_null())
    # 31 Allies and two totals from 2014 to 2024; Iceland has a GDP and no forces.
    assert withheld.select("entity", "year").n_unique() >= 33 * 11
    assert outcome.figures > 0.75 * 5352


def test_a_workbook_that_lost_a_row_is_held_with_the_command_that_accepts_it(published: Path, tmp_path: Path) -> None:
    outcome = ingested(published, tmp_path, norway_lost_from_one_block)
    assert outcome.refusal is not None
    assert outcome.refusal.verdict == HELD
    assert "nato_tables_hold_the_same_countries" in outcome.refusal.checks
    assert next_command(outcome.provenance, outcome.refusal).startswith("burden ingest accept ")
