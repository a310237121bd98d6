"""The SIPRI parser: every kind of workbook and cell that it refuses, one test each."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
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
    REGION_SHEET,
    YEARS,
    cell_at,
    column_of,
    header_row,
    paint,
    payload_of,
    sipri_workbook,
)
from transforms.errors import LayoutError, PayloadError, RefusedInputError, ValueRefusedError
from transforms.parse.sipri import parse_sipri_workbook

UNITED_STATES = "United States of America"


@pytest.fixture
def workbook() -> Workbook:
    return sipri_workbook()


def refusal(workbook: Workbook, kind: type[RefusedInputError]) -> RefusedInputError:
    with pytest.raises(kind) as raised:
        parse_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))
    return raised.value


def replace_text(workbook: Workbook, sheet: str, old: str, new: str) -> None:
    for row in workbook[sheet].iter_rows(max_col=3):
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace(old, new)


def test_a_web_page_is_refused() -> None:
    with pytest.raises(PayloadError, match="a web page"):
        parse_sipri_workbook(b"<!DOCTYPE html>", published_on=dt.date(2025, 4, 28))


def test_an_export_of_the_web_tool_is_named_as_such(workbook: Workbook) -> None:
    del workbook["Front page"]
    del workbook[CAPITA_SHEET]
    error = refusal(workbook, LayoutError)
    assert "missing: Front page, Per capita" in error.found
    assert "exports of https://milex.sipri.org" in error.advice


def test_a_choice_of_states_is_refused(workbook: Workbook) -> None:
    workbook[CURRENT_SHEET].delete_rows(60, amount=80)
    error = refusal(workbook, LayoutError)
    assert (error.place, error.expected[:22]) == (CURRENT_SHEET, "at least 150 states, a")


def test_an_added_sheet_with_content_is_refused_by_name(workbook: Workbook) -> None:
    workbook.create_sheet("My notes")["C3"] = "check Poland"
    assert refusal(workbook, LayoutError).place == "My notes"


def test_a_sheet_without_header_is_refused(workbook: Workbook) -> None:
    workbook[GDP_SHEET].cell(header_row(workbook[GDP_SHEET]), 1).value = "State"
    assert refusal(workbook, LayoutError).place == GDP_SHEET


def test_years_that_go_on_behind_a_gap_are_refused(workbook: Workbook) -> None:
    sheet = workbook[CURRENT_SHEET]
    sheet.cell(header_row(sheet), column_of(sheet, 2024) + 2).value = 2025
    assert "2025 behind a gap" in refusal(workbook, LayoutError).found


def test_a_missing_year_in_the_header_is_refused() -> None:
    assert "here 2023" in refusal(sipri_workbook((2022, 2024)), LayoutError).expected


def test_an_unknown_column_behind_the_years_is_refused(workbook: Workbook) -> None:
    sheet = workbook[CURRENT_SHEET]
    sheet.cell(header_row(sheet), column_of(sheet, 2024) + 1).value = "Change 2023-24"
    assert refusal(workbook, LayoutError).found == "'Change 2023-24'"


def test_an_unknown_column_before_the_years_is_refused(workbook: Workbook) -> None:
    workbook[CURRENT_SHEET].cell(header_row(workbook[CURRENT_SHEET]), 2).value = "Source"
    assert refusal(workbook, LayoutError).place == "Current US$!B5"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("Notes", "", "Currency"), ("Currency", "Notes", "'Notes'")],
    ids=["missing", "repeated"],
)
def test_a_leading_column_that_is_missing_or_repeated_is_refused(
    workbook: Workbook, old: str, new: str, found: str
) -> None:
    replace_text(workbook, CALENDAR_SHEET, old, new)
    assert refusal(workbook, LayoutError).found == found


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        (CURRENT_SHEET, "US $m.", "US $ b."),
        (CURRENT_SHEET, "in blue", "in green"),
        (CURRENT_SHEET, "in red", "in purple"),
        (CALENDAR_SHEET, "calendar years", "years"),
        (REGION_SHEET, "US$ b.", "US$ m."),
    ],
    ids=["unit", "blue legend", "red legend", "year basis", "regional unit"],
)
def test_a_sheet_that_no_longer_states_its_meaning_is_refused(
    workbook: Workbook, sheet: str, old: str, new: str
) -> None:
    replace_text(workbook, sheet, old, new)
    assert refusal(workbook, LayoutError).place == f"{sheet}, text above the table"


def test_two_scales_of_local_currency_are_refused(workbook: Workbook) -> None:
    replace_text(workbook, CALENDAR_SHEET, "are for calendar", "in millions or billions are for calendar")
    replace_text(workbook, CALENDAR_SHEET, "prices and in", "prices and are for calendar years, in")
    assert refusal(workbook, LayoutError).found == "billion, million"


def test_base_years_that_differ_are_refused(workbook: Workbook) -> None:
    replace_text(workbook, REGION_SHEET, "constant 2023", "constant 2022")
    assert refusal(workbook, LayoutError).expected == "one base year of constant prices"


def test_sheets_that_end_in_different_years_are_refused(workbook: Workbook) -> None:
    sheet = workbook[GDP_SHEET]
    sheet.delete_cols(column_of(sheet, 2024))
    assert "Share of GDP: 2023" in refusal(workbook, LayoutError).found


def test_figures_for_the_year_of_publication_are_refused() -> None:
    error = refusal(sipri_workbook((2023, 2024, 2025)), LayoutError)
    assert "before the year of publication, 2025" in error.expected


UNEXPLAINED_COLOURS = (Color(rgb="FF00B050"), Color(theme=4), Color(theme=1, tint=0.5), Color(indexed=11))
UNEXPLAINED_MARKS = ("§?", "§17", "*")
NO_FIGURES = ("#VALEUR!", "12,5", "n/a", "xxxx", -1.0, True, dt.datetime(2024, 1, 1))  # noqa: DTZ001 - Excel's dates know no zone


@pytest.fixture(scope="module")
def refused_places() -> dict[str, type[RefusedInputError]]:
    """The kind of each obstacle by its cell, of one release with one such cell a state in Current US$."""
    workbook = sipri_workbook()
    for number, colour in enumerate(UNEXPLAINED_COLOURS):
        paint(cell_at(workbook, CURRENT_SHEET, f"State {number:03}", 2024), colour)
    for number, marks in enumerate(UNEXPLAINED_MARKS, start=20):
        cell_at(workbook, CURRENT_SHEET, f"State {number:03}", "Notes").value = marks
    for number, content in enumerate(NO_FIGURES, start=40):
        cell_at(workbook, CURRENT_SHEET, f"State {number:03}", 2023).value = content  # type: ignore[assignment]
    return {obstacle.place: type(obstacle) for obstacle in refusal(workbook, RefusedInputError).obstacles}


def place_of(number: int, header: object) -> str:
    label = f"State {number:03}"
    return f"{CURRENT_SHEET}!{cell_at(sipri_workbook(), CURRENT_SHEET, label, header).coordinate}"


def test_nothing_else_of_a_release_is_refused(refused_places: dict[str, type[RefusedInputError]]) -> None:
    assert len(refused_places) == len(UNEXPLAINED_COLOURS) + len(UNEXPLAINED_MARKS) + len(NO_FIGURES)


@pytest.mark.parametrize("number", range(len(UNEXPLAINED_COLOURS)))
def test_a_colour_that_the_legend_does_not_explain_is_refused(
    refused_places: dict[str, type[RefusedInputError]], number: int
) -> None:
    assert refused_places[place_of(number, 2024)] is LayoutError


@pytest.mark.parametrize("sheet", [FISCAL_SHEET, CONSTANT_SHEET, GDP_SHEET])
def test_a_sheet_that_lost_its_colours_is_refused(workbook: Workbook, sheet: str) -> None:
    for row in workbook[sheet].iter_rows():
        for cell in row:
            cell.font = Font()
    error = refusal(workbook, LayoutError)
    assert (error.place, error.found) == (sheet, "none in colour")


def test_blue_in_regional_totals_is_refused(workbook: Workbook) -> None:
    paint(cell_at(workbook, REGION_SHEET, "World", 2024), BLUE)
    assert refusal(workbook, LayoutError).found == "a font in blue"


@pytest.mark.parametrize("marks", UNEXPLAINED_MARKS)
def test_a_mark_that_the_footnotes_do_not_explain_is_refused(
    refused_places: dict[str, type[RefusedInputError]], marks: str
) -> None:
    assert refused_places[place_of(20 + UNEXPLAINED_MARKS.index(marks), "Notes")] is LayoutError


def test_a_symbol_that_has_changed_its_meaning_is_refused(workbook: Workbook) -> None:
    replace_text(workbook, "Footnotes", "military pensions", "military aid")
    assert refusal(workbook, LayoutError).place == "Footnotes!A2"


def test_an_unknown_symbol_in_the_footnotes_is_refused(workbook: Workbook) -> None:
    workbook["Footnotes"].append(["#", "Figures for these countries are forecasts"])
    assert "'#'" in refusal(workbook, LayoutError).found


def test_a_footnote_that_is_printed_twice_is_refused(workbook: Workbook) -> None:
    workbook["Footnotes"].append([16, None, "Libya: something else."])
    assert refusal(workbook, LayoutError).expected == "each footnote once"


@pytest.mark.parametrize("number", range(len(NO_FIGURES)), ids=map(str, NO_FIGURES))
def test_a_cell_that_is_neither_figure_nor_missing_is_refused(
    refused_places: dict[str, type[RefusedInputError]], number: int
) -> None:
    assert refused_places[place_of(40 + number, 2023)] is ValueRefusedError


def test_percent_without_a_percentage_format_are_refused_among_fractions(workbook: Workbook) -> None:
    cell = cell_at(workbook, GDP_SHEET, "Germany", 2024)
    cell.value, cell.number_format = 2.0, "General"
    assert refusal(workbook, LayoutError).found == "2 in the format 'General', the middle one being 0.02"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"Germany": None}, "a blank label in front of figures"),
        ({"Germany": "France"}, "'France', which row 12 holds already"),
        ({"Germany": "Europe"}, "the group 'Europe' with figures"),
        ({"Germany": "Country"}, "a second header inside the table"),
    ],
    ids=["blank", "repeated", "group", "header"],
)
def test_a_row_that_is_neither_state_nor_group_is_refused(
    workbook: Workbook, change: dict[str, str | None], found: str
) -> None:
    for old, new in change.items():
        cell_at(workbook, CURRENT_SHEET, old, "Country").value = new
    assert refusal(workbook, LayoutError).found == found


def test_a_row_without_currency_is_refused(workbook: Workbook) -> None:
    cell_at(workbook, CALENDAR_SHEET, "Germany", "Currency").value = ""
    assert refusal(workbook, LayoutError).expected == "a currency for Germany"


def test_regional_totals_without_the_world_are_refused(workbook: Workbook) -> None:
    workbook[REGION_SHEET].delete_rows(header_row(workbook[REGION_SHEET]) + 1)
    assert refusal(workbook, LayoutError).expected == "a row 'World'"


def test_a_sheet_whose_us_dollars_are_not_those_of_current_us_dollars_is_refused(workbook: Workbook) -> None:
    scale(workbook, CALENDAR_SHEET, 2.0)
    error = refusal(workbook, ValueRefusedError)
    assert error.place == f"{CALENDAR_SHEET}!{cell_at(workbook, CALENDAR_SHEET, UNITED_STATES, 2022).coordinate}"
    assert error.found[:7] == "2 times"


def test_a_constant_sheet_with_another_name_is_refused(workbook: Workbook) -> None:
    workbook[CONSTANT_SHEET].title = "Constant prices"
    assert refusal(workbook, LayoutError).place == "Constant prices"


def test_a_figure_merged_over_two_years_is_refused(workbook: Workbook) -> None:
    first = cell_at(workbook, CURRENT_SHEET, "Germany", 2022).coordinate
    second = cell_at(workbook, CURRENT_SHEET, "Germany", 2023).coordinate
    workbook[CURRENT_SHEET].merge_cells(f"{first}:{second}")
    assert refusal(workbook, LayoutError).place == f"{CURRENT_SHEET}!{second}"


def scale(workbook: Workbook, title: str, factor: float) -> None:
    for row in workbook[title].iter_rows(min_row=header_row(workbook[title]) + 1):
        for cell in row:
            if isinstance(cell.value, float):
                cell.value *= factor


@pytest.mark.parametrize(
    ("title", "factor", "expected"),
    [
        (CAPITA_SHEET, 1e-3, "dollars per head that imply a possible population"),
        (CAPITA_SHEET, 1e3, "dollars per head that imply a possible population"),
        (GDP_SHEET, 1e2, "fractions, not of percent"),
        (GOVERNMENT_SHEET, 1e2, "fractions, not of percent"),
        (FISCAL_SHEET, 1e-6, "the scale of the calendar years"),
    ],
)
def test_a_sheet_that_changed_its_scale_without_saying_so_is_refused(
    workbook: Workbook, title: str, factor: float, expected: str
) -> None:
    scale(workbook, title, factor)
    error = refusal(workbook, ValueRefusedError)
    assert error.place.startswith(f"{title}!")
    assert expected in error.expected


def test_figures_that_slipped_by_one_column_leave_an_empty_year_and_are_refused(workbook: Workbook) -> None:
    sheet = workbook[CAPITA_SHEET]
    first = column_of(sheet, YEARS[0])
    for row in sheet.iter_rows(min_row=header_row(sheet) + 1, min_col=first, max_col=first + len(YEARS) - 1):
        slipped = [None, *(cell.value for cell in row[:-1])]
        for cell, value in zip(row, slipped, strict=True):
            cell.value = value
    error = refusal(workbook, LayoutError)
    assert error.place == f"{CAPITA_SHEET}!{sheet.cell(header_row(sheet), first).coordinate}"
    assert error.expected == f"at least one figure below {YEARS[0]}"


def test_one_refusal_names_every_obstacle_by_kind_with_its_first_cells(workbook: Workbook) -> None:
    for label in ("Germany", "France", "Croatia", "Switzerland", "Algeria"):
        cell_at(workbook, CURRENT_SHEET, label, 2024).value = "n/a"
    paint(cell_at(workbook, GDP_SHEET, "Germany", 2024), Color(rgb="FF00B050"))
    workbook.create_sheet("My notes")["C3"] = "check Poland"
    error = refusal(workbook, LayoutError)
    assert [type(obstacle).__name__ for obstacle in error.obstacles] == [
        "LayoutError",
        *["ValueRefusedError"] * 5,
        "LayoutError",
    ]
    assert error.place == "My notes"
    message = str(error)
    assert message.startswith("7 obstacles of 3 kinds: My notes: expected the ten sheets")
    assert "Current US$!E10, Current US$!E12, Current US$!E13, Current US$!E14 and 1 more: expected a number" in message
    assert "found 'n/a'; compare with the source's own file" in message


def test_arithmetic_is_tried_although_cells_cannot_be_read(workbook: Workbook) -> None:
    cell_at(workbook, CURRENT_SHEET, "Germany", 2024).value = "n/a"
    scale(workbook, GDP_SHEET, 1e2)
    expected = [obstacle.expected for obstacle in refusal(workbook, ValueRefusedError).obstacles]
    assert [text[-40:] for text in expected][1] == "2022: a sheet of fractions, not of percent"[-40:]


@pytest.mark.parametrize(
    ("errors", "refused"), [(1, False), (6, True)], ids=["one cell in a hundred", "more than one cell in a hundred"]
)
def test_excel_errors_are_missing_figures_but_not_in_many_cells(
    workbook: Workbook, errors: int, *, refused: bool
) -> None:
    for number in range(errors):
        cell_at(workbook, CURRENT_SHEET, f"State {number:03}", 2024).value = "#REF!"
    if refused:
        assert refusal(workbook, ValueRefusedError).found == "6 errors such as #REF!"
    else:
        frame = parse_sipri_workbook(payload_of(workbook), published_on=dt.date(2025, 4, 28))
        row = frame.filter(pl.col("note") == "printed as #REF!").row(0, named=True)
        assert (row["value"], row["availability"]) == (None, "missing")


def test_a_release_that_is_too_old_says_which_are_supported() -> None:
    workbook = sipri_workbook((2013, 2014, 2015))
    found = refusal(workbook, LayoutError)
    assert found.expected == "a release since April 2017, whose tables end in 2016 or later"


def test_a_sheet_of_which_most_shares_are_zero_in_states_with_spending_is_refused(workbook: Workbook) -> None:
    scale(workbook, GDP_SHEET, 0.0)
    assert "in 465 of 465 cells of the sheet" in refusal(workbook, ValueRefusedError).found


def test_a_state_among_the_regions_is_refused(workbook: Workbook) -> None:
    cell_at(workbook, REGION_SHEET, "Europe", "Region").value = "Germany"
    assert refusal(workbook, LayoutError).found == "the state 'Germany' among the regions"
