"""NATO's editions before 2024: other names, aggregates, prices, years, GDP in billions; and what no layout allows.

No such workbook is at hand: the factory's `2017` and `2019` follow what others read in them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl
import pytest
from openpyxl import Workbook
from polars.testing import assert_frame_equal

from tests.factories.nato_workbook import nato_workbook
from transforms.errors import LayoutError, ValueRefusedError
from transforms.parse.nato.fingerprint import layout_fingerprint
from transforms.parse.nato.workbook import parse_nato_workbook

JUNE_2017 = dt.date(2017, 6, 29)
JUNE_2019 = dt.date(2019, 6, 25)
JUNE_2023 = dt.date(2023, 7, 7)
JUNE_2024 = dt.date(2024, 6, 17)

Edits = Mapping[str, bool | float | str | None] | Callable[[Workbook], None]


def parse_2017(edits: Edits | None = None) -> pl.DataFrame:
    payload = nato_workbook("2017", first_year=2010, last_year=2017, base_year=2010, edits=edits)
    return parse_nato_workbook(payload, published_on=JUNE_2017)


def parse_2019(edits: Edits | None = None) -> pl.DataFrame:
    payload = nato_workbook("2019", first_year=2012, last_year=2019, base_year=2015, edits=edits)
    return parse_nato_workbook(payload, published_on=JUNE_2019)


def parse_2024(edits: Edits | None = None) -> pl.DataFrame:
    return parse_nato_workbook(nato_workbook(edits=edits), published_on=JUNE_2024)


@pytest.fixture(scope="module")
def of_2017() -> pl.DataFrame:
    return parse_2017()


@pytest.fixture(scope="module")
def of_2019() -> pl.DataFrame:
    return parse_2019()


@pytest.fixture(scope="module")
def of_2024() -> pl.DataFrame:
    return parse_2024()


def at(frame: pl.DataFrame, locator: str) -> dict[str, object]:
    return frame.row(by_predicate=pl.col("locator") == locator, named=True)


def labels(frame: pl.DataFrame, indicator: str = "defence_share_of_gdp") -> set[str]:
    return set(frame.filter(pl.col("indicator") == indicator)["entity_label"])


# --- the edition of 2019 -------------------------------------------------------------------------------------------


def test_every_table_of_2019_is_read_whole(of_2019: pl.DataFrame) -> None:
    allies, years = 28, 8  # 29 Allies, Iceland without forces
    by_sheet = of_2019.group_by(pl.col("locator").str.split("!").list.first()).len()
    assert dict(by_sheet.iter_rows()) == {
        "table 1": 2 * allies * years,
        "table 2": 2 * (allies + 2) * years,
        "table 3": 2 * (allies + 2) * years,
        "table 4": 5 * allies,
        "table 5": (allies + 3) * years,
        "table 6": (2 * allies + 5) * years,
        "table 7": (allies + 2) * years,
        "table 8a": 2 * allies * years,
        "table 8b": 2 * allies * years,
    }


@pytest.mark.parametrize(
    ("locator", "expected"),
    [
        # Spending of the n-th Ally is 100·n·1.03^(year-2014), its share 1 + n/20 percent, GDP their quotient.
        ("table 1!C10", ("Albania", "defence_expenditure", 2012, 200 / 1.03**2 * 1.02**-3, "Leks", "current", None)),
        ("table 2!E42", ("Albania", "defence_expenditure", 2014, 100.0, "USD", "constant", 2015)),
        ("table 3!J10", ("Albania", "defence_share_of_gdp", 2019, 1.05, None, "constant", 2015)),
        ("table 3!D42", ("Albania", "defence_real_change", 2013, 3.0, None, "constant", 2015)),
        ("table 5!E22", ("Albania", "gdp", 2014, 100 / 1.05 * 100 / 1e3, "USD", "constant", 2015)),
        ("table 7!E22", ("Albania", "personnel", 2014, 10.0, None, "none", None)),
        ("table 8a!C10", ("Albania", "equipment_share", 2012, 25.0, None, "none", None)),
    ],
)
def test_a_cell_of_2019(of_2019: pl.DataFrame, locator: str, expected: tuple[object, ...]) -> None:
    row = at(of_2019, locator)
    names = ("entity_label", "indicator", "year", "value", "currency", "price_basis", "base_year")
    found = tuple(row[name] for name in names)
    assert found[3] == pytest.approx(expected[3])
    assert found[:3] + found[4:] == expected[:3] + expected[4:]


def test_2018_and_2019_are_estimates_and_no_other_year(of_2019: pl.DataFrame) -> None:
    by_status = of_2019.group_by("status").agg(pl.col("year").unique().sort())
    assert dict(by_status.iter_rows()) == {"actual": list(range(2012, 2018)), "estimate": [2018, 2019]}


def test_real_gdp_in_billions_is_of_constant_prices_only(of_2019: pl.DataFrame) -> None:
    gdp = of_2019.filter(pl.col("indicator") == "gdp")
    assert gdp.select("unit", "currency", "price_basis", "base_year").unique().rows() == [
        ("billion", "USD", "constant", 2015)
    ]


def test_names_and_aggregates_are_as_printed_then(of_2019: pl.DataFrame) -> None:
    found = labels(of_2019)
    assert {"Turkey", "Czech Republic", "Slovak Republic", "Montenegro"} <= found
    assert {"NATO - Total", "NATO - Europe and Canada"} <= found
    assert not {"Finland", "Sweden", "North Macedonia", "Türkiye", "Czechia"} & found


def test_the_star_of_north_macedonia_is_a_note() -> None:
    payload = nato_workbook("2019", last_year=2023)
    frame = parse_nato_workbook(payload, published_on=JUNE_2023)
    found = frame.filter(pl.col("entity_label") == "North Macedonia")
    assert found["note"].unique().to_list() == ["*"]
    # With its currency in Table 1, and as one country in all nine tables.
    assert found.filter(pl.col("currency") == "Denars").height == 20
    assert found["locator"].str.split("!").list.first().n_unique() == 9


@pytest.mark.parametrize("label", ["Turkey   (Liras)**", "Turkey** (Liras)", "Turkey **  (Liras)"])
def test_stars_are_before_or_behind_the_currency_and_are_kept_as_printed(label: str) -> None:
    row = at(parse_2019({"table 1!B35": label}), "table 1!C35")
    assert (row["entity_label"], row["currency"], row["note"]) == ("Turkey", "Liras", "**")


def test_dots_dashes_and_blanks_are_distinguished_in_every_kind_of_table(of_2019: pl.DataFrame) -> None:
    sheets = ["table 1!{}10", "table 3!{}10", "table 4!{}23", "table 5!{}22", "table 7!{}22", "table 8b!{}10"]
    marks = {"D": "..", "E": " - ", "F": None}
    edits = {place.format(column): mark for place in sheets for column, mark in marks.items()}
    frame = parse_2019(edits)
    for place in sheets:
        rows = [at(frame, place.format(column)) for column in "DEFG"]
        assert [row["availability"] for row in rows] == ["missing", "nil", "missing", "reported"], place
        assert [row["value"] for row in rows[:3]] == [None, None, None]
    assert_frame_equal(frame.select("locator", "year", "status"), of_2019.select("locator", "year", "status"))


@pytest.mark.parametrize("mark", ["—", "n.a.", "n/a", ". .", "*", "(2.01)", "2,01"])
def test_a_mark_that_nobody_described_is_refused_with_its_cell(mark: str) -> None:
    with pytest.raises(ValueRefusedError, match=r"table 3!D10: expected a figure"):
        parse_2019({"table 3!D10": mark})


def test_a_whole_share_is_compared_with_gdp_in_billions() -> None:
    # The shares of the 19th Ally, the Netherlands (18th row), are 1.95 percent; those of the 20th would be 2 exactly.
    netherlands, norway = "table 3!{}27", "table 3!{}28"
    frame = parse_2019({netherlands.format("D"): 2, norway.format("D"): 2.05, norway.format("E"): 2})
    assert at(frame, netherlands.format("D"))["entity_label"] == "Netherlands"
    hand_set = frame.filter(pl.col("flags").list.contains("hand_set"))["locator"].to_list()
    assert hand_set == ["table 3!D27", "table 3!E28"]


def test_a_whole_share_that_gdp_in_billions_confirms_is_not_hand_set(of_2019: pl.DataFrame) -> None:
    assert not of_2019.filter(pl.col("flags").list.contains("hand_set")).height
    payload = nato_workbook("2019", last_year=2020)  # with North Macedonia, the 20th: 2 percent in every year
    frame = parse_nato_workbook(payload, published_on=dt.date(2020, 10, 21))
    exactly_two = frame.filter((pl.col("indicator") == "defence_share_of_gdp") & (pl.col("value") == 2.0))
    assert exactly_two["entity_label"].unique().to_list() == ["North Macedonia"]
    assert exactly_two["flags"].list.len().max() == 1  # the estimate of the last years
    assert not frame.filter(pl.col("flags").list.contains("hand_set")).height


# --- the edition of 2017: prices of 2010, 29 Allies, sheets with a blank behind their names ------------------------


def test_prices_of_2010_are_the_base_of_everything_at_constant_prices(of_2017: pl.DataFrame) -> None:
    constant = of_2017.filter(pl.col("price_basis") == "constant")
    assert constant["base_year"].unique().to_list() == [2010]
    assert constant["indicator"].n_unique() == 6
    assert of_2017["year"].unique().sort().to_list() == list(range(2010, 2018))


def test_the_fingerprint_names_sheets_as_they_are_and_old_labels() -> None:
    payload = nato_workbook("2017", first_year=2010, last_year=2017, base_year=2010)
    sections = {section["key"]: section for section in layout_fingerprint(payload)["sections"]}
    assert [section["name"] for section in sections.values()][::2][:3] == ["Table 1 ", "Table 2 ", "Table 3 "]
    block = sections["Table 3, block 1"]
    assert (block["name"], block["places"]["header"], block["years"]) == (
        "Table 3 ",
        "C6",
        ["2010", "2011", "2012", "2013", "2014", "2015", "2016e", "2017e"],
    )
    assert "Czech Republic" in block["labels"]


def test_28_allies_without_montenegro_are_an_edition_too() -> None:
    payload = nato_workbook("2017", first_year=2009, last_year=2016, base_year=2010, estimates=1)
    frame = parse_nato_workbook(payload, published_on=dt.date(2016, 7, 4))
    assert len(labels(frame)) == 27 + 2
    assert frame.filter(pl.col("status") == "estimate")["year"].unique().to_list() == [2016]


def test_both_blocks_of_gdp_may_be_in_billions(of_2017: pl.DataFrame) -> None:
    gdp = of_2017.filter(pl.col("indicator") == "gdp")
    assert set(gdp.select("unit", "price_basis", "base_year").rows()) == {
        ("billion", "current", None),
        ("billion", "constant", 2010),
    }


def test_titles_in_other_words_give_the_same_figures(of_2017: pl.DataFrame) -> None:
    def reword(workbook: Workbook) -> None:
        workbook["Table 1 "]["A4"] = "Million national currency"
        workbook["Table 3 "]["A2"] = "TABLE 3. Defence expenditures as a percentage of GDP and annual real change"
        workbook["Table 3 "]["A8"] = "Share of real GDP"
        workbook["Table 8a "]["A2"] = "table 8A \u2013 Distribution of defence expenditures by main category"
        for row in workbook["Table 3 "].iter_rows():
            for cell in row:
                if cell.value == "Annual real change (%)":
                    cell.value = "Annual real change"

    assert_frame_equal(parse_2017(reword), of_2017)


@pytest.mark.parametrize("text", ["2017E", "2017 e", " 2017e "])
def test_an_estimate_may_be_spelled_loosely(of_2017: pl.DataFrame, text: str) -> None:
    def respell(workbook: Workbook) -> None:
        for cell in workbook["Table 7 "][6]:
            cell.value = text if cell.value == "2017e" else cell.value

    assert_frame_equal(parse_2017(respell), of_2017)


def test_sheets_may_be_in_another_order(of_2017: pl.DataFrame) -> None:
    def shuffle(workbook: Workbook) -> None:
        workbook.move_sheet("Table 7 ", -6)
        workbook.move_sheet("Table 2 ", 4)

    assert_frame_equal(parse_2017(shuffle).sort("locator"), of_2017.sort("locator"))


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"Table 5 !A2": "Table 5 : Real GDP and per capita"}, r"Table 5 !A2: expected a known table title"),
        ({"Table 5 !A4": "Trillion US dollars"}, r"Table 5 !A4: expected a unit or a block title that is known"),
        ({"Table 2 !A8": "Prices of 2010"}, r"Table 2 !A8: expected a unit or a block title that is known"),
        ({"Table 3 !A4": None}, r"Table 3 !A8: expected a unit cell with unit and base year"),
        ({"Table 1 !B9": "Albania (Leks"}, r"Table 1 !B9: expected a country with its currency"),
        ({"Table 7 !J6": "2017p"}, r"Table 7 !J6: expected nothing but years in a header, found '2017p'"),
        ({"Table 7 !B6": "Country"}, r"Table 7 !B6: expected nothing but years in a header, found 'Country'"),
    ],
)  # fmt: skip
def test_what_nobody_described_is_refused_with_its_cell(edits: Mapping[str, str | None], message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        parse_2017(edits)


def test_shares_printed_as_fractions_are_refused() -> None:
    def as_fractions(workbook: Workbook) -> None:
        for row in workbook["Table 8a "].iter_rows(min_row=9, max_row=36, min_col=3):
            for cell in row:
                cell.value = cell.value / 100 if isinstance(cell.value, float) else cell.value

    with pytest.raises(LayoutError, match=r"Table 8a !A8: expected equipment_share in percent, found .* fractions"):
        parse_2017(as_fractions)


def test_a_unit_that_changes_within_a_block_is_refused() -> None:
    def change(workbook: Workbook) -> None:
        workbook["Table 5 "].insert_rows(20)
        workbook["Table 5 "]["A20"] = "Million US dollars"

    with pytest.raises(LayoutError, match=r"Table 5 !C21: expected billion as at Table 5 !C9, found now million"):
        parse_2017(change)


def test_two_tables_on_one_sheet_are_refused() -> None:
    with pytest.raises(LayoutError, match=r"Table 8a !A60: expected one table on a sheet, that of A2"):
        parse_2017({"Table 8a !A60": "Table 8b : Distribution of defence expenditure by main category"})


# --- header years --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"TABLE2!G8": 2016}, r"TABLE2!G8: expected 2017 next to 2016, found 2016"),
        ({"TABLE2!G8": 2018}, r"TABLE2!G8: expected 2017 next to 2016, found 2018"),
        ({"TABLE2!G8": None}, r"TABLE2!H8: expected 2017 next to 2016, found 2018"),
        ({"TABLE2!O8": "2024e"}, r"TABLE2!O8: expected 2025 next to 2024, found 2024"),
        ({"TABLE2!Q8": "2025e"}, r"TABLE2!Q8: expected 2025 next to 2024"),
        ({"TABLE4!D20": "2024e"}, r"TABLE4!E23: expected defence_expenditure of Albania in 2024 once"),
        ({"TABLE4!E20": 2024}, r"TABLE4!E23: expected a year of the header at TABLE1!D8"),
        ({"TABLE4!D20": 2013}, r"TABLE4!D23: expected a year of the header at TABLE1!D8"),
    ],
)  # fmt: skip
def test_a_header_that_repeats_or_skips_a_year_is_refused(
    edits: Mapping[str, float | str | None], message: str
) -> None:
    with pytest.raises(LayoutError, match=message):
        parse_2024(edits)


def test_a_table_whose_years_are_one_off_is_refused() -> None:
    def one_off(workbook: Workbook) -> None:
        sheet = workbook["TABLE7"]
        for column, year in enumerate([*range(2013, 2022), "2022e", "2023e"], start=4):
            sheet.cell(8, column, year)
        for cell in sheet["C"]:
            cell.value = None if str(cell.value).startswith("Notes") else cell.value

    with pytest.raises(LayoutError, match=r"TABLE7!D8: expected the years of the header at TABLE1!D8: 2014, .* 2024e"):
        parse_2024(one_off)


# --- figures where none belongs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"TABLE3!O20": "2.1"}, r"TABLE3!O20: expected no figure beyond 2024"),
        ({"TABLE3!O20": ".."}, r"TABLE3!O20: expected no figure beyond 2024"),
        ({"TABLE3!T20": 2.1}, r"TABLE3!T20: expected no figure beyond 2024"),
        ({"TABLE3!B20": 2.1}, r"TABLE3!B20: expected no figure before 2014"),
        ({"TABLE3!C42": 2.1}, r"TABLE3!C42: expected no figure before 2014"),
        ({"TABLE3!P9": 2.1}, r"TABLE3!P9: expected a row with a label and figures"),
        ({"TABLE3!P44": 2.1}, r"TABLE3!P44: expected a row with a label and figures"),
        ({"TABLE4!J30": 2.1}, r"TABLE4!J30: expected no figure outside the columns that the header names"),
        ({"TABLE4!B30": 2.1}, r"TABLE4!B30: expected no figure outside the columns that the header names"),
        ({"TABLE5!B45": "Thousand US dollars"}, r"TABLE5!B45: expected a unit or a block title that is known"),
    ],
)  # fmt: skip
def test_a_stray_value_is_refused_with_its_cell(edits: Mapping[str, float | str], message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        parse_2024(edits)


def test_remarks_in_words_and_notes_below_change_nothing(of_2024: pl.DataFrame) -> None:
    remarks: Mapping[str, float | str] = {
        "TABLE3!P20": "see the note",
        "TABLE4!K30": "checked",
        "TABLE3!B95": "-9-",
        "TABLE3!C96": "Shares are in percent of GDP at 2015 prices.",
        "TABLE3!P97": 9,
    }
    assert_frame_equal(parse_2024(remarks), of_2024)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("TABLE2!C20", "expected figures, `..` or `-` after France, found blank cells"),
        ("TABLE1!C20", r"expected a unit or a block title that is known, found 'France   \(Euros\)'"),
    ],
)
def test_a_row_of_blanks_behind_a_label_is_refused(place: str, message: str) -> None:
    def blank(workbook: Workbook) -> None:
        for cell in workbook[place.partition("!")[0]][20][3:]:
            cell.value = None

    with pytest.raises(LayoutError, match=f"{place}: {message}"):
        parse_2024(blank)


# --- sheets that NATO did not write --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [42, 4.12, "4.12", "1 234,5", "3.5 %"], ids=str)
def test_an_unknown_sheet_with_a_figure_is_refused_by_name_and_cell(value: float | str) -> None:
    def add(workbook: Workbook) -> None:
        sheet = workbook.create_sheet("My notes", 0)
        sheet["A1"], sheet["B3"] = "Poland, my own estimate", value

    with pytest.raises(LayoutError, match=r"My notes!B3: expected a table's title on a sheet with figures"):
        parse_2024(add)


def test_a_copy_of_a_table_is_refused_by_name() -> None:
    def copy(workbook: Workbook) -> None:
        workbook.copy_worksheet(workbook["TABLE3"]).title = "TABLE3 (2)"

    with pytest.raises(LayoutError, match=r"TABLE3 \(2\): expected one Table 3, found TABLE3 as well"):
        parse_2024(copy)


def test_a_table_of_an_unknown_number_is_refused_with_its_title() -> None:
    def add(workbook: Workbook) -> None:
        sheet = workbook.create_sheet("TABLE9")
        sheet["B4"], sheet["D11"] = "Table 9 : Contributions to Ukraine", 1.0

    with pytest.raises(LayoutError, match=r"TABLE9!B4: expected a known table title, found 'Table 9 : Contributions"):
        parse_2024(add)


def test_a_cover_and_a_list_of_tables_are_passed_over(of_2024: pl.DataFrame) -> None:
    def add(workbook: Workbook) -> None:
        cover = workbook.create_sheet("Cover", 0)
        cover["A1"], cover["A2"] = "Defence Expenditure of NATO Countries (2014-2024)", dt.date(2024, 6, 17)
        contents = workbook.create_sheet("Contents", 1)
        contents["A1"], contents["A2"] = "Table 1 : Defence expenditure", "Table 5 : GDP"

    assert_frame_equal(parse_2024(add), of_2024)
