"""A register is read typed, and a malformed one is refused by file, row and column."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.registers.reader import RegisterError, labels, read_register

PLANS = "plan_id,iso3,year,planned_share_pct,announced_on,description,citation"
PLAN = "gbr_2027,GBR,2027,2.5,2025-02-25,2.5 % by April 2027,Statement to the House of Commons"
CURRENCIES = "iso3,currency,valid_from,valid_to,irrevocable_rate,citation"
LABELS = "source,label,entity,kind,valid_from,valid_to,note"


def register(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_columns_come_typed_and_in_the_order_of_the_schema() -> None:
    header = "iso3,plan_id,year,planned_share_pct,announced_on,description,citation"
    reordered = register(header, PLAN.replace("gbr_2027,GBR", "GBR,gbr_2027"))
    assert read_register("national_plans", reordered).row(0) == (
        "gbr_2027",
        "GBR",
        2027,
        2.5,
        dt.date(2025, 2, 25),
        "2.5 % by April 2027",
        "Statement to the House of Commons",
    )


def test_an_empty_cell_is_null_where_the_schema_allows_it() -> None:
    found = read_register(
        "national_currencies", register(CURRENCIES, "MNE,EUR,2002-01-01,,,Central Bank of Montenegro")
    )
    assert found.row(0)[3:5] == (None, None)


@given(order=st.permutations([0, 1, 2]))
def test_periods_that_follow_each_other_are_read_in_any_order(order: list[int]) -> None:
    lines = ["DEU,DEM,1990-01-01,1998-12-31,,EU", "DEU,EUR,1999-01-01,,1.95583,EU", "MNE,EUR,2002-01-01,,,EU"]
    found = read_register("national_currencies", register(CURRENCIES, *(lines[i] for i in order)))
    assert set(found["currency"]) == {"DEM", "EUR"}


# What is wrong with the file, the file, and what the refusal must say of header and rows.
PLAN_FAULTS: dict[str, tuple[bytes, str]] = {
    "unknown column": (register(PLANS + ",colour", PLAN + ",red"), "header: expected plan_id,.* found .*colour"),
    "missing column": (register("plan_id,iso3", "gbr_2027,GBR"), "header: expected plan_id,.* found plan_id, iso3"),
    "column twice": (register(PLANS + ",year", PLAN + ",2027"), "header: expected plan_id,.* found .*citation, year"),
    "no such day": (register(PLANS, PLAN.replace("02-25", "02-30")), "row 2, announced_on: expected a day"),
    "short date": (register(PLANS, PLAN.replace("02-25", "2-25")), "row 2, announced_on: expected a day"),
    "no number": (register(PLANS, PLAN.replace("2.5,", "much,")), "row 2, planned_share_pct: expected a number"),
    "no year": (register(PLANS, PLAN.replace(",2027,", ",soon,")), "row 2, year: expected a year"),
    "key twice": (register(PLANS, PLAN, PLAN), "row 2, plan_id: expected each key once"),
    "no citation": (register(PLANS, PLAN.rpartition(",")[0] + ","), "row 2, citation: expected a value"),
    "cell missing": (register(PLANS, PLAN, PLAN.rpartition(",")[0]), "row 3: expected 7 cells"),
    "blank at the end": (register(PLANS, PLAN.replace("GBR", "GBR ")), "row 2: expected .* without blanks"),
    "not UTF-8": (PLANS.encode() + b"\n\xff", "expected a CSV file in UTF-8"),
    "empty file": (b"", "expected a CSV file in UTF-8 with a header"),
}


@pytest.mark.parametrize("fault", PLAN_FAULTS)
def test_a_malformed_register_is_refused_by_place(fault: str) -> None:
    content, message = PLAN_FAULTS[fault]
    with pytest.raises(RegisterError, match=rf"^national_plans\.csv.*{message}"):
        read_register("national_plans", content)


LABEL_FAULTS: dict[str, tuple[list[str], str]] = {
    "word outside the vocabulary": (["nato,Albania,ALB,kingdom,,,"], "row 2, kind: expected one of aggregate, country"),
    "label of another source": (["sipri,Albania,ALB,country,,,"], "row 2, source: expected 'nato'"),
    "label that means two things on one day": (
        ["nato,Macedonia,MKD,country,2019-01-01,,", "nato,Macedonia,GRC,country,,2019-01-01,"],
        "row 2, valid_from: expected one label at a time",
    ),
    "end before the beginning": (
        ["nato,Turkey,TUR,country,2022-06-01,2022-05-31,"],
        "row 2, valid_to: expected no end before valid_from",
    ),
}


@pytest.mark.parametrize("fault", LABEL_FAULTS)
def test_a_label_that_cannot_be_trusted_is_refused(fault: str) -> None:
    rows, message = LABEL_FAULTS[fault]
    with pytest.raises(RegisterError, match=rf"^labels/nato\.csv, {message}"):
        read_register("labels/nato", register(LABELS, *rows))


def test_two_currencies_at_once_are_refused() -> None:
    content = register(CURRENCIES, "BGR,BGN,1999-07-05,,,ISO 4217", "BGR,EUR,2026-01-01,,1.95583,European Commission")
    with pytest.raises(RegisterError, match="row 3, valid_from: expected one iso3 at a time"):
        read_register("national_currencies", content)


def test_a_source_without_labels_is_refused_by_the_name_of_the_file() -> None:
    with pytest.raises(RegisterError, match=r"labels/atlantis\.csv: expected a register"):
        labels("atlantis")
