"""The simulation of the outlook: the properties that docs/metrics.md asks of it, on panels made by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.outlook.revision import Floats
from transforms.outlook.simulation import Estimates, Model, Panel, estimate, simulate

MODEL = Model.of_register()
STILL = replace(MODEL, reversion=0.0, common_shock_ratio=0.0)
Growth = Mapping[str, Sequence[float | None]]
YEARS = 12
START = 2026


def panel(growth: Growth, *, level: float = 2.0, first_years: dict[str, int] | None = None) -> Panel:
    """Shares that end at `level` in 2026 and grew by these logs in the years before; None: no figure before."""
    rows = []
    for logs in growth.values():
        known = [g for g in logs if g is not None]
        path = level * np.exp(np.cumsum([0.0, *[-g for g in known[::-1]]]))[::-1]
        rows.append([np.nan] * (len(logs) - len(known)) + list(path))
    since = [(first_years or {}).get(name, 1949) for name in growth]
    return Panel(tuple(growth), START, np.array(rows), np.array(since))


def even(n: int = 8, growth: float = 0.02) -> Growth:
    return {f"A{number}": [growth] * YEARS for number in range(n)}


def estimated(made: Panel, model: Model = MODEL, regimes: tuple[int, ...] = ()) -> Estimates:
    found = estimate(made, model, regimes)
    assert found is not None
    return found


def drawn(made: Panel, model: Model = MODEL, *, years: int = 9, draws: int = 2_000, seed: int = 1) -> Floats:
    starts = np.repeat(made.shares_pct[:, -1:], draws, axis=1)
    return simulate(made, estimated(made, model), model, starts, years=years, seed=seed)


def test_a_path_starts_from_each_draw_of_the_last_figure() -> None:
    made = panel(even())
    starts = np.linspace(1.8, 2.2, 8 * 50).reshape(8, 50)
    found = simulate(made, estimated(made), MODEL, starts, years=1, seed=1)
    assert (found[0] == starts).all()


def test_a_panel_that_grows_alike_goes_on_and_fades() -> None:
    # growth of 2 %, 0.7 of it left after a year: 0.02 · (0.7 + 0.49 + 0.343) = 0.03066 in logs after three
    made = panel(even(growth=0.02))
    found = drawn(made, STILL, years=3)
    assert np.log(found[3] / 2.0) == pytest.approx(np.full((8, 2_000), 0.02 * (0.7 + 0.49 + 0.343)))


def test_drift_is_that_of_the_present_regime_alone() -> None:
    # nothing until 2021, 5 % a year from 2022 on; 2024 and later is three years either way
    growth: Growth = {f"A{n}": [0.0] * 9 + [0.05] * 3 for n in range(8)}
    assert estimated(panel(growth)).common_drift == pytest.approx(0.0375)  # four years: 0, 0.05, 0.05, 0.05
    cut = estimated(panel(growth), regimes=(2014, 2024))
    assert cut.common_drift == pytest.approx(0.05)
    assert cut.drift_from == 2024


def test_a_regime_that_begins_after_the_start_is_not_known() -> None:
    assert estimated(panel(even()), regimes=(2030,)).drift_from == START - MODEL.drift_years + 1


def test_shocks_of_a_year_are_shared() -> None:
    random = np.random.default_rng(1)
    growth: Growth = {f"A{n}": list(random.normal(0, 0.1, YEARS)) for n in range(12)}
    gained = np.log(drawn(panel(growth), years=1, draws=4_000)[1])
    together = np.corrcoef(gained)[np.triu_indices(12, 1)].mean()
    # common shocks of half the typical volatility: 0.25 / (1 + 0.25) = 0.2 of the variance is common
    assert 0.1 < together < 0.3
    apart = np.log(drawn(panel(growth), replace(MODEL, common_shock_ratio=0.0), years=1, draws=4_000)[1])
    assert abs(np.corrcoef(apart)[np.triu_indices(12, 1)].mean()) < 0.05


def test_a_break_cuts_the_countrys_window() -> None:
    growth = {**even(), "NEW": [0.0] * 11 + [0.5]}
    broken = estimated(panel(growth, first_years={"NEW": 2026}))
    whole = estimated(panel(growth))
    assert (broken.growths_n[-1], whole.growths_n[-1]) == (0, YEARS)
    assert whole.volatility[-1] > 5 * broken.volatility[-1]


def test_the_panel_is_used_for_a_country_without_a_history() -> None:
    random = np.random.default_rng(2)
    growth: Growth = {f"A{n}": list(random.normal(0, 0.1, YEARS)) for n in range(9)}
    found = estimated(panel({**growth, "NEW": [None] * YEARS}))
    assert found.own_drift[-1] == 0
    assert found.volatility[-1] == pytest.approx(np.median(found.volatility[:-1]), rel=0.2)
    assert np.isfinite(drawn(panel({**growth, "NEW": [None] * YEARS}))[:, -1]).all()


def test_a_noisy_countrys_drift_is_pooled_more_than_a_quiet_ones() -> None:
    growth: Growth = {f"A{n}": [0.04 * n] * YEARS for n in range(8)}
    noisy = [0.5, 0.0] * 6  # 25 % a year on average; A6 grows by 24 % each year
    found = estimated(panel({**growth, "NOISY": noisy}))
    assert 0 < found.own_drift[-1] < found.own_drift[6]


def test_too_small_a_panel_is_no_panel() -> None:
    assert estimate(panel(even(4)), MODEL, ()) is None
    assert estimate(Panel(("AAA",), START, np.array([[2.0]]), np.array([1949])), MODEL, ()) is None


@given(order=st.permutations(range(8)), seed=st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_numbers_in_any_order(order: list[int], seed: int) -> None:
    random = np.random.default_rng(3)
    growth: Growth = {f"A{n}": list(random.normal(0, 0.1, YEARS)) for n in range(8)}
    made = panel(growth)
    names = list(growth)
    other = panel({names[n]: growth[names[n]] for n in order})
    assert drawn(other, draws=20, seed=seed) == pytest.approx(drawn(made, draws=20, seed=seed)[:, order], rel=1e-12)


def test_a_longer_horizon_begins_with_the_years_of_a_shorter_one() -> None:
    made = panel(even())
    assert (drawn(made, years=9)[:4] == drawn(made, years=3)).all()


def test_all_allies_to_2050_with_ten_thousand_draws_take_about_a_second() -> None:
    random = np.random.default_rng(4)
    growth: Growth = {f"A{n}": list(random.normal(0, 0.1, YEARS)) for n in range(31)}
    made = panel(growth)
    started = time.process_time()
    np.sort(drawn(made, years=24, draws=10_000), axis=2)
    assert time.process_time() - started < 2.5
