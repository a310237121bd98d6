"""The test of the outlook against the past: `python -m orchestration.cli.backtest WORKBOOK`.

Belongs here: reading SIPRI's workbook and the served warehouse, the tables that docs/outlook.md shows. Does not belong
here: the model, its rivals and the scores (transforms.outlook). The workbook is the reader's own copy: only parameters
and scores are kept.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Final

import duckdb
import polars as pl
import polars.selectors as cs
import typer
from rich.console import Console

from transforms.normalise.observations import EditionFacts, normalise
from transforms.outlook.backtest import CHOOSING, MODEL, SCORING, History, calibration, choices, judged, pooled, summary
from transforms.outlook.draws import SEED
from transforms.outlook.rivals import RIVALS
from transforms.outlook.simulation import Model
from transforms.parse.sipri import parse_sipri_workbook
from transforms.registers.reader import memberships, outlook_regimes
from warehouse.reading.connect import connect
from warehouse.reading.rendering import Format, print_rows

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


# What the outlook of an edition said, as it was known, against the newest edition that prints the year.
_EDITIONS: Final = """
WITH said AS (
    SELECT f.*, o.value AS start_pct FROM mart.outlook_share AS f
    JOIN core.observation AS o ON o.edition_id = f.edition_id AND o.entity = f.entity AND o.year = f.start_year
        AND o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported'
    WHERE f.entity IN (SELECT iso3 FROM core.country)
), came AS (
    SELECT entity, year, value, status, edition_id AS later_edition_id FROM core.observation
    WHERE source_id = 'nato' AND indicator = 'defence_share_of_gdp' AND availability = 'reported'
    QUALIFY row_number() OVER (PARTITION BY entity, year ORDER BY known_from DESC) = 1
)
SELECT s.edition_id, s.year, s.year - s.start_year AS horizon, c.later_edition_id, c.status AS status_of_outcome,
    count(*) AS n, avg((c.value BETWEEN s.p25 AND s.p75)::INT) AS coverage_50,
    avg((c.value BETWEEN s.p10 AND s.p90)::INT) AS coverage_80, avg(abs(c.value - s.p50)) AS median_error_pp,
    avg(abs(c.value - s.start_pct)) AS no_change_error_pp
FROM said AS s JOIN came AS c ON c.entity = s.entity AND c.year = s.year AND c.later_edition_id <> s.edition_id
GROUP BY ALL ORDER BY s.edition_id, s.year
"""


def editions_of(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """How the fans of NATO's editions did against what later editions print: few, and of one decade."""
    found: pl.DataFrame = warehouse.sql(_EDITIONS).pl()
    return found.with_columns(cs.float().round(DECIMALS))


def main(
    workbook: Annotated[Path, typer.Argument(help="SIPRI's workbook, such as SIPRI-Milex-data-1949-2024_2.xlsx.")],
    write: Annotated[Path | None, typer.Option(help="Folder to write the tables to, as CSV.")] = None,
    choose: Annotated[bool, typer.Option(help="Also compare all parameters, half a minute more.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Test the outlook against the past: scores of the model and its rivals, and the model's calibration."""
    tables = tables_of(history_of(workbook.read_bytes()), choose=choose)
    with connect() as served:
        tables["editions"] = editions_of(served)
    for name, table in tables.items():
        print_rows(Console(), table.with_columns(cs.float().cast(pl.String)), Format.MARKDOWN)
        if write is not None:
            table.write_csv(write / f"{name}.csv")


if __name__ == "__main__":
    typer.run(main)
