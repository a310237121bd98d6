"""Units: from the unit that a source prints to the unit of core.observation."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.errors import ValueRefusedError

# source unit -> (unit of core.observation, factor)
CONVERSIONS: Final[dict[str, tuple[str, float]]] = {
    "unit": ("million", 1e-6),
    "million": ("million", 1.0),
    "billion": ("million", 1e3),
    "percent": ("percent", 1.0),
    "fraction": ("percent", 1e2),
    "thousand_persons": ("thousand_persons", 1.0),
    "persons": ("persons", 1.0),
    "million_persons": ("persons", 1e6),
    "currency_per_head": ("currency_per_head", 1.0),
    "thousand_currency_per_head": ("currency_per_head", 1e3),
    "currency_per_usd": ("currency_per_usd", 1.0),
    "index": ("index", 1.0),
}


def convert_units(frame: pl.DataFrame) -> pl.DataFrame:
    """Convert `value` and `unit` of a raw frame; a unit of factor 1 keeps its value to the last bit.

    Raises `ValueRefusedError` with the first locator for a unit that the table does not hold.
    """
    unknown = frame.filter(~pl.col("unit").is_in(list(CONVERSIONS)))
    if not unknown.is_empty():
        row = unknown.row(0, named=True)
        raise ValueRefusedError(place=row["locator"], expected=f"one of {sorted(CONVERSIONS)}", found=row["unit"])
    factor = pl.col("unit").replace_strict({unit: factor for unit, (_, factor) in CONVERSIONS.items()})
    target = pl.col("unit").replace_strict({unit: target for unit, (target, _) in CONVERSIONS.items()})
    return frame.with_columns(value=pl.col("value") * factor, unit=target)
