"""A decision withholds the figure that it was made on, keeps what was printed, and ends with another figure."""

from __future__ import annotations

import datetime as dt

import polars as pl

from transforms.normalise.withholding import (
    ACCEPT,
    BY_HAND,
    DECISION_SCHEMA,
    FIGURE,
    GATE,
    WITHHOLD,
    accepted,
    still_printed,
    withhold,
)

# SIPRI, April 2026: Belarus's share of GDP in 1992 is printed a thousandfold.
BELARUS_1992_PCT, BELARUS_1993_PCT = 1489.4, 1.6
MOMENT = dt.datetime(2026, 11, 27, 12, 0)  # noqa: DTZ001 (UTC by the schema)


def shares(value_of_1992: float | None = BELARUS_1992_PCT, edition_id: str = "sipri:1949-2025") -> pl.DataFrame:
    values = [value_of_1992, BELARUS_1993_PCT]
    return pl.DataFrame(
        {
            "edition_id": [edition_id] * 2,
            "indicator": ["defence_share_of_gdp"] * 2,
            "entity": ["BLR"] * 2,
            "year": pl.Series([1992, 1993], dtype=pl.Int16),
            "currency": pl.Series([None, None], dtype=pl.String),
            "price_basis": ["current"] * 2,
            "year_basis": ["calendar"] * 2,
            "value": values,
            "availability": ["reported" if value is not None else "missing" for value in values],
            "flags": [["estimate"], []],
            "note": pl.Series([None, "a footnote"], dtype=pl.String),
        }
    )


def decision(
    action: str, author: str = GATE, *, check: str = "value_possible_for_unit", **other: object
) -> pl.DataFrame:
    row: dict[str, object] = {
        "decided_at": MOMENT,
        "author": author,
        "action": action,
        "edition_id": "sipri:1949-2025",
        "sha256": "a" * 64,
        "check_id": check,
        "indicator": "defence_share_of_gdp",
        "entity": "BLR",
        "year": 1992,
        "currency": None,
        "price_basis": "current",
        "year_basis": "calendar",
        "unit": "percent",
        "printed_value": BELARUS_1992_PCT,
        "reason": "no share exceeds the whole",
    }
    return pl.DataFrame([row | other], schema=DECISION_SCHEMA)


def test_a_withheld_figure_is_missing_flagged_and_says_why_and_no_other_is() -> None:
    rows = withhold(shares(), decision(WITHHOLD))
    assert rows["value"].to_list() == [None, BELARUS_1993_PCT]
    assert rows["availability"].to_list() == ["missing", "reported"]
    assert rows["flags"].to_list() == [["estimate", "withheld"], []]
    assert rows["note"].to_list() == [
        "withheld until a person decides (value_possible_for_unit): no share exceeds the whole",
        "a footnote",
    ]


def test_a_figure_that_a_person_accepted_is_published_as_printed() -> None:
    decisions = pl.concat([decision(WITHHOLD), decision(ACCEPT, "Ada")])
    assert withhold(shares(), decisions).equals(shares())


def test_a_figure_accepted_by_one_check_stays_withheld_by_another() -> None:
    decisions = pl.concat([decision(WITHHOLD), decision(WITHHOLD, check=BY_HAND), decision(ACCEPT, "Ada")])
    assert withhold(shares(), decisions)["value"].to_list() == [None, BELARUS_1993_PCT]


def test_a_decision_ends_where_the_source_prints_another_figure() -> None:
    corrected = shares(1.4894)
    assert withhold(corrected, decision(WITHHOLD, "Ada")).equals(corrected)


def test_a_decision_holds_for_every_issue_that_prints_the_figure() -> None:
    issue = shares(edition_id="sipri:1949-2025:issue-2")
    assert withhold(issue, decision(WITHHOLD))["value"].to_list() == [None, BELARUS_1993_PCT]


def test_an_empty_cell_can_be_in_doubt_and_stays_missing() -> None:
    rows = withhold(shares(None), decision(WITHHOLD, printed_value=None))
    assert rows["flags"].to_list() == [["estimate", "withheld"], []]
    assert rows["availability"].to_list() == ["missing", "reported"]


def test_what_a_person_accepted_is_accepted_in_the_next_edition_that_prints_it_and_nothing_else_is() -> None:
    doubts = pl.concat([decision(WITHHOLD), decision(WITHHOLD, printed_value=7.0)])
    found = accepted(doubts, decision(ACCEPT, "Ada"), "sipri")
    assert found["printed_value"].to_list() == [BELARUS_1992_PCT]
    assert accepted(doubts, decision(ACCEPT, "Ada"), "nato").is_empty()


def test_what_the_gate_withholds_again_does_not_undo_what_a_person_accepted() -> None:
    decisions = pl.concat([decision(WITHHOLD), decision(ACCEPT, "Ada")])
    assert accepted(decision(WITHHOLD), decisions, "sipri").select(FIGURE).height == 1


def test_a_decision_concerns_an_issue_only_as_far_as_it_still_prints_the_figure() -> None:
    decided = decision(WITHHOLD)
    assert still_printed(decided, shares(edition_id="sipri:1949-2025:issue-2")).equals(decided)
    assert still_printed(decided, shares(1.4894, "sipri:1949-2025:issue-2")).is_empty()
