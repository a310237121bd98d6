"""Forecasts of GDP compared with what later editions of the IMF print; NATO's side is in test_editions_through_time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.factories.vintages import edition, figure, tables
from warehouse.contracts.mart_forecasts import GDP_FORECAST_ERROR
from warehouse.marts.run import compute_mart
from warehouse.reading.explain import explain_mart

APRIL, OCTOBER = "2022-04-19", "2024-10-22"


def outlook(day: str, indicator: str, year: int, value: float, status: str) -> dict[str, Any]:
    money = {"currency": "USD", "unit": "million"} if indicator == "gdp" else {"currency": None, "unit": "percent"}
    return figure(
        day,
        indicator,
        value,
        edition_id=f"imf:{day}",
        source_id="imf",
        definition="weo",
        year=year,
        status=status,
        price_basis="current" if indicator == "gdp" else "none",
        base_year=None,
        **money,
    )


def errors(*figures: dict[str, Any]) -> list[dict[str, Any]]:
    editions = [
        edition(day, edition_id=f"imf:{day}", source_id="imf", published_on=dt.date.fromisoformat(day))
        for day in (APRIL, OCTOBER)
    ]
    held = tables(editions, figures)
    held["core.country"] = pl.DataFrame({"iso3": ["DEU"]})
    return compute_mart(GDP_FORECAST_ERROR, held).to_dicts()


def test_a_nominal_forecast_is_off_by_the_ratio_of_two_levels() -> None:
    (row,) = errors(outlook(APRIL, "gdp", 2022, 4000.0, "forecast"), outlook(OCTOBER, "gdp", 2022, 4100.0, "actual"))
    assert (row["indicator"], row["horizon"], row["n_outturns"]) == ("gdp", 0, 1)
    assert row["mean_pct"] == pytest.approx(2.5)


def test_growth_rates_add_up_to_a_level() -> None:
    # 1.03 x 1.02 came where 1.02 x 1.01 had been forecast: 1.0506 over 1.0302
    rows = errors(
        outlook(APRIL, "gdp_real_growth", 2022, 2.0, "forecast"),
        outlook(APRIL, "gdp_real_growth", 2023, 1.0, "forecast"),
        outlook(OCTOBER, "gdp_real_growth", 2022, 3.0, "actual"),
        outlook(OCTOBER, "gdp_real_growth", 2023, 2.0, "estimate"),
    )
    assert [(row["horizon"], row["n_outturns"]) for row in rows] == [(0, 1), (1, 0)]
    assert [row["mean_pct"] for row in rows] == pytest.approx([100 * (1.03 / 1.02 - 1), 100 * (1.0506 / 1.0302 - 1)])


def test_a_year_that_was_not_over_is_no_error_and_neither_is_an_estimate_of_the_past() -> None:
    assert (
        errors(
            outlook(APRIL, "gdp", 2024, 4000.0, "forecast"),
            outlook(OCTOBER, "gdp", 2024, 4100.0, "forecast"),
            outlook(APRIL, "gdp", 2021, 4000.0, "estimate"),
            outlook(OCTOBER, "gdp", 2021, 4100.0, "actual"),
        )
        == []
    )


def test_a_chain_of_growth_without_its_first_year_adds_up_to_nothing() -> None:
    assert (
        errors(
            outlook(APRIL, "gdp_real_growth", 2023, 1.0, "forecast"),
            outlook(OCTOBER, "gdp_real_growth", 2023, 2.0, "actual"),
        )
        == []
    )


def test_every_published_error_agrees_with_its_explanation(warehouse: duckdb.DuckDBPyConnection) -> None:
    keys = warehouse.sql(f"SELECT {', '.join(GDP_FORECAST_ERROR.grain)} FROM mart.gdp_forecast_error").pl()
    figures = [
        figure for key in keys.to_dicts() for figure in explain_mart(warehouse, GDP_FORECAST_ERROR.id, key, depth=1)
    ]
    assert len(figures) == 6 * keys.height > 0
    assert [figure for figure in figures if not figure.agrees] == []
