"""What a new edition changed, for the person who watches the run: tables and figures in the metadata of assets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
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
    return {"largest_moves": dg.MetadataValue.md(markdown(moves(revisions, newest.to_list())))}


def moves(revisions: pl.DataFrame, edition_ids: Collection[str]) -> pl.DataFrame:
    """The largest moves of shares of GDP in some editions, in points, with their parts; the largest first."""
    return (
        revisions.filter(
            pl.col("to_edition_id").is_in(list(edition_ids)),
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
            _points("spending_part_pp").alias("spending pp"),
            _points("gdp_part_pp").alias("GDP pp"),
            _points("method_part_pp").alias("method pp"),
            pl.col("break_ids").list.join(", ").alias("breaks"),
        )
        .head(SHOWN_MOVES)
    )


def changed_verdicts(audit: pl.DataFrame, reads: Mapping[str, pl.DataFrame]) -> Mapping[str, dg.MetadataValue[Any]]:
    """Every verdict change under a rule in force in NATO's newest edition, and the two counts."""
    newest = editions_latest(reads[EDITION.id])["edition_id"]
    return {"changed_verdicts": dg.MetadataValue.md(markdown(verdict_changes(audit, newest.to_list())))}


def verdict_changes(audit: pl.DataFrame, edition_ids: Collection[str]) -> pl.DataFrame:
    """Every verdict change by some editions under a rule in force: who, which rule, from and to, and why."""
    found = audit.filter(pl.col("edition_id").is_in(list(edition_ids)) & pl.col("in_force")).select(
        pl.col("rule_id").alias("rule"),
        "year",
        "entity",
        pl.col("from_edition_id").alias("against"),
        "change",
        pl.when(pl.col("change") == "entered")
        .then(pl.lit("not met → met"))
        .otherwise(pl.lit("met → not met"))
        .alias("verdict"),
        pl.col("old_value").round(2).alias("old %"),
        pl.col("new_value").round(2).alias("new %"),
        pl.format("{} → {} of {}", "met_before", "met_after", "judged_in_both").alias("count"),
        _points("spending_part_pp").alias("spending pp"),
        _points("gdp_part_pp").alias("GDP pp"),
        _points("method_part_pp").alias("method pp"),
        pl.format("{} → {}", "old_definition", "new_definition").alias("definition"),
    )
    return found.sort("rule", "year", "change", "entity")


def allies_meeting(counts: pl.DataFrame, reads: Mapping[str, pl.DataFrame]) -> Mapping[str, int]:
    """How many Allies meet each rule in the last year of the newest edition that judges it, for the UI to plot.

    `counts` is mart.compliance_count. A rule that no figure can be judged by is left out, and never zero.
    """
    newest = editions_latest(reads[EDITION.id]).select("edition_id", "published_on")
    judged = (
        counts.filter(pl.col("met").is_not_null()).join(newest, on="edition_id").sort("published_on", "year", "rule_id")
    )
    last = judged.group_by("rule_id", maintain_order=True).last()
    return {f"allies_meeting_{row['rule_id']}": int(row["met"]) for row in last.iter_rows(named=True)}


def age_of_newest(editions: pl.DataFrame, _reads: Mapping[str, pl.DataFrame]) -> Mapping[str, int]:
    """Days since the newest edition of each source was published, for the UI to plot. `editions` is core.edition."""
    today = dt.datetime.now(dt.UTC).date()
    newest = editions_latest(editions).group_by("source_id").agg(pl.col("published_on").max()).sort("source_id")
    return {f"age_days_of_newest_{source}": (today - day).days for source, day in newest.iter_rows()}


def _points(column: str) -> pl.Expr:
    """Two places, without a negative zero."""
    rounded = pl.col(column).round(2)
    return pl.when(rounded == 0).then(0.0).otherwise(rounded)  # polars drops `+ 0.0`


def markdown(rows: pl.DataFrame) -> str:
    """A table in which nothing is an empty cell."""
    return to_markdown(rows)
