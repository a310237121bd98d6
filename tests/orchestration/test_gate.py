"""The gate sits in the step that writes: what fails it is not written, and nothing is computed from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
import polars as pl
import pytest

from orchestration.stores import Stores
from orchestration.tables import JUDGED_TWICE, asset_key, table_asset, table_assets
from warehouse.checks import expectations
from warehouse.contracts.model import Column, Table, offending_rows
from warehouse.table_store import StaleInputError, TableStore

SPENDING = Table(
    schema="core",
    name="spending",
    description="Spending, for the tests of the gate.",
    grain=("iso3",),
    columns=(
        Column("iso3", "VARCHAR", "Country.", pattern="^[A-Z]{3}$"),
        Column("spending_m", "DOUBLE", "Spending.", "million", minimum=0),
    ),
    source="the test",
    licence="none",
    expectations=(
        offending_rows(
            "unusually_high",
            "SELECT * FROM {batch} WHERE spending_m > 1000",
            "worth a look",
            severity="warn",
            topic="spending_is_as_usual",
        ),
        offending_rows(
            "all_is_spent",
            "SELECT * FROM {batch} WHERE spending_m = 0",
            "nobody spends nothing",
            topic="spending_is_as_usual",
        ),
    ),
)
DOUBLED = Table(
    schema="mart",
    name="doubled",
    description="Twice the spending.",
    grain=("iso3",),
    columns=SPENDING.columns,
    source="core.spending",
    licence="none",
    reads=("core.spending",),
)
Materialise = Callable[..., dg.ExecuteInProcessResult]
GOOD = pl.DataFrame({"iso3": ["DEU", "FRA"], "spending_m": [90.0, 60.0]})


@pytest.fixture
def run(tmp_path: Path) -> Materialise:
    """Materialises both tables, or the selected ones, from the given frame."""

    def materialise(
        frame: pl.DataFrame, *selection: str, tags: Mapping[str, str] = MappingProxyType({})
    ) -> dg.ExecuteInProcessResult:
        options: dict[str, Any] = {"group": "test", "kinds": set(), "code_version": "1"}
        assets = [
            table_asset(SPENDING, lambda _reads, _stores, _run: frame, **options),
            table_asset(DOUBLED, lambda reads, _stores, _run: reads["core.spending"], **options),
        ]
        return dg.materialize(
            assets,
            resources={"stores": Stores(data_dir=str(tmp_path))},
            selection=[asset_key(table_id) for table_id in selection] or None,
            raise_on_error=False,
            tags=dict(tags),
        )

    return materialise


def check(result: dg.ExecuteInProcessResult, name: str) -> dg.AssetCheckEvaluation:
    (found,) = [
        e
        for e in result.get_asset_check_evaluations()
        if (e.asset_key, e.check_name) == (asset_key("core.spending"), name)
    ]
    return found


def answers(evaluation: dg.AssetCheckEvaluation) -> dict[str, bool]:
    """Whether each expectation of a check held."""
    table = evaluation.metadata["expectations"]
    assert isinstance(table, dg.TableMetadataValue)
    return {str(record.data["expectation"]): bool(record.data["passed"]) for record in table.records}


def test_a_good_table_is_written_and_every_question_is_a_check(run: Materialise, tmp_path: Path) -> None:
    result = run(GOOD)
    assert result.success
    assert TableStore(tmp_path).read("mart.doubled").equals(GOOD)
    evaluations = [e for e in result.get_asset_check_evaluations() if e.asset_key == asset_key("core.spending")]
    assert [e.check_name for e in evaluations] == ["contract", "spending_is_as_usual"]


def test_every_expectation_has_its_answer_in_the_check_of_its_question(run: Materialise) -> None:
    result = run(GOOD)
    found = [answers(check(result, name)) for name in ("contract", "spending_is_as_usual")]
    assert [name for answer in found for name in answer] == [expectation.id for expectation in SPENDING.suite()]
    assert all(held for answer in found for held in answer.values())


@pytest.mark.parametrize(
    ("bad", "failing"),
    [
        (pl.DataFrame({"iso3": ["DEU", "DEU"], "spending_m": [1.0, 2.0]}), "grain_is_unique"),
        (pl.DataFrame({"iso3": ["DEU"], "spending_m": [-1.0]}), "spending_m_in_range"),
        (pl.DataFrame({"iso3": ["DEU"], "spending_m": [float("nan")]}), "spending_m_is_finite"),
        (pl.DataFrame({"iso3": ["DEU", None], "spending_m": [1.0, 2.0]}), "iso3_is_known"),
        (pl.DataFrame({"iso3": ["Germany"], "spending_m": [1.0]}), "iso3_is_well_formed"),
        (pl.DataFrame({"iso3": ["DEU"], "spending_bn": [1.0]}), "columns_match_contract"),
        (GOOD.clear(), "has_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failing_expectation_leaves_the_last_good_table(
    bad: pl.DataFrame, failing: str, run: Materialise, tmp_path: Path
) -> None:
    run(GOOD)
    before = TableStore(tmp_path).parquet("core.spending").read_bytes()
    result = run(bad)
    assert not result.success
    broken = [name for name, held in answers(check(result, "contract")).items() if not held]
    assert failing in broken
    assert f"{failing}: expected" in (check(result, "contract").description or "")
    assert TableStore(tmp_path).parquet("core.spending").read_bytes() == before


def test_a_full_audit_does_not_write_a_table_on_which_the_judges_differ(
    run: Materialise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expectations, "certainly_holding", lambda *_: {"spending_m_in_range"})
    result = run(GOOD.with_columns(spending_m=-pl.col("spending_m")), "core.spending", tags=JUDGED_TWICE)
    assert not result.success
    assert "spending_m_in_range could not be evaluated, a fault of the program" in (
        check(result, "contract").description or ""
    )
    assert TableStore(tmp_path).known("core.spending") is None


def test_of_tables_made_in_one_step_those_that_need_none_that_failed_are_written(tmp_path: Path) -> None:
    other = replace(DOUBLED, name="halved", reads=())
    bad = GOOD.with_columns(spending_m=-pl.col("spending_m"))
    registers = table_assets(
        "registers",
        [
            (SPENDING, lambda _reads, _stores, _run: bad, "1"),
            (DOUBLED, lambda reads, _stores, _run: reads["core.spending"], "1"),
            (other, lambda _reads, _stores, _run: GOOD, "1"),
        ],
        group="test",
        kinds=set(),
    )
    stores = {"stores": Stores(data_dir=str(tmp_path))}
    result = dg.materialize([registers], resources=stores, raise_on_error=False)
    written = [
        table_id
        for table_id in ("core.spending", "mart.doubled", "mart.halved")
        if TableStore(tmp_path).known(table_id)
    ]
    assert (result.success, written) == (False, ["mart.halved"])
    assert "core.spending was not written. spending_m_in_range" in str(result.failure_data_for_node("registers"))


def test_nothing_downstream_runs_after_a_failing_gate(run: Materialise) -> None:
    run(GOOD)
    result = run(GOOD.with_columns(spending_m=-pl.col("spending_m")))
    assert [event.step_key for event in result.all_events if event.is_step_start] == ["core__spending"]


def test_a_downstream_asset_launched_alone_afterwards_fails_and_names_the_refused_table(run: Materialise) -> None:
    run(GOOD)
    run(GOOD.with_columns(spending_m=-pl.col("spending_m")))
    result = run(GOOD, "mart.doubled")
    assert not result.success
    assert "core.spending failed spending_m_in_range" in str(result.failure_data_for_node("mart__doubled"))


def test_a_mended_table_frees_what_depends_on_it(run: Materialise) -> None:
    run(GOOD.with_columns(spending_m=-pl.col("spending_m")))
    assert run(GOOD).success


def test_a_warning_shows_its_rows_and_blocks_nothing(run: Materialise, tmp_path: Path) -> None:
    high = pl.DataFrame({"iso3": ["USA"], "spending_m": [980_000.0]})
    result = run(high)
    evaluation = check(result, "spending_is_as_usual")
    assert result.success
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert evaluation.metadata["unusually_high"].value == [{"iso3": "USA", "spending_m": 980_000.0}]
    assert TableStore(tmp_path).read("core.spending").equals(high)


def test_a_question_is_as_severe_as_the_worst_that_failed(run: Materialise) -> None:
    result = run(pl.DataFrame({"iso3": ["USA", "CRI"], "spending_m": [980_000.0, 0.0]}))
    evaluation = check(result, "spending_is_as_usual")
    assert not result.success
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert answers(evaluation) == {"all_is_spent": False, "unusually_high": False}


def test_a_table_built_from_an_older_input_is_not_published(run: Materialise, tmp_path: Path) -> None:
    run(GOOD)
    run(GOOD.with_columns(spending_m=pl.col("spending_m") + 1), "core.spending")
    with pytest.raises(StaleInputError, match=r"mart\.doubled was built from an older core\.spending"):
        TableStore(tmp_path).require_consistent(["core.spending", "mart.doubled"])
