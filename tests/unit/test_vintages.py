"""Laws of what was known on a day, held to a reference that knows nothing of spans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import duckdb
import polars as pl
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.normalise.vintages import VintageError, with_known_spans
from warehouse.publication.views import VIEWS

START = dt.date(2020, 1, 1)
DAYS = st.integers(0, 30).map(lambda days: START + dt.timedelta(days=days))
SERIES = ("DEU", "FRA", "USA")


@dataclass(frozen=True)
class Edition:
    """What an edition prints (None: printed as missing), when it appeared, and when it was withdrawn."""

    edition_id: str
    published_on: dt.date
    withdrawn_on: dt.date | None
    figures: dict[str, float | None] = field(default_factory=dict)


@st.composite
def histories(draw: st.DrawFn, *, withdrawals: bool = True) -> list[Edition]:
    """Up to five editions, partial or complete, several on a day (re-issues), some withdrawn."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=5)))
    figures = st.dictionaries(st.sampled_from(SERIES), st.none() | st.floats(0, 5), min_size=1)
    lives = st.none() | st.integers(1, 20) if withdrawals else st.none()
    editions = []
    for number, day in enumerate(days):
        life = draw(lives)
        withdrawn_on = day + dt.timedelta(days=life) if life else None
        editions.append(Edition(f"nato:{number}", day, withdrawn_on, draw(figures)))
    return editions


def edition_frame(editions: list[Edition]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "edition_id": [e.edition_id for e in editions],
            "source_id": "nato",
            "data_set": "nato",
            "completeness": "complete",
            "vintage_seq": range(1, len(editions) + 1),
            "published_on": [e.published_on for e in editions],
            "withdrawn_on": [e.withdrawn_on for e in editions],
        },
        schema_overrides={"withdrawn_on": pl.Date},
    )


def observation_frame(editions: list[Edition]) -> pl.DataFrame:
    rows = [
        (e.edition_id, entity, value, "reported" if value is not None else "missing")
        for e in editions
        for entity, value in e.figures.items()
    ]
    schema = {"edition_id": pl.String, "entity": pl.String, "value": pl.Float64, "availability": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        source_id=pl.lit("nato"),
        indicator=pl.lit("defence_share_of_gdp"),
        year=pl.lit(2024),
        price_basis=pl.lit("constant"),
        year_basis=pl.lit("as_published"),
        currency=pl.lit(None, dtype=pl.String),
        definition=pl.lit("nato"),
    )


def spans(editions: list[Edition]) -> pl.DataFrame:
    """The rows with their spans; histories that need a third span are refused elsewhere."""
    try:
        return with_known_spans(observation_frame(editions), edition_frame(editions))
    except VintageError:
        assume(False)  # noqa: FBT003 (hypothesis' own signature)
        raise


@cache
def database() -> duckdb.DuckDBPyConnection:
    """The warehouse's own views and macros over two tables that each history replaces."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA core")
    return connection


def known(editions: list[Edition], day: dt.date) -> dict[str, tuple[str, float | None, bool]]:
    """Edition, figure and carried_over by series, from the warehouse's own macro."""
    observations, listed = spans(editions), edition_frame(editions)
    connection = database()
    for table, frame in (("observation", observations), ("edition", listed)):
        connection.register("_rows", frame)
        connection.execute(f"CREATE OR REPLACE TABLE core.{table} AS FROM _rows")
        connection.unregister("_rows")
    if not connection.sql("SELECT 1 FROM duckdb_views() WHERE NOT internal"):
        for view in VIEWS:
            if not view.name.startswith(("compliance", "outlook")):
                connection.execute(view.statements()[0])
    query = "SELECT entity, edition_id, value, carried_over FROM observation_as_of($day)"
    rows = connection.execute(query, {"day": day}).fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: row[1:] for row in rows}


def reference(editions: list[Edition], day: dt.date) -> dict[str, tuple[str, float | None, bool]]:
    """The newest edition standing on the day that holds the series."""
    standing = [e for e in editions if e.published_on <= day and (e.withdrawn_on is None or e.withdrawn_on > day)]
    found = {}
    for edition in standing:
        for entity, value in edition.figures.items():
            found[entity] = (edition.edition_id, value, edition is not standing[-1])
    return found


@given(histories(), DAYS)
def test_what_is_known_on_a_day_is_the_newest_standing_edition_that_holds_the_series(
    editions: list[Edition], day: dt.date
) -> None:
    assert known(editions, day) == reference(editions, day)


@given(histories(withdrawals=False), DAYS, DAYS)
def test_without_withdrawals_later_days_know_every_series_and_no_older_edition_of_it(
    editions: list[Edition], one: dt.date, other: dt.date
) -> None:
    earlier, later = known(editions, min(one, other)), known(editions, max(one, other))
    assert set(earlier) <= set(later)
    assert all(earlier[entity][0] <= later[entity][0] for entity in earlier)


@given(histories(), st.randoms())
def test_the_order_of_loading_editions_does_not_matter(editions: list[Edition], random: Random) -> None:
    rows = spans(editions)
    shuffled = observation_frame(editions).sample(fraction=1, shuffle=True, seed=random.randint(0, 9999))
    again = with_known_spans(shuffled, edition_frame(editions))
    key = ["edition_id", "entity"]
    assert rows.sort(key).equals(again.sort(key), null_equal=True)


@given(histories(withdrawals=False))
def test_an_edition_that_comes_again_unchanged_changes_no_figure(editions: list[Edition]) -> None:
    last = editions[-1]
    again = [*editions, replace(last, edition_id=f"{last.edition_id}:issue-2")]
    day = START + dt.timedelta(days=60)
    assert {entity: row[1] for entity, row in known(again, day).items()} == {
        entity: row[1] for entity, row in known(editions, day).items()
    }


def test_a_partial_edition_hides_no_older_figure_and_the_row_says_that_it_is_older() -> None:
    complete = Edition("nato:0", START, None, {"DEU": 2.12, "ESP": 1.28})
    partial = Edition("nato:1", START + dt.timedelta(days=10), None, {"DEU": 2.4})
    assert known([complete, partial], START + dt.timedelta(days=11)) == {
        "DEU": ("nato:1", 2.4, False),
        "ESP": ("nato:0", 1.28, True),
    }


def test_a_withdrawn_edition_counts_until_the_day_of_its_withdrawal() -> None:
    first = Edition("nato:0", START, None, {"DEU": 2.12})
    faulty = Edition("nato:1", START + dt.timedelta(days=10), START + dt.timedelta(days=15), {"DEU": 21.2})
    found = [known([first, faulty], START + dt.timedelta(days=d))["DEU"][1] for d in (9, 10, 14, 15)]
    assert found == [2.12, 21.2, 21.2, 2.12]


def test_a_figure_that_the_newer_edition_prints_as_missing_is_no_longer_known() -> None:
    first = Edition("nato:0", START, None, {"DEU": 2.12})
    without = Edition("nato:1", START + dt.timedelta(days=10), None, {"DEU": None})
    assert known([first, without], START + dt.timedelta(days=10)) == {"DEU": ("nato:1", None, False)}


def test_a_re_issue_of_the_same_day_replaces_the_first_issue_from_that_day() -> None:
    first = Edition("nato:0", START, None, {"DEU": 2.12})
    again = Edition("nato:0:issue-2", START, None, {"DEU": 2.11})
    assert known([first, again], START) == {"DEU": ("nato:0:issue-2", 2.11, False)}


def test_a_day_before_the_first_edition_knows_nothing() -> None:
    assert known([Edition("nato:0", START, None, {"DEU": 2.12})], START - dt.timedelta(days=1)) == {}
