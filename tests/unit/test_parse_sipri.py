"""The SIPRI parser: what each sheet, mark and cell of a workbook becomes."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles.colors import Color

from tests.factories.sipri_workbook import (
    BLUE,
    CALENDAR_SHEET,
    CAPITA_SHEET,
    CONSTANT_SHEET,
    CURRENT_SHEET,
    FISCAL_SHEET,
    GDP_SHEET,
    GOVERNMENT_SHEET,
    RED,
    REGION_SHEET,
    STATES,
    cell_at,
    column_of,
    header_row,
    paint,
    payload_of,
    sipri_workbook,
)
from transforms.parse.sipri import layout_fingerprint, parse_sipri_workbook
from transforms.parse.sipri.printed import year_of


def parse(workbook: Workbook) -> pl.DataFrame:
    return parse_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))


def on_sheet(frame: pl.DataFrame, sheet: str) -> pl.DataFrame:
    return frame.filter(pl.col("locator").str.starts_with(f"{sheet}!"))


def one(frame: pl.DataFrame, sheet: str, label: str, year: int) -> dict[str, object]:
    return on_sheet(frame, sheet).filter(entity_label=label, year=year).row(0, named=True)


@pytest.mark.parametrize(
    ("years", "availability", "currency"),
    [((2022, 2023, 2024), "reported", "ZWL"), ((2023, 2024, 2025), "missing", "XXX")],
    ids=["explained by a footnote", "of unknown currency"],
)
def test_a_zimbabwean_figure_that_is_no_us_dollars_is_never_given_as_such(
    years: tuple[int, ...], availability: str, currency: str
) -> None:
    workbook = sipri_workbook(years)
    cell_at(workbook, CALENDAR_SHEET, "Zimbabwe", years[-1]).value = 5e12
    frame = parse_sipri_workbook(payload_of(workbook), published_on=dt.date(years[-1] + 1, 4, 27))
    row = one(frame, CALENDAR_SHEET, "Zimbabwe", years[-1])
    assert (row["availability"], row["currency"]) == (availability, currency)


@pytest.mark.parametrize(
    ("sheet", "meaning"),
    [
        (FISCAL_SHEET, ("defence_expenditure", "unit", "Dinar", "current", None, "fiscal")),
        (CALENDAR_SHEET, ("defence_expenditure", "unit", "Dinar", "current", None, "calendar")),
        (CONSTANT_SHEET, ("defence_expenditure", "million", "USD", "constant", 2023, "calendar")),
        (CURRENT_SHEET, ("defence_expenditure", "million", "USD", "current", None, "calendar")),
        (GDP_SHEET, ("defence_share_of_gdp", "fraction", None, "current", None, "calendar")),
        (CAPITA_SHEET, ("defence_per_capita", "currency_per_head", "USD", "current", None, "calendar")),
        (GOVERNMENT_SHEET, ("government_share", "fraction", None, "none", None, "calendar")),
    ],
)
def test_each_sheet_measures_what_it_says(sheet: str, meaning: tuple[object, ...]) -> None:
    row = one(parse(sipri_workbook()), sheet, "Algeria", 2024)
    columns = ("indicator", "unit", "currency", "price_basis", "base_year", "year_basis")
    assert tuple(row[column] for column in columns) == meaning


@pytest.mark.parametrize(
    ("colour", "flag"),
    [
        (BLUE, "source_estimate"),
        (Color(rgb="FF0000FF"), "source_estimate"),
        (RED, "highly_uncertain"),
        (Color(rgb="FFFF0000"), "highly_uncertain"),
    ],
    ids=["palette blue", "RGB blue", "palette red", "RGB red"],
)
def test_a_coloured_figure_is_an_estimate_with_the_flag_of_its_colour(colour: Color, flag: str) -> None:
    workbook = sipri_workbook()
    paint(cell_at(workbook, CURRENT_SHEET, "Germany", 2024), colour)
    row = one(parse(workbook), CURRENT_SHEET, "Germany", 2024)
    assert (row["status"], row["flags"]) == ("estimate", [flag])


def test_red_in_regional_totals_means_that_a_part_is_estimated() -> None:
    workbook = sipri_workbook()
    paint(cell_at(workbook, REGION_SHEET, "Europe", 2022), RED)
    row = one(parse(workbook), REGION_SHEET, "Europe", 2022)
    assert (row["status"], row["flags"]) == ("estimate", ["source_estimate"])


@pytest.mark.parametrize("colour", [Color(theme=1), Color(auto=True), Color(indexed=64), Color(rgb="FF000000")])
def test_a_figure_in_the_text_colour_is_actual(colour: Color) -> None:
    workbook = sipri_workbook()
    paint(cell_at(workbook, CURRENT_SHEET, "Germany", 2024), colour)
    assert one(parse(workbook), CURRENT_SHEET, "Germany", 2024)["status"] == "actual"


def test_the_symbols_of_a_row_flag_each_of_its_figures() -> None:
    row = one(parse(sipri_workbook()), CURRENT_SHEET, "Libya", 2023)
    assert row["flags"] == ["budget_not_outturn", "current_spending_only", "excludes_paramilitary"]


@pytest.mark.parametrize("spelling", ["...", "…", ". .", ". . ", "..", "", "  ", None])
def test_every_known_spelling_of_missing_is_missing(spelling: str | None) -> None:
    workbook = sipri_workbook()
    cell_at(workbook, CURRENT_SHEET, "Germany", 2024).value = spelling
    row = one(parse(workbook), CURRENT_SHEET, "Germany", 2024)
    assert (row["value"], row["availability"]) == (None, "missing")


def test_a_missing_figure_bears_no_flag_whatever_its_colour() -> None:
    workbook = sipri_workbook()
    cell = cell_at(workbook, CURRENT_SHEET, "Libya", 2024)
    cell.value = "..."
    paint(cell, BLUE)
    assert one(parse(workbook), CURRENT_SHEET, "Libya", 2024)["flags"] == []


def test_group_rows_yield_nothing() -> None:
    states = on_sheet(parse(sipri_workbook()), CURRENT_SHEET)["entity_label"].unique(maintain_order=True)
    assert states.to_list() == [label for label, *_ in STATES]


def test_omitted_countries_stand_in_the_note_of_their_region() -> None:
    assert one(parse(sipri_workbook()), REGION_SHEET, "Africa", 2024)["note"] == "Omitted countries: Djibouti"


def test_a_financial_year_stands_in_the_note() -> None:
    workbook = sipri_workbook()
    cell_at(workbook, FISCAL_SHEET, "Australia", "Fiscal Year (Jan-Dec if not stated)").value = "Jul-Jun"
    note = one(parse(workbook), FISCAL_SHEET, "Australia", 2024)["note"]
    assert note == "Fiscal Year (Jan-Dec if not stated): Jul-Jun"


def test_a_reporting_year_takes_a_share_of_government_spending_off_the_calendar() -> None:
    workbook = sipri_workbook()
    cell_at(workbook, GOVERNMENT_SHEET, "Australia", "Reporting year").value = "Jul-Jun"
    assert one(parse(workbook), GOVERNMENT_SHEET, "Australia", 2024)["year_basis"] == "as_published"


def test_a_share_of_government_spending_on_financial_years_is_fiscal() -> None:
    workbook = sipri_workbook()
    sheet = workbook[GOVERNMENT_SHEET]
    sheet["A2"] = str(sheet["A2"].value).replace("calendar", "financial")
    assert one(parse(workbook), GOVERNMENT_SHEET, "Australia", 2024)["year_basis"] == "fiscal"


@pytest.mark.parametrize("text", ["in millions of local currency", "in local currency (m.)"])
def test_local_currency_is_read_in_the_scale_that_the_sheet_states(text: str) -> None:
    workbook = sipri_workbook(local_unit=1e6)
    for sheet in (FISCAL_SHEET, CALENDAR_SHEET):
        workbook[sheet].insert_rows(1)
        workbook[sheet]["A1"] = f"Military expenditure by country, {text}"
    row = one(parse(workbook), CALENDAR_SHEET, "Algeria", 2024)
    assert (row["value"], row["unit"]) == (1000.0, "million")


@pytest.mark.parametrize("years", [(2022, 2023, 2024), (2022.0, 2023.0, 2024.0), ("2022", "2023 ", "2024")])
def test_years_are_read_however_they_are_printed(years: tuple[object, ...]) -> None:
    assert parse(sipri_workbook(years))["year"].unique().sort().to_list() == [2022, 2023, 2024]


@given(year=st.integers(1900, 2099), shape=st.sampled_from(["{}", "{}.0", " {} ", "\n{}"]))
def test_a_year_is_the_same_as_number_and_as_text(year: int, shape: str) -> None:
    assert year_of(year) == year_of(float(year)) == year_of(shape.format(year)) == year


@given(st.one_of(st.floats(), st.text(), st.integers().filter(lambda n: not 1900 <= n <= 2099)))
def test_nothing_but_a_year_is_a_year(value: float | str) -> None:
    found = year_of(value)
    assert found is None or float(value) == found


def test_a_stray_block_behind_a_blank_header_is_no_part_of_the_table() -> None:
    workbook = sipri_workbook()
    plain = parse(workbook)
    sheet = workbook[CURRENT_SHEET]
    row = cell_at(workbook, CURRENT_SHEET, "Germany", 2024).row
    sheet.cell(row, column_of(sheet, 2024) + 3).value = 12345
    assert parse(workbook).equals(plain)


def test_the_column_that_repeats_current_dollars_on_older_constant_sheets_is_passed_over() -> None:
    workbook = sipri_workbook()
    plain = parse(workbook)
    sheet = workbook[CONSTANT_SHEET]
    sheet.cell(header_row(sheet), column_of(sheet, 2024) + 1).value = "2024 Current"
    assert parse(workbook).equals(plain)


def test_regional_totals_may_lack_the_columns_behind_the_years() -> None:
    workbook = sipri_workbook()
    sheet = workbook[REGION_SHEET]
    sheet.delete_cols(column_of(sheet, 2024) + 1, amount=3)
    assert on_sheet(parse(workbook), REGION_SHEET)["price_basis"].unique().to_list() == ["constant"]


def test_rows_may_move_and_a_blank_sheet_may_be_added() -> None:
    workbook = sipri_workbook()
    workbook[CURRENT_SHEET].insert_rows(1, amount=4)
    workbook.create_sheet("Sheet1")
    assert one(parse(workbook), CURRENT_SHEET, "United States of America", 2024)["value"] == 1000.0


def test_the_fingerprint_names_the_header_the_years_and_the_text_of_each_sheet() -> None:
    sheets = layout_fingerprint(payload_of(sipri_workbook()))["sections"]
    current = next(sheet for sheet in sheets if sheet["name"] == CURRENT_SHEET)
    assert len(current.pop("labels")) == 159
    assert current | {"texts": current["texts"][0][:20]} == {
        "kind": "sheet",
        "key": CURRENT_SHEET,
        "name": CURRENT_SHEET,
        "places": {"header": "A5"},
        "columns": ["Country", "Notes"],
        "years": ["2022", "2023", "2024"],
        "texts": "Figures are in US $m",
    }
