"""The sentence that opens a page or a section says what its rows hold, and no more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from warehouse.publication.report import findings
from warehouse.publication.report.printed import count, figure, listed, money


def ally(name: str, share: float | None, **known: Any) -> dict[str, Any]:  # noqa: ANN401 (a row of a query)
    """A row of the league table of 2026, at 3.5 % and 2 %."""
    verdict = {True: "met", False: "not_met"}
    row = {
        "iso3": name[:3].upper(), "name": name, "year": 2026, "status": "estimate", "share_pct": share,
        "core_threshold": 3.5, "two_threshold": 2.0, "gap_pp": None if share is None else 3.5 - share,
        "core_verdict": "not_reported" if share is None else verdict[share >= 3.5],
        "two_verdict": "not_reported" if share is None else verdict[share >= 2],
        "currency": "EUR", "gap_national_bn": None, "spending_usd_bn": None, "spending_national_bn": None,
    }  # fmt: skip
    return {**row, **known}


SHARE = "defence_share_of_gdp"
ALLIANCE = {
    "year": 2026,
    "spending_usd_bn": 1809.915,
    "below": 2,
    "not_reported": 0,
    "shortfall_usd_bn": 411.7,
}


def test_an_ally_without_a_figure_is_counted_on_neither_side() -> None:
    rows = [ally("Poland", 4.68), ally("Italy", 2.1), ally("Spain", 2.0), ally("France", None)]
    said = findings.headline(rows, [ALLIANCE])
    assert said.startswith("One of the 3 Allies with a figure is at 3.5 % of GDP in 2026 (estimate)")


def test_what_is_missing_is_not_said_while_a_figure_is_unreported() -> None:
    said = findings.headline([ally("Poland", 4.68)], [{**ALLIANCE, "not_reported": 1}])
    assert "lack" not in said
    assert said.endswith("the Alliance spends 1,809.9 billion US$.")


def test_all_are_all_only_where_every_ally_has_a_figure() -> None:
    said = findings.league([ally("Poland", 4.68), ally("Italy", 2.1), ally("France", None)])
    assert said is not None
    assert "; all 2 with a figure are at 2 % or more" in said


def test_an_edition_without_shares_says_so() -> None:
    assert findings.headline([ally("Poland", None)], []) == "This edition prints no share of GDP."


def test_a_year_that_every_edition_counts_alike_is_no_finding() -> None:
    edition = {"year": 2024, "met": 18, "completeness": "complete", "published_on": dt.date(2026, 7, 10)}
    assert findings.counts([edition, {**edition, "published_on": dt.date(2024, 6, 17)}]) is None


def test_a_partial_edition_makes_no_second_count() -> None:
    edition = {"year": 2024, "met": 18, "completeness": "complete", "published_on": dt.date(2026, 7, 10)}
    assert findings.counts([edition, {**edition, "met": 3, "completeness": "partial"}]) is None


def test_whose_verdict_changed_before_the_rule_is_not_in_the_sentence() -> None:
    row = {"name": "Estonia", "year": 2013, "threshold": 2.0, "change": "left", "in_force": False, "indicator": SHARE}
    assert findings.changes([row]) == "No verdict under a rule in force changed in the years that two editions judge."


def test_a_share_of_spending_is_not_said_as_one_of_gdp() -> None:
    row = {"name": "Portugal", "year": 2024, "threshold": 20.0, "change": "left", "in_force": True}
    assert findings.sides([{**row, "indicator": "equipment_share"}]) is None
    assert findings.sides([{**row, "threshold": 2.0, "indicator": SHARE}]) == "Portugal is no longer at 2 % in 2024"


def test_the_first_edition_of_a_source_revises_nothing() -> None:
    assert findings.edition_news({"compared": 0, "revised": 0, "mean_size_pp": None}, []) == (
        "No earlier edition held prints a share of GDP that this one prints too."
    )


def test_an_edition_that_confirms_every_figure_says_so() -> None:
    said = findings.edition_news({"compared": 30, "revised": 0, "mean_size_pp": None}, [])
    assert said == "None of the 30 shares of GDP that an earlier edition prints was revised."


def test_a_country_above_the_target_lacks_nothing() -> None:
    poland = ally("Poland", 4.68, currency="PLN", spending_usd_bn=53.1, spending_national_bn=193.8)
    assert findings.country({"iso3": "POL", "name": "Poland"}, [poland], []) == (
        "Poland spends 193.8 billion PLN (53.1 billion US$) on defence in 2026 (estimate), 4.68 % of GDP."
        " That is 1.18 points above 3.5 %."
    )


def test_a_country_without_money_in_the_edition_has_no_amount() -> None:
    said = findings.country({"iso3": "ITA", "name": "Italy"}, [ally("Italy", 2.1)], [])
    assert said is not None
    assert "this edition prints no amount" in said
    assert "missing" not in said


@pytest.mark.parametrize(
    ("billion", "currency", "text"),
    [
        (0.19, "EUR", "190 million EUR"),
        (9.949, "EUR", "9.95 billion EUR"),
        (1032.849, "USD", "1,032.8 billion US$"),
        (-0.0004, "DKK", "0 million DKK"),
    ],
)
def test_amounts_are_printed_in_words(billion: float, currency: str, text: str) -> None:
    assert money(billion, currency) == text


def test_long_lists_are_cut_with_what_is_left_out() -> None:
    assert listed(["A", "B"]) == "A and B"
    assert listed(["A", "B", "C", "D"], most=3) == "A, B and 2 more"


def test_counts_are_words_up_to_ten() -> None:
    assert (count(0), count(10), count(11)) == ("none", "ten", "11")


def test_minus_is_a_minus_and_zero_has_no_sign() -> None:
    assert (figure(-1234.5, 1), figure(-0.001, 2, sign=True)) == ("\N{MINUS SIGN}1,234.5", "0.00")
