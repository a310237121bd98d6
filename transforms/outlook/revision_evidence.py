"""Which past errors of first estimates were known when an edition came out, and what they are based on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

LEAST_ERRORS: Final = 10  # one error drawn ten thousand times would feign certainty
_PAIR = ("from_edition_id", "to_edition_id")


@dataclass(frozen=True, slots=True)
class PastErrors:
    """One row for each pair of editions, horizon and country: error_pp, the later less the first published share."""

    errors: pl.DataFrame
    published: dict[str, dt.date]

    @classmethod
    def of(cls, first_estimate_error: pl.DataFrame, editions: pl.DataFrame, breaks: pl.DataFrame) -> PastErrors:
        """From mart.first_estimate_error; an error across a break that the later edition alone shows is left out."""
        published = dict(editions.select("edition_id", "published_on").iter_rows())
        days = editions.select("edition_id", "published_on")
        rows = (
            first_estimate_error.select(
                *_PAIR,
                "horizon",
                "n",
                "n_outturns",
                "rests_on_partial_edition",
                entity="entities",
                error_pp="errors_pp",
            )
            .explode("entity", "error_pp", keep_nulls=False, empty_as_null=False)
            .join(days.rename({"edition_id": "from_edition_id", "published_on": "from_on"}), on="from_edition_id")
            .join(days.rename({"edition_id": "to_edition_id", "published_on": "to_on"}), on="to_edition_id")
            .with_columns(year=pl.col("from_on").dt.year() - pl.col("horizon"))
        )
        shown_since = (pl.col("edition_from") > pl.col("from_on")) & (pl.col("edition_from") <= pl.col("to_on"))
        covers = (pl.col("year") >= pl.col("year_from")) & (pl.col("year") <= pl.col("year_to").fill_null(9999))
        on_share = pl.col("indicator").is_null() | (pl.col("indicator") == "defence_share_of_gdp")
        broken = rows.join(
            breaks.filter(on_share).select("entity", "year_from", "year_to", "edition_from"), on="entity"
        ).filter(shown_since, covers)
        return cls(rows.join(broken, on=[*_PAIR, "horizon", "entity"], how="anti"), published)

    def known(self, edition_id: str, horizon: int) -> tuple[tuple[float, ...], str]:
        """Errors in pp known on the edition's day for its source's estimates of that horizon, and the evidence.

        For each first edition the newest comparison then out; where one is with outturns, only such ones count.
        """
        rows = self._rows(edition_id, horizon)
        if rows.is_empty():
            return (), "no pair of editions with estimates of this horizon was published by then"
        if rows.height < LEAST_ERRORS:
            return (), f"{rows.height} past errors of this horizon were known by then: too few to draw from"
        pairs = rows.group_by(_PAIR, maintain_order=True).agg(
            pl.len().alias("kept"), pl.col("n", "n_outturns", "rests_on_partial_edition").first()
        )
        return tuple(rows["error_pp"]), "; ".join(_wording(pair) for pair in pairs.iter_rows(named=True))

    def of_other_years(self, year: int) -> tuple[float, ...]:
        """Final errors, in pp, of first estimates of the year of publication, for all years but one."""
        final = (pl.col("n_outturns") == pl.col("n")) & (pl.col("horizon") == 0) & (pl.col("year") != year)
        rows = self.errors.filter(final)
        newest = pl.col("to_on") == pl.col("to_on").max().over("from_edition_id")
        return tuple(rows.filter(newest).sort("from_on", "entity")["error_pp"])

    def _rows(self, edition_id: str, horizon: int) -> pl.DataFrame:
        then = self.published[edition_id]
        of_source = pl.col("from_edition_id").str.starts_with(f"{edition_id.partition(':')[0]}:")
        out = self.errors.filter(of_source, pl.col("horizon") == horizon, pl.col("to_on") <= then)
        final = out.filter(pl.col("n_outturns") == pl.col("n"))
        rows = out if final.is_empty() else final
        return rows.filter(pl.col("to_on") == pl.col("to_on").max().over("from_edition_id")).sort("from_on", "entity")


def _wording(pair: dict[str, object]) -> str:
    ends = "outturns" if pair["n_outturns"] == pair["n"] else "later estimates, none final"
    partial = ", partial edition" if pair["rests_on_partial_edition"] else ""
    return f"{pair['from_edition_id']} → {pair['to_edition_id']}: n {pair['kept']}, {ends}{partial}"
