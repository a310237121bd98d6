"""The IMF's whole-database file: the same figures from text and workbook, missing and nil, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.factories.imf import database_lines, database_row, database_text, database_workbook
from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.imf.database import database_identity, is_database_text, parse_imf_database
from transforms.registers.reader import labels

PUBLISHED = dt.date(2022, 4, 19)
GERMANY = database_row(y2020="3,843.335", y2021="4,225.924", y2022="4,256.540", y2023="4,564.778")


def read(*rows: dict[str, str]) -> pl.DataFrame:
    return parse_imf_database(database_text(database_lines(rows)), published_on=PUBLISHED)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "latin-1"])
def test_text_in_every_encoding_has_the_figures_of_the_workbook(encoding: str) -> None:
    lines = database_lines([GERMANY, database_row(code="NGDP_RPCH", y2020="-4.56", y2021="n/a", y2022="--")])
    text = parse_imf_database(database_text(lines, encoding=encoding), published_on=PUBLISHED)
    workbook = parse_imf_database(database_workbook(lines), published_on=PUBLISHED)
    assert text.drop("locator").equals(workbook.drop("locator"))


def test_thousands_commas_are_no_decimal_signs() -> None:
    assert read(GERMANY)["value"].to_list() == [3843.335, 4225.924, 4256.54, 4564.778]


def test_gdp_is_billions_of_dollars_and_growth_percent() -> None:
    frame = read(GERMANY, database_row(code="NGDP_RPCH", y2020="-4.56"))
    assert frame.select("indicator", "unit", "currency").unique(maintain_order=True).rows() == [
        ("gdp", "billion", "USD"),
        ("gdp_real_growth", "percent", None),
    ]


@pytest.mark.parametrize(("printed", "availability"), [("n/a", "missing"), ("", "missing"), ("--", "nil")])
def test_no_figure_and_a_negligible_one_are_two_things_and_neither_is_zero(printed: str, availability: str) -> None:
    frame = read(database_row(code="NGDP_RPCH", y2020=printed, y2021="1.0")).filter(year=2020)
    assert frame.select("value", "availability").row(0) == (None, availability)


def test_years_after_the_last_actual_one_are_estimates_and_from_that_of_publication_forecasts() -> None:
    assert read(GERMANY)["status"].to_list() == ["actual", "estimate", "forecast", "forecast"]


def test_a_row_that_does_not_say_where_estimates_begin_has_no_actual_year() -> None:
    frame = read(GERMANY | {"Estimates Start After": ""})
    assert frame["status"].to_list() == ["estimate", "estimate", "forecast", "forecast"]


def test_subjects_that_are_not_wanted_are_left_out() -> None:
    assert read(GERMANY, database_row(code="LUR", y2020="4.0"))["indicator"].unique().to_list() == ["gdp"]


def test_the_last_line_names_the_edition() -> None:
    payload = database_text(database_lines([GERMANY], edition="October 2023"))
    assert database_identity(payload).edition == "2023-10"


def test_a_file_without_that_line_leaves_its_edition_open() -> None:
    assert database_identity(database_text(database_lines([GERMANY], edition=""))).edition is None


def test_the_text_is_distinguished_from_other_text_by_its_first_column() -> None:
    assert is_database_text(database_text(database_lines([GERMANY])))
    assert not is_database_text(b"DATAFLOW,LAST UPDATE\n")


@pytest.mark.parametrize(
    ("payload", "error", "found"),
    [
        (database_text(database_lines([GERMANY | {"Units": "Euros"}])), LayoutError, "row 2 Units, Scale"),
        (database_text(database_lines([GERMANY | {"Scale": "Millions"}])), LayoutError, "U.S. dollars Millions"),
        (database_text(database_lines([GERMANY | {"2020": "3843335000000"}])), LayoutError, "billions of US"),
        (database_text(database_lines([GERMANY | {"2020": "3,84.335"}])), ValueRefusedError, "row 2,2020"),
        (database_text(database_lines([GERMANY | {"2020": "none"}])), ValueRefusedError, "found 'none'"),
        (database_text(database_lines([GERMANY, GERMANY])), ValueRefusedError, "is printed at row 2,2020 already"),
        (database_text(database_lines([GERMANY], years=["2020", "2020e"])), LayoutError, "2020e"),
        (database_text(database_lines([GERMANY])[:1]), PayloadError, "found none"),
        (database_text(database_lines([GERMANY])).rsplit(b"\t\x00", 2)[0], PayloadError, "row 2: expected 14 cells"),
        (database_text([*database_lines([GERMANY], edition=""), ["another file"]]), LayoutError, "another file"),
        (b"\xff\xfe\x00", PayloadError, "text in"),
    ],
)
def test_what_is_no_whole_database_is_refused_with_its_place(
    payload: bytes, error: type[Exception], found: str
) -> None:
    with pytest.raises(error, match=found):
        parse_imf_database(payload, published_on=PUBLISHED)


@pytest.fixture(scope="module")
def april_2022(shared: Path) -> bytes:
    return (shared / "payloads" / "imf" / "WEOApr2022all.xlsx").read_bytes()


def test_every_figure_of_the_real_file_equals_an_independent_reading(shared: Path, april_2022: bytes) -> None:
    path = shared / "payloads" / "imf" / "WEOApr2022all.xlsx"
    header, *rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    codes = {"NGDPD": "gdp", "NGDP_RPCH": "gdp_real_growth", "PCPIPCH": "consumer_price_change"}
    printed = {
        (codes[str(row[2])], row[1], year): value
        for row in rows
        if row[2] in codes
        for year, value in zip(header, row, strict=True)
        if isinstance(year, int) and isinstance(value, int | float)
    }
    frame = parse_imf_database(april_2022, published_on=PUBLISHED).filter(availability="reported")
    assert len(printed) == 8572 + 8519 + 8503
    assert {
        tuple(row[:3]): row[3] for row in frame.select("indicator", "entity_label", "year", "value").rows()
    } == printed


def test_every_code_of_the_real_file_has_a_label(april_2022: bytes) -> None:
    frame = parse_imf_database(april_2022, published_on=PUBLISHED)
    assert set(frame["entity_label"]) - set(labels("imf")["label"]) == set()


def test_the_real_file_says_that_it_is_april_2022(april_2022: bytes) -> None:
    identity = database_identity(april_2022)
    assert (identity.edition, identity.data_set) == ("2022-04", None)
