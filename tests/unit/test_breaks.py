"""A break of the register marks the figures that it concerns, in the editions that show it, and on no others."""

from __future__ import annotations

import polars as pl
import pytest

from tests.factories.vintages import edition, figure, tables

SHARE, GDP = "defence_share_of_gdp", "gdp"


def marked(day: str, indicator: str, **changed: object) -> tuple[list[str], list[str]]:
    rows = tables([edition(day)], [figure(day, indicator, 1.1, **changed)])["core.observation"]
    return rows["break_ids"][0].to_list(), rows["flags"][0].to_list()


@pytest.mark.parametrize(
    ("day", "entity", "indicator", "year", "break_ids"),
    [
        ("2023-07-07", "LUX", SHARE, 2023, []),  # before the first edition that measures Luxembourg on national income
        ("2024-03-14", "LUX", SHARE, 2023, ["lux_gni_2023"]),
        ("2024-06-17", "LUX", SHARE, 2022, []),
        ("2024-06-17", "LUX", GDP, 2023, ["lux_gni_gdp_2023"]),
        ("2024-06-17", "BGR", "equipment_share", 2019, ["bgr_prepayment_2019"]),  # all series of spending
        ("2024-06-17", "BGR", GDP, 2019, []),
        ("2024-06-17", "BGR", SHARE, 2020, []),
    ],
)
def test_a_break_concerns_its_series_its_years_and_the_editions_that_show_it(
    day: str, entity: str, indicator: str, year: int, break_ids: list[str]
) -> None:
    assert marked(day, indicator, entity=entity, year=year)[0] == break_ids


def test_the_flag_of_a_break_joins_those_of_the_source_sorted() -> None:
    _, flags = marked("2024-06-17", SHARE, entity="LUX", year=2024, flags=["hand_set"])
    assert flags == ["gni_denominator", "hand_set"]


def test_a_missing_figure_carries_no_break() -> None:
    rows = tables([edition("2024-06-17")], [figure("2024-06-17", SHARE, None, entity="LUX")])["core.observation"]
    assert rows.select(pl.col("break_ids").list.len().sum()).item() == 0
