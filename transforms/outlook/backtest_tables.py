"""The tables that docs/outlook.md shows: the outlook tested against the past, as SIPRI's workbook prints it.

Belongs here: the history in a workbook, which methods and origins are compared. Does not belong here: the model, its
rivals and the scores (the other modules of transforms.outlook). The workbook is the reader's own copy: only parameters
and scores are kept.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl
import polars.selectors as cs

from transforms.normalise.observations import EditionFacts, normalise
from transforms.outlook.backtest import CHOOSING, MODEL, SCORING, History, calibration, choices, judged, pooled, summary
from transforms.outlook.draws import SEED
from transforms.outlook.rivals import RIVALS
from transforms.outlook.simulation import Model
from transforms.parse.sipri import parse_sipri_workbook
from transforms.registers.reader import memberships, outlook_regimes

DRAWS: Final = 2_000
DRAWS_OF_A_CHOICE: Final = 500  # of each of the combinations that are compared
PUBLISHED_ON: Final = dt.date(2025, 4, 28)  # of the workbook that the committed scores are of
DECIMALS: Final = 4


def history_of(workbook: bytes) -> History:
    """Shares of GDP of all Allies of today in a workbook of SIPRI, in all years that it prints."""
    raw = parse_sipri_workbook(workbook, published_on=PUBLISHED_ON)
    facts = EditionFacts(
        edition_id="sipri:backtest",
        source_id="sipri",
        published_on=PUBLISHED_ON,
        definition="sipri",
        coded=False,
        definitions={},
        derived_from={},
    )
    allies = memberships().filter(pl.col("group_id") == "NATO")["iso3"].unique()
    figures = normalise(raw, facts).filter(
        pl.col("indicator") == "defence_share_of_gdp",
        pl.col("availability") == "reported",
        pl.col("entity").is_in(allies.implode()),
    )
    return History.of(figures.select("entity", "year", share_pct="value"))


def scores_of(history: History, origins: range, *, draws: int = DRAWS) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Scores of the model and its rivals at each horizon, and the model's calibration."""
    methods = {MODEL: pooled(Model.of_register(), _regimes()), **RIVALS}
    rows = judged(history, origins, methods, draws=draws, seed=SEED)
    return summary(rows), calibration(rows)


def _regimes() -> list[int]:
    return outlook_regimes()["year_from"].sort().to_list()


def tables_of(history: History, *, choose: bool = False) -> dict[str, pl.DataFrame]:
    """The tables that are committed, by the name of their file."""
    held_out, curve = scores_of(history, SCORING)
    seen, _ = scores_of(history, CHOOSING)
    tables = {
        "scores": pl.concat(
            [
                frame.select(pl.lit(name).alias("origins"), pl.all())
                for name, frame in (("2005-2023, held out", held_out), ("1990-2004, chosen on", seen))
            ]
        ),
        "calibration": curve,
    }
    if choose:
        tables["choices"] = choices(history, Model.of_register(), _regimes(), draws=DRAWS_OF_A_CHOICE, seed=SEED)
    return {name: frame.with_columns(cs.float().round(DECIMALS)) for name, frame in tables.items()}
