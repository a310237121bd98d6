"""Eurostat's two formats: figures that it printed, flags, and every way in which a reply is not what was asked for."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import polars as pl
import pytest

from tests.factories.eurostat import AXES, CSV_HEADER, csv_row, jsonstat, sdmx_csv
from transforms.errors import LayoutError, PayloadError, RefusedInputError, ValueRefusedError
from transforms.parse.eurostat import (
    jsonstat_identity,
    parse_eurostat_jsonstat,
    parse_eurostat_sdmx_csv,
    sdmx_csv_identity,
)
from transforms.registers.reader import labels


def figures(frame: pl.DataFrame) -> dict[tuple[str, str, int], float | None]:
    return {(row["unit"], row["entity_label"], row["year"]): row["value"] for row in frame.iter_rows(named=True)}


def test_the_reply_of_april_2026_prints_this_expenditure_for_2025(shared: Path) -> None:
    frame = parse_eurostat_jsonstat((shared / "payloads" / "eurostat" / "gov_ev-defence.json").read_bytes())
    in_euro = frame.filter(indicator="defence_expenditure", currency="EUR", year=2025)
    found = dict(in_euro.select("entity_label", "value").iter_rows())
    assert (found["DE"], found["SE"]) == (68824.0, 17196.9)


def test_every_code_of_the_real_reply_has_a_label(shared: Path) -> None:
    frame = parse_eurostat_jsonstat((shared / "payloads" / "eurostat" / "gov_ev-defence.json").read_bytes())
    assert set(frame["entity_label"]) - set(labels("eurostat")["label"]) == set()


@pytest.mark.parametrize(("label", "entity"), [("EL", "GRC"), ("UK", "GBR")])
def test_eurostats_own_country_codes_are_known(label: str, entity: str) -> None:
    assert labels("eurostat").filter(label=label)["entity"].to_list() == [entity]


def test_an_index_counts_through_the_dimensions_with_the_last_one_fastest() -> None:
    # index 6 = 4·1 (PC_GDP) + 2·1 (EL) + 0 (2024)
    frame = parse_eurostat_jsonstat(jsonstat({"6": 3.1, "0": 60_000.0}))
    held = {key: value for key, value in figures(frame).items() if value is not None}
    assert held == {("percent", "EL", 2024): 3.1, ("million", "DE", 2024): 60_000.0}


def test_values_come_in_any_order() -> None:
    values = {str(index): float(index) for index in range(8)}
    scattered = {str(index): float(index) for index in (5, 2, 7, 0, 1, 6, 4, 3)}
    assert figures(parse_eurostat_jsonstat(jsonstat(scattered))) == figures(parse_eurostat_jsonstat(jsonstat(values)))


def test_an_array_of_values_is_the_same_as_an_object() -> None:
    as_array = parse_eurostat_jsonstat(jsonstat([1.0, None, *range(2, 8)]))
    as_object = parse_eurostat_jsonstat(jsonstat({str(n): float(n) for n in (0, *range(2, 8))} | {"0": 1.0}))
    assert as_array.drop("locator").equals(as_object.drop("locator"))


def test_a_cell_that_the_reply_lacks_is_missing_and_not_zero() -> None:
    frame = parse_eurostat_jsonstat(jsonstat({"0": 1.0})).filter(entity_label="EL", year=2025, unit="million")
    assert frame.select("value", "availability").row(0) == (None, "missing")


@pytest.mark.parametrize(
    ("letters", "flags", "status"),
    [
        ("p", ["provisional"], "actual"),
        ("e", ["estimate"], "estimate"),
        ("bp", ["break_in_series", "provisional"], "actual"),
        ("d", ["definition_differs"], "actual"),
    ],
)
def test_letters_become_flags(letters: str, flags: list[str], status: str) -> None:
    frame = parse_eurostat_jsonstat(jsonstat({"0": 1.0}, status={"0": letters}))
    assert frame.select("flags", "status").row(0) == (flags, status)


COFOG_AXES = {"freq": ["A"], "sector": ["S13"], "cofog99": ["GF02"], **{k: AXES[k] for k in list(AXES)[2:]}}


def test_a_reply_says_its_data_set_by_its_dimensions_and_its_day() -> None:
    identity = jsonstat_identity(jsonstat({"0": 1.0}))
    assert (identity.data_set, identity.definition, identity.days) == (
        "gov_ev",
        "eurostat_gov_ev",
        (dt.date(2026, 4, 27),),
    )


def test_spending_by_function_as_json_is_not_taken_for_gov_ev() -> None:
    reply = jsonstat({"0": 1.0}, axes=COFOG_AXES, extension={"id": "GOV_10A_EXP"})
    assert jsonstat_identity(reply).definition == "eurostat_cofog"
    assert parse_eurostat_jsonstat(reply)["value"].drop_nulls().to_list() == [1.0]


def test_a_reply_whose_id_contradicts_its_dimensions_is_refused() -> None:
    with pytest.raises(LayoutError, match=r"extension.id: expected gov_10a_exp, as the dimensions say, found 'GOV_EV'"):
        parse_eurostat_jsonstat(jsonstat({"0": 1.0}, axes=COFOG_AXES, extension={"id": "GOV_EV"}))


def test_gov_ev_as_sdmx_csv_is_not_taken_for_spending_by_function() -> None:
    header = ("DATAFLOW", "LAST UPDATE", "freq", "expend", *CSV_HEADER[6:], "unit")
    row = csv_row(DATAFLOW="ESTAT:GOV_EV(1.0)", expend="DEF", **{"LAST UPDATE": "27/04/26 23:00:00"})
    identity = sdmx_csv_identity(sdmx_csv([row], header=header))
    assert (identity.data_set, identity.days) == ("gov_ev", (dt.date(2026, 4, 27),))


@pytest.mark.parametrize("printed", ["21/10/26 23:00:00", "10/21/2026 23:00", "2026-10-21"])
def test_the_day_of_an_update_is_read_as_eurostat_and_as_spreadsheets_write_it(printed: str) -> None:
    identity = sdmx_csv_identity(sdmx_csv([csv_row(**{"LAST UPDATE": printed})]))
    assert identity.days == (dt.date(2026, 10, 21),)


def test_an_update_that_is_no_day_is_refused() -> None:
    with pytest.raises(LayoutError, match="LAST UPDATE: expected one time like 27/04/26"):
        sdmx_csv_identity(sdmx_csv([csv_row(**{"LAST UPDATE": "45/04/26 23:00:00"})]))


def test_the_answer_to_a_query_that_was_too_large_is_named(shared: Path) -> None:
    with pytest.raises(PayloadError, match="too large"):
        parse_eurostat_jsonstat((shared / "payloads" / "eurostat" / "footer.xml").read_bytes())


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (b"<html></html>", "html"),
        (b"{", "whole JSON"),
        (b'{"class": "dataset", "value": {"0": 1.0, "0": 2.0}}', "twice"),
        (b'{"class": "collection"}', "collection"),
        (jsonstat({"0": 1.0}, dimension={}), "KeyError"),
        (jsonstat({"0": 1.0}, size=[1, 1]), "ValueError"),
        (jsonstat({"0": 1.0}, size=[1, 1, 1, 2, 3, 2]), "positions 0 to 2"),
        (jsonstat({"8": 1.0}), "indices below 8"),
        (jsonstat({"²": 1.0}), "indices below 8"),
        (jsonstat([1.0]), "an array of 8"),
        (jsonstat({"0": "1.0"}), "a figure"),
        (jsonstat({"0": True}), "a figure"),
        (jsonstat({"0": float("nan")}), "NaN, which is no number"),
        (jsonstat({"0": 1.0}, status={"0": "u"}), "flags p, e, b, d"),
        (jsonstat({"0": 1.0}, status={"0": 1}), "flags p, e, b, d"),
    ],
)
def test_a_reply_that_is_no_whole_data_set_is_refused(reply: bytes, found: str) -> None:
    with pytest.raises(RefusedInputError, match=found):
        parse_eurostat_jsonstat(reply)


@pytest.mark.parametrize(
    ("axis", "codes"),
    [
        ("expend", ["HEALTH"]),
        ("unit", ["MIO_EUR", "PC_TOT"]),
        ("na_item", ["D1"]),
        ("time", ["2024", "2025-Q1"]),
        ("sector", ["S1311"]),
    ],
)
def test_another_quantity_than_defence_is_refused(axis: str, codes: list[str]) -> None:
    with pytest.raises(LayoutError):
        parse_eurostat_jsonstat(jsonstat({"0": 1.0}, axes=AXES | {axis: codes}))


def test_positions_of_a_dimension_leave_no_gap() -> None:
    dimension = {name: {"category": {"index": {c: n for n, c in enumerate(codes)}}} for name, codes in AXES.items()}
    dimension["geo"]["category"]["index"] = {"DE": 0, "EL": 2}
    with pytest.raises(LayoutError, match="dimension geo"):
        parse_eurostat_jsonstat(jsonstat({"0": 1.0}, dimension=dimension))


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_gov_10a_exp_is_read_from_sdmx_csv(line_end: str) -> None:
    frame = parse_eurostat_sdmx_csv(
        sdmx_csv([csv_row(flag="p"), csv_row("EL", value="", unit="PC_GDP")], line_end=line_end)
    )
    assert frame.select("entity_label", "year", "value", "availability", "unit", "currency", "flags").rows() == [
        ("DE", 2023, 43812.0, "reported", "million", "EUR", ["provisional"]),
        ("EL", 2023, None, "missing", "percent", None, []),
    ]


def test_columns_of_an_sdmx_csv_are_read_by_name() -> None:
    rows = [csv_row(), csv_row("EL", value="5000.1")]
    turned = ("DATAFLOW", *reversed(CSV_HEADER[1:]))
    assert parse_eurostat_sdmx_csv(sdmx_csv(rows, header=turned)).equals(parse_eurostat_sdmx_csv(sdmx_csv(rows)))


def test_a_gzip_is_unpacked() -> None:
    reply = sdmx_csv([csv_row()])
    assert parse_eurostat_sdmx_csv(gzip.compress(reply)).equals(parse_eurostat_sdmx_csv(reply))


@pytest.mark.parametrize(
    ("reply", "error", "found"),
    [
        (gzip.compress(sdmx_csv([csv_row()]))[:-9], PayloadError, "gzip"),
        (sdmx_csv([csv_row()])[:-8], PayloadError, "10 cells"),
        (sdmx_csv([]), PayloadError, "the header only"),
        (sdmx_csv([csv_row()], header=CSV_HEADER[:-2]), LayoutError, "OBS_FLAG"),
        (sdmx_csv([csv_row()], header=(*CSV_HEADER, "price")), LayoutError, "a further dimension"),
        (sdmx_csv([csv_row(DATAFLOW="ESTAT:NAMA_10_GDP(1.0)")]), LayoutError, "NAMA_10_GDP"),
        (sdmx_csv([csv_row(sector="S1311")]), LayoutError, "sector S13"),
        (sdmx_csv([csv_row(cofog99="GF03")]), LayoutError, "cofog99 GF02"),
        (sdmx_csv([csv_row(unit="PC_TOT")]), LayoutError, "PC_TOT"),
        (sdmx_csv([csv_row(freq="Q")]), LayoutError, "freq A"),
        (sdmx_csv([csv_row(flag="u")]), LayoutError, "flags p, e, b, d"),
        (sdmx_csv([csv_row(value="1_000")]), ValueRefusedError, "1_000"),
        (sdmx_csv([csv_row(value="nan")]), ValueRefusedError, "nan"),
        (sdmx_csv([csv_row(), csv_row(value="43812.1")]), ValueRefusedError, "row 2 holds"),
    ],
)
def test_an_sdmx_csv_that_is_not_defence_whole_is_refused(
    reply: bytes, error: type[RefusedInputError], found: str
) -> None:
    with pytest.raises(error, match=found):
        parse_eurostat_sdmx_csv(reply)
