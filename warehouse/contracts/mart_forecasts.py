"""Contract of the mart that compares forecasts of GDP with the outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.mart import DERIVED
from warehouse.contracts.model import Column, Table

GDP_FORECAST_ERROR: Final = Table(
    schema="mart",
    name="gdp_forecast_error",
    description="How far the IMF's forecasts of GDP were from what later editions print, in percent of the forecast.",
    grain=("from_edition_id", "to_edition_id", "indicator", "horizon"),
    columns=(
        replace(shared.EDITION_ID, name="from_edition_id", description="The edition of the IMF that forecasts."),
        replace(
            shared.EDITION_ID,
            name="to_edition_id",
            description="The later edition: of the IMF, or of NATO, whose real GDP is the outcome of real growth.",
        ),
        Column(
            "indicator",
            "VARCHAR",
            "`gdp`: the level in US$ at current prices; `gdp_real_growth`: the level that the growth rates since the year "
            "before publication add up to.",
            values=("gdp", "gdp_real_growth"),
        ),
        Column("horizon", "INTEGER", "Year forecast less year of publication.", unit="years", minimum=0),
        Column("n", "INTEGER", "Countries compared.", unit="countries", minimum=1),
        Column(
            "n_outturns",
            "INTEGER",
            "Of those, how many are outturns in the later edition; the others are estimates still.",
            unit="countries",
            minimum=0,
        ),
        Column("mean_pct", "DOUBLE", "Mean of later over forecast level, less one.", unit="percent"),
        Column("mean_absolute_pct", "DOUBLE", "Mean of its size.", unit="percent", minimum=0),
        Column(
            "too_high_pct",
            "DOUBLE",
            "Share of the forecasts that were too high.",
            unit="percent",
            minimum=0,
            maximum=100,
        ),
        Column("rests_on_partial_edition", "BOOLEAN", "Whether one of the two editions is held in part only."),
        Column("entities", "VARCHAR[]", "Countries compared, sorted."),
        Column(
            "errors_pct", "DOUBLE[]", "Later over forecast level less one, in the order of entities.", unit="percent"
        ),
    ),
    source="core.observation (IMF, NATO)",
    licence=DERIVED,
    reads=("core.observation", "core.edition", "core.country"),
    sql="gdp_forecast_error.sql",
    may_be_empty=True,
    expectations=checks_of("mart.gdp_forecast_error"),
    caveats=(
        "An error in US$ holds that of the exchange rate and of later revisions of past GDP; one of real growth holds neither.",
        "One pair of editions of the IMF is held, around the shock of 2022: no measure of forecasts in general.",
    ),
)

TABLES: Final = (GDP_FORECAST_ERROR,)
