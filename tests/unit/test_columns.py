"""Small charts of columns: heights are in proportion, what is negative hangs, what is unknown keeps its place."""

from __future__ import annotations

import pytest

from warehouse.publication.report import country_charts
from warehouse.publication.report.columns import HEIGHT, WIDTH, columns


def rows(*values: float | None, name: str = "a") -> list[dict[str, object]]:
    return [
        {"year": 2020 + at, "status": "actual" if at < 2 else "estimate", name: value}
        for at, value in enumerate(values)
    ]


def test_heights_are_in_proportion_from_one_base_line() -> None:
    drawn = columns(rows(1.0, 2.0, 4.0), "a", texts={})
    assert drawn is not None
    heights = [part.height for part in drawn.parts]
    assert heights[1] == pytest.approx(2 * heights[0])
    assert heights[2] == pytest.approx(4 * heights[0])
    assert {round(part.y + part.height, 9) for part in drawn.parts} == {round(drawn.zero, 9)}
    assert [part.is_estimate for part in drawn.parts] == [False, False, True]


def test_a_fall_hangs_under_the_base_line_and_everything_is_within_the_drawing() -> None:
    drawn = columns(rows(3.0, -1.0), "a", texts={2020: "+3", 2021: "\N{MINUS SIGN}1"})
    assert drawn is not None
    rise, fall = drawn.parts
    assert rise.y + rise.height == pytest.approx(drawn.zero)
    assert fall.y == drawn.zero
    assert all(part.x >= 0 and part.x + part.width <= WIDTH for part in drawn.parts)
    assert all(part.y >= 0 and part.y + part.height <= HEIGHT for part in drawn.parts)
    assert [(label.text, label.anchor) for label in drawn.labels] == [("+3", "start"), ("\N{MINUS SIGN}1", "end")]


def test_parts_of_one_sign_are_stacked_and_parts_of_two_are_apart() -> None:
    both = [
        {"year": 2020, "status": "actual", "a": 2.0, "b": 1.0},
        {"year": 2021, "status": "actual", "a": 2.0, "b": -1.0},
    ]
    drawn = columns(both, "a", "b", texts={})
    assert drawn is not None
    below, above, alone, hanging = drawn.parts
    assert above.y + above.height == pytest.approx(below.y)
    assert alone.y == pytest.approx(below.y)
    assert hanging.y == drawn.zero


def test_an_unknown_year_is_no_column_of_zero_and_keeps_its_place() -> None:
    drawn = columns(rows(1.0, None, 1.0), "a", texts={})
    assert drawn is not None
    assert len(drawn.parts) == 2
    assert drawn.parts[1].x - drawn.parts[0].x == pytest.approx(2 * WIDTH / 3)


def test_nothing_known_is_no_chart() -> None:
    assert columns(rows(None, None), "a", texts={}) is None
    assert columns([], "a", texts={}) is None


def year_of(year: int, spending: float | None, currency: str = "EUR") -> dict[str, object]:
    unknown = dict.fromkeys(("spending_usd_constant_bn", "per_head_usd_constant", "equipment_pct"))
    return {
        "year": year,
        "status": "estimate" if year == 2026 else "actual",
        "currency": currency,
        "base_year": 2021,
        "spending_national_bn": spending,
        "personnel_thousand": 10.0 + year - 2024,
        **unknown,
    }


def test_a_chart_says_its_last_and_first_figure_with_status_and_unit() -> None:
    spending, people = country_charts.over_time([year_of(2024, 9.95), year_of(2026, 12.34)])
    assert spending.finding == "Spending: 12.3 in 2026 (estimate), 9.95 in 2024"
    assert spending.unit == "billion EUR, current prices"
    assert people.finding == "Military personnel: 12.0 in 2026 (estimate), 10.0 in 2024"


def test_amounts_of_two_currencies_are_no_series() -> None:
    (people,) = country_charts.over_time([year_of(2024, 9.95, "BGN"), year_of(2026, 12.34, "EUR")])
    assert people.unit == "thousand persons"


def test_the_split_names_the_year_in_which_spending_moved_the_share_most() -> None:
    changes = [
        {"year": 2024, "status": "actual", "spending_part_pp": 0.1, "gdp_part_pp": -0.02},
        {"year": 2025, "status": "estimate", "spending_part_pp": -0.3, "gdp_part_pp": 0.05},
        {"year": 2026, "status": "estimate", "spending_part_pp": None, "gdp_part_pp": None},
    ]
    chart = country_charts.split(changes)
    assert chart is not None
    assert chart.finding == "Spending moved the share most in 2025 (estimate): \N{MINUS SIGN}0.30 points"
    assert [label.text for label in chart.drawn.labels] == ["+0.08", "\N{MINUS SIGN}0.25"]


def test_a_text_is_over_every_column_that_it_covers() -> None:
    drawn = columns(rows(1.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), "a", texts={2020: "100.0"})
    assert drawn is not None
    (label,) = drawn.labels
    assert label.y < min(part.y for part in drawn.parts[:2])
