"""How the method would have judged first estimates of the past, held against the outturns.

Belongs here: which estimates are judged, on which errors, against which outturns; Brier scores.
Does not belong here: the method (transforms.outlook.revision), the choice of errors
(transforms.outlook.revision_evidence).

`python -m orchestration.cli.calibration` prints the table of docs/paths.md from the served warehouse.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl
from rich.console import Console

from transforms.outlook.draws import SEED
from transforms.outlook.revision import DRAWS, probability_met_after_revision
from transforms.outlook.revision_evidence import PastErrors
from warehouse.reading.connect import connect
from warehouse.reading.rendering import Format, print_rows

THRESHOLDS_PCT: Final = (1.5, 2.0, 2.5)
BASES: Final = ("known_then", "other_years")
_FIRST_AND_FINAL: Final = """
SELECT f.edition_id, l.edition_id AS final_edition_id, f.year, f.entity, f.value AS first_pct, l.value AS final_pct
FROM core.observation AS f
JOIN core.edition AS e ON e.edition_id = f.edition_id AND f.year = year(e.published_on)
JOIN core.observation AS l
    ON l.indicator = f.indicator AND l.source_id = 'nato' AND l.entity = f.entity AND l.year = f.year
    AND l.status = 'actual' AND l.availability = 'reported'
WHERE f.source_id = 'nato' AND f.indicator = 'defence_share_of_gdp' AND f.availability = 'reported'
  AND f.status = 'estimate' AND f.entity IN (SELECT iso3 FROM core.country)
QUALIFY row_number() OVER (PARTITION BY f.entity, f.year, f.edition_id ORDER BY l.known_from DESC) = 1
ORDER BY f.edition_id, f.entity
"""


def judged(warehouse: duckdb.DuckDBPyConnection, *, seed: int = SEED, draws: int = DRAWS) -> pl.DataFrame:
    """Each estimate of a year of publication that has an outturn by now, at each threshold, on each basis of errors.

    `known_then`: only errors that were known when the estimate was published. `other_years`: the final errors of all
    other years, known later: what the method can do, not what it could have done. `probability` is null without errors.
    """
    tables = (
        warehouse.sql(f"FROM {name}").pl() for name in ("mart.first_estimate_error", "core.edition", "core.break")
    )
    past = PastErrors.of(*tables)
    estimates = warehouse.sql(_FIRST_AND_FINAL).pl()
    rows = estimates.join(pl.DataFrame({"threshold_pct": THRESHOLDS_PCT}), how="cross")
    found: list[pl.DataFrame] = []
    for (edition_id, year), batch in rows.group_by("edition_id", "year", maintain_order=True):
        for basis in BASES:
            errors = past.known(str(edition_id), 0)[0] if basis == "known_then" else past.of_other_years(int(str(year)))
            probability = probability_met_after_revision(
                batch["entity"].to_list(),
                shares_pct=batch["first_pct"].to_numpy(),
                thresholds_pct=batch["threshold_pct"].to_numpy(),
                errors_pp=errors,
                seed=seed,
                draws=draws,
            )
            told = batch.with_columns(basis=pl.lit(basis), errors_n=pl.lit(len(errors)))
            found.append(told.with_columns(pl.Series("probability", probability).fill_nan(None)))
    judgements: pl.DataFrame = pl.concat(found)
    return judgements.with_columns(met=pl.col("final_pct") >= pl.col("threshold_pct"))


def scores(judgements: pl.DataFrame) -> pl.DataFrame:
    """Brier scores, 0 is best: of the method, and of taking the estimate at its word (probability 0 or 1)."""
    met, probability = pl.col("met").cast(pl.Float64), pl.col("probability")
    word = (pl.col("first_pct") >= pl.col("threshold_pct")).cast(pl.Float64)
    return (
        judgements.group_by("edition_id", "year", "basis", "threshold_pct", maintain_order=True)
        .agg(
            pl.col("errors_n").first(),
            n=pl.len(),
            met_by_estimate=word.sum().cast(pl.Int64),
            expected=probability.sum().round(1),
            met_in_the_end=met.sum().cast(pl.Int64),
            brier=((probability - met) ** 2).mean().round(4),
            brier_at_its_word=((word - met) ** 2).mean().round(4),
        )
        .with_columns(expected=pl.when(pl.col("errors_n") > 0).then("expected"))
    )


if __name__ == "__main__":
    with connect() as served:
        table = scores(judged(served))
    print_rows(
        Console(),
        table.with_columns(pl.col("year").cast(pl.String), pl.col("brier", "brier_at_its_word").cast(pl.String)),
        Format.MARKDOWN,
    )
