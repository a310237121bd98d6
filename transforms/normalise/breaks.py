"""Breaks in series on the figures that they concern: their flags, and which they are.

The marks are on the figures, so that every metric that unites the flags of its inputs names the breaks as well.
"""

from __future__ import annotations

import polars as pl

_FIGURE = ("edition_id", "indicator", "entity", "year")


def with_breaks(observations: pl.DataFrame, editions: pl.DataFrame, breaks: pl.DataFrame) -> pl.DataFrame:
    """Observations with `break_ids`, sorted, and the flags of those breaks among their own.

    `editions`: edition_id, published_on. An edition shows a break from its `edition_from` on; a break without an
    indicator concerns every series of spending. Only reported figures are marked: nothing else can be misread.
    """
    published = observations.join(editions.select("edition_id", "published_on"), on="edition_id", how="left")
    marks = (
        published.filter(pl.col("availability") == "reported")
        .select(*_FIGURE, "source_id", "published_on")
        .unique()
        .join(breaks, on=["source_id", "entity"], suffix="_of_break")
        .filter(
            pl.col("year").is_between("year_from", pl.col("year_to").fill_null(pl.col("year"))),
            pl.col("edition_from").is_null() | (pl.col("edition_from") <= pl.col("published_on")),
            pl.col("indicator_of_break").eq(pl.col("indicator"))
            | (pl.col("indicator_of_break").is_null() & is_spending(pl.col("indicator"))),
        )
        .group_by(_FIGURE)
        .agg(pl.col("break_id").unique().sort().alias("break_ids"), pl.col("flag").unique().alias("break_flags"))
    )
    marked = observations.join(marks, on=_FIGURE, how="left", maintain_order="left")
    reported = pl.col("availability") == "reported"
    return marked.with_columns(
        flags=pl.when(reported & pl.col("break_flags").is_not_null())
        .then(pl.col("flags").list.concat("break_flags").list.unique().list.sort())
        .otherwise("flags"),
        break_ids=pl.when(reported).then("break_ids").fill_null(pl.lit([], dtype=pl.List(pl.String))),
    ).drop("break_flags")


def is_spending(indicator: pl.Expr) -> pl.Expr:
    """Whether an indicator is defence spending or measured on it."""
    return indicator.str.starts_with("defence_") | indicator.str.ends_with("_share")
