"""The IMF parser: what comes out of DataMapper and SDMX-CSV, where forecasts begin, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.imf import SDMX_HEADER, datamapper, sdmx_csv, sdmx_row
from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.imf.replies import (
    datamapper_identity,
    parse_imf_datamapper,
    parse_imf_sdmx_csv,
    sdmx_csv_identity,
)

ROOT = Path(__file__).resolve().parents[2]
DATAMAPPER_FILE = "datamapper-NGDPD-2025-01-07.json"
OCTOBER_2024 = dt.date(2024, 10, 22)


def payload(name: str) -> bytes:
    path = ROOT.parent / "shared" / "payloads" / "imf" / name
    if not path.exists():
        pytest.skip(f"the real payload {name} is not on this machine")
    return path.read_bytes()


def labels() -> pl.DataFrame:
    return pl.read_csv(ROOT / "transforms" / "registers" / "labels" / "imf.csv", infer_schema=False)


def entity(label: str) -> str:
    return str(labels().filter(pl.col("label") == label)["entity"].item())


@pytest.mark.payloads
@pytest.mark.parametrize(("year", "gdp_usd_billion"), [(2024, 29_167.779), (2029, 35_457.964)])
def test_the_edition_of_october_2024_prints_this_gdp_of_the_united_states(year: int, gdp_usd_billion: float) -> None:
    frame = parse_imf_datamapper(payload(DATAMAPPER_FILE), published_on=OCTOBER_2024)
    row = frame.filter(pl.col("entity_label") == "USA", pl.col("year") == year).row(0, named=True)
    assert (row["value"], row["unit"], row["currency"]) == (gdp_usd_billion, "billion", "USD")


@pytest.mark.payloads
def test_every_figure_of_the_real_reply_is_a_row() -> None:
    frame = parse_imf_datamapper(payload(DATAMAPPER_FILE), published_on=OCTOBER_2024)
    assert (frame.height, frame["entity_label"].n_unique()) == (10_572, 228)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NGDPD", ("gdp", "billion", "USD", "current")),
        ("NGDP_RPCH", ("gdp_real_growth", "percent", None, "none")),
        ("PCPIPCH", ("consumer_price_change", "percent", None, "none")),
    ],
)
def test_each_datamapper_indicator_keeps_its_unit(code: str, expected: tuple[str | None, ...]) -> None:
    frame = parse_imf_datamapper(datamapper({"USA": {"2020": 2.5}}, code=code), published_on=OCTOBER_2024)
    assert frame.select("indicator", "unit", "currency", "price_basis").row(0) == expected


def test_datamapper_years_become_estimate_and_forecast_around_the_year_of_publication() -> None:
    reply = datamapper({"USA": {str(year): 1.0 for year in range(2022, 2026)}})
    frame = parse_imf_datamapper(reply, published_on=OCTOBER_2024)
    assert frame.select("status", "flags").rows() == [
        ("actual", []),
        ("estimate", ["estimate"]),
        ("forecast", ["forecast"]),
        ("forecast", ["forecast"]),
    ]


@given(st.floats(min_value=1e-3, max_value=1e5, allow_nan=False))
def test_fifty_digits_give_back_the_very_float(value: float) -> None:
    reply = f'{{"values":{{"NGDPD":{{"USA":{{"2020":{Decimal(value):f}}}}}}}}}'.encode()
    assert parse_imf_datamapper(reply, published_on=OCTOBER_2024)["value"].item() == value


def test_a_null_of_datamapper_is_missing_and_not_zero() -> None:
    frame = parse_imf_datamapper(datamapper({"USA": {"2020": None}}), published_on=OCTOBER_2024)
    assert frame.select("value", "availability").row(0) == (None, "missing")


def test_a_datamapper_locator_is_the_path_to_the_figure() -> None:
    frame = parse_imf_datamapper(datamapper({"USA": {"2020": 1.0}}), published_on=OCTOBER_2024)
    assert frame["locator"].item() == "values.NGDPD.USA.2020"


def test_one_of_several_indicators_is_chosen_by_its_code() -> None:
    reply = json.dumps({"values": {"NGDPD": {"USA": {"2020": 1}}, "PCPIPCH": {"USA": {"2020": 2}}}}).encode()
    frame = parse_imf_datamapper(reply, indicator_code="PCPIPCH", published_on=OCTOBER_2024)
    assert frame.select("indicator", "value").row(0) == ("consumer_price_change", 2.0)


def test_several_indicators_without_a_choice_are_refused() -> None:
    reply = json.dumps({"values": {"NGDPD": {"USA": {"2020": 1}}, "PCPIPCH": {"USA": {"2020": 2}}}}).encode()
    with pytest.raises(LayoutError, match="name one by indicator_code"):
        parse_imf_datamapper(reply, published_on=OCTOBER_2024)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD></HTML>", "a web page"),
        (b'{"values":', "a JSON reply of DataMapper"),
        (b'{"api":{"version":"1"}}', "values by indicator"),
        (b'{"values":{}}', "values by indicator"),
        (b'{"values":{"NGDPD":[]}}', "figures by economy"),
        (b'{"values":{"NGDPD":{"USA":[]}}}', "figures by economy"),
        (b'{"values":{"NGDPD":{"USA":{}}}}', "found none"),
    ],
)
def test_a_datamapper_reply_without_figures_is_refused(reply: bytes, found: str) -> None:
    with pytest.raises(PayloadError, match=found):
        parse_imf_datamapper(reply, published_on=OCTOBER_2024)


def test_a_reply_without_the_indicator_asked_for_is_refused() -> None:
    with pytest.raises(PayloadError, match=r"values.NGDP_RPCH: .* in \['NGDPD'\]"):
        parse_imf_datamapper(datamapper({"USA": {"2020": 1.0}}), indicator_code="NGDP_RPCH", published_on=OCTOBER_2024)


def test_an_unknown_datamapper_indicator_is_refused() -> None:
    with pytest.raises(LayoutError, match="add it to SERIES"):
        parse_imf_datamapper(datamapper({"USA": {"2020": 1.0}}, code="LUR"), published_on=OCTOBER_2024)


def test_a_datamapper_figure_in_words_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"values.NGDPD.USA.2020: .* found 'no data'"):
        parse_imf_datamapper(datamapper({"USA": {"2020": "no data"}}), published_on=OCTOBER_2024)


def test_a_datamapper_year_that_is_none_is_refused() -> None:
    with pytest.raises(LayoutError, match="expected a year, found '2020e'"):
        parse_imf_datamapper(datamapper({"USA": {"2020e": 1.0}}), published_on=OCTOBER_2024)


def test_a_datamapper_gdp_in_units_is_refused() -> None:
    with pytest.raises(LayoutError, match="expected billions of US"):
        parse_imf_datamapper(datamapper({"TUV": {"2001": 14_000_000.0}}), published_on=OCTOBER_2024)


def test_sdmx_values_are_units_whatever_the_scale_says() -> None:
    frame = parse_imf_sdmx_csv(sdmx_csv([sdmx_row(value="140800000000")]))
    assert frame.select("value", "unit", "currency", "price_basis").row(0) == (140.8e9, "unit", "USD", "current")


def test_sdmx_growth_is_percent() -> None:
    frame = parse_imf_sdmx_csv(sdmx_csv([sdmx_row(indicator="NGDP_RPCH", value="-0.243")]))
    assert frame.select("indicator", "value", "unit", "price_basis").row(0) == (
        "gdp_real_growth",
        -0.243,
        "percent",
        "none",
    )


def test_sdmx_years_after_the_latest_actual_one_are_forecasts() -> None:
    rows = [sdmx_row(year=year, latest_actual="2024") for year in ("2023", "2024", "2025")]
    frame = parse_imf_sdmx_csv(sdmx_csv(rows))
    assert frame.select("status", "flags").rows() == [("actual", []), ("actual", []), ("forecast", ["forecast"])]


def test_a_fiscal_latest_actual_year_counts_as_its_first_year() -> None:
    rows = [sdmx_row("IND", year=year, latest_actual="FY2024/25") for year in ("2024", "2025")]
    frame = parse_imf_sdmx_csv(sdmx_csv(rows))
    assert frame.select("status", "year_basis").rows() == [("actual", "fiscal"), ("forecast", "fiscal")]


@pytest.mark.parametrize("blank", ["", "0"])
def test_a_group_without_a_latest_actual_year_has_no_actuals(blank: str) -> None:
    rows = [sdmx_row(latest_actual="2024")]
    rows += [sdmx_row("G001", year=year, latest_actual=blank) for year in ("2023", "2024", "2025")]
    frame = parse_imf_sdmx_csv(sdmx_csv(rows)).filter(pl.col("entity_label") == "G001")
    assert frame["status"].to_list() == ["estimate", "estimate", "forecast"]


@given(st.integers(1980, 2031), st.lists(st.integers(1980, 2031), min_size=2, unique=True))
def test_no_actual_follows_a_forecast(latest_actual: int, years: list[int]) -> None:
    rows = [sdmx_row(year=str(year), latest_actual=str(latest_actual)) for year in years]
    frame = parse_imf_sdmx_csv(sdmx_csv(rows)).sort("year")
    assert frame["status"].to_list() == sorted(frame["status"])


def test_an_empty_observation_is_missing_and_not_zero() -> None:
    frame = parse_imf_sdmx_csv(sdmx_csv([sdmx_row(value="")]))
    assert frame.select("value", "availability").row(0) == (None, "missing")


def test_additional_attribute_columns_are_let_pass() -> None:
    rows = [sdmx_row(COUNTRY_UPDATE_DATE="9/23/2025")]
    assert parse_imf_sdmx_csv(sdmx_csv(rows, header=(*SDMX_HEADER, "COUNTRY_UPDATE_DATE"))).height == 1


def test_an_sdmx_locator_is_the_row_of_the_file() -> None:
    rows = [sdmx_row(year="2023"), sdmx_row(year="2024")]
    assert parse_imf_sdmx_csv(sdmx_csv(rows))["locator"].to_list() == ["row 2", "row 3"]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (b"<?xml version='1.0'?><message:Error/>", "a web page or XML"),
        (b"", "a CSV with a header"),
        (b"\xff\xfe", "text in UTF-8"),
        (sdmx_csv([]), "the header only"),
        (sdmx_csv([sdmx_row()]).rsplit(b",", 2)[0], "row 2: expected 11 cells, found 9 cells"),
    ],
)
def test_a_reply_that_is_no_whole_sdmx_csv_is_refused(reply: bytes, found: str) -> None:
    with pytest.raises(PayloadError, match=found):
        parse_imf_sdmx_csv(reply)


@pytest.mark.parametrize(
    "header",
    [
        ("DATAFLOW", *SDMX_HEADER[3:]),
        (*SDMX_HEADER[:5], "PRICES", *SDMX_HEADER[5:]),
        tuple(name for name in SDMX_HEADER if name != "OBS_VALUE"),
    ],
    ids=["SDMX-CSV 1.0", "an unknown dimension", "no measure"],
)
def test_other_dimensions_than_those_of_the_weo_are_refused(header: tuple[str, ...]) -> None:
    with pytest.raises(LayoutError, match="row 1: expected STRUCTURE, STRUCTURE_ID"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row()], header=header))


def test_a_reply_without_the_latest_actual_column_is_refused_with_the_parameter_to_ask_for() -> None:
    header = tuple(name for name in SDMX_HEADER if name != "LATEST_ACTUAL_ANNUAL_DATA")
    with pytest.raises(LayoutError, match="ask with attributes=SCALE,LATEST_ACTUAL_ANNUAL_DATA"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row()], header=header))


def test_a_reply_that_lost_every_latest_actual_year_is_refused() -> None:
    with pytest.raises(LayoutError, match="the API drops attributes"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(latest_actual="")]))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("ACTION", "D"),
        ("FREQUENCY", "Q"),
        ("SCALE", "6"),
        ("SCALE", "Billions"),
        ("STRUCTURE_ID", "IMF.STA:QNEA(7.0.0)"),
        ("LATEST_ACTUAL_ANNUAL_DATA", "Q2 2025"),
    ],
)
def test_an_unknown_code_is_refused_with_its_row_and_column(column: str, cell: str) -> None:
    with pytest.raises(LayoutError, match=f"row 2 {column}: .*{cell[:8]}"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(**{column: cell})]))


def test_an_unknown_sdmx_indicator_is_refused() -> None:
    with pytest.raises(LayoutError, match="row 2: expected an indicator among"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(indicator="NGDP_R")]))


def test_a_quarter_is_refused() -> None:
    with pytest.raises(LayoutError, match="row 2: expected a year, found '2024-Q1'"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(year="2024-Q1")]))


def test_an_observation_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"row 2: .* found 'n/a'"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(value="n/a")]))


def test_an_sdmx_gdp_in_billions_is_refused() -> None:
    with pytest.raises(LayoutError, match="row 2: expected units of US"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(value="140.8")]))


def test_a_series_year_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"row 3: .* is printed at row 2 already"):
        parse_imf_sdmx_csv(sdmx_csv([sdmx_row(), sdmx_row()]))


@pytest.mark.parametrize(
    ("structure_id", "publication", "edition"),
    [
        ("IMF.RES:WEO(6.0.0)", "", "2025-04"),
        ("IMF.RES:WEO(9.0.0)", "", None),
        ("IMF.RES:WEO(9.0.0)", "2025-10-14T13:00:00Z", "2025-10"),
        ("IMF.RES:WEO(9.0.0)", "2026-04-14", "2026-04"),
        ("IMF.RES:WEO_2025_OCT_VINTAGE(1.0.0)", "", "2025-10"),
    ],
)
def test_a_reply_says_the_edition_as_far_as_it_prints_it(
    structure_id: str, publication: str, edition: str | None
) -> None:
    reply = sdmx_csv([sdmx_row(STRUCTURE_ID=structure_id, PUBLICATION_DATE=publication)])
    assert sdmx_csv_identity(reply).edition == edition


def test_a_reply_says_its_subjects_and_its_day() -> None:
    identity = sdmx_csv_identity(sdmx_csv([sdmx_row()]))
    assert (identity.data_set, identity.days) == ("NGDPD", (dt.date(2025, 10, 14),))


def test_a_reply_with_all_subjects_is_the_whole_edition() -> None:
    rows = [sdmx_row(indicator=code, value="2000000") for code in ("NGDPD", "NGDP_RPCH", "PCPIPCH")]
    assert sdmx_csv_identity(sdmx_csv(rows)).data_set is None


def test_a_datamapper_reply_says_its_subject_and_no_day() -> None:
    identity = datamapper_identity([datamapper({"USA": {"2020": 1.0}})])
    assert (identity.data_set, identity.days, identity.edition) == ("NGDPD", (), None)


def test_an_update_between_two_editions_is_refused() -> None:
    with pytest.raises(LayoutError, match=r"in April or October.* found 2027-01-19"):
        sdmx_csv_identity(sdmx_csv([sdmx_row(PUBLICATION_DATE="2027-01-19T13:00:00Z")]))


def test_a_vintage_that_was_published_in_another_month_is_refused() -> None:
    row = sdmx_row(STRUCTURE_ID="IMF.RES:WEO_2025_OCT_VINTAGE(1.0.0)", PUBLICATION_DATE="2026-04-14")
    with pytest.raises(LayoutError, match=r"a day of 2025-10, as IMF.RES:WEO_2025_OCT_VINTAGE"):
        sdmx_csv_identity(sdmx_csv([row]))


def test_a_reply_of_two_releases_is_refused() -> None:
    rows = [sdmx_row(), sdmx_row(year="2025", PUBLICATION_DATE="2026-04-14T13:00:00Z")]
    with pytest.raises(LayoutError, match="one of each in a reply"):
        sdmx_csv_identity(sdmx_csv(rows))


def test_an_unreadable_publication_date_is_refused() -> None:
    with pytest.raises(LayoutError, match="PUBLICATION_DATE: expected a time"):
        sdmx_csv_identity(sdmx_csv([sdmx_row(PUBLICATION_DATE="14 October 2025")]))


@pytest.mark.payloads
def test_every_code_of_the_real_reply_has_a_label() -> None:
    frame = parse_imf_datamapper(payload(DATAMAPPER_FILE), published_on=OCTOBER_2024)
    assert set(frame["entity_label"]) <= set(labels()["label"])


@pytest.mark.payloads
def test_every_named_code_of_the_country_list_has_a_label() -> None:
    countries = json.loads(payload("datamapper-countries-2025-01-07.json"))["countries"]
    # ATI and ATL are in the list without a name and without a series.
    assert {code for code in countries if code not in set(labels()["label"])} == {"ATI", "ATL"}


@pytest.mark.parametrize(
    ("label", "iso3"),
    [
        ("UVK", "XKX"),
        ("KOS", "XKX"),
        ("WBG", "PSE"),
        ("NER", "NER"),
        ("NGA", "NGA"),
        ("COD", "COD"),
        ("COG", "COG"),
        ("KOR", "KOR"),
        ("PRK", "PRK"),
        ("GEO", "GEO"),
        ("WEOWORLD", "WORLD"),
        ("EU", "IMF_EU"),
    ],
)
def test_codes_that_are_easily_confused_name_the_right_entity(label: str, iso3: str) -> None:
    assert entity(label) == iso3


def test_labels_of_countries_agree_with_the_names_that_the_imf_prints() -> None:
    names = dict(labels().select("label", "note").iter_rows())
    assert [names[code] for code in ("NER", "NGA", "COD", "COG", "KOR", "PRK", "GEO")] == [
        "Niger",
        "Nigeria",
        "Congo, Dem. Rep. of the",
        "Congo, Republic of",
        "Korea, Republic of",
        "Korea, Dem. People's Rep. of",
        "Georgia",
    ]


@pytest.mark.parametrize(
    ("datamapper_code", "sdmx_code"), [("WEOWORLD", "G001"), ("ADVEC", "G110"), ("EURO", "G163"), ("EU", "G998")]
)
def test_a_group_is_one_entity_under_both_its_codes(datamapper_code: str, sdmx_code: str) -> None:
    assert entity(datamapper_code) == entity(sdmx_code)
