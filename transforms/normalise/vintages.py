"""When a figure was what was known: from its edition's publication until a later edition prints the same series.

With the spans on the rows, "what was known on a day" is a filter and needs no window over all editions: exact also
where an edition is partial, because each series has its own successors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import polars as pl

SPANS: Final = ("known_from", "known_until", "restored_from", "restored_until")
# Printed in addition to national currency: US dollars, and the World Bank's international dollars.
_COMMON_CURRENCIES: Final = ("USD", "INT")
# Eurostat prints money in euro and in national currency, in two data sets of two definitions: each is a series.
_SIDE_BY_SIDE: Final = ("eurostat",)
SERIES: Final = ("source_id", "indicator", "entity", "year", "price_basis", "year_basis", "variant")
Span = tuple[dt.date, dt.date]
OPEN: Final = dt.date(9999, 12, 31)  # not null: a comparison with a date is what a store can skip blocks by


class VintageError(ValueError):
    """Withdrawals that leave a figure known in more than two spans of time."""


def data_set() -> pl.Expr:
    """What an edition is an edition of: those of one data set follow each other, and the last one is the newest.

    A source has one, under every definition; Eurostat's data sets are distinguished by their definition.
    """
    return pl.when(pl.col("source_id").is_in(_SIDE_BY_SIDE)).then("definition").otherwise("source_id")


def variant() -> pl.Expr:
    """What distinguishes two series of one source, indicator, entity, year and basis.

    A national currency that became the euro, and NATO's definition that became the core one, stay one series.
    """
    common = pl.col("currency").is_in(_COMMON_CURRENCIES)
    national = pl.when(common).then(pl.col("currency")).otherwise(pl.lit("national"))
    return (
        pl.when(pl.col("source_id").is_in(_SIDE_BY_SIDE))
        .then(pl.concat_str("definition", pl.col("currency").fill_null("none"), separator=" "))
        .when(pl.col("currency").is_null())
        .then(pl.lit("none"))
        .otherwise(national)
    )


def with_known_spans(observations: pl.DataFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """Observations with `variant`, `known_from`, `known_until`; after a withdrawal `restored_from`, `restored_until`.

    `editions`: edition_id, vintage_seq, published_on, withdrawn_on. A figure is known on a day d if
    known_from <= d < known_until, or restored_from <= d < restored_until; `OPEN` ends a span that lasts. A row that a
    later edition prints as missing is superseded by it: the source withdrew the figure.
    Raises `VintageError` where withdrawals would need a third span.
    """
    dated = observations.join(
        editions.select("edition_id", "vintage_seq", "published_on", "withdrawn_on"), on="edition_id", how="left"
    ).with_columns(variant=variant())
    spans = dated.with_columns(
        known_from=pl.col("published_on"),
        known_until=pl.col("published_on").shift(-1).over(SERIES, order_by="vintage_seq").fill_null(OPEN),
        restored_from=pl.lit(None, dtype=pl.Date),
        restored_until=pl.lit(None, dtype=pl.Date),
    )
    if editions["withdrawn_on"].is_not_null().any():
        touched = spans.filter(pl.col("withdrawn_on").is_not_null()).select(SERIES).unique()
        kept = spans.join(touched, on=SERIES, how="anti", nulls_equal=True)
        affected = spans.join(touched, on=SERIES, how="semi", nulls_equal=True)
        series = affected.partition_by(SERIES)
        spans = pl.concat([kept, *(_with_withdrawals(rows.sort("vintage_seq")) for rows in series)])
    return spans.drop("vintage_seq", "published_on", "withdrawn_on")


def _with_withdrawals(rows: pl.DataFrame) -> pl.DataFrame:
    """One series in order of vintage: each row is known while no later valid edition prints it."""
    lives = list(rows.select("published_on", pl.col("withdrawn_on").fill_null(OPEN)).iter_rows())
    count = len(lives)
    spans = [_without(life, (lives[i] for i in range(position + 1, count))) for position, life in enumerate(lives)]
    for position, known in enumerate(spans):
        if len(known) > len(SPANS) // 2:
            raise VintageError(f"{rows['edition_id'][position]} is known in {len(known)} spans after withdrawals")
    # A figure that was never the newest has an empty span, from and until its own publication.
    spans = [known or [(published_on, published_on)] for known, (published_on, _) in zip(spans, lives, strict=True)]
    ends = [[*(day for span in known for day in span), *[None] * len(SPANS)][: len(SPANS)] for known in spans]
    return rows.with_columns(pl.DataFrame(ends, schema=dict.fromkeys(SPANS, pl.Date), orient="row"))


def _without(life: Span, later: Iterable[Span]) -> list[Span]:
    """What is left of a span of days when the later ones, in order of their beginning, are taken out."""
    left = [life]
    for taken in later:
        if not left or left[-1][1] <= taken[0]:
            break  # as do all that begin later still: a series of many editions costs as many steps, not their square
        left = [piece for span in left for piece in _cut(span, taken)]
    return left


def _cut(span: Span, taken: Span) -> list[Span]:
    before, after = (span[0], min(span[1], taken[0])), (max(span[0], taken[1]), span[1])
    return [piece for piece in (before, after) if piece[0] < piece[1]]
