"""One newest edition: never a withdrawn one, each data set its own, and the newest complete one."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.vintages import edition
from warehouse.marts.run import editions_latest

Row = dict[str, object]


def latest(*rows: Row) -> list[tuple[object, ...]]:
    """(data set, newest, newest complete) of editions in order of publication."""
    frame = pl.DataFrame(
        [{**row, "vintage_seq": rank} for rank, row in enumerate(rows, start=1)],
        schema_overrides={"withdrawn_on": pl.Date},
        infer_schema_length=None,
    )
    return editions_latest(frame).select("data_set", "edition_id", "complete_edition_id").sort("data_set").rows()


def test_a_withdrawn_edition_is_not_the_newest_and_the_one_before_it_is_again() -> None:
    assert latest(edition("2024-06-17"), edition("2026-07-10", withdrawn_on="2026-07-20")) == [
        ("nato", "nato:2024-06-17", "nato:2024-06-17")
    ]


def test_a_newer_edition_that_is_held_in_part_is_the_newest_and_not_the_newest_complete_one() -> None:
    assert latest(edition("2024-06-17"), edition("2025-08-28", completeness="partial")) == [
        ("nato", "nato:2025-08-28", "nato:2024-06-17")
    ]


def test_without_a_complete_edition_there_is_no_newest_complete_one() -> None:
    assert latest(edition("2025-08-28", completeness="partial")) == [("nato", "nato:2025-08-28", None)]


def test_each_data_set_of_a_source_has_its_newest_edition() -> None:
    eurostat = {"source_id": "eurostat", "data_set": "eurostat_gov_ev", "edition_id": "eurostat:gov_ev:2026-04-27"}
    cofog = {"source_id": "eurostat", "data_set": "eurostat_cofog", "edition_id": "eurostat:cofog:2026-02-20"}
    assert latest(edition("2026-02-20", **cofog), edition("2026-04-27", **eurostat)) == [
        ("eurostat_cofog", "eurostat:cofog:2026-02-20", "eurostat:cofog:2026-02-20"),
        ("eurostat_gov_ev", "eurostat:gov_ev:2026-04-27", "eurostat:gov_ev:2026-04-27"),
    ]


def test_where_all_editions_were_withdrawn_there_is_none() -> None:
    assert latest(edition("2026-07-10", withdrawn_on="2026-07-20")) == []


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_the_newest_is_the_last_that_stands(withdrawn: list[bool]) -> None:
    days = [dt.date(2020 + i, 7, 1).isoformat() for i in range(len(withdrawn))]
    rows = [
        edition(day, withdrawn_on="2030-01-01" if gone else None) for day, gone in zip(days, withdrawn, strict=True)
    ]
    standing = [f"nato:{day}" for day, gone in zip(days, withdrawn, strict=True) if not gone]
    assert [row[1] for row in latest(*rows)] == standing[-1:]
