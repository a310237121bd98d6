"""The way to a target, worked by hand: τ threshold, s₀ share, n years."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.outlook import rating, required_path, scenario
from transforms.vocabulary import PATH_KINDS

KEYS = {"rule_id": "rule", "edition_id": "nato:2026", "entity": "AAA"}
PLACE = {"edition_id": "nato:2026", "entity": "AAA"}
NO_BREAKS = pl.DataFrame(schema={"edition_id": pl.String, "entity": pl.String, "year": pl.Int16})


def start(share: float | None, *, due: int | None = 2035, threshold: float = 3.5, **other: object) -> pl.DataFrame:
    """GDP is 1000 in national currency, 1100 and 900 in US dollars at current and at constant prices."""
    row = KEYS | {
        "start_year": 2026,
        "share_pct": share,
        "threshold_pct": threshold,
        "due_year": due,
        "baseline_year": 2025,
        "recomputed_share_pct": share,
        **{
            f"expenditure_{basis}": None if share is None else share / 100 * gdp
            for basis, gdp in (("national_currency_m", 1000.0), ("usd_current_m", 1100.0), ("usd_constant_m", 900.0))
        },
        "currency": "EUR",
        "base_year": 2021,
    }
    years = dict.fromkeys(("start_year", "due_year", "baseline_year"), pl.Int16)
    figures = dict.fromkeys(
        ("share_pct", "recomputed_share_pct", *(f"expenditure_{b}" for b in required_path.BASES)), pl.Float64
    )
    types: dict[str, type[pl.DataType]] = {**years, **figures}
    return pl.DataFrame([row | other], schema_overrides=types)


def growth(real: float | None, *, usd: float | None = 4.0, until: int = 2040) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            **PLACE,
            "year": year,
            "usd_growth_pct": usd,
            "gdp_edition_id": "imf:2024-10",
            "gdp_basis": "forecast",
            "real_growth_pct": real,
            "real_growth_edition_id": "nato:2026",
            "real_growth_basis": "own_mean",
        }
        for year in range(2027, until + 1)
    ]
    return pl.DataFrame(rows, schema_overrides={"real_growth_pct": pl.Float64, "usd_growth_pct": pl.Float64})


def history(shares: dict[int, float], *, excess_pct: float = 0.0) -> pl.DataFrame:
    """Spending over GDP grows by `excess_pct` a year, whatever the printed shares do."""
    first = min(shares)
    rows = [
        PLACE
        | {
            "year": year,
            "share_pct": share,
            "expenditure_usd_constant_m": 20.0 * (1 + excess_pct / 100) ** (year - first),
            "gdp_usd_constant_m": 1000.0,
        }
        for year, share in shares.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"year": pl.Int16})


def year_of(rows: pl.DataFrame, year: int, kind: str = "linear") -> dict[str, Any]:
    return rows.filter(pl.col("year") == year, pl.col("path_kind") == kind).row(0, named=True)


def rated(share: float, baseline: float, *, due: int | None = 2035, adopted: int | None = 2025) -> dict[str, Any]:
    begin, shares = start(share, due=due, baseline_year=adopted), {2025: baseline, 2026: share}
    rows = rating.ratings(begin, history(shares), required_path.paths(begin, growth(1.0)), NO_BREAKS)
    return rows.row(0, named=True)


def test_below_the_target_a_linear_path_adds_the_same_points_each_year() -> None:
    rows = required_path.paths(start(2.6), growth(1.0))
    # (3.5 - 2.6) / 9 = 0.1 points a year
    assert year_of(rows, 2030)["required_share_pct"] == pytest.approx(2.6 + 4 * 0.1)
    assert year_of(rows, 2030)["step_pp"] == pytest.approx(0.1)
    assert year_of(rows, 2026)["step_pp"] is None


def test_constant_growth_multiplies_the_share_by_the_same_factor_each_year() -> None:
    rows = required_path.paths(start(2.0, threshold=8.0, due=2028), growth(1.0))
    # (8 / 2)^(1/2) = 2: 2, 4, 8
    assert [
        year_of(rows, year, "constant_growth")["required_share_pct"] for year in (2026, 2027, 2028)
    ] == pytest.approx([2.0, 4.0, 8.0])


def test_costs_are_against_holding_the_share_and_against_frozen_spending() -> None:
    rows = required_path.paths(start(2.0, threshold=4.0, due=2028), growth(10.0))
    # constant US$: GDP 900, 990, 1089; linear 2, 3, 4 %
    # required 18, 29.70, 43.56; at the share of 2 %: 18, 19.80, 21.78; frozen: 18
    first, second = year_of(rows, 2027), year_of(rows, 2028)
    assert first["required_spending_usd_constant_m"] == pytest.approx(29.70)
    assert first["extra_against_share_usd_constant_m"] == pytest.approx(29.70 - 19.80)
    assert first["extra_against_frozen_usd_constant_m"] == pytest.approx(29.70 - 18)
    assert second["cumulated_against_share_usd_constant_m"] == pytest.approx(9.90 + (43.56 - 21.78))
    assert second["cumulated_against_frozen_usd_constant_m"] == pytest.approx(11.70 + (43.56 - 18))


def test_us_dollars_grow_with_nominal_gdp_and_the_national_currency_with_real_gdp() -> None:
    row = year_of(required_path.paths(start(2.0, threshold=2.0), growth(10.0, usd=50.0)), 2027)
    assert row["required_spending_usd_current_m"] == pytest.approx(0.02 * 1100 * 1.5)
    assert row["required_spending_national_currency_m"] == pytest.approx(0.02 * 1000 * 1.1)


def test_without_growth_gdp_stays_and_only_the_share_costs() -> None:
    row = year_of(required_path.paths(start(2.0, due=2029), growth(0.0)), 2029)
    # 1.5 % of 900
    assert row["extra_against_share_usd_constant_m"] == pytest.approx(13.5)
    assert row["extra_against_frozen_usd_constant_m"] == pytest.approx(13.5)


def test_in_a_shrinking_economy_frozen_spending_is_a_higher_share() -> None:
    row = year_of(required_path.paths(start(2.0, threshold=4.0, due=2027), growth(-50.0)), 2027)
    # GDP 450: required 18 as before, held share 9
    assert row["extra_against_frozen_usd_constant_m"] == pytest.approx(0.0)
    assert row["extra_against_share_usd_constant_m"] == pytest.approx(9.0)


def test_a_missing_growth_rate_leaves_money_null_but_not_the_share() -> None:
    row = year_of(required_path.paths(start(2.6), growth(1.0, usd=None)), 2030)
    assert (row["required_spending_usd_current_m"], row["required_share_pct"]) == (None, pytest.approx(3.0))
    assert row["required_spending_usd_constant_m"] is not None


def test_above_the_target_the_share_is_held_and_nothing_is_extra() -> None:
    row = year_of(required_path.paths(start(4.7), growth(1.0)), 2035)
    assert row["required_share_pct"] == pytest.approx(4.7)
    assert row["extra_against_share_usd_constant_m"] == 0


def test_a_target_due_in_the_year_of_the_figure_is_asked_for_there() -> None:
    rows = required_path.paths(start(2.0, due=2026), growth(1.0))
    assert rows["year"].to_list() == [2026, 2026]
    assert year_of(rows, 2026)["required_share_pct"] == pytest.approx(3.5)
    # 1.5 % of 900
    assert year_of(rows, 2026)["extra_against_share_usd_constant_m"] == pytest.approx(13.5)


@pytest.mark.parametrize("due", [2024, None])
def test_a_target_in_the_past_or_without_a_year_has_no_path(due: int | None) -> None:
    assert required_path.paths(start(2.0, due=due), growth(1.0)).is_empty()


def test_money_starts_at_the_printed_spending_and_ends_where_the_ratio_of_constant_prices_says() -> None:
    # printed 2.58 %, which is 2.579982 % before rounding; 27 900 million euro; no growth of GDP
    begin = start(2.58, recomputed_share_pct=2.579982, expenditure_national_currency_m=27_900.0)
    rows = required_path.paths(begin, growth(0.0))
    assert year_of(rows, 2026)["required_spending_national_currency_m"] == 27_900
    # (3.5 / 2.579982 - 1) * 27 900
    for kind in PATH_KINDS:
        assert year_of(rows, 2035, kind)["extra_against_share_national_currency_m"] == pytest.approx(9949.1, abs=0.1)


def test_every_basis_of_money_grows_by_the_same_factor() -> None:
    last = year_of(required_path.paths(start(2.0, recomputed_share_pct=1.96), growth(0.0, usd=0.0)), 2035)
    factors = [
        last[f"required_spending_{basis}"] / start(2.0)[f"expenditure_{basis}"][0] for basis in required_path.BASES
    ]
    assert factors == pytest.approx([3.5 / 1.96] * 3)


def test_at_the_target_as_printed_nothing_is_missing_whatever_the_digits_behind_it_say() -> None:
    # Slovakia 2024 in the edition of June 2024: printed 2, 1.98905 before rounding
    row = year_of(required_path.paths(start(2.0, threshold=2.0, recomputed_share_pct=1.98905), growth(0.0)), 2035)
    assert row["extra_against_share_usd_constant_m"] == 0


def test_just_below_the_target_as_printed_no_money_is_saved_by_the_digits_behind_it() -> None:
    row = year_of(required_path.paths(start(3.49, recomputed_share_pct=3.503), growth(0.0)), 2035)
    assert (row["required_share_pct"], row["extra_against_share_usd_constant_m"]) == (3.5, 0)


def test_without_figures_at_constant_prices_there_is_a_path_of_shares_and_no_money() -> None:
    row = year_of(required_path.paths(start(2.0, recomputed_share_pct=None), growth(1.0)), 2030)
    assert row["required_share_pct"] == pytest.approx(2 + 4 * 1.5 / 9)
    assert row["required_spending_national_currency_m"] is None


def test_required_points_and_excess_growth_are_those_of_the_formulas() -> None:
    share, threshold, years = pl.lit(2.69), pl.lit(3.5), pl.lit(9)
    found = pl.select(
        pp=required_path.required_pp_per_year(share, threshold, years),
        excess=required_path.excess_growth_pct_per_year(share, threshold, years),
    ).row(0)
    assert found == pytest.approx((0.81 / 9, 100 * ((3.5 / 2.69) ** (1 / 9) - 1)))


SCENARIOS = ("scenario_three_year_step_year", "scenario_least_squares_year", "scenario_log_growth_year")


def scenarios(shares: dict[int, float], breaks: pl.DataFrame = NO_BREAKS, *, excess_pct: float = 0.0) -> dict[str, Any]:
    share = shares[max(shares)]
    return scenario.scenario_years(history(shares, excess_pct=excess_pct), start(share), breaks).row(0, named=True)


def test_a_steady_rise_arrives_when_the_steps_add_up() -> None:
    # 0.2 a year, 0.9 missing: 4.5, so 5 years; excess growth 5 %: ln(3.5/2.6) / ln(1.05) = 6.09, so 7 years
    row = scenarios({year: 2.6 - 0.2 * (2026 - year) for year in range(2020, 2027)}, excess_pct=5.0)
    assert (
        row["scenario_three_year_step_year"],
        row["scenario_least_squares_year"],
        row["scenario_log_growth_year"],
    ) == (2031, 2031, 2033)


def test_a_falling_share_never_arrives() -> None:
    row = scenarios({year: 2.6 + 0.1 * (2026 - year) for year in range(2020, 2027)}, excess_pct=-3.0)
    assert [row[name] for name in SCENARIOS] == [None, None, None]


def test_one_figure_is_no_trend() -> None:
    row = scenarios({2026: 2.0})
    assert [row[name] for name in SCENARIOS] == [None, None, None]
    assert row["trend_years"] == 1


def test_a_break_cuts_the_window() -> None:
    shares = dict.fromkeys(range(2014, 2024), 1.0) | {2024: 2.0, 2025: 2.1, 2026: 2.2}
    broken = pl.DataFrame([PLACE | {"year": 2024}], schema_overrides={"year": pl.Int16})
    row = scenarios(shares, broken)
    # 2024-2026 alone: 0.1 a year, 1.3 missing, 13 years; the step over three years would cross the break
    assert (row["scenario_least_squares_year"], row["scenario_three_year_step_year"], row["trend_years"]) == (
        2039,
        None,
        3,
    )


def test_a_member_since_2024_is_judged_on_what_the_edition_prints_of_it() -> None:
    row = scenarios({2024: 2.0, 2025: 2.5, 2026: 3.0})
    # 0.5 a year, 0.5 missing
    assert (row["scenario_least_squares_year"], row["trend_years"]) == (2027, 3)


def test_exactly_at_the_target_is_arrived_now() -> None:
    row = scenarios({2025: 3.0, 2026: 3.5})
    assert [row[name] for name in SCENARIOS] == [2026, 2026, 2026]
    assert rated(3.5, 3.0)["rating"] == "arrived"


def test_above_the_line_is_within_a_twentieth_of_a_point_of_the_line_from_the_year_of_adoption() -> None:
    # 2.0 in 2025 to 3.5 in 2035 asks 2.15 in 2026
    assert rated(2.10, 2.0)["rating"] == "above_line"
    assert rated(2.09, 2.0)["rating"] == "below_line"
    assert "asks 2.15 %" in rated(2.09, 2.0)["rating_arithmetic"]


def test_a_fall_beyond_the_tolerance_is_falling() -> None:
    assert rated(1.94, 2.0)["rating"] == "falling"
    assert rated(1.95, 2.0)["rating"] == "below_line"


def test_without_a_year_of_adoption_or_a_due_year_nothing_is_rated() -> None:
    assert rated(2.1, 2.0, adopted=None)["rating"] == "unrated"
    assert rated(2.1, 2.0, due=None)["rating"] == "unrated"


def test_a_path_is_feasible_when_its_largest_step_is_within_the_ninetieth_percentile_of_the_own_steps() -> None:
    # 2 to 3.5 in 9 years: steps of 0.167; own steps of 0.2 each year
    shares = {year: 2.0 - 0.2 * (2026 - year) for year in range(2020, 2027)}
    for due, feasible in ((2035, True), (2028, False)):  # in two years: steps of 0.75
        begin = start(2.0, due=due)
        row = rating.ratings(begin, history(shares), required_path.paths(begin, growth(1.0)), NO_BREAKS).row(
            0, named=True
        )
        assert row["feasible"] is feasible


SHARES = st.floats(0.1, 9.9)
DUE = st.integers(2027, 2040)


@given(share=SHARES, threshold=SHARES, due=DUE, kind=st.sampled_from(PATH_KINDS))
def test_a_path_starts_at_the_share_and_ends_at_the_target_or_above_it(
    share: float, threshold: float, due: int, kind: str
) -> None:
    rows = required_path.paths(start(share, threshold=threshold, due=due), growth(1.0))
    assert year_of(rows, 2026, kind)["required_share_pct"] == pytest.approx(share)
    assert year_of(rows, due, kind)["required_share_pct"] == pytest.approx(max(share, threshold))


@given(share=SHARES, due=DUE, real=st.floats(-5, 5))
def test_no_gap_costs_nothing(share: float, due: int, real: float) -> None:
    rows = required_path.paths(start(share, threshold=share, due=due), growth(real))
    assert rows["cumulated_against_share_usd_constant_m"].abs().max() == 0


@given(share=SHARES, threshold=SHARES, factor=st.floats(0.01, 1000))
def test_costs_scale_with_money(share: float, threshold: float, factor: float) -> None:
    plain = required_path.paths(start(share, threshold=threshold), growth(1.0))
    spending = share / 100 * 900 * factor
    scaled = required_path.paths(start(share, threshold=threshold, expenditure_usd_constant_m=spending), growth(1.0))
    column = "cumulated_against_frozen_usd_constant_m"
    assert scaled[column].to_list() == pytest.approx([factor * cost for cost in plain[column]], rel=1e-9, abs=1e-6)


@given(shares=st.lists(st.floats(0.5, 4.0), min_size=7, max_size=7), low=SHARES, more=st.floats(0, 3))
def test_a_higher_target_never_arrives_earlier(shares: list[float], low: float, more: float) -> None:
    printed = history(dict(zip(range(2020, 2027), shares, strict=True)), excess_pct=2.0)

    def years(threshold: float) -> list[float]:
        row = scenario.scenario_years(printed, start(shares[-1], threshold=threshold), NO_BREAKS).row(0, named=True)
        return [row[name] or math.inf for name in SCENARIOS]

    assert all(early <= late for early, late in zip(years(low), years(low + more), strict=True))
