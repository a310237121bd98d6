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
    GROUPS,
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
from transforms.parse.frame import summary
from transforms.parse.sipri import layout_fingerprint, parse_sipri_workbook, read_sipri_workbook
from transforms.parse.sipri.currencies import with_true_currencies
from transforms.parse.sipri.findings import Findings
from transforms.parse.sipri.printed import year_of


def parse(workbook: Workbook) -> pl.DataFrame:
    return parse_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))


@pytest.fixture(scope="module")
def plain() -> pl.DataFrame:
    """What is read of the release as the factory makes it."""
    return parse(sipri_workbook())


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
def test_each_sheet_measures_what_it_says(plain: pl.DataFrame, sheet: str, meaning: tuple[object, ...]) -> None:
    row = one(plain, sheet, "Algeria", 2024)
    columns = ("indicator", "unit", "currency", "price_basis", "base_year", "year_basis")
    assert tuple(row[column] for column in columns) == meaning


FLAG_OF_COLOUR = {
    "palette blue": (BLUE, "source_estimate"),
    "RGB blue": (Color(rgb="FF0000FF"), "source_estimate"),
    "RGB blue without alpha": (Color(rgb="000000FF"), "source_estimate"),
    "standard blue": (Color(rgb="FF0070C0"), "source_estimate"),
    "theme blue": (Color(theme=10), "source_estimate"),
    "tinted theme blue": (Color(theme=10, tint=-0.25), "source_estimate"),
    "palette red": (RED, "highly_uncertain"),
    "RGB red": (Color(rgb="FFFF0000"), "highly_uncertain"),
    "standard dark red": (Color(rgb="FFC00000"), "highly_uncertain"),
}
TEXT_COLOURS = (
    *(Color(theme=1), Color(theme=1, tint=0.15), Color(theme=3), Color(auto=True), Color(indexed=64)),
    *(Color(indexed=8), Color(rgb="FF000000"), Color(rgb="FF333333"), Color(rgb="FF1F497D")),
)
SPELLINGS_OF_MISSING = ("...", "…", ". .", ". . ", "..", ". . .", "....", "……", "‥", "\u00a0. .", "", "  ", None)
DOTS = ("...", "…", ". .")


@pytest.fixture(scope="module")
def varied() -> pl.DataFrame:
    """One release in which each state has another colour, or another spelling of missing, in Current US$ of 2024."""
    workbook = sipri_workbook()
    colours = [*(colour for colour, _ in FLAG_OF_COLOUR.values()), *TEXT_COLOURS]
    for label, colour in zip(states(0), colours, strict=False):
        paint(cell_at(workbook, CURRENT_SHEET, label, 2024), colour)
    for label, spelling in zip(states(50), SPELLINGS_OF_MISSING, strict=False):
        cell_at(workbook, CURRENT_SHEET, label, 2024).value = spelling
    for label, dots in zip(states(100), DOTS, strict=False):
        cell_at(workbook, CURRENT_SHEET, label, "Notes").value = dots
    return parse(workbook)


def states(first: int) -> list[str]:
    """Labels of fifty states that differ in nothing."""
    return [f"State {number:03}" for number in range(first, min(first + 50, 144))]


@pytest.mark.parametrize("name", FLAG_OF_COLOUR)
def test_a_coloured_figure_is_an_estimate_with_the_flag_of_its_colour(varied: pl.DataFrame, name: str) -> None:
    row = one(varied, CURRENT_SHEET, states(0)[list(FLAG_OF_COLOUR).index(name)], 2024)
    assert (row["status"], row["flags"]) == ("estimate", [FLAG_OF_COLOUR[name][1]])


def test_red_in_regional_totals_means_that_a_part_is_estimated() -> None:
    workbook = sipri_workbook()
    paint(cell_at(workbook, REGION_SHEET, "Europe", 2022), RED)
    row = one(parse(workbook), REGION_SHEET, "Europe", 2022)
    assert (row["status"], row["flags"]) == ("estimate", ["source_estimate"])


@pytest.mark.parametrize("number", range(len(TEXT_COLOURS)))
def test_a_figure_in_the_text_colour_is_actual(varied: pl.DataFrame, number: int) -> None:
    row = one(varied, CURRENT_SHEET, states(len(FLAG_OF_COLOUR))[number], 2024)
    assert (row["status"], row["flags"]) == ("actual", [])


def test_the_symbols_of_a_row_flag_each_of_its_figures(plain: pl.DataFrame) -> None:
    row = one(plain, CURRENT_SHEET, "Libya", 2023)
    assert row["flags"] == ["budget_not_outturn", "current_spending_only", "excludes_paramilitary"]


@pytest.mark.parametrize("spelling", SPELLINGS_OF_MISSING)
def test_every_known_spelling_of_missing_is_missing(varied: pl.DataFrame, spelling: str | None) -> None:
    row = one(varied, CURRENT_SHEET, states(50)[SPELLINGS_OF_MISSING.index(spelling)], 2024)
    assert (row["value"], row["availability"]) == (None, "missing")


