"""How far a spoiled edition is from the good one: shares and verdicts that moved, figures, revisions.

Belongs here: comparing the rows of two trials. Does not belong here: running a trial (trial), judging it (outcomes).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tests.faults.trial import Trial
from transforms.registers import guidelines
from warehouse.contracts.mart_vintages import REVISION

SHARE: Final = "defence_share_of_gdp"
_KEY: Final = ("source_id", "indicator", "entity", "year", "currency", "price_basis", "year_basis")
_SAME_DIGITS: Final = 12  # saving a workbook again changes the last digits of a float
_COUNTRY: Final = pl.col("entity").str.len_chars() == len("DEU")


def warned_beyond(trial: Trial, good: Trial) -> tuple[str, ...]:
    """Warnings that the good edition does not raise, or for fewer rows."""
    return tuple(name for name, count in trial.warned.items() if count > good.warned.get(name, 0))


def share_moved_pp(trial: Trial, good: Trial) -> float:
    """Largest move of a published share of GDP against the good edition, pp; 0 where none can be compared."""
    moved = _paired(trial, good).filter(pl.col("indicator") == SHARE).select((pl.col("value") - pl.col("good")).abs())
    return float(moved.to_series().max() or 0.0)  # type: ignore[arg-type] # a column of floats


def verdicts_moved(trial: Trial, good: Trial) -> int:
    """Verdicts on Allies that are other than with the good edition: on the other side of a guideline, lost, or new."""
    pairs, count = _paired(trial, good).filter(_COUNTRY, pl.col("source_id") == "nato"), 0
    for indicator, threshold in guidelines().select("indicator", "threshold_pct").unique().iter_rows():
        differs = (pl.col("value") >= threshold).ne_missing(pl.col("good") >= threshold)
        count += pairs.filter(pl.col("indicator") == indicator, differs).height
    return count


def figures_changed(trial: Trial, good: Trial) -> int:
    """Rows of core.observation that the fault changed, added or lost; 0 where it was not read."""
    if trial.rows.is_empty():
        return 0
    columns = [*_KEY, "value", "status", "availability", "base_year"]
    spoiled, sound = (
        rows.select(columns).with_columns(pl.col("value").round_sig_figs(_SAME_DIGITS))
        for rows in (trial.rows, good.rows)
    )
    added = spoiled.join(sound, on=columns, how="anti", nulls_equal=True).height
    lost = sound.join(spoiled, on=columns, how="anti", nulls_equal=True).height
    return max(added, lost)


def shows_in_revisions(trial: Trial, good: Trial) -> int:
    """Rows of mart.revision that are other than with the good edition."""
    if trial.revisions.is_empty():
        return 0
    columns = [*REVISION.grain, "new_value", "old_value"]
    values = pl.col("new_value", "old_value").round_sig_figs(_SAME_DIGITS)
    spoiled, sound = (found.with_columns(values) for found in (trial.revisions, good.revisions))
    other = spoiled.join(sound, on=columns, how="anti", nulls_equal=True).height
    return max(other, sound.join(spoiled, on=columns, how="anti", nulls_equal=True).height)


def _paired(trial: Trial, good: Trial) -> pl.DataFrame:
    """Every figure of either trial, `value` and `good`; no rows where the edition was not read."""
    if trial.rows.is_empty():
        return pl.DataFrame(schema={**dict.fromkeys(_KEY, pl.String), "value": pl.Float64, "good": pl.Float64})
    keys = [*_KEY]
    spoiled, sound = trial.rows.select(*keys, "value"), good.rows.select(*keys, good="value")
    return spoiled.join(sound, on=keys, how="full", coalesce=True, nulls_equal=True)
