"""The register of yearly exchange rates is what the ECB's daily file gives."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from transforms.errors import LayoutError, PayloadError
from transforms.parse.ecb import parse_reference_rates, yearly_means
from transforms.registers.reader import ecb_yearly_rates
from transforms.registers.yearly_rates import register_of_yearly_rates


def ecb_file(table: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("eurofxref-hist.csv", table)
    return content.getvalue()


def days(rate: str, months: int) -> str:
    return "".join(f"2020-{month:02}-01,1.2,{rate},\n" for month in range(1, months + 1))


def test_the_ecbs_file_gives_the_register_again(shared: Path) -> None:
    made = register_of_yearly_rates((shared / "payloads/ecb/eurofxref-hist.zip").read_bytes())
    assert made.select("currency", "year", "units_per_eur", "days").equals(
        ecb_yearly_rates().select("currency", "year", "units_per_eur", "days")
    )


def test_the_mean_is_over_the_days_that_were_quoted() -> None:
    table = "Date,USD,HRK,\n" + "2020-06-02,1.2,8.0,\n2020-06-03,1.2,N/A,\n" + days("7.0", 12)
    means = yearly_means(parse_reference_rates(ecb_file(table)))
    # Twelve days of 7.0 and one of 8.0; the day without a rate does not count: (12 * 7 + 8) / 13.
    kuna = means.row(by_predicate=pl.col("currency") == "HRK", named=True)
    assert (kuna["units_per_eur"], kuna["days"]) == (pytest.approx(92 / 13), 13)


def test_a_year_that_is_not_over_has_no_mean() -> None:
    assert yearly_means(parse_reference_rates(ecb_file("Date,USD,HRK,\n" + days("7.0", 11)))).is_empty()


def test_another_archive_is_refused() -> None:
    with pytest.raises(PayloadError, match=r"eurofxref-hist\.csv"):
        parse_reference_rates(b"<html>")
    with pytest.raises(LayoutError, match="Date, then currencies"):
        parse_reference_rates(ecb_file("Day,USD\n2020-01-01,1.2\n"))
