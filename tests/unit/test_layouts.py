"""Layout fingerprints: what an edition's coming changes, in words; what every edition changes is no difference."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from tests.factories import eurostat as eurostat_replies
from tests.factories import imf as imf_replies
from tests.factories import world_bank as world_bank_replies
from tests.factories.nato_workbook import nato_workbook
from tests.factories.sipri_workbook import CURRENT_SHEET, payload_of, sipri_workbook
from transforms.errors import PayloadError
from transforms.normalise.layouts import Fingerprint, Section, differences, fingerprint
from transforms.parse import eurostat, sipri, world_bank
from transforms.parse.imf import replies as imf
from transforms.parse.nato.fingerprint import layout_fingerprint as nato


def section(**members: object) -> Fingerprint:
    return fingerprint([Section(**{"kind": "sheet", "key": "Table 3", "name": "TABLE3", **members})])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"name": "Table 3"}, ["sheet TABLE3 is now called Table 3"]),
        ({"places": {"header": "E8"}}, {"places": {"header": "E9"}}, ["header moved from TABLE3!E8 to TABLE3!E9"]),
        ({"places": {"header": "E8"}}, {}, ["header at TABLE3!E8 is gone"]),
        ({"labels": ["France", "Iceland"]}, {"labels": ["France"]}, ["label Iceland is gone (TABLE3)"]),
        ({"columns": ["Country"]}, {"columns": ["Country", "Rank"]}, ["new column Rank (TABLE3)"]),
        ({"texts": ["Million euros"]}, {"texts": ["Euros"]}, ["text 'Million euros' became 'Euros' (TABLE3)"]),
        (
            {"years": ["2024", "2025e"]},
            {"years": ["2024", "2026e"]},
            ["years were 2024 to 2025e, are 2024, 2026e (TABLE3)"],
        ),
        (
            {"years": ["2014", "2015"]},
            {"years": ["2013", "2014"]},
            ["years were 2014 to 2015, are 2013 to 2014 (TABLE3)"],
        ),
        (
            {"texts": ["in 2015 prices"]},
            {"texts": ["in 2021 prices"]},
            ["text 'in 2015 prices' became 'in 2021 prices' (TABLE3)"],
        ),
    ],
)
def test_a_difference_is_said_in_words(
    before: dict[str, object], after: dict[str, object], expected: list[str]
) -> None:
    assert differences(section(**before), section(**after)) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"years": ["2014", "2015e"]}, {"years": ["2015", "2016e"]}),
        ({"years": ["1949", "1950"]}, {"years": ["1949", "1950", "1951"]}),
        ({"years": ["2014", "2015e"]}, {"years": ["2014e", "2015e"]}),
        ({"columns": ["2024 (current prices)"]}, {"columns": ["2025 (current prices)"]}),
        ({"name": "Constant (2023) US$"}, {"name": "Constant (2024) US$"}),
        ({"labels": ["France", "Spain"]}, {"labels": ["Spain", "France"]}),
    ],
)
def test_years_that_move_on_by_one_estimates_and_order_are_no_difference(
    before: dict[str, object], after: dict[str, object]
) -> None:
    assert differences(section(**before), section(**after)) == []


def test_what_holds_for_several_sheets_is_said_once() -> None:
    def without_iceland(workbook: Workbook) -> None:
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                found = next((cell.row for cell in row if isinstance(cell, Cell) and cell.value == "Iceland"), None)
                if found is not None:
                    sheet.delete_rows(found)

    found = differences(nato(nato_workbook()), nato(nato_workbook(edits=without_iceland)))
    assert found == ["label Iceland is gone (TABLE5, TABLE6)"]  # Iceland has no forces: it is in the tables of GDP only


def test_nato_s_two_layouts_differ_in_names_and_places_and_in_table_4() -> None:
    found = differences(nato(nato_workbook("2024")), nato(nato_workbook("2025")))
    assert {
        "sheet TABLE3 is now called Table 3",
        "header moved from TABLE3!D8 to Table 3!B4",
        "sheet TABLE4 (Table 4) is gone",
    } <= set(found)
    assert [line for line in found if line.startswith(("label", "new label", "text", "years"))] == []


def test_nato_s_next_edition_in_the_same_layout_is_no_difference() -> None:
    assert differences(nato(nato_workbook("2025")), nato(nato_workbook("2025", first_year=2015, last_year=2025))) == []


def test_two_rows_above_nato_s_header_show() -> None:
    after = nato_workbook(edits=lambda workbook: workbook["TABLE2"].insert_rows(5, 2))
    assert differences(nato(nato_workbook()), nato(after)) == ["header moved from TABLE2!D8 to TABLE2!D10"]


def test_a_workbook_that_the_parser_refuses_has_a_fingerprint_too() -> None:
    after = nato_workbook(edits=lambda workbook: workbook.remove(workbook["TABLE7"]))
    assert differences(nato(nato_workbook()), nato(after)) == ["sheet TABLE7 (Table 7, block 1) is gone"]


def test_sipri_s_next_release_is_no_difference() -> None:
    before, after = payload_of(sipri_workbook()), payload_of(sipri_workbook([2023, 2024, 2025]))
    assert differences(sipri.layout_fingerprint(before), sipri.layout_fingerprint(after)) == []


def test_a_new_column_and_a_renamed_sheet_of_sipri_show() -> None:
    workbook = sipri_workbook()
    sheet = workbook[CURRENT_SHEET]
    sheet.insert_cols(2)
    sheet["B5"] = "Rank"
    workbook["Per capita"].title = "Per head"
    found = differences(
        sipri.layout_fingerprint(payload_of(sipri_workbook())), sipri.layout_fingerprint(payload_of(workbook))
    )
    assert found == [f"new column Rank ({CURRENT_SHEET})", "sheet Per capita is now called Per head"]


def world_bank_json(*rows: dict[str, object]) -> Fingerprint:
    return world_bank.json_fingerprint([[world_bank_replies.api_page(rows)]])


def imf_csv(*rows: dict[str, str], header: tuple[str, ...] = imf_replies.SDMX_HEADER) -> Fingerprint:
    return imf.sdmx_csv_fingerprint(imf_replies.sdmx_csv(rows, header=header))


def eurostat_csv(*rows: dict[str, str], header: tuple[str, ...] = eurostat_replies.CSV_HEADER) -> Fingerprint:
    return eurostat.sdmx_csv_fingerprint(eurostat_replies.sdmx_csv(rows, header=header))


def test_a_key_that_the_world_bank_drops_and_a_name_that_it_changes_show() -> None:
    row = world_bank_replies.api_row("USA", "2023", 1.0)
    renamed = world_bank_replies.api_row("USA", "2024", 1.0, series=("NY.GDP.MKTP.CD", "GDP (current international $)"))
    del renamed["decimal"]
    assert differences(world_bank_json(row), world_bank_json(renamed)) == [
        "column decimal is gone (NY.GDP.MKTP.CD)",
        "text 'GDP (current US$)' became 'GDP (current international $)' (NY.GDP.MKTP.CD)",
    ]


def test_figures_are_no_part_of_a_fingerprint() -> None:
    assert world_bank_json(world_bank_replies.api_row("USA", "2023", 1.0)) == world_bank_json(
        world_bank_replies.api_row("USA", "2023", 2.0)
    )


def test_a_bulk_file_is_compared_by_header_economies_and_years_within_its_indicator() -> None:
    before = world_bank.csv_fingerprint(world_bank_replies.bulk_csv({"USA": ["1", "2"], "ISL": ["1", "2"]}))
    after = world_bank.csv_fingerprint(world_bank_replies.bulk_csv({"USA": ["1", "2"]}, years=("2024", "2025")))
    assert (before["family"], after["family"]) == ("NY.GDP.MKTP.CD", "NY.GDP.MKTP.CD")
    assert differences(before, after) == ["label ISL is gone (NY.GDP.MKTP.CD)"]


def test_a_new_attribute_another_scale_and_another_dataflow_of_the_imf_show() -> None:
    after = imf_csv(
        imf_replies.sdmx_row(SCALE="6", STRUCTURE_ID="IMF.RES:WEO(10.0.0)"),
        header=(*imf_replies.SDMX_HEADER, "METHODOLOGY"),
    )
    assert differences(imf_csv(imf_replies.sdmx_row()), after) == [
        "data set IMF.RES:WEO(9.0.0) is now called IMF.RES:WEO(10.0.0)",
        "new column METHODOLOGY (IMF.RES:WEO(10.0.0))",
        "text 'SCALE 9' became 'SCALE 6' (NGDPD)",
    ]


def test_an_economy_that_datamapper_drops_shows() -> None:
    before = imf.datamapper_fingerprint([imf_replies.datamapper({"DEU": {"2024": 1}, "UVK": {"2024": 1}})])
    after = imf.datamapper_fingerprint([imf_replies.datamapper({"DEU": {"2024": 1}})])
    assert differences(before, after) == ["label UVK is gone (NGDPD)"]


def test_a_further_dimension_and_a_dropped_unit_of_json_stat_show() -> None:
    axes = {**eurostat_replies.AXES, "unit": ["MIO_EUR"], "nace": ["O"]}
    before, after = eurostat_replies.jsonstat({}), eurostat_replies.jsonstat({}, axes=axes, label="gov_ev")
    assert differences(eurostat.jsonstat_fingerprint(before), eurostat.jsonstat_fingerprint(after)) == [
        "data set  is now called gov_ev",
        "new column label (gov_ev)",
        "new column dimension nace (gov_ev)",
        "label unit PC_GDP is gone (gov_ev)",
        "new label nace O (gov_ev)",
    ]


def test_a_further_column_of_eurostat_s_csv_shows_although_the_parser_refuses_it() -> None:
    after = eurostat_csv(eurostat_replies.csv_row(), header=(*eurostat_replies.CSV_HEADER, "nace"))
    assert differences(eurostat_csv(eurostat_replies.csv_row()), after) == ["new column nace (ESTAT:GOV_10A_EXP(1.0))"]


@pytest.mark.parametrize(
    "found",
    [
        nato(nato_workbook()),
        sipri.layout_fingerprint(payload_of(sipri_workbook())),
        world_bank_json(world_bank_replies.api_row("USA", "2023", 1.0)),
        imf_csv(imf_replies.sdmx_row()),
        eurostat_csv(eurostat_replies.csv_row()),
        eurostat.jsonstat_fingerprint(eurostat_replies.jsonstat({})),
    ],
    ids=["nato", "sipri", "world bank", "imf", "eurostat csv", "eurostat json"],
)
def test_a_fingerprint_survives_json(found: Fingerprint) -> None:
    assert json.loads(json.dumps(found)) == found
    assert differences(found, json.loads(json.dumps(found))) == []


@pytest.mark.parametrize(
    "read",
    [
        nato,
        sipri.layout_fingerprint,
        imf.sdmx_csv_fingerprint,
        eurostat.jsonstat_fingerprint,
        world_bank.csv_fingerprint,
    ],
)
def test_a_web_page_has_no_fingerprint(read: Callable[[bytes], Fingerprint]) -> None:
    with pytest.raises(PayloadError):
        read(b"<!DOCTYPE html><html></html>")
