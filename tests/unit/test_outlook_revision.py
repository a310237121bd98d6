"""Probabilities by bootstrap: what they must be where it can be worked out, and the laws that they keep."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.uncertainty import probability_met_after_revision, probability_reached_by


def met(share: float, threshold: float, errors: list[float], *, seed: int = 1, entity: str = "AAA") -> float:
    found = probability_met_after_revision(
        [entity], shares_pct=[share], thresholds_pct=[threshold], errors_pp=errors, seed=seed
    )
    return float(found[0])


def reached(share: float, threshold: float, years: float, steps: list[float], *, seed: int = 1) -> float:
    found = probability_reached_by(
        ["AAA"],
        shares_pct=[share],
        thresholds_pct=[threshold],
        years_left=[years],
        steps_by_entity={"AAA": steps},
        errors_pp=[0.0],
        seed=seed,
    )
    return float(found[0])


def test_one_of_four_errors_that_undoes_the_verdict_is_a_quarter() -> None:
    # 2.1 less 0.2 is below 2; the other three errors leave it at or above: 3 of 4, ± 0.013 (three standard errors)
    assert met(2.1, 2.0, [-0.2, -0.1, 0.0, 0.3]) == pytest.approx(0.75, abs=0.013)


def test_a_probability_without_evidence_is_not_a_number() -> None:
    assert np.isnan(met(2.1, 2.0, []))
    assert np.isnan(reached(2.0, 3.5, 9, [0.1, 0.2, 0.1]))  # three steps are too few
    assert np.isnan(reached(2.0, 3.5, -1, [0.1] * 5))  # the due year has passed
    assert np.isnan(reached(2.0, 3.5, np.nan, [0.1] * 5))  # there is none


def test_constant_steps_arrive_for_certain_or_not_at_all() -> None:
    # nine steps of 0.1: 2.6 reaches 3.5, 2.59 does not
    assert reached(2.6, 3.5, 9, [0.1] * 4) == 1
    assert reached(2.59, 3.5, 9, [0.1] * 4) == 0


def test_two_steps_of_a_fair_coin_are_told_by_the_binomial() -> None:
    # +0.1 or -0.1, twice: above the start by 0.2 in one of four
    assert reached(3.3, 3.5, 2, [0.1, -0.1] * 2) == pytest.approx(0.25, abs=0.013)


@given(
    share=st.floats(0, 10),
    low=st.floats(0, 10),
    more=st.floats(0, 5),
    errors=st.lists(st.floats(-1, 1), min_size=1, max_size=20),
)
def test_probabilities_fall_as_the_threshold_rises(share: float, low: float, more: float, errors: list[float]) -> None:
    assert met(share, low, errors) >= met(share, low + more, errors)
    assert reached(share, low, 3, [*errors, 0.1, 0.1, 0.1]) >= reached(share, low + more, 3, [*errors, 0.1, 0.1, 0.1])


@given(seed=st.integers(0, 2**31), errors=st.lists(st.floats(-1, 1), min_size=2, max_size=10))
def test_the_same_seed_gives_the_same_number_in_any_order_of_the_errors(seed: int, errors: list[float]) -> None:
    assert met(2.0, 2.0, errors, seed=seed) == met(2.0, 2.0, errors[::-1], seed=seed)


def test_an_entity_is_drawn_the_same_whoever_stands_beside_it() -> None:
    pair = probability_met_after_revision(
        ["BBB", "AAA"], shares_pct=[1.0, 2.0], thresholds_pct=2.0, errors_pp=[-0.1, 0.0, 0.1], seed=7
    )
    assert pair[1] == met(2.0, 2.0, [-0.1, 0.0, 0.1], seed=7)


def test_all_allies_under_all_rules_with_ten_thousand_draws_take_seconds() -> None:
    entities = [f"A{number:02}" for number in range(32)] * 8
    steps = {entity: np.linspace(-0.1, 0.4, 12) for entity in entities}
    started = time.perf_counter()
    found = probability_reached_by(
        entities,
        shares_pct=2.0,
        thresholds_pct=np.linspace(1.5, 5, len(entities)),
        years_left=9,
        steps_by_entity=steps,
        errors_pp=np.linspace(-0.5, 0.2, 60),
        seed=1,
        draws=10_000,
    )
    assert np.isfinite(found).all()
    assert time.perf_counter() - started < 5
