"""Figures that are withheld: the row stays, missing and flagged, and the printed figure is kept in the decision; and
editions that are withdrawn: they are kept, and part of no build.

Belongs here: what decisions say of an edition's figures. Does not belong here: who decides (the gate, a person), and
where decisions are kept (orchestration).
"""

from __future__ import annotations

from typing import Final

import polars as pl

FLAG: Final = "withheld"
BY_HAND: Final = "by_hand"  # the check of a figure that a person withheld
GATE: Final = "gate"  # the author of what no person has decided
WITHHOLD: Final = "withhold"
ACCEPT: Final = "accept"
WITHDRAW: Final = "withdraw"  # of a landed edition as a whole: it is part of no build until a person accepts it
# The key of a figure within an edition.
FIGURE: Final = ("indicator", "entity", "year", "currency", "price_basis", "year_basis")
DECISION_SCHEMA: Final = pl.Schema(
    {
        "decided_at": pl.Datetime("us"),  # UTC
        "author": pl.String(),
        "action": pl.Enum([WITHHOLD, ACCEPT, WITHDRAW]),
        "edition_id": pl.String(),
        "sha256": pl.String(),
        "check_id": pl.String(),
        "indicator": pl.String(),  # of an edition as a whole: null, as is every column of FIGURE and the printed figure
        "entity": pl.String(),
        "year": pl.Int16(),
        "currency": pl.String(),
        "price_basis": pl.String(),
        "year_basis": pl.String(),
        "unit": pl.String(),
        "printed_value": pl.Float64(),  # in core.observation's unit; null where the source prints none
        "reason": pl.String(),
    }
)
_SAME: Final = 1e-9
_ROW: Final = "_row"


def edition_name(column: str = "edition_id") -> pl.Expr:
    """The edition without its issue: a decision holds for every issue that prints the figure decided on."""
    return pl.col(column).str.split(":issue-").list.first()


def newest_word(decisions: pl.DataFrame) -> pl.DataFrame:
    """Of the decisions on one figure (as printed) of one edition and check, the last; in order of time."""
    same = [edition_name(), pl.col("check_id", *FIGURE, "printed_value")]
    of_figures = decisions.filter(pl.col("indicator").is_not_null())
    return of_figures.filter(pl.struct(*same).is_last_distinct())


def newest_word_on_editions(decisions: pl.DataFrame) -> pl.DataFrame:
    """Of the decisions on the same bytes as a whole and one check, the last; in order of time."""
    of_editions = decisions.filter(pl.col("indicator").is_null())
    return of_editions.filter(pl.struct("sha256", "check_id").is_last_distinct())


def withdrawn(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions by which editions are withdrawn now: one row for the bytes and what speaks against them."""
    return newest_word_on_editions(decisions).filter(pl.col("action") == WITHDRAW)


def withhold(observations: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Observations with what the decisions withhold: no value, `missing`, flag `withheld`, the reasons in the note.

    A decision applies while the printed figure is the one that it was made on: another figure is published.
    """
    standing = newest_word(decisions).filter(pl.col("action") == WITHHOLD)
    if standing.is_empty():
        return observations
    found = _decided(observations, standing).group_by(_ROW).agg(_said().alias("said"))
    concerned = pl.col("said").is_not_null()
    return (
        observations.with_row_index(_ROW)
        .join(found, on=_ROW, how="left", maintain_order="left")
        .with_columns(
            value=pl.when(~concerned).then(pl.col("value")),
            availability=pl.when(concerned & (pl.col("availability") == "reported"))
            .then(pl.lit("missing"))
            .otherwise(pl.col("availability")),
            flags=pl.when(concerned)
            .then(pl.col("flags").list.set_union([FLAG]).list.sort())
            .otherwise(pl.col("flags")),
            note=pl.concat_str("note", "said", separator="; ", ignore_nulls=True).replace("", None),
        )
        .drop(_ROW, "said")
    )


def still_printed(decisions: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    """Of decisions on figures, those whose figure the observations print as it was decided on.

    `observations` are one issue of an edition, before anything is withheld: what its source has corrected is left out.
    """
    printed = _decided(observations, decisions).select("name", "check_id", *FIGURE).unique()
    return (
        decisions.with_columns(name=edition_name())
        .join(printed, on=["name", "check_id", *FIGURE], how="semi", nulls_equal=True)
        .drop("name")
    )


def accepted(doubts: pl.DataFrame, decisions: pl.DataFrame, source_id: str) -> pl.DataFrame:
    """Of the doubts (check_id, FIGURE, printed_value), those that a person accepted, in any edition of the source."""
    of_source = decisions.filter(pl.col("edition_id").str.starts_with(f"{source_id}:"), pl.col("author") != GATE)
    said = newest_word(of_source).filter(pl.col("action") == ACCEPT)
    return doubts.join(said, on=["check_id", *FIGURE, "printed_value"], how="semi", nulls_equal=True)


def _decided(observations: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """The decisions in force, joined to the rows of the figures that they concern."""
    rows = observations.with_row_index(_ROW).select(_ROW, "edition_id", *FIGURE, "value", name=edition_name())
    both = rows.join(
        standing.select(*FIGURE, "check_id", "author", "reason", "printed_value", name=edition_name()),
        on=["name", *FIGURE],
        nulls_equal=True,
    )
    size = pl.max_horizontal(pl.col("value").abs(), pl.lit(1e-300))
    same = ((pl.col("value") - pl.col("printed_value")).abs() <= _SAME * size).fill_null(
        pl.col("value").is_null() & pl.col("printed_value").is_null()
    )
    return both.filter(same)


def _said() -> pl.Expr:
    by_gate = pl.col("author") == GATE
    waiting = pl.when(by_gate).then(pl.lit("withheld until a person decides (")).otherwise(pl.lit("withheld ("))
    return pl.concat_str(waiting, "check_id", pl.lit("): "), "reason").unique(maintain_order=True).str.join("; ")
