"""What the checks that an edition breaks make of it: refused, held, or landed with figures withheld.

Belongs here: from results to a verdict and to the figures in doubt. Does not belong here: the checks (contracts),
moving payloads (orchestration.ingest.acceptance), what a decision does to a figure (transforms.normalise.withholding).

- *structure* refuses: the edition cannot be read.
- *arithmetic* of the source itself withholds the figures concerned, and refuses only where most of an edition fails.
- *resemblance* never refuses: a strong one withholds the figures concerned, or holds the edition where it is about the
  edition as a whole, until a person accepts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.normalise.withholding import ACCEPT, DECISION_SCHEMA, FIGURE, GATE, accepted
from warehouse.checks.expectations import ExpectationResult

_TABLE: Final = ("indicator", "variant", "price_basis", "year_basis")
_DOUBT: Final = ("check_id", *FIGURE, "unit", "printed_value", "reason")
_MOST: Final = 0.5
_SMALLEST_TABLE: Final = 20  # figures; of fewer, a few in doubt are most
_REASON_SHOWN: Final = 300
DOUBT_SCHEMA: Final = {name: DECISION_SCHEMA[name] for name in _DOUBT}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one edition.

    `refused` and `held` are the results that speak against all of it, `doubts` the figures that land withheld, with the
    check that doubts each.
    """

    refused: Sequence[ExpectationResult]
    held: Sequence[ExpectationResult]
    doubts: pl.DataFrame

    @property
    def speaking(self) -> Sequence[ExpectationResult]:
        return self.refused or self.held


def judge(
    results: Sequence[ExpectationResult], rows: pl.DataFrame, edition_id: str, decisions: pl.DataFrame, sha256: str
) -> Judgement:
    """Judge an edition by the results over `rows`, those of core.observation for it and its neighbours.

    What a person has accepted, of these bytes (an edition as a whole) or of a printed figure, is left out. Where most
    of a table is in doubt, all of it is; where most of the edition is, it is refused or held.
    """
    figures = rows.filter(pl.col("edition_id") == edition_id)
    source_id = edition_id.partition(":")[0]
    said = set(_accepted_as_a_whole(decisions, sha256))
    speaking = [r for r in results if r.expectation.subject == "figures" and not r.passed]
    unreadable = [r for r in speaking if r.blocks]
    doubted = [
        r for r in speaking if not r.blocks and r.expectation.severity == "error" and r.expectation.id not in said
    ]
    own = {r.expectation.id: _of_edition(r.offending, edition_id) for r in doubted}
    held = [r for r in doubted if not r.expectation.concerns and not own[r.expectation.id].is_empty()]
    by_result = {
        r.expectation.id: _doubts(r, own[r.expectation.id], figures) for r in doubted if r.expectation.concerns
    }
    found = pl.concat([pl.DataFrame(schema=DOUBT_SCHEMA), *by_result.values()])
    open_doubts = found.join(
        accepted(found, decisions, source_id), on=["check_id", *FIGURE], how="anti", nulls_equal=True
    )
    doubts = _whole_tables(open_doubts, figures)
    if _is_most(doubts, figures):
        sums = [r for r in doubted if r.expectation.question == "arithmetic"]
        if _is_most(doubts.filter(pl.col("check_id").is_in([r.expectation.id for r in sums])), figures):
            return Judgement([*unreadable, *sums], held, doubts)
        held = [*held, *(r for r in doubted if r.expectation.id in doubts["check_id"])]
    return Judgement(unreadable, held, doubts)


def decisions_of(doubts: pl.DataFrame, edition_id: str, sha256: str, decided_at: object) -> pl.DataFrame:
    """The doubts as decisions of the gate: withheld until a person decides."""
    return doubts.with_columns(
        decided_at=pl.lit(decided_at),
        author=pl.lit(GATE),
        action=pl.lit("withhold"),
        edition_id=pl.lit(edition_id),
        sha256=pl.lit(sha256),
    ).select(*DECISION_SCHEMA)


def _accepted_as_a_whole(decisions: pl.DataFrame, sha256: str) -> list[str]:
    """Checks that a person has accepted for these bytes."""
    whole = decisions.filter(
        pl.col("sha256") == sha256, pl.col("indicator").is_null(), pl.col("action") == ACCEPT, pl.col("author") != GATE
    )
    return whole["check_id"].to_list()


def _of_edition(offending: pl.DataFrame, edition_id: str) -> pl.DataFrame:
    """The offending rows that speak of the edition: its own, and those of a later one that follows it."""
    rows = offending.filter(pl.col("edition_id") == edition_id)
    if "before_id" not in offending.columns:
        return rows
    later = offending.filter(pl.col("before_id") == edition_id, pl.col("edition_id") != edition_id)
    return pl.concat([rows, later.with_columns(edition_id=pl.lit(edition_id))])


def _doubts(result: ExpectationResult, offending: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The edition's figures that the offending rows concern, each once."""
    concerns = list(result.expectation.concerns)
    named = offending.select(concerns).unique().cast({name: figures.schema[name] for name in concerns})
    concerned = figures.join(named, on=concerns, how="semi", nulls_equal=True)
    return concerned.select(
        *FIGURE,
        "unit",
        check_id=pl.lit(result.expectation.id),
        printed_value=pl.col("value"),
        reason=pl.lit(result.expectation.reason[:_REASON_SHOWN]),
    ).select(*_DOUBT)


def _whole_tables(doubts: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The doubts, and the rest of every table of which most figures are in doubt: a table fails as a whole."""
    reported = figures.filter(pl.col("availability") == "reported")
    marked = reported.join(
        doubts.select(*FIGURE).unique().with_columns(in_doubt=pl.lit(1)), on=FIGURE, how="left", nulls_equal=True
    )
    tables = (
        marked.group_by(_TABLE)
        .agg(pl.len().alias("figures"), pl.col("in_doubt").count().alias("in_doubt"))
        .filter(pl.col("figures") >= _SMALLEST_TABLE, pl.col("in_doubt") > _MOST * pl.col("figures"))
        .filter(pl.col("in_doubt") < pl.col("figures"))
    )
    rest = marked.filter(pl.col("in_doubt").is_null()).join(tables.drop("in_doubt"), on=_TABLE, how="semi")
    check = doubts.group_by(FIGURE).agg(pl.col("check_id").first()).join(figures, on=FIGURE, nulls_equal=True)
    by_table = check.group_by(_TABLE).agg(pl.col("check_id").mode().sort().first())
    added = rest.join(by_table, on=_TABLE).select(
        *FIGURE,
        "unit",
        "check_id",
        printed_value=pl.col("value"),
        reason=pl.lit("most figures of this table are doubtful, so the others are withheld as well"),
    )
    return pl.concat([doubts, added.select(*_DOUBT)])


def _is_most(doubts: pl.DataFrame, figures: pl.DataFrame) -> bool:
    reported = figures.filter(pl.col("availability") == "reported").height
    return reported > 0 and doubts.select(FIGURE).n_unique() > _MOST * reported
