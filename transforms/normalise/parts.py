"""Parts of the observations that can be completed one after the other: figures that concern each other are in one.

What marks a figure looks at other editions (spans, breaks) and at other sources (copies), never at another indicator,
entity or year.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_CONCERNED: Final = ("indicator", "entity", "year")
_PART: Final = "part"


def in_parts(observations: pl.DataFrame, count: int) -> dict[int, pl.DataFrame]:
    """Observations by number of part, 0 to `count` - 1; a part without a row is not among them.

    The same figures have the same number in one process: parts of several calls can be put together.
    """
    numbered = observations.with_columns((pl.struct(_CONCERNED).hash() % count).alias(_PART))
    parts = numbered.partition_by(_PART, as_dict=True, include_key=False)
    return {int(part): rows for (part,), rows in parts.items()}
