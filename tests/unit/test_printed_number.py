"""What counts as a number in a file of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.parse.printed_number import RoundedNumberError, printed_number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_figure_comes_back_as_it_was_printed(value: float) -> None:
    assert printed_number(repr(value)) == value


@pytest.mark.parametrize(
    "text", ["", " ", "1_000", "1,000", " 12", "nan", "inf", "-Infinity", "1e999", "٣", "0x10", "."]
)
def test_what_no_source_writes_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"no plain number|beyond the range"):
        printed_number(text)


@pytest.mark.parametrize("text", ["1.04E+17", "4.28281E+12", "2E+11", "-1.5E+11"])
def test_a_large_number_with_at_most_six_digits_and_an_exponent_was_rounded_by_a_spreadsheet(text: str) -> None:
    with pytest.raises(RoundedNumberError, match="a spreadsheet has rounded"):
        printed_number(text)


@pytest.mark.parametrize("text", ["1.0438712E+12", "4.5E-05", "1.04E+10"])
def test_an_exponent_alone_says_nothing_of_rounding(text: str) -> None:
    assert printed_number(text) == float(text)
