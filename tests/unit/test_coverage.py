"""Completeness: a whole edition, a part of it, and what is said of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.parsing import with_measured_completeness
from transforms.normalise.coverage import Coverage, measured
from transforms.registers.reader import countries

SUBJECTS = ("gdp", "gdp_real_growth", "consumer_price_change")
ECONOMIES = countries()["iso3"].to_list()


def outlook(economies: int = 196, years: int = 48, subjects: tuple[str, ...] = SUBJECTS) -> pl.DataFrame:
    """Figures of the World Economic Outlook, one a subject, economy and year."""
    cells = pl.DataFrame({"indicator": subjects}).join(pl.DataFrame({"entity": ECONOMIES[:economies]}), how="cross")
    dated = cells.join(pl.DataFrame({"year": range(1980, 1980 + years)}), how="cross")
    money = pl.when(pl.col("indicator") == "gdp")
    return dated.with_columns(
        currency=money.then(pl.lit("USD")),
        price_basis=money.then(pl.lit("current")).otherwise(pl.lit("none")),
        availability=pl.lit("reported"),
    )


def of_imf(figures: pl.DataFrame) -> Coverage:
    found = measured(figures, source_id="imf", definition="weo", published_on=dt.date(2022, 4, 19))
    assert found is not None
    return found


def test_a_whole_edition_says_what_was_counted() -> None:
    # 3 subjects x 196 economies x 48 years
    assert of_imf(outlook()) == Coverage(
        whole=True, note="Measured: 3 of 3 measures whole; 196 economies, 28224 figures"
    )


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (outlook(economies=3), "gdp USD 3 economies of 189"),
        (outlook(years=5), "gdp_real_growth 5 years of 40"),
        (outlook(subjects=("gdp",)), "1 of 3 measures whole; 196 economies, 9408 figures; 2 measures not in the file"),
    ],
    ids=["few economies", "few years", "one subject"],
)
def test_a_fragment_is_partial_and_says_what_it_lacks(figures: pl.DataFrame, said: str) -> None:
    found = of_imf(figures)
    assert not found.whole
    assert said in found.note


def test_a_figure_that_the_source_does_not_have_is_not_lacking() -> None:
    figures = outlook().with_columns(
        availability=pl.when(pl.col("year") < 1990).then(pl.lit("missing")).otherwise("availability")
    )
    assert of_imf(figures).whole


def test_groups_are_no_economies() -> None:
    groups = outlook(economies=1).with_columns(entity=pl.lit("WORLD"))
    assert "0 economies" in of_imf(groups).note


def test_a_source_of_which_nothing_is_registered_keeps_what_was_said_of_it() -> None:
    assert measured(outlook(), source_id="oecd", definition="x", published_on=dt.date(2022, 4, 19)) is None


def test_a_bundled_excerpt_keeps_what_is_registered_of_it_and_the_same_file_dropped_in_is_measured() -> None:
    _, provenance = next(iter(bundled_editions("imf")))
    nothing = outlook(economies=1)
    assert with_measured_completeness(provenance, nothing) == provenance
    dropped = with_measured_completeness(replace(provenance, origin="dropped", completeness="complete"), nothing)
    assert (dropped.completeness, "1 economies" in (dropped.note or "")) == ("partial", True)