def test_a_missing_figure_bears_no_flag_whatever_its_colour() -> None:
    workbook = sipri_workbook()
    cell = cell_at(workbook, CURRENT_SHEET, "Libya", 2024)
    cell.value = "..."
    paint(cell, BLUE)
    assert one(parse(workbook), CURRENT_SHEET, "Libya", 2024)["flags"] == []


@pytest.mark.parametrize("contents", [(None, "...", "…"), (". .", " ", "...")], ids=str)
def test_group_rows_yield_nothing_whatever_fills_them(plain: pl.DataFrame, contents: tuple[str | None, ...]) -> None:
    workbook = sipri_workbook()
    for sheet in workbook.worksheets[2:-1]:
        for group, content in zip(GROUPS, contents, strict=True):
            for column in range(2, sheet.max_column + 1):
                cell_at(workbook, sheet.title, group, "Country").offset(column=column - 1).value = content
    assert parse(workbook).equals(plain)


def test_text_below_a_table_is_no_part_of_it(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    for sheet in workbook.worksheets[2:-1]:
        sheet.append(["† Figures for these countries do not include military pensions"])
        sheet.append([None, " "])
    assert parse(workbook).equals(plain)


@pytest.mark.parametrize(
    "fiscal",
    ["Fiscal Year (Jan.–Dec. if not stated)", "Fiscal year", "Financial Year"],  # noqa: RUF001 (as April 2026 prints it)
)
def test_leading_columns_are_known_in_any_spelling(plain: pl.DataFrame, fiscal: str) -> None:
    workbook = sipri_workbook()
    cell_at(workbook, FISCAL_SHEET, "Country", "Fiscal Year (Jan-Dec if not stated)").value = fiscal
    assert parse(workbook).equals(plain)


def test_a_row_of_dots_that_is_no_known_label_is_passed_over_with_a_notice(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    workbook[CURRENT_SHEET].append(["Atlantis", "...", "...", "...", "..."])
    reading = read_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))
    assert reading.figures.equals(plain)
    assert [(notice.subject, notice.cells) for notice in reading.notices] == [("Atlantis", 0)]


def test_an_unknown_region_is_withheld_and_takes_nothing_else_with_it(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    cell_at(workbook, REGION_SHEET, "Europe", "Region").value = "Northern Europe"
    reading = read_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))
    assert reading.figures.equals(plain.filter(~((pl.col("entity_label") == "Europe") & (pl.col("unit") == "billion"))))
    assert summary(reading.notices) == [
        "Withheld, not in labels/sipri.csv for its day: region Northern Europe (3 figures, first at Regional totals!A8)"
    ]


def test_a_region_of_later_releases_is_withheld_too() -> None:
    # labels/sipri.csv: "Central and Western Europe" since April 2026
    workbook = sipri_workbook()
    cell_at(workbook, REGION_SHEET, "Europe", "Region").value = "Central and Western Europe"
    reading = read_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))
    assert [notice.subject for notice in reading.notices] == ["region Central and Western Europe"]


def test_an_unknown_state_is_read_and_left_to_the_labels_to_refuse() -> None:
    workbook = sipri_workbook()
    for sheet in workbook.worksheets[2:-1]:
        cell_at(workbook, sheet.title, "Germany", "Country").value = "Atlantis"
    assert one(parse(workbook), CURRENT_SHEET, "Atlantis", 2024)["value"] == pytest.approx(1000 / 0.925)


