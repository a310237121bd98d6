"""Fan, probability and year of arrival are counted in the same draws: they cannot contradict one another."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.outlook.arrival import (
    ARRIVAL_PERCENTS,
    PERCENTS,
    arrival_year,
    at_or_above,
    likelihood_of,
    probability,
    quantiles,
)
from warehouse.reading.probability import in_words, percent

SHARES = st.lists(
    st.lists(st.floats(0.5, 6).map(lambda share: round(share, 2)), min_size=20, max_size=20), min_size=3, max_size=8
)


def sorted_draws(rows: list[list[float]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.sort(np.array(rows, dtype=np.float64), axis=1)


def arrives(rows: list[list[float]], threshold: float, percent_: int, due: int | None) -> int | None:
    draws = sorted_draws(rows)
    return arrival_year(at_or_above(draws, threshold), draws.shape[1], percent_, start_year=2026, due_year=due)


@given(rows=SHARES, threshold=st.floats(0.5, 6).map(lambda share: round(share, 2)), ahead=st.integers(0, 7))
def test_arrival_by_the_due_year_is_the_probability_in_it_is_the_quantile_of_it(
    rows: list[list[float]], threshold: float, ahead: int
) -> None:
    due = 2026 + min(ahead, len(rows) - 1)
    draws = sorted_draws(rows)
    reached = probability(int(at_or_above(draws, threshold)[due - 2026]), draws.shape[1])
    fan = dict(zip(PERCENTS, quantiles(draws)[due - 2026], strict=True))
    for part in ARRIVAL_PERCENTS:
        year = arrives(rows, threshold, part, due)
        in_time = year is not None and year <= due
        assert in_time == (reached >= part / 100) == (fan[100 - part] >= threshold)


@given(rows=SHARES, low=st.floats(0.5, 6), more=st.floats(0, 3))
def test_a_higher_threshold_arrives_no_earlier_and_more_draws_arrive_no_earlier(
    rows: list[list[float]], low: float, more: float
) -> None:
    years = [[arrives(rows, low + x, part, 2027) or 9999 for part in ARRIVAL_PERCENTS] for x in (0, more)]
    assert years[0] == sorted(years[0])
    assert all(early <= late for early, late in zip(*years, strict=True))


def test_a_year_above_the_line_that_does_not_last_to_the_due_year_is_no_arrival() -> None:
    # half of the draws are at 3.5 in 2027, none in 2028, half again from 2029 on
    rows = [[2.0, 2.0], [3.5, 2.0], [2.0, 2.0], [3.5, 2.0], [3.5, 2.0]]
    assert arrives(rows, 3.5, 50, 2030) == 2029
    assert arrives(rows, 3.5, 50, 2027) == 2027
    assert arrives(rows, 3.5, 50, 2028) == 2029  # not in the due year: the first year after it
    assert arrives(rows, 3.5, 50, None) == 2027
    assert arrives(rows, 3.5, 90, 2030) is None


def test_a_threshold_due_in_the_past_arrives_from_the_start_year_on() -> None:
    assert arrives([[2.1, 2.0], [2.1, 2.0]], 2.0, 90, 2024) == 2026


def test_no_probability_is_0_or_1_and_none_is_printed_as_such() -> None:
    assert (probability(0, 9_999), probability(9_999, 9_999)) == (0.0001, 0.9999)
    printed = [percent(p) for p in (0.0001, 0.0099, 0.01, 0.37, 0.99, 0.991)]
    assert printed == ["<1 %", "<1 %", "1 %", "37 %", "99 %", ">99 %"]


@pytest.mark.parametrize(
    ("fraction", "words"),
    [
        (0.005, "exceptionally unlikely, <1 %"),
        (0.32, "unlikely, 32 %"),
        (0.33, "about as likely as not, 33 %"),
        (0.9, "very likely, 90 %"),
    ],
)
def test_a_probability_is_said_in_the_words_of_the_register(fraction: float, words: str) -> None:
    words_of_register = pl.select(likelihood_of(pl.lit(fraction))).item()
    assert in_words(fraction, words_of_register) == words


def test_an_unknown_probability_has_no_word() -> None:
    assert pl.select(likelihood_of(pl.lit(None, pl.Float64))).item() is None
    assert in_words(None, None) == "unknown"
