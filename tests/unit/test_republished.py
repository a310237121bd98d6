"""A copy claims no more than its original: what the World Bank republishes has SIPRI's status and flags, or says that
they are unknown.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from transforms.normalise.republished import ORIGIN_UNKNOWN, with_status_of_origin

EDITIONS = pl.DataFrame(
    {
        "edition_id": ["sipri:1948-2023", "sipri:1949-2024_2", "world_bank:2026-02-24", "sipri:1949-2025"],
        "published_on": [dt.date(2024, 4, 22), dt.date(2025, 4, 28), dt.date(2026, 2, 24), dt.date(2026, 4, 27)],
        "vintage_seq": [1, 2, 3, 4],
    }
)
UKRAINE = 34.4763  # SIPRI, 2024: an estimate


def figure(edition_id: str, value: float | None, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    copied = edition_id.startswith("world_bank")
    return {
        "edition_id": edition_id,
        "source_id": edition_id.partition(":")[0],
        "indicator": "defence_share_of_gdp",
        "entity": "UKR",
        "year": 2024,
        "currency": None,
        "price_basis": "current",
        "unit": "percent",
        "value": value,
        "status": "actual",
        "availability": "missing" if value is None else "reported",
        "flags": [],
        "derived_from": "sipri" if copied else None,
        **changed,
    }


def marks(*figures: dict[str, Any]) -> tuple[str, list[str]]:
    """Status and flags of the World Bank's figure."""
    rows = pl.DataFrame(list(figures), schema_overrides={"flags": pl.List(pl.String), "currency": pl.String})
    row = with_status_of_origin(rows, EDITIONS).row(by_predicate=pl.col("source_id") == "world_bank", named=True)
    return row["status"], row["flags"]


ESTIMATE = {"status": "estimate", "flags": ["source_estimate"]}


def test_a_copy_of_an_estimate_is_an_estimate() -> None:
    original = figure("sipri:1949-2024_2", UKRAINE, **ESTIMATE)
    assert marks(original, figure("world_bank:2026-02-24", UKRAINE + 4e-5)) == ("estimate", ["source_estimate"])


def test_a_copy_of_an_outturn_keeps_its_own_flags_and_takes_the_originals() -> None:
    original = figure("sipri:1949-2024_2", 2.0, flags=["excludes_pensions"])
    copy = figure("world_bank:2026-02-24", 2.0, flags=["break_in_series"])
    assert marks(original, copy) == ("actual", ["break_in_series", "excludes_pensions"])


@pytest.mark.parametrize(
    "original",
    [
        figure("sipri:1949-2024_2", UKRAINE + 0.01, **ESTIMATE),  # another figure
        figure("sipri:1949-2024_2", UKRAINE, entity="RUS", **ESTIMATE),
        figure("sipri:1949-2024_2", UKRAINE, year=2023, **ESTIMATE),
        figure("sipri:1949-2024_2", None),
        figure("sipri:1949-2025", UKRAINE, **ESTIMATE),  # published after the copy
        figure("imf:2024-10", UKRAINE),  # not the source that is republished
    ],
)
def test_a_copy_without_its_original_is_never_an_outturn(original: dict[str, Any]) -> None:
    assert marks(original, figure("world_bank:2026-02-24", UKRAINE)) == ("estimate", [ORIGIN_UNKNOWN])


def test_of_two_editions_that_agree_the_newer_one_says_what_the_figure_is() -> None:
    older, newer = figure("sipri:1948-2023", 2.0, **ESTIMATE), figure("sipri:1949-2024_2", 2.0)
    assert marks(newer, older, figure("world_bank:2026-02-24", 2.0)) == ("actual", [])


def test_an_older_edition_that_agrees_is_the_original_where_the_newer_one_prints_another_figure() -> None:
    older, newer = figure("sipri:1948-2023", 2.0, **ESTIMATE), figure("sipri:1949-2024_2", 2.1)
    assert marks(older, newer, figure("world_bank:2026-02-24", 2.0)) == ("estimate", ["source_estimate"])


def test_figures_that_are_a_sources_own_and_missing_ones_stay_as_they_are() -> None:
    rows = pl.DataFrame(
        [figure("sipri:1949-2024_2", 2.0), figure("world_bank:2026-02-24", None)],
        schema_overrides={"flags": pl.List(pl.String), "currency": pl.String},
    )
    assert with_status_of_origin(rows, EDITIONS).equals(rows)
