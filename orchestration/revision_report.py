"""What a new edition changed, for the person who watches the run: tables in the metadata of the marts over editions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
import polars as pl

from warehouse.contracts.core import EDITION
from warehouse.marts.run import editions_latest
from warehouse.reading.rendering import to_markdown

SHOWN_MOVES: Final = 15


def largest_moves(revisions: pl.DataFrame, reads: Mapping[str, pl.DataFrame]) -> Mapping[str, dg.MetadataValue[Any]]:
    """The largest moves of shares of GDP in the newest edition of each source, in points, with their parts."""
    newest = editions_latest(reads[EDITION.id])["edition_id"]
    moves = (
        revisions.filter(
            pl.col("to_edition_id").is_in(newest.implode()),
            pl.col("indicator") == "defence_share_of_gdp",
            pl.col("change").is_not_null(),
            ~pl.col("same_at_print"),
        )
        .sort(pl.col("change").abs(), descending=True)
        .select(
            pl.col("to_edition_id").alias("edition"),
            pl.col("from_edition_id").alias("against"),
            "entity",
            "year",
            pl.col("old_value").round(2).alias("old %"),
            pl.col("new_value").round(2).alias("new %"),
            pl.col("change").round(2).alias("change pp"),
            pl.col("spending_part_pp").round(2).alias("spending pp"),
            pl.col("gdp_part_pp").round(2).alias("GDP pp"),
            pl.col("method_part_pp").round(2).alias("method pp"),
            pl.col("break_ids").list.join(", ").alias("breaks"),
        )
    )
    return {"largest_moves": dg.MetadataValue.md(_shown(moves.head(SHOWN_MOVES)))}


def changed_verdicts(audit: pl.DataFrame, reads: Mapping[str, pl.DataFrame]) -> Mapping[str, dg.MetadataValue[Any]]:
    """Every verdict change under a rule in force in NATO's newest edition, and the two counts."""
    newest = editions_latest(reads[EDITION.id])["edition_id"]
    sides = audit.filter(pl.col("edition_id").is_in(newest.implode()) & pl.col("in_force")).select(
        pl.col("rule_id").alias("rule"),
        "year",
        "entity",
        pl.col("from_edition_id").alias("against"),
        "change",
        pl.col("old_value").round(2).alias("old %"),
        pl.col("new_value").round(2).alias("new %"),
        pl.format("{} → {} of {}", "met_before", "met_after", "judged_in_both").alias("count"),
        pl.col("spending_part_pp").round(2).alias("spending pp"),
        pl.col("gdp_part_pp").round(2).alias("GDP pp"),
        pl.col("method_part_pp").round(2).alias("method pp"),
        pl.format("{} → {}", "old_definition", "new_definition").alias("definition"),
    )
    return {"changed_verdicts": dg.MetadataValue.md(_shown(sides.sort("rule", "year", "change", "entity")))}


def _shown(rows: pl.DataFrame) -> str:
    return to_markdown(rows.select(pl.all().cast(pl.String).fill_null("")))
