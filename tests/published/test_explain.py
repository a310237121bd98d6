"""Every published figure can be followed to its cells, and comes out again when it is computed from them."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.agreement import disagreements, rows_without_one_formula
from warehouse.contracts.marts import MARTS
from warehouse.contracts.model import Table
from warehouse.errors import UsageError
from warehouse.formulas.model import Formula
from warehouse.formulas.registry import FORMULAS
from warehouse.reading.explain import Figure, agree, explain_mart, explain_observation
from warehouse.reading.explanation_text import shown, to_json
from warehouse.reading.lookup import UnknownNameError

FIGURES = {"DOUBLE", "INTEGER", "DOUBLE[]"}


def one(warehouse: duckdb.DuckDBPyConnection, table: str, column: str, **key: object) -> Figure:
    (figure,) = explain_mart(warehouse, table, key, column)  # type: ignore[arg-type]
    return figure


SIMULATED = {"mart.outlook_share"}  # draws alone: described, not recomputed


@pytest.mark.parametrize("table_id", sorted(FORMULAS.keys() - SIMULATED))
def test_every_published_figure_is_what_its_formula_gives(warehouse: duckdb.DuckDBPyConnection, table_id: str) -> None:
    computed = [formula for formula in FORMULAS[table_id] if formula.expression is not None]
    assert computed
    assert [found for formula in computed for found in disagreements(warehouse, table_id, formula)] == []


@pytest.mark.parametrize("table_id", sorted(FORMULAS))
def test_exactly_one_formula_holds_for_each_figure(warehouse: duckdb.DuckDBPyConnection, table_id: str) -> None:
    by_column: dict[str, list[Formula]] = {}
    for formula in FORMULAS[table_id]:
        by_column.setdefault(formula.column, []).append(formula)
    open_columns = {
        column: rows_without_one_formula(warehouse, table_id, tuple(formulas)) for column, formulas in by_column.items()
    }
    assert {column: rows for column, rows in open_columns.items() if rows} == {}


def test_what_goes_into_a_formula_is_explained_itself() -> None:
    explained = {(table, formula.column) for table, formulas in FORMULAS.items() for formula in formulas}
    inputs = {(i.table, i.column) for formulas in FORMULAS.values() for formula in formulas for i in formula.inputs}
    assert {found for found in inputs if found[0].startswith("mart.")} - explained == set()


def test_what_is_described_and_not_recomputed_rests_on_growth_forecasts_regressions_or_draws() -> None:
    stated = {f"{table}.{f.column}" for table, formulas in FORMULAS.items() for f in formulas if f.expression is None}
    assert {
        name for name in stated if not name.startswith(("mart.path.", "mart.outlook.", "mart.outlook_share."))
    } == set()
    assert {name for name in stated if name.startswith("mart.path.")} == {
        "mart.path.usd_growth_pct",
        "mart.path.real_growth_pct",
    }


@pytest.mark.parametrize("table", MARTS, ids=lambda table: table.id)
def test_every_figure_of_a_mart_has_a_formula(table: Table) -> None:
    figures = {c.name for c in table.columns if c.type in FIGURES} - set(table.grain)
    assert figures - {formula.column for formula in FORMULAS.get(table.id, ())} == set()


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
    right = FORMULAS["mart.burden"]
    wrong = tuple(
        Formula(f.column, "2 * share_of_gdp_pct", f.inputs) if f.column == "burden_ratio" else f for f in right
    )
    monkeypatch.setattr("warehouse.reading.explain.FORMULAS", {**FORMULAS, "mart.burden": wrong})
    figure = one(warehouse, "mart.burden", "burden_ratio", edition_id="nato:2026-07-10", entity="POL", year=2026)
    assert figure.agrees is False
    assert figure.recomputed == pytest.approx(2 * 4.68)


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
