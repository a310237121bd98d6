"""How far a spoiled edition is from the good one: shares and verdicts that moved, figures, revisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from transforms.registers.reader import countries, guidelines
from warehouse.contracts.mart_vintages import REVISION

SHARE: Final = "defence_share_of_gdp"
_KEY: Final = ("source_id", "indicator", "entity", "year", "currency", "price_basis", "year_basis")
# By the gate or a person, or because official rates contradict the currency.
_WITHHELD: Final = ("withheld", "currency_contradicted")
_SAME_DIGITS: Final = 12  # saving a workbook again changes the last digits of a float
_COUNTRY: Final = pl.col("entity").is_in(countries()["iso3"].implode())


def warned_beyond(warned: Mapping[str, int], known: Mapping[str, int]) -> tuple[str, ...]:
    """Warnings that the good edition does not raise, or for fewer rows. Both count rows by check."""
    return tuple(name for name, count in warned.items() if count > known.get(name, 0))


def share_moved_pp(rows: pl.DataFrame, good: pl.DataFrame) -> float:
    """Largest move of a published share of GDP against the good edition, pp; 0 where none can be compared."""
    moved = _paired(rows, good).filter(pl.col("indicator") == SHARE).select((pl.col("value") - pl.col("good")).abs())
    return float(moved.to_series().max() or 0.0)  # type: ignore[arg-type] # a column of floats


def verdicts_moved(rows: pl.DataFrame, good: pl.DataFrame) -> int:
    """Verdicts on Allies that are other than with the good edition: on the other side of a guideline, lost, or new."""
    pairs, count = _paired(rows, good).filter(_COUNTRY, pl.col("source_id") == "nato"), 0
    for indicator, threshold in guidelines().select("indicator", "threshold_pct").unique().iter_rows():
        differs = (pl.col("value") >= threshold).ne_missing(pl.col("good") >= threshold)
        count += pairs.filter(pl.col("indicator") == indicator, differs).height
    return count


def published(rows: pl.DataFrame, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are not withheld, and the good edition's without those that are."""
    # A figure under another currency than the good edition's is the same figure.
    key = [*(name for name in _KEY if name != "currency"), "in_usd"]
    faulty, sound = (frame.with_columns(in_usd=pl.col("currency") == "USD") for frame in (rows, good))
    withheld = faulty.filter(pl.any_horizontal(pl.col("flags").list.contains(flag) for flag in _WITHHELD))
    served, compared = (frame.join(withheld, on=key, how="anti", nulls_equal=True) for frame in (faulty, sound))
    return served, compared


def figures_changed(rows: pl.DataFrame, good: pl.DataFrame) -> int:
    """Rows of core.observation that the fault changed, added or lost."""
    columns = [*_KEY, "value", "status", "availability", "base_year"]
    return _differing(rows.select(columns), good.select(columns), ["value"])


def revisions_changed(revisions: pl.DataFrame, good: pl.DataFrame) -> int:
    """Rows of mart.revision that are other than with the good edition."""
    columns = [*REVISION.grain, "new_value", "old_value"]
    return _differing(revisions.select(columns), good.select(columns), ["new_value", "old_value"])


def _differing(spoiled: pl.DataFrame, good: pl.DataFrame, values: list[str]) -> int:
    """Rows that are in one of two frames only, to the digits that saving keeps; a changed row counts once."""
    one, other = (frame.with_columns(pl.col(values).round_sig_figs(_SAME_DIGITS)) for frame in (spoiled, good))
    added = one.join(other, on=one.columns, how="anti", nulls_equal=True).height
    return max(added, other.join(one, on=one.columns, how="anti", nulls_equal=True).height)


def _paired(rows: pl.DataFrame, good: pl.DataFrame) -> pl.DataFrame:
    """Every figure of either edition: `value` and `good`."""
    keys = [*_KEY]
    spoiled, sound = rows.select(*keys, "value"), good.select(*keys, good="value")
    return spoiled.join(sound, on=keys, how="full", coalesce=True, nulls_equal=True)
