"""Official rates: each in one frame with what vouches for it, and currencies that followed one another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from tests.factories import imf
from transforms.errors import LayoutError
from transforms.normalise.exchange_rates import (
    currency_links,
    rates_of_the_registers,
    rates_of_the_world_bank,
    successions,
)
from transforms.parse.imf.database import parse_gdp_rates
from transforms.registers.reader import imf_gdp_rates
from transforms.registers.yearly_rates import register_of_gdp_rates


def rate(evidence: str, year: int, *, currency: str | None = None, entity: str | None = None) -> float:
    same = pl.col("currency").eq_missing(pl.lit(currency)) & pl.col("entity").eq_missing(pl.lit(entity))
    rows = rates_of_the_registers().filter(same & (pl.col("evidence") == evidence) & (pl.col("year") == year))
    return float(rows["units_per_usd"].item())


def test_the_ecbs_rates_are_crossed_with_the_dollar() -> None:
    # 2023: 4.541966 zloty and 1.081269 dollars for a euro.
    assert rate("ecb", 2023, currency="PLN") == pytest.approx(4.541966 / 1.081269)
    assert rate("ecb", 2023, currency="EUR") == pytest.approx(1 / 1.081269)


def test_a_parity_with_the_euro_goes_through_the_dollar() -> None:
    assert rate("cited", 2023, currency="XOF") == pytest.approx(655.957 / 1.081269)


def test_a_parity_with_the_rand_goes_through_the_rand() -> None:
    assert rate("cited", 2023, currency="LSL") == rate("ecb", 2023, currency="ZAR")


def test_the_imfs_rate_is_in_the_currency_of_its_edition() -> None:
    # Sierra Leone in April 2022, three months before the redenomination: old leones.
    assert rate("imf_gdp", 2010, entity="SLE") == pytest.approx(3978.09, abs=1)


def test_a_currency_is_worth_all_its_redenominations() -> None:
    units = dict(currency_links().filter(pl.col("entity") == "BLR").select("currency", "units").iter_rows())
    assert units == {"BYB": 1, "BYR": 1000, "BYN": 10_000_000}


def test_the_euro_is_a_succession_at_its_irrevocable_rate() -> None:
    row = successions().row(by_predicate=(pl.col("iso3") == "HRV") & (pl.col("currency") == "EUR"), named=True)
    assert (row["former_currency"], row["introduced_on"], row["former_units"]) == ("HRK", dt.date(2023, 1, 1), 7.5345)


def test_a_succession_follows_the_one_before() -> None:
    before = pl.col("currency").shift(1).over("iso3", order_by="introduced_on")
    broken = successions().filter(before.is_not_null() & (before != pl.col("former_currency")))
    assert broken.is_empty(), broken


def test_the_newest_edition_of_the_world_bank_is_taken() -> None:
    editions = pl.DataFrame(
        {
            "edition_id": ["world_bank:2024-10-24", "world_bank:2026-02-24"],
            "vintage_seq": [1, 2],
            "published_on": [dt.date(2024, 10, 24), dt.date(2026, 2, 24)],
        }
    )
    rows = pl.DataFrame(
        {
            "edition_id": editions["edition_id"],
            "source_id": "world_bank",
            "indicator": "exchange_rate",
            "availability": "reported",
            "entity": "SLE",
            "year": [2010, 2010],
            "value": [3978.09, 3.9781],
        }
    )
    found = rates_of_the_world_bank(rows.lazy(), editions)
    assert found.select("units_per_usd", "stated_on").row(0) == (3.9781, dt.date(2026, 2, 24))
    assert found.height == 1


def test_gdp_in_both_currencies_implies_a_rate_in_years_that_are_no_estimate() -> None:
    years = {"y2019": ("36,672.5", "4.07"), "y2020": ("40,200", "n/a"), "y2021": ("44,000", "4.2")}
    national = imf.database_row("SLE", "NGDP", **{year: printed for year, (printed, _) in years.items()})
    dollars = imf.database_row("SLE", "NGDPD", **{year: printed for year, (_, printed) in years.items()})
    lines = imf.database_lines([national, dollars], years=("2019", "2020", "2021"))
    for payload in (imf.database_text(lines), imf.database_workbook(lines)):
        found = parse_gdp_rates(payload)
        assert found.select("iso3", "year").rows() == [("SLE", 2019)]
        assert found["units_per_usd"].item() == pytest.approx(36672.5 / 4.07)


def test_another_scale_is_refused() -> None:
    row = imf.database_row("SLE", "NGDP", y2020="1") | {"Scale": "Millions"}
    with pytest.raises(LayoutError, match="row 2 Units, Scale: expected National currency Billions"):
        parse_gdp_rates(imf.database_text(imf.database_lines([row])))


def test_the_imfs_file_gives_the_register_again(shared: Path) -> None:
    payload = (shared / "payloads/imf/WEOApr2022all.xlsx").read_bytes()
    assert register_of_gdp_rates(payload, dt.date(2022, 4, 19)).equals(imf_gdp_rates())
