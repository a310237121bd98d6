"""NATO's workbook: all figures of the real one, every known layout, and a refusal with its cell for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook
from polars.testing import assert_frame_equal

from tests.factories.nato_workbook import nato_workbook
from transforms.errors import LayoutError, PayloadError, RefusedInputError, ValueRefusedError
from transforms.parse.nato.workbook import parse_nato_workbook

JUNE_2024 = dt.date(2024, 6, 17)


def parse(payload: bytes, published_on: dt.date = JUNE_2024) -> pl.DataFrame:
    return parse_nato_workbook(payload, published_on=published_on)


@pytest.fixture(scope="module")
def real(shared: Path) -> pl.DataFrame:
    return parse((shared / "payloads" / "nato" / "240617-def-exp-2024-TABLES-en.xlsx").read_bytes())


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    return parse(nato_workbook())


def at(frame: pl.DataFrame, locator: str) -> dict[str, object]:
    return frame.row(by_predicate=pl.col("locator") == locator, named=True)


def test_the_real_workbook_is_read_whole(real: pl.DataFrame) -> None:
    by_sheet = real.group_by(pl.col("locator").str.split("!").list.first()).len()
    assert dict(by_sheet.iter_rows()) == {
        "TABLE1": 682, "TABLE2": 726, "TABLE3": 726, "TABLE4": 155, "TABLE5": 748, "TABLE6": 737, "TABLE7": 363,
        "TABLE8a": 682, "TABLE8b": 682,
    }  # fmt: skip
    assert real.height - 155 == 5346


@pytest.mark.parametrize(
    ("locator", "expected"),
    [
        ("TABLE1!D11", ("Albania", "defence_expenditure", 2014, 18788.017032, "Leks", "current", "actual")),
        ("TABLE1!N32", ("Poland", "defence_expenditure", 2024, 151240.714, "Zlotys", "current", "estimate")),
        ("TABLE2!D43", ("NATO Total", "defence_expenditure", 2014, 943217.5834091387, "USD", "current", "actual")),
        ("TABLE3!L41", ("United States", "defence_share_of_gdp", 2022, 3.3120710807410436, None, "constant", "actual")),
        ("TABLE3!E45", ("Albania", "defence_real_change", 2015, -11.764668351469176, None, "constant", "actual")),
        (
            "TABLE4!F23",
            ("Albania", "defence_real_change_since_2014", 2024, 106.27433754829055, None, "constant", "estimate"),
        ),
        ("TABLE5!D24", ("Iceland", "gdp", 2014, 17867.9966402394, "USD", "current", "actual")),
        ("TABLE6!D11", ("Albania", "gdp_per_capita", 2014, 3.8564859325683414, "USD", "constant", "actual")),
        ("TABLE7!O23", ("Albania", "personnel", 2024, 7.034, None, "none", "estimate")),
        ("TABLE8a!D11", ("Albania", "equipment_share", 2014, 16.649791053904554, None, "none", "actual")),
        ("TABLE8b!D44", ("Albania", "other_share", 2014, 14.435830659406657, None, "none", "actual")),
    ],
)
def test_a_cell_of_the_real_workbook(real: pl.DataFrame, locator: str, expected: tuple[object, ...]) -> None:
    row = at(real, locator)
    names = ("entity_label", "indicator", "year", "value", "currency", "price_basis", "status")
    assert tuple(row[name] for name in names) == expected


def test_constant_prices_of_the_real_workbook_are_of_2015(real: pl.DataFrame) -> None:
    constant = real.filter(pl.col("price_basis") == "constant")
    assert constant["base_year"].unique().to_list() == [2015]


def test_the_hand_set_shares_are_found(real: pl.DataFrame) -> None:
    found = real.filter(pl.col("flags").list.contains("hand_set"))["locator"].to_list()
    # Slovakia's cell of Table 3 is in Table 4 as well.
    assert found == ["TABLE3!J20", "TABLE3!I26", "TABLE3!N35", "TABLE4!H47"]


def test_iceland_is_in_the_tables_of_gdp_only(real: pl.DataFrame) -> None:
    iceland = real.filter(pl.col("entity_label") == "Iceland")
    assert sorted(iceland["indicator"].unique()) == ["gdp", "gdp_per_capita"]


def test_the_star_of_a_national_law_is_a_note_and_no_estimate(real: pl.DataFrame) -> None:
    row = at(real, "TABLE3!D32")
    assert (row["entity_label"], row["note"], row["status"]) == ("Poland", "*", "actual")


def test_the_resaved_workbook_has_identical_figures(real: pl.DataFrame, shared: Path) -> None:
    resaved = shared / "payloads" / "nato" / "240617-def-exp-2024-TABLES-en.resaved.xlsx"
    assert_frame_equal(parse(resaved.read_bytes()), real)


def test_the_layout_of_2025_gives_the_same_figures(made: pl.DataFrame) -> None:
    other = parse(nato_workbook("2025"))
    key = ["indicator", "entity_label", "year", "value", "unit", "currency", "price_basis", "base_year", "status"]
    tables = made.filter(~pl.col("locator").str.starts_with("TABLE4"))
    assert_frame_equal(other.select(key).sort(key), tables.select(key).sort(key))


def test_core_titles_of_2026_are_understood() -> None:
    def core(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            sheet["A1"] = (
                str(sheet["A1"].value).replace("Defence", "Core defence").replace("of defence", "of core defence")
            )

    frame = parse(nato_workbook("2025", last_year=2026, base_year=2021, edits=core), dt.date(2026, 7, 10))
    assert frame["base_year"].drop_nulls().unique().to_list() == [2021]
    assert frame.filter(pl.col("status") == "estimate")["year"].unique().sort().to_list() == [2025, 2026]


def test_sheets_may_be_in_another_order(made: pl.DataFrame) -> None:
    def reverse(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            workbook.move_sheet(sheet, -len(workbook.worksheets))

    assert_frame_equal(parse(nato_workbook(edits=reverse)).sort("locator"), made.sort("locator"))


def test_dots_are_missing_a_dash_is_nil_and_a_blank_is_missing() -> None:
    frame = parse(nato_workbook(edits={"TABLE8a!D11": "..", "TABLE8a!E11": "-", "TABLE8a!F11": None}))
    assert [at(frame, f"TABLE8a!{cell}11")["availability"] for cell in "DEFG"] == [
        "missing",
        "nil",
        "missing",
        "reported",
    ]


def test_gdp_in_billions_keeps_its_unit() -> None:
    frame = parse(nato_workbook(edits={"TABLE5!B6": "Billion US dollars"}))
    assert frame.filter(pl.col("indicator") == "gdp")["unit"].unique().to_list() == ["billion"]


def test_hidden_leftovers_below_the_last_country_are_passed_over(made: pl.DataFrame) -> None:
    def leftovers(workbook: Workbook) -> None:
        workbook["TABLE8a"]["D42"] = "#REF!"
        workbook["TABLE8a"]["E42"] = 0

    assert_frame_equal(parse(nato_workbook(edits=leftovers)), made)


def test_a_rounded_share_of_two_percent_is_not_hand_set_when_the_money_agrees() -> None:
    # The twentieth Ally's share is 1 + 20/20 = 2 percent exactly.
    frame = parse(nato_workbook(edits={"TABLE3!D30": 2}))
    assert not at(frame, "TABLE3!D30")["flags"]


def test_a_whole_number_that_the_money_contradicts_is_hand_set() -> None:
    # The nineteenth Ally's share is 1.95 percent.
    frame = parse(nato_workbook(edits={"TABLE3!D29": 2}))
    assert at(frame, "TABLE3!D29")["flags"] == ["hand_set"]


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ({"TABLE2!N8": "2027"}, r"TABLE2!N8: expected 2024 next to 2023"),
        ({"TABLE3!M8": 2023}, r"TABLE3!D8: expected the estimates that the note"),
        ({"TABLE3!L8": "2022e"}, r"TABLE3!D8: expected the estimates"),
        ({"TABLE3!M8": "2023e", "TABLE3!N8": 2024}, r"TABLE3!N8: expected an estimate after an estimate"),
        ({"TABLE2!B6": "Million Swiss francs"}, r"TABLE2!B6: expected a unit or a block title"),
        ({"TABLE2!B10": "Prices of the day"}, r"TABLE2!B10: expected a unit or a block title"),
        ({"TABLE5!B4": "Table 5 : Gross national income"}, r"TABLE5!B4: expected a known table title"),
        ({"TABLE3!C20": None}, r"TABLE3!D20: expected a country label in front of figures"),
        ({"TABLE3!O20": 2.1}, r"TABLE3!O20: expected no figure beyond 2024"),
        ({"TABLE3!C21": "France"}, r"TABLE3!D21: expected France once"),
        ({"TABLE1!C11": "Albania"}, r"TABLE1!C11: expected a country with its currency"),
    ],
)  # fmt: skip
def test_an_unknown_layout_is_refused_with_its_cell(edits: Mapping[str, bool | float | str | None], place: str) -> None:
    with pytest.raises(LayoutError, match=place):
        parse(nato_workbook(edits=edits))


def test_a_year_after_the_day_of_publication_is_refused() -> None:
    with pytest.raises(LayoutError, match=r"TABLE1!N8: expected no year after 2023"):
        parse(nato_workbook(), dt.date(2023, 7, 7))


@pytest.mark.parametrize("value", ["n/a", "#REF!", "2,1", True], ids=str)
def test_a_cell_that_is_no_figure_is_refused(value: bool | str) -> None:  # noqa: FBT001 (a cell may hold one)
    with pytest.raises(ValueRefusedError, match=r"TABLE3!D20: expected a figure"):
        parse(nato_workbook(edits={"TABLE3!D20": value}))


@pytest.mark.parametrize(("cell", "value"), [("TABLE2!D20", -5.0), ("TABLE3!D20", 200.0), ("TABLE8a!D20", 101)])
def test_an_impossible_figure_is_refused(cell: str, value: float) -> None:
    with pytest.raises(ValueRefusedError, match=cell):
        parse(nato_workbook(edits={cell: value}))


def test_a_missing_sheet_is_refused_by_name() -> None:
    with pytest.raises(LayoutError, match="no Table 8b among the sheets"):
        parse(nato_workbook(edits=lambda workbook: workbook.remove(workbook["TABLE8b"])))


def test_an_unknown_sheet_with_figures_is_refused_by_name() -> None:
    def scribble(workbook: Workbook) -> None:
        workbook.create_sheet("My notes")["A1"] = 42

    with pytest.raises(LayoutError, match="My notes!A1: expected a table's title on a sheet with figures"):
        parse(nato_workbook(edits=scribble))


def test_an_empty_sheet_is_passed_over(made: pl.DataFrame) -> None:
    assert_frame_equal(parse(nato_workbook(edits=lambda workbook: workbook.create_sheet("Sheet1"))), made)


def test_figures_shifted_by_one_column_leave_an_empty_year_and_are_refused() -> None:
    def shift(workbook: Workbook) -> None:
        workbook["TABLE7"].move_range("E10:N45", cols=-1)

    with pytest.raises(RefusedInputError, match="TABLE7"):
        parse(nato_workbook(edits=shift))


def test_a_block_that_was_cut_is_refused() -> None:
    with pytest.raises(LayoutError, match=r"TABLE8b!B\d+: expected at least 20 rows below, found 14"):
        parse(nato_workbook(edits=lambda workbook: workbook["TABLE8b"].delete_rows(58, 20)))


@pytest.mark.parametrize(
    "payload", [b"", b"<!DOCTYPE html><html></html>", nato_workbook()[:20_000]], ids=["empty", "html", "cut"]
)
def test_bytes_that_are_no_workbook_are_refused(payload: bytes) -> None:
    with pytest.raises(PayloadError):
        parse(payload)


def test_a_figure_merged_over_two_years_is_refused() -> None:
    def merge(workbook: Workbook) -> None:
        workbook["TABLE3"].merge_cells("E12:F12")

    with pytest.raises(LayoutError, match=r"TABLE3!F12: expected one cell a figure"):
        parse_nato_workbook(nato_workbook(edits=merge), published_on=JUNE_2024)
