"""Money under a code whose official rate it is not at is found, named, and read under the right code or withheld.

The figures of SIPRI are those of ../shared/cases/sipri/local_currency_scales.csv; the rates are those of the registers,
unless a test says otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise import currency_proof as proof
from transforms.normalise.exchange_rates import RATE_SCHEMA, rates_of_the_registers
from transforms.normalise.observations import EditionFacts, as_labelled, normalise
from transforms.parse.sipri import parse_sipri_workbook

PUBLISHED_ON = dt.date(2024, 4, 22)
# The ECB's yearly means over each other: zloty for one US dollar.
ZLOTY = {2019: 3.8383, 2020: 3.8966, 2021: 3.8611, 2022: 4.4566, 2023: 4.2004}
RELEASES = {
    "1949-2020_0": dt.date(2021, 4, 26),
    "1949-2021": dt.date(2022, 4, 25),
    "1948-2023": dt.date(2024, 4, 22),
    "1949-2023.export": dt.date(2024, 5, 1),
    "1949-2024_2": dt.date(2025, 4, 28),
    "1949-2025_v1.2.resaved": dt.date(2026, 4, 27),
}


def money(entity: str, currency: str, rates: dict[int, float], *, source_id: str = "sipri") -> pl.DataFrame:
    """Rows of core.observation of a country that spends 1 000 million US$ a year, at `rates` of its currency."""
    rows: list[dict[str, object]] = [
        {
            "edition_id": f"{source_id}:made",
            "source_id": source_id,
            "indicator": "defence_expenditure",
            "entity": entity,
            "year": year,
            "year_basis": "calendar",
            "price_basis": "current",
            "currency": code,
            "unit": "million",
            "value": 1000.0 * rate,
            "availability": "reported",
            "flags": [],
            "note": None,
            "locator": f"{code} {year}",
        }
        for year, printed in rates.items()
        for code, rate in ((currency, printed), ("USD", 1.0))
    ]
    kinds: dict[str, pl.DataType] = {"year": pl.Int16(), "flags": pl.List(pl.String()), "note": pl.String()}
    return pl.DataFrame(rows, schema_overrides=kinds)


def runs(frame: pl.DataFrame, rates: pl.DataFrame | None = None) -> pl.DataFrame:
    held = rates_of_the_registers() if rates is None else rates
    years = proof.held_to_official_rates(proof.implied_rates(frame, PUBLISHED_ON), held)
    return proof.runs(proof.settled(years))


def served(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    return proof.with_proven_currencies(frame, PUBLISHED_ON).filter(pl.col("currency") == code)


def one(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_money_at_the_official_rate_is_accepted_as_it_is() -> None:
    frame = money("POL", "PLN", ZLOTY)
    found = one(runs(frame))
    assert (found["finding"], found["consequence"], found["evidence"]) == ("official", "accepted", ["ecb"])
    assert proof.with_proven_currencies(frame, PUBLISHED_ON).equals(frame)


def test_ten_times_the_rate_is_in_no_currency_of_the_country_and_withheld() -> None:
    # Belarus in April 2024 and 2025: 25.387 roubles for a dollar in 2021, officially 2.5387.
    frame = money("BLR", "BYN", {2019: 20.914, 2020: 24.4, 2021: 25.387})
    found = one(runs(frame))
    assert found["statement"] == "Belarus: 10 times the official rate of the BYN in 2019 to 2021"
    assert (found["finding"], found["currency_found"], found["consequence"]) == ("power_of_ten", None, "withheld")
    rows = served(frame, "BYN")
    assert rows["value"].null_count() == rows.height == 3
    assert rows["availability"].unique().to_list() == ["missing"]
    assert rows["flags"].to_list() == [["currency_contradicted"]] * 3
    assert rows["note"][0] == "withheld: 10 times the official rate of the BYN in 3 of 3 years tested"


def test_old_leones_under_the_new_code_are_read_as_old_ones() -> None:
    # Sierra Leone in April 2024: 99 700 million under SLE for 25.062 million US$ in 2010; 3.9781 SLE for a dollar.
    frame = money("SLE", "SLE", {2010: 99700 / 25.062, 2019: 9010.2, 2020: 9829.9})
    found = one(runs(frame))
    assert (found["finding"], found["multiple"], found["currency_found"]) == ("redenomination", 1000, "SLL")
    rows = served(frame, "SLL")
    assert rows["value"][0] == pytest.approx(1000 * 99700 / 25.062)
    assert rows["note"][0] == "coded SLE, read as SLL: 1000 times the official rate of the SLE in 3 of 3 years tested"


def test_a_year_without_a_rate_follows_its_series() -> None:
    # No official rate of 1965 is held; SIPRI prints the whole history in one currency.
    frame = money("SLE", "SLE", {1965: 714.3, 2010: 3978.1, 2019: 9010.2, 2020: 9829.9})
    assert runs(frame)["finding"].to_list() == ["not_proven", "redenomination"]
    assert served(frame, "SLL")["year"].to_list() == [1965, 2010, 2019, 2020]


def test_bolivares_fuertes_are_no_bolivares() -> None:
    # 2010: 10 305.505 million for 3 991.1 million US$; officially 2.5821 VEF, that is 2 582.1 VEB.
    frame = money("VEN", "VEB", {2009: 2.147, 2010: 10305.505 / 3991.1, 2011: 4.289})
    found = one(runs(frame))
    assert (found["multiple"], found["currency_found"], found["consequence"]) == (0.001, "VEF", "recoded")


def test_kuna_under_the_euro_are_found_by_the_irrevocable_rate() -> None:
    # The kuna floated: 6.62, 6.61 and 6.36 for a US dollar by the ECB's means.
    frame = money("HRV", "EUR", {2019: 6.623, 2020: 6.609, 2021: 6.364})
    found = one(runs(frame))
    assert (found["finding"], found["multiple"], found["currency_found"]) == ("euro_conversion", 7.5345, "HRK")


def test_euros_before_the_euro_are_the_former_currency_at_its_irrevocable_rate() -> None:
    # 2000: 42.602 korunas over 0.9236 dollars for a euro (ECB), over 30.126; the euro itself was at 1.0827.
    frame = money("SVK", "EUR", {2000: 1.5311})
    found = one(runs(frame))
    assert (found["finding"], found["ratio_median"]) == ("official", pytest.approx(1, abs=1e-3))


def test_another_countrys_rows_are_at_no_rate_and_withheld() -> None:
    frame = money("POL", "PLN", {year: 1.37 * rate for year, rate in ZLOTY.items()})
    found = one(runs(frame))
    assert (found["finding"], found["multiple"], found["consequence"]) == ("other", None, "withheld")
    assert served(frame, "PLN")["note"][0] == (
        "withheld: at no official rate of the PLN or of any other currency of the country"
    )


def test_two_years_alone_do_not_contradict_a_code() -> None:
    frame = money("BLR", "BYN", {2020: 24.4, 2021: 25.387})
    assert one(runs(frame))["consequence"] == "not_proven"
    assert proof.with_proven_currencies(frame, PUBLISHED_ON).equals(frame)


def test_a_single_year_that_the_ecb_contradicts_is_withheld_and_no_other() -> None:
    frame = money("POL", "PLN", ZLOTY | {2021: 8.3611})  # two digits transposed
    rows = served(frame, "PLN")
    assert rows.filter(pl.col("value").is_null())["year"].to_list() == [2021]
    assert "2.166 times the official rate of the PLN (ECB" in rows.filter(pl.col("year") == 2021)["note"][0]
    assert runs(frame)["consequence"].to_list() == ["accepted", "withheld", "accepted"]


def test_a_single_year_that_only_the_imf_contradicts_is_named_and_kept() -> None:
    # Sudan 1990: 4.5 old pounds, 0.0045 of today's, officially; the IMF converts at ten times that.
    frame = money("SDN", "SDG", {1990: 0.0045, 1994: 0.2896, 1995: 0.5809, 1996: 1.251})
    assert runs(frame)["finding"].to_list() == ["power_of_ten", "official"]
    assert proof.with_proven_currencies(frame, PUBLISHED_ON).equals(frame)


def test_a_currency_without_an_official_rate_is_recorded_as_not_proven() -> None:
    found = one(runs(money("PRK", "KPW", {2019: 109.0, 2020: 109.0, 2021: 109.0})))
    assert (found["finding"], found["consequence"], found["years_tested"]) == ("not_proven", "not_proven", 0)
    assert found["statement"] == "North Korea: no official rate of the KPW in 2019 to 2021 is held"


def test_the_year_of_publication_has_no_rate_yet() -> None:
    assert proof.implied_rates(money("POL", "PLN", {2023: 4.2, 2024: 3.6}), PUBLISHED_ON)["year"].to_list() == [2023]


def test_money_of_other_sources_is_judged_and_left_to_the_checks_that_refuse() -> None:
    frame = money("POL", "PLN", {year: 1000 * rate for year, rate in ZLOTY.items()}, source_id="nato")
    found = one(runs(frame))
    assert (found["finding"], found["consequence"]) == ("power_of_ten", "not_proven")
    assert proof.with_proven_currencies(frame, PUBLISHED_ON).equals(frame)


def test_the_world_banks_rates_prove_what_no_register_does() -> None:
    rates = pl.DataFrame(
        [
            {
                "evidence": "world_bank",
                "entity": "PRK",
                "stated_on": dt.date(2026, 2, 24),
                "year": year,
                "units_per_usd": 10.9,
                "citation": "PA.NUS.FCRF",
            }
            for year in (2019, 2020, 2021)
        ],
        schema=RATE_SCHEMA,
    )
    found = one(runs(money("PRK", "KPW", {2019: 109.0, 2020: 109.0, 2021: 109.0}), rates))
    assert (found["finding"], found["multiple"], found["evidence"]) == ("power_of_ten", 10, ["world_bank"])


@given(power=st.integers(-6, 6), noise=st.floats(0.95, 1.05))
def test_a_power_of_ten_is_found_whatever_its_size(power: int, noise: float) -> None:
    frame = money("POL", "PLN", {year: noise * 10.0**power * rate for year, rate in ZLOTY.items()})
    found = one(runs(frame))
    # The zloty of before 1995 was a ten-thousandth: that scale has a code.
    finding = {0: "official", 4: "redenomination"}.get(power, "power_of_ten")
    assert (found["finding"], found["multiple"]) == (finding, pytest.approx(10.0**power))


@given(factor=st.floats(0.01, 100))
def test_no_money_is_changed_and_served_under_its_code(factor: float) -> None:
    frame = money("POL", "PLN", {year: factor * rate for year, rate in ZLOTY.items()})
    rows = proof.with_proven_currencies(frame, PUBLISHED_ON).filter(pl.col("currency") == "PLN")
    kept = rows.filter(pl.col("value").is_not_null())
    assert kept.is_empty() or kept.equals(frame.filter(pl.col("currency") == "PLN"))


@cache
def release(shared: Path, name: str) -> tuple[pl.DataFrame, EditionFacts]:
    facts = EditionFacts(
        edition_id=f"sipri:{name}",
        source_id="sipri",
        published_on=RELEASES[name],
        definition="sipri",
        coded=False,
        definitions={},
        derived_from={},
    )
    payload = (shared / f"payloads/sipri/SIPRI-Milex-data-{name}.xlsx").read_bytes()
    return parse_sipri_workbook(payload, published_on=RELEASES[name]), facts


# Counted by hand in the listing of each release: series by consequence, then those that are changed.
PROVEN = {
    "1949-2020_0": ({"accepted": 155, "not_proven": 5, "withheld": 1}, {"BLR"}),
    "1949-2021": ({"accepted": 153, "not_proven": 6, "recoded": 2, "withheld": 1}, {"BLR", "SLE", "VEN"}),
    "1948-2023": ({"accepted": 153, "not_proven": 6, "recoded": 2, "withheld": 1}, {"BLR", "SLE", "VEN"}),
    "1949-2023.export": ({"accepted": 153, "not_proven": 6, "recoded": 2, "withheld": 1}, {"BLR", "SLE", "VEN"}),
    "1949-2024_2": ({"accepted": 154, "not_proven": 6, "recoded": 1, "withheld": 1}, {"BLR", "VEN"}),
    "1949-2025_v1.2.resaved": ({"accepted": 155, "not_proven": 6, "recoded": 1}, {"VEN"}),
}


@pytest.mark.parametrize("name", PROVEN)
def test_a_real_release_is_proven_but_for_what_people_reported(name: str, shared: Path) -> None:
    raw, facts = release(shared, name)
    implied = proof.implied_rates(as_labelled(raw, facts), facts.published_on)
    found = proof.verdicts(proof.held_to_official_rates(implied, rates_of_the_registers()))
    counts, changed = PROVEN[name]
    assert dict(found.group_by("consequence").len().iter_rows()) == counts
    assert set(found.filter(pl.col("consequence").is_in(["recoded", "withheld"]))["entity"]) == changed


def test_the_reported_figures_are_withheld_or_under_the_right_code(shared: Path) -> None:
    reported = pl.read_csv(shared / "cases/sipri/local_currency_scales.csv")
    editions = {name: normalise(*release(shared, name)) for name in ("1948-2023", "1949-2024_2")}
    codes = {"BLR": None, "SLE": "SLL", "VEN": "VEF"}
    for row in reported.iter_rows(named=True):
        for name, year in (("1948-2023", "April 2024"), ("1949-2024_2", "April 2025")):
            if not re.search(year, row["edition"]):
                continue
            money_of_row = editions[name].filter(
                (pl.col("entity") == row["entity"])
                & (pl.col("year") == row["year"])
                & (pl.col("indicator") == "defence_expenditure")
                & (pl.col("currency") != "USD")
                & (pl.col("year_basis") == "calendar")
            )
            found = one(money_of_row)
            code = codes[row["entity"]]
            assert found["currency"] == (code or "BYN")
            figure = row["printed figure (units)"] / 1e6
            assert found["value"] == (None if code is None else pytest.approx(figure, rel=1e-6)), row