def test_a_group_may_head_the_sheets_without_being_among_the_regional_totals(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    for sheet in workbook.worksheets[2:-1]:
        cell_at(workbook, sheet.title, "Europe", "Country").value = "Western Europe"
    assert parse(workbook).equals(plain)


@pytest.mark.parametrize("dots", DOTS)
def test_dots_in_the_notes_are_no_mark(varied: pl.DataFrame, dots: str) -> None:
    assert one(varied, CURRENT_SHEET, states(100)[DOTS.index(dots)], 2024)["note"] is None


def test_numbers_of_footnotes_may_be_floats() -> None:
    workbook = sipri_workbook()
    for row in workbook["Footnotes"].iter_rows(max_col=1):
        if isinstance(row[0].value, int):
            row[0].value = float(row[0].value)
    cell_at(workbook, CURRENT_SHEET, "France", "Notes").value = "101.0"
    assert one(parse(workbook), CURRENT_SHEET, "France", 2024)["note"] == (
        "[101] France: The series has been revised back to 1949."
    )


def test_a_footnote_without_text_says_so() -> None:
    workbook = sipri_workbook()
    row = next(row for row in workbook["Footnotes"].iter_rows() if row[0].value == 16)
    row[2].value = None
    note = str(one(parse(workbook), CURRENT_SHEET, "Libya", 2024)["note"])
    assert note == "‡§¶ [16] (a footnote without text)"


def test_a_share_without_a_percentage_format_is_a_fraction_like_its_neighbours() -> None:
    workbook = sipri_workbook()
    cell_at(workbook, GDP_SHEET, "Germany", 2024).number_format = "General"
    assert one(parse(workbook), GDP_SHEET, "Germany", 2024)["value"] == 0.02


def test_a_sheet_without_any_percentage_format_is_read_as_fractions(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    for row in workbook[GDP_SHEET].iter_rows():
        for cell in row:
            cell.number_format = "General"
    assert parse(workbook).equals(plain)


@pytest.mark.parametrize("sheet", [GDP_SHEET, CAPITA_SHEET])
def test_zero_in_a_state_with_spending_is_withheld_with_its_reason(sheet: str) -> None:
    workbook = sipri_workbook()
    cell_at(workbook, sheet, "Germany", 2024).value = 0
    row = one(parse(workbook), sheet, "Germany", 2024)
    assert (row["value"], row["availability"]) == (None, "missing")
    assert "withheld: printed as 0" in str(row["note"])


def test_us_dollars_that_are_not_those_of_current_us_dollars_are_withheld_on_both_local_sheets() -> None:
    workbook = sipri_workbook()
    cell_at(workbook, CALENDAR_SHEET, "United States of America", 2024).value = 2e9
    frame = parse(workbook)
    for sheet in (CALENDAR_SHEET, FISCAL_SHEET):
        row = one(frame, sheet, "United States of America", 2024)
        assert (row["value"], row["currency"]) == (None, "XXX")
        assert "printed as US dollars, but not the figure of Current US$" in str(row["note"])
    assert one(frame, CALENDAR_SHEET, "United States of America", 2023)["value"] == 1e9
    assert one(frame, CURRENT_SHEET, "United States of America", 2024)["value"] == 1000.0


@given(st.floats(-0.05, 0.05))
def test_euros_are_distinguished_from_kuna_however_the_rate_was_rounded(off: float) -> None:
    # The irrevocable rate of the kuna is 7.5345 to the euro.
    rows = [("Germany", "Euro", 0.925), ("France", "Euro", 0.925), ("Croatia", "Kunas", 0.925 * (1 + off))]
    assert currency_of_croatia(rows) == "EUR"
    rows[2] = ("Croatia", "Kunas", 0.925 * 7.5345 * (1 + off))
    assert currency_of_croatia(rows) == "Kunas"


def test_a_rate_of_neither_kuna_nor_euro_is_withheld() -> None:
    workbook = sipri_workbook()
    cell_at(workbook, CALENDAR_SHEET, "Croatia", 2023).value = 3e9
    row = one(parse(workbook), CALENDAR_SHEET, "Croatia", 2023)
    assert row["value"] is None
    assert "neither at the rate of the currency" in str(row["note"])


def currency_of_croatia(rows: list[tuple[str, str, float]]) -> str:
    local = [(label, currency, 2024, 1e9, "unit", "local!A1") for label, currency, _ in rows]
    dollars = [(label, "USD", 2024, 1e3 / rate, "million", "dollars!A1") for label, _, rate in rows]
    frame = pl.DataFrame(
        [*local, *dollars],
        schema=["entity_label", "currency", "year", "value", "unit", "locator"],
        orient="row",
        schema_overrides={"year": pl.Int16()},
    ).with_columns(
        locator=pl.format("{}{}", "locator", "entity_label"),
        indicator=pl.lit("defence_expenditure"),
        price_basis=pl.lit("current"),
        year_basis=pl.lit("calendar"),
        availability=pl.lit("reported"),
        status=pl.lit("actual"),
        flags=pl.lit([], dtype=pl.List(pl.String)),
        note=pl.lit(None, dtype=pl.String),
    )
    read = with_true_currencies(frame, {"Croatia": 7.5345}, Findings({}))
    return str(read.filter(entity_label="Croatia", unit="unit")["currency"].item())


def test_group_rows_are_no_states(plain: pl.DataFrame) -> None:
    states = on_sheet(plain, CURRENT_SHEET)["entity_label"].unique(maintain_order=True)
    assert states.to_list() == [label for label, *_ in STATES]


def test_omitted_countries_are_in_the_note_of_their_region(plain: pl.DataFrame) -> None:
    assert one(plain, REGION_SHEET, "Africa", 2024)["note"] == "Omitted countries: Djibouti"


def test_a_financial_year_is_in_the_note() -> None:
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


def test_a_stray_block_behind_a_blank_header_is_no_part_of_the_table(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
    sheet = workbook[CURRENT_SHEET]
    row = cell_at(workbook, CURRENT_SHEET, "Germany", 2024).row
    sheet.cell(row, column_of(sheet, 2024) + 3).value = 12345
    sheet.cell(header_row(sheet), column_of(sheet, 2024) + 3).value = 2022
    assert parse(workbook).equals(plain)


def test_the_column_that_repeats_current_dollars_on_older_constant_sheets_is_passed_over(plain: pl.DataFrame) -> None:
    workbook = sipri_workbook()
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
