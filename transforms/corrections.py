"""Corrections of sources' faults: data with a guard, applied visibly.

Belongs here: applying the register. Does not belong here: the corrections themselves (transforms/reference).
"""

from __future__ import annotations

import polars as pl

from transforms.errors import RefusedInputError


class CorrectionError(RefusedInputError):
    """A correction whose `expect` no longer holds: the source has changed, and the row of the register must go."""


def apply_corrections(frame: pl.DataFrame, register: pl.DataFrame, edition_id: str) -> pl.DataFrame:
    """Withhold what the register says is wrong in this edition; the row stays: missing, flagged, the reason its note.

    `register` has correction_id, edition_id, indicator, entity, year_from, year_to, expect (an SQL condition over the
    frame's columns that is true while the fault is there) and reason. Raises `CorrectionError` where it is not.
    """
    edition = edition_id.partition(":issue-")[0]  # a correction holds for every issue of its edition
    for row in register.filter(pl.col("edition_id") == edition).iter_rows(named=True):
        concerned = (
            (pl.col("indicator") == row["indicator"])
            & (pl.col("entity") == row["entity"])
            & pl.col("year").is_between(row["year_from"], row["year_to"])
        )
        _refuse_if_mended(frame.filter(concerned), row)
        note = pl.lit(f"withheld ({row['correction_id']}): {row['reason']}")
        frame = frame.with_columns(
            value=pl.when(~concerned).then(pl.col("value")),
            availability=pl.when(concerned).then(pl.lit("missing")).otherwise(pl.col("availability")),
            flags=pl.when(concerned).then(pl.col("flags").list.set_union(["corrected"])).otherwise(pl.col("flags")),
            note=pl.when(concerned).then(note).otherwise(pl.col("note")),
        )
    return frame


def _refuse_if_mended(rows: pl.DataFrame, correction: dict[str, object]) -> None:
    still_wrong = rows.filter(pl.sql_expr(str(correction["expect"])))
    if not rows.is_empty() and still_wrong.height == rows.height:
        return
    mended = rows.join(still_wrong, on="locator", how="anti")
    raise CorrectionError(
        place=f"corrections.csv {correction['correction_id']}",
        expected=f"{correction['expect']} in every row concerned",
        found=f"{mended.height} of {rows.height} rows otherwise" if rows.height else "no such rows",
        advice="the source has changed: review the correction and remove it",
    )
