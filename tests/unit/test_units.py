"""Units: each source's unit becomes the warehouse's, and no factor is guessed."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.errors import ValueRefusedError
from transforms.normalise.units import CONVERSIONS, convert_units
from transforms.vocabulary import SOURCE_UNITS, UNITS


def frame(value: float | None, unit: str) -> pl.DataFrame:
    schema = {"value": pl.Float64, "unit": pl.String, "locator": pl.String}
    return pl.DataFrame({"value": [value], "unit": [unit], "locator": ["TABLE5!D11"]}, schema=schema)


@pytest.mark.parametrize(
    ("value", "unit", "expected", "target"),
    [
        (2718.184, "billion", 2_718_184.0, "million"),  # SIPRI's world total of 2024
        (29_167_779_000_000.0, "unit", 29_167_779.0, "million"),  # the IMF's GDP of the United States
        (0.0342, "fraction", 3.42, "percent"),
        (44.35, "thousand_currency_per_head", 44_350.0, "currency_per_head"),
        (138.097, "thousand_persons", 138.097, "thousand_persons"),
    ],
)
def test_a_value_is_converted(value: float, unit: str, expected: float, target: str) -> None:
    row = convert_units(frame(value, unit)).row(0, named=True)
    assert (row["value"], row["unit"]) == (pytest.approx(expected), target)


def test_a_missing_value_stays_missing() -> None:
    assert convert_units(frame(None, "billion"))["value"].to_list() == [None]


def test_an_unknown_unit_is_refused_with_its_cell() -> None:
    with pytest.raises(ValueRefusedError, match="TABLE5!D11"):
        convert_units(frame(1.0, "lakh"))


def test_every_unit_of_the_raw_frame_has_a_conversion() -> None:
    assert set(CONVERSIONS) == set(SOURCE_UNITS)
    assert {unit for unit, _ in CONVERSIONS.values()} == set(UNITS)
