"""The project's own figures format: what is written is what is read."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.figures import COLUMNS, parse_figures, write_figures
from transforms.parse.frame import RawFigure, raw_frame

HEADER = ",".join(COLUMNS)
finite = st.floats(allow_nan=False, allow_infinity=False)


def figure(value: float | None, availability: str = "reported", locator: str = "T!A1") -> RawFigure:
    return RawFigure(
        "defence_share_of_gdp", "DEU", 2024, value, availability, "percent", None, "constant", 2015, "as_published",
        "estimate", ["estimate", "hand_set"], None, locator,
    )  # fmt: skip


@given(st.lists(finite, min_size=1, max_size=20))
def test_figures_come_back_to_the_last_bit(values: list[float]) -> None:
    frame = raw_frame(figure(value, locator=f"T!A{row}") for row, value in enumerate(values))
    written = write_figures(frame.with_columns(entity=pl.col("entity_label")))
    assert_frame_equal(parse_figures(written), frame)


@pytest.mark.parametrize("availability", ["missing", "nil", "not_applicable", "did_not_exist"])
def test_the_four_ways_of_having_no_figure_stay_apart(availability: str) -> None:
    frame = raw_frame([figure(None, availability)])
    written = write_figures(frame.with_columns(entity=pl.col("entity_label")))
    assert parse_figures(written)["availability"].to_list() == [availability]


def test_an_empty_value_is_refused_with_its_row() -> None:
    row = "gdp,DEU,2024,,million,USD,current,,actual,,T!A1,calendar,"
    with pytest.raises(ValueRefusedError, match="row 2"):
        parse_figures(f"{HEADER}\n{row}\n".encode())


def test_a_figure_without_a_locator_is_refused_by_what_it_is() -> None:
    with pytest.raises(ValueRefusedError) as raised:
        raw_frame([figure(2.1, locator="")])
    assert (raised.value.place, raised.value.expected) == ("defence_share_of_gdp of DEU, 2024", "a locator")


def test_text_in_a_value_is_refused_with_its_locator() -> None:
    row = "gdp,DEU,2024,4.1e,million,USD,current,,actual,,TABLE5!N21,calendar,"
    with pytest.raises(ValueRefusedError, match="TABLE5!N21"):
        parse_figures(f"{HEADER}\n{row}\n".encode())


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_nan_and_infinity_are_no_figures(number: str) -> None:
    assert not math.isfinite(float(number))
    row = f"gdp,DEU,2024,{number},million,USD,current,,actual,,T!A1,calendar,"
    with pytest.raises(ValueRefusedError, match="finite"):
        parse_figures(f"{HEADER}\n{row}\n".encode())


def test_other_columns_are_refused() -> None:
    with pytest.raises(LayoutError, match="indicator,entity"):
        parse_figures(b"country,year,value\nDEU,2024,1\n")


def test_an_html_page_is_refused() -> None:
    with pytest.raises(PayloadError, match="a web page"):
        parse_figures(b"<!DOCTYPE html><html></html>")
