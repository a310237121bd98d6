"""Draws of revisions: what they must be where it can be worked out, and the laws that they keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.outlook.revision import probability_met_after_revision, revised


def met(share: float, threshold: float, errors: list[float], *, seed: int = 1, entity: str = "AAA") -> float:
    found = probability_met_after_revision(
        [entity], shares_pct=[share], thresholds_pct=[threshold], errors_pp=errors, seed=seed
    )
    return float(found[0])


def test_one_of_four_errors_that_undoes_the_verdict_is_a_quarter() -> None:
    # 2.1 less 0.2 is below 2; the other three errors leave it at or above: 3 of 4, ± 0.013 (three standard errors)
    assert met(2.1, 2.0, [-0.2, -0.1, 0.0, 0.3]) == pytest.approx(0.75, abs=0.013)


def test_a_probability_without_evidence_is_not_a_number() -> None:
    assert np.isnan(met(2.1, 2.0, []))


@given(
    share=st.floats(0, 10),
    low=st.floats(0, 10),
    more=st.floats(0, 5),
    errors=st.lists(st.floats(-1, 1), min_size=1, max_size=20),
)
def test_probabilities_fall_as_the_threshold_rises(share: float, low: float, more: float, errors: list[float]) -> None:
    assert met(share, low, errors) >= met(share, low + more, errors)


@given(seed=st.integers(0, 2**31), errors=st.lists(st.floats(-1, 1), min_size=2, max_size=10))
def test_the_same_seed_gives_the_same_number_in_any_order_of_the_errors(seed: int, errors: list[float]) -> None:
    assert met(2.0, 2.0, errors, seed=seed) == met(2.0, 2.0, errors[::-1], seed=seed)


def test_an_entity_is_drawn_the_same_whoever_is_drawn_with_it() -> None:
    pair = probability_met_after_revision(
        ["BBB", "AAA"], shares_pct=[1.0, 2.0], thresholds_pct=2.0, errors_pp=[-0.1, 0.0, 0.1], seed=7
    )
    assert pair[1] == met(2.0, 2.0, [-0.1, 0.0, 0.1], seed=7)


def test_a_revised_share_is_a_decimal_like_the_share_and_the_error() -> None:
    # 1.9 + 0.1 is 2.0, not 1.9999999999999998
    assert set(revised("AAA", 1.9, [0.1, 0.7 - 0.6], draws=10, seed=1)) == {2.0}


def test_a_share_without_known_errors_is_drawn_as_it_is() -> None:
    assert set(revised("AAA", 1.93, [], draws=10, seed=1)) == {1.93}
