"""Corrections of sources' faults: data with a guard, applied visibly."""

from __future__ import annotations

import polars as pl


def apply_corrections(frame: pl.DataFrame, register: pl.DataFrame, edition_id: str) -> pl.DataFrame:
    """Withhold what the register says is wrong in this edition; the row stays: missing, flagged, the reason its note.

    `register` has correction_id, edition_id, indicator, entity, year_from, year_to, expect (an SQL condition over the
    frame's columns that is true while the error is there) and reason. Where it is not true, the source has corrected
    the figure, and it is published; the check `corrections_are_applied` names the row of the register.
    """
    edition = edition_id.partition(":issue-")[0]  # a correction holds for every issue of its edition
    for row in register.filter(pl.col("edition_id") == edition).iter_rows(named=True):
        concerned = (
            (pl.col("indicator") == row["indicator"])
            & (pl.col("entity") == row["entity"])
            & pl.col("year").is_between(row["year_from"], row["year_to"])
            & pl.sql_expr(row["expect"]).fill_null(value=False)
        )
        note = pl.lit(f"withheld ({row['correction_id']}): {row['reason']}")
        frame = frame.with_columns(
            value=pl.when(~concerned).then(pl.col("value")),
            availability=pl.when(concerned).then(pl.lit("missing")).otherwise(pl.col("availability")),
            flags=pl.when(concerned).then(pl.col("flags").list.set_union(["corrected"])).otherwise(pl.col("flags")),
            note=pl.when(concerned).then(note).otherwise(pl.col("note")),
        )
    return frame
