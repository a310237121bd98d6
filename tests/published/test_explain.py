"""Every published figure can be followed to its cells, and comes out again when it is computed from them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.agreement import disagreements, rows_without_one_derivation
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Table
from warehouse.errors import UsageError
from warehouse.lineage.model import Derivation
from warehouse.lineage.registry import LINEAGE
from warehouse.reading.explain import Figure, agree, explain_mart, explain_observation
from warehouse.reading.explanation_text import shown, to_json
from warehouse.reading.lookup import UnknownNameError

FIGURES = {"DOUBLE", "INTEGER", "DOUBLE[]"}


def one(warehouse: duckdb.DuckDBPyConnection, table: str, column: str, **key: object) -> Figure:
    (figure,) = explain_mart(warehouse, table, key, column)  # type: ignore[arg-type]
    return figure


SIMULATED = {"mart.outlook_share"}  # draws alone: described, not recomputed


@pytest.mark.parametrize("table_id", sorted(LINEAGE.keys() - SIMULATED))
def test_every_published_figure_is_what_its_formula_gives(warehouse: duckdb.DuckDBPyConnection, table_id: str) -> None:
    computed = [derivation for derivation in LINEAGE[table_id] if derivation.formula is not None]
    assert computed
    assert [found for derivation in computed for found in disagreements(warehouse, table_id, derivation)] == []


@pytest.mark.parametrize("table_id", sorted(LINEAGE))
def test_exactly_one_formula_holds_for_each_figure(warehouse: duckdb.DuckDBPyConnection, table_id: str) -> None:
    by_column: dict[str, list[Derivation]] = {}
    for derivation in LINEAGE[table_id]:
        by_column.setdefault(derivation.column, []).append(derivation)
    open_columns = {
        column: rows_without_one_derivation(warehouse, table_id, derivations)
        for column, derivations in by_column.items()
    }
    assert {column: rows for column, rows in open_columns.items() if rows} == {}


def test_what_goes_into_a_formula_is_explained_itself() -> None:
    explained = {(table, derivation.column) for table, derivations in LINEAGE.items() for derivation in derivations}
    inputs = {(i.table, i.column) for derivations in LINEAGE.values() for d in derivations for i in d.inputs.values()}
    assert {found for found in inputs if found[0].startswith("mart.")} - explained == set()


def test_what_is_described_and_not_recomputed_rests_on_growth_forecasts_regressions_or_draws() -> None:
    stated = {f"{table}.{d.column}" for table, derivations in LINEAGE.items() for d in derivations if d.formula is None}
    assert {
        name for name in stated if not name.startswith(("mart.path.", "mart.outlook.", "mart.outlook_share."))
    } == set()
    assert {name for name in stated if name.startswith("mart.path.")} == {
        "mart.path.usd_growth_pct",
        "mart.path.real_growth_pct",
        "mart.path.gdp_level_p10_pct",
        "mart.path.gdp_level_p90_pct",
        "mart.path.gdp_errors_n",
    }


@pytest.mark.parametrize("table", MARTS, ids=lambda table: table.id)
def test_every_figure_of_a_mart_has_a_formula(table: Table) -> None:
    figures = {c.name for c in table.columns if c.type in FIGURES} - set(table.grain)
    assert figures - {derivation.column for derivation in LINEAGE.get(table.id, ())} == set()


def test_a_gap_in_euro_rests_on_cells_of_one_edition(warehouse: duckdb.DuckDBPyConnection) -> None:
    gap = one(
        warehouse,
        "mart.compliance",
        "gap_national_currency_m",
        rule_id="hague_core_3_5pct",
        edition_id="nato:2026-07-10",
        entity="DEU",
        year=2025,
    )
    # Germany 2025: 97 441 of 4 393 771 million US$ of 2021, and 99 298 million euro at current prices
    assert gap.value == pytest.approx((3.5 / (100 * 97_441 / 4_393_771) - 1) * 99_298)
    assert gap.unit == "million of EUR"
    assert {cell.edition.edition_id for cell in gap.cells()} == {"nato:2026-07-10"}
    assert {cell.locator.partition("!")[2] for cell in gap.cells()} == {
        "core_share_gdp,DE,2025",
        "core_nat_currency_current_m,DE,2025",
        "core_usd_2021_m,DE,2025",
        "gdp_usd_2021_m,DE,2025",
    }


def test_a_printed_figure_leads_to_edition_hash_page_licence_and_citation(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    cell = explain_observation(warehouse, "POL", 2026, "defence_share_of_gdp").cell
    assert cell is not None
    assert (cell.edition.edition_id, cell.status) == ("nato:2026-07-10", "estimate")
    assert len(cell.edition.sha256) == 64
    assert cell.edition.source_page.startswith("https://www.nato.int/")
    assert "not to be sold" in cell.edition.licence
    assert cell.edition.citation == "NATO, Defence Investment of NATO Countries (2014-2026), 10 July 2026"


def test_an_older_edition_keeps_its_own_figure(warehouse: duckdb.DuckDBPyConnection) -> None:
    then = explain_observation(warehouse, "SVK", 2024, "defence_share_of_gdp", edition_id="nato:2024-06-17")
    assert then.value == 2
    assert then.flags == ("estimate", "hand_set")
    assert then.cell is not None
    assert then.cell.locator == "TABLE3!N35; TABLE4!H47"


def test_a_sum_lists_every_member(warehouse: duckdb.DuckDBPyConnection) -> None:
    total = one(
        warehouse,
        "mart.aggregate",
        "expenditure_usd_current_m",
        edition_id="nato:2024-06-17",
        group_id="NATO",
        year=2024,
        membership_basis="members_at_date",
    )
    members = total.inputs["figures"]
    assert isinstance(members, tuple)
    assert len(members) == 31
    assert total.value == pytest.approx(1_474_399.5, abs=3)


def test_a_cost_up_to_2035_is_followed_to_the_end(warehouse: duckdb.DuckDBPyConnection) -> None:
    (cost,) = explain_mart(
        warehouse,
        "mart.path",
        {"rule_id": "hague_core_3_5pct", "entity": "ITA", "year": 2035, "path_kind": "linear"},
        "cumulated_against_share_usd_constant_m",
    )
    assert cost.agrees is True
    assert {cell.locator.partition("!")[2] for cell in cost.cells()} >= {"core_share_gdp,IT,2026"}


def test_missing_stays_missing_and_says_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    iceland = one(
        warehouse,
        "mart.compliance",
        "gap_pp",
        rule_id="wales_2pct",
        edition_id="nato:2024-06-17",
        entity="ISL",
        year=2024,
    )
    assert (iceland.value, iceland.recomputed, iceland.agrees) == (None, None, True)
    value = iceland.inputs["value"]
    assert isinstance(value, Figure)
    assert value.formula is not None
    assert value.formula.startswith("null: the country has no forces")


def test_a_wrong_formula_is_seen(warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    right = LINEAGE["mart.burden"]
    wrong = tuple(replace(d, formula="2 * share_of_gdp_pct") if d.column == "burden_ratio" else d for d in right)
    monkeypatch.setattr("warehouse.reading.explain.LINEAGE", {**LINEAGE, "mart.burden": wrong})
    figure = one(warehouse, "mart.burden", "burden_ratio", edition_id="nato:2026-07-10", entity="POL", year=2026)
    assert figure.agrees is False
    assert figure.recomputed == pytest.approx(2 * 4.68)


def test_a_publication_without_the_formula_is_refused_and_says_what_to_do(published: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copy((published / "current" / "burden_sharing.duckdb").resolve(), tmp_path / "older.duckdb"))
    copied.chmod(0o644)
    with duckdb.connect(str(copied)) as older:
        older.execute("DROP MACRO mart.burden_ratio")
        with pytest.raises(UsageError, match=r"lacks a formula .*burden_ratio.*burden run"):
            one(older, "mart.burden", "burden_ratio", edition_id="nato:2026-07-10", entity="POL", year=2026)


@pytest.mark.parametrize(
    ("recomputed", "published", "same"),
    [
        (1.0, 1.0 + 1e-12, True),
        (2.00, 2.01, False),
        (None, 0.0, False),
        (None, None, True),
        (0.0, 1e-8, False),
        ([1.0, 2.0], [1.0, 2.0], True),
        ([1.0], [1.0, 2.0], False),
        (True, 1, False),
    ],
)
def test_agreement_forgives_binary_dust_only(recomputed: object, published: object, *, same: bool) -> None:
    assert agree(recomputed, published) is same  # type: ignore[arg-type]


def test_several_answers_are_listed_instead_of_one_being_chosen(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match=r"prints 4 figures.*--currency EUR --price-basis constant"):
        explain_observation(warehouse, "DEU", 2025, "defence_expenditure")


def test_what_is_not_printed_says_what_is_held(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match=r"nothing is printed for DEU 1999.*nato: 2012 to 2026"):
        explain_observation(warehouse, "DEU", 1999, "defence_share_of_gdp")


def test_an_open_key_names_what_is_missing(warehouse: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError, match="say also"):
        explain_mart(warehouse, "mart.compliance", {"entity": "DEU", "year": 2025})
    with pytest.raises(UnknownNameError, match=r"did you mean mart\.compliance"):
        explain_mart(warehouse, "mart.complianse", {})
    with pytest.raises(UnknownNameError, match="gap_pp"):
        explain_mart(
            warehouse,
            "mart.compliance",
            {"rule_id": "wales_2pct", "entity": "DEU", "year": 2025},
            "gap_in_pints",
        )


def test_json_holds_the_tree(warehouse: duckdb.DuckDBPyConnection) -> None:
    figures = explain_mart(warehouse, "mart.burden", {"entity": "POL", "year": 2026}, "burden_ratio")
    (record,) = json.loads(to_json(figures))
    assert record["agrees"] is True
    share = record["inputs"]["share_of_gdp_pct"]["inputs"]["value"]["inputs"]["share"]
    assert (share["value"], share["cell"]["edition"]["published_on"]) == (4.68, "2026-07-10")


@pytest.mark.parametrize(
    ("value", "text"), [(None, "nothing"), (5056631.0, "5,056,631"), (2.22, "2.22"), ([1.0, None], "[1, nothing]")]
)
def test_values_read_as_a_person_writes_them(value: object, text: str) -> None:
    assert shown(value) == text  # type: ignore[arg-type]
