"""How what was published of the future did: first estimates and fans of past editions, held against what came.

Belongs here: which estimates are judged, on which errors, against which outturns; Brier scores; the fans of NATO's
editions. Does not belong here: the method (transforms.outlook.revision), the choice of errors
(transforms.outlook.revision_evidence), the test on SIPRI's long series (transforms.outlook.backtest).
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl
import polars.selectors as cs

from transforms.outlook.backtest_tables import DECIMALS
from transforms.outlook.draws import SEED
from transforms.outlook.revision import DRAWS, probability_met_after_revision
from transforms.outlook.revision_evidence import PastErrors

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
            scored = batch.with_columns(basis=pl.lit(basis), errors_n=pl.lit(len(errors)))
            found.append(scored.with_columns(pl.Series("probability", probability).fill_nan(None)))
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
