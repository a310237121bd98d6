"""`aggregate_of`: spending and GDP of any list of Allies, as mart.aggregate sums its groups."""

from __future__ import annotations

import duckdb
import pytest

SUMS = (
    "expenditure_usd_current_m",
    "expenditure_usd_constant_m",
    "gdp_usd_current_m",
    "gdp_usd_constant_m",
    "share_of_gdp_pct",
    "real_change_pct",
)
NEWEST = "edition_id = 'nato:2026-07-10' AND year = 2025"


@pytest.mark.parametrize("group", ["B9", "NB8", "EU_NATO"])
def test_the_members_of_a_group_give_the_group(warehouse: duckdb.DuckDBPyConnection, group: str) -> None:
    """Of today, in every year of the newest edition; sums of decimals differ in the sixteenth digit."""
    differs = " OR ".join(
        f"abs(a.{sum_} - g.{sum_}) > 1e-9 OR (a.{sum_} IS NULL) <> (g.{sum_} IS NULL)" for sum_ in SUMS
    )
    ((rows, alike),) = warehouse.execute(
        f"""SELECT count(*), count(*) FILTER (WHERE a.members = g.members AND a.status = g.status
                     AND a.base_year = g.base_year AND NOT coalesce({differs}, false))
            FROM mart.aggregate AS g
            JOIN aggregate_of(
                (SELECT list(iso3) FROM core.membership WHERE group_id = $group AND member_to IS NULL)
            ) AS a USING (edition_id, year)
            WHERE g.group_id = $group AND g.membership_basis = 'fixed_members' AND edition_id = 'nato:2026-07-10'""",
        {"group": group},
    ).fetchall()
    assert rows == alike >= 13


def test_three_allies_by_hand(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Germany 112,141, France 68,892 and the United Kingdom 92,921 million US$ at current prices."""
    ((spending, members),) = warehouse.execute(
        f"SELECT expenditure_usd_current_m, members FROM aggregate_of(['DEU', 'FRA', 'GBR']) WHERE {NEWEST}"
    ).fetchall()
    assert (spending, members) == (273_954, 3)


def test_a_country_without_a_figure_leaves_no_sum(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        f"SELECT members, {', '.join(SUMS)} FROM aggregate_of(['DEU', 'JPN']) WHERE {NEWEST}"
    ).fetchall()
    assert rows == [(2, *[None] * len(SUMS))]


def test_a_country_counts_once_and_iceland_without_forces_not(warehouse: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT members, expenditure_usd_current_m FROM aggregate_of($countries) WHERE {NEWEST}"
    twice = warehouse.execute(query, {"countries": ["DEU", "DEU", "ISL"]}).fetchall()
    assert twice == warehouse.execute(query, {"countries": ["DEU"]}).fetchall()
    assert twice[0][0] == 1
