"""Figures that the sources (or the press on the day) printed must come out of the warehouse."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

FACTS = list(csv.DictReader((Path(__file__).parent / "facts.csv").open(encoding="utf-8")))

_COUNT = (
    "SELECT met FROM mart.compliance_count WHERE rule_id = '{rule}' AND edition_id = $edition_id AND year = $year "
    "AND $entity = 'NATO'"
)
_AGGREGATE = (
    "SELECT {column} FROM mart.aggregate WHERE edition_id = $edition_id AND year = $year "
    "AND membership_basis = '{basis}' AND group_id = {group}"
)
_MEDIAN = (
    "SELECT median(value) FROM mart.compliance WHERE rule_id = '{rule}' AND edition_id = $edition_id AND year = $year "
    "AND $entity = 'NATO'"
)
_OBSERVED = (
    "SELECT {value} FROM core.observation WHERE indicator = '{indicator}' AND edition_id = $edition_id "
    "AND entity = $entity AND year = $year AND year_basis <> 'fiscal' AND {condition}"
)
_OUTLOOK = (
    "SELECT {column} FROM mart.outlook WHERE rule_id = 'hague_core_3_5pct' AND edition_id = $edition_id "
    "AND entity = $entity AND start_year = $year AND due_year = 2035"
)
_SPENDING_USD = "currency = 'USD' AND price_basis = 'current'"
QUERIES = {
    "members_at_or_above_2pct": _COUNT.format(rule="wales_2pct"),
    "members_at_or_above_3.5pct": _COUNT.format(rule="hague_core_3_5pct"),
    "members_at_or_above_20pct_equipment": _COUNT.format(rule="wales_equipment_20pct"),
    "nato_total_usd_current_m": _AGGREGATE.format(
        column="expenditure_usd_current_m", basis="members_at_date", group="$entity"
    ),
    "nato_total_usd_2015_m": _AGGREGATE.format(
        column="CASE base_year WHEN 2015 THEN expenditure_usd_constant_m END", basis="published", group="$entity"
    ),
    "us_share_of_nato_current": _AGGREGATE.format(
        column="us_share_current_pct", basis="published", group="CASE $entity WHEN 'USA' THEN 'NATO' END"
    ),
    "us_share_of_nato_constant": _AGGREGATE.format(
        column="us_share_constant_pct", basis="published", group="CASE $entity WHEN 'USA' THEN 'NATO' END"
    ),
    "real_change_europe_canada": _AGGREGATE.format(column="real_change_pct", basis="published", group="$entity"),
    "real_change_europe_canada_like_for_like": _AGGREGATE.format(
        column="real_change_like_for_like_pct", basis="members_at_date", group="$entity"
    ),
    "real_change_europe_canada_fixed_members": _AGGREGATE.format(
        column="real_change_pct", basis="fixed_members", group="$entity"
    ),
    "median_share_of_gdp": _MEDIAN.format(rule="wales_2pct"),
    "median_equipment_share": _MEDIAN.format(rule="wales_equipment_20pct"),
    "share_of_gdp": _OBSERVED.format(value="value", indicator="defence_share_of_gdp", condition="true"),
    "milex_share_of_gdp": _OBSERVED.format(value="value", indicator="defence_share_of_gdp", condition="true"),
    "milex_usd_current_m": _OBSERVED.format(value="value", indicator="defence_expenditure", condition=_SPENDING_USD),
    "world_total_usd_current_bn": _OBSERVED.format(
        value="value / 1000", indicator="defence_expenditure", condition=_SPENDING_USD
    ),
    "nato_members_sum_usd_current_m": (
        "SELECT sum(value) FROM core.observation JOIN core.membership ON iso3 = entity AND group_id = $entity "
        "WHERE indicator = 'defence_expenditure' AND edition_id = $edition_id AND year = $year "
        f"AND year_basis = 'calendar' AND {_SPENDING_USD}"
    ),
    "gdp_usd_bn": _OBSERVED.format(value="value / 1000", indicator="gdp", condition=_SPENDING_USD),
    "defence_te_eur_m": _OBSERVED.format(value="value", indicator="defence_expenditure", condition="currency = 'EUR'"),
    "linear_path_pp_per_year_to_3.5_in_2035": _OUTLOOK.format(column="required_pp_per_year"),
    "excess_growth_to_3.5_in_2035": _OUTLOOK.format(column="excess_growth_pct_per_year"),
    "gap_to_3.5_national_m": (
        "SELECT gap_national_currency_m FROM mart.compliance WHERE rule_id = 'hague_core_3_5pct' "
        "AND edition_id = $edition_id AND entity = $entity AND year = $year"
    ),
    "path_start_spending_national_m": (
        "SELECT DISTINCT required_spending_national_currency_m FROM mart.path WHERE rule_id = 'hague_core_3_5pct' "
        "AND edition_id = $edition_id AND entity = $entity AND year = $year AND year = start_year"
    ),
    "gap_to_5_usd_current_bn_most": (
        "SELECT gap_most_usd_current_m / 1000 FROM mart.group_gap WHERE rule_id = 'hague_total_5pct' "
        "AND edition_id = $edition_id AND group_id = $entity AND year = $year"
    ),
}


@pytest.mark.parametrize(
    "fact", FACTS, ids=lambda fact: f"{fact['check']}-{fact['edition_id']}-{fact['entity']}-{fact['year']}"
)
def test_a_printed_figure_comes_out_of_the_warehouse(
    fact: dict[str, str], warehouse: duckdb.DuckDBPyConnection
) -> None:
    parameters = {name: fact[name] for name in ("edition_id", "entity", "year")}
    found = warehouse.execute(
        QUERIES[fact["check"]], {k: v for k, v in parameters.items() if f"${k}" in QUERIES[fact["check"]]}
    ).fetchall()
    assert len(found) == 1
    assert found[0][0] == pytest.approx(float(fact["value"]), abs=float(fact["tolerance"]) + 1e-9)


def test_no_shared_fact_is_left_out(shared: Path) -> None:
    rows = csv.DictReader((shared / "facts.csv").open(encoding="utf-8"))
    wanted = {(row["check"], row["edition_id"], row["entity"], row["year"], float(row["value"])) for row in rows}
    assert wanted == {(f["check"], f["edition_id"], f["entity"], f["year"], float(f["value"])) for f in FACTS}
