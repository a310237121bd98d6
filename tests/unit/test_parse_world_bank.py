"""The World Bank parser: what comes out of API pages and bulk files, and what is refused with which words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from itertools import product
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.world_bank import (
    CSV_NAME,
    GDP_CONSTANT,
    MILITARY_SHARE,
    api_page,
    api_row,
    bulk_csv,
    bulk_zip,
)
from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.world_bank import (
    FISCAL_YEARS_SINCE,
    SERIES,
    csv_identity,
    json_identity,
    parse_world_bank_csv,
    parse_world_bank_json,
)

ROOT = Path(__file__).resolve().parents[2]
MILITARY_ZIP = "API_MS.MIL.XPND.GD.ZS_DS2_en_csv_v2_211.zip"
BULK_FILES = (
    MILITARY_ZIP,
    "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_9865.csv",
    "API_SP.POP.TOTL_DS2_en_csv_v2_61.csv",
)


def payload(name: str) -> bytes:
    path = ROOT.parent / "shared" / "payloads" / "world_bank" / name
    if not path.exists():
        pytest.skip(f"the real payload {name} is not on this machine")
    return path.read_bytes()


def metadata_country() -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(payload(MILITARY_ZIP))) as archive:
        name = next(member for member in archive.namelist() if member.startswith("Metadata_Country"))
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def labels() -> pl.DataFrame:
    return pl.read_csv(ROOT / "transforms" / "registers" / "labels" / "world_bank.csv", infer_schema=False)


def figure(frame: pl.DataFrame, label: str, year: int) -> dict[str, object]:
    return frame.filter(pl.col("entity_label") == label, pl.col("year") == year).row(0, named=True)


@pytest.mark.payloads
@pytest.mark.parametrize(
    ("label", "share_pct"), [("USA", 3.41921653), ("CHN", 1.7112974), ("JPN", 1.3713969), ("KOR", 2.56205259)]
)
def test_the_edition_of_february_2026_prints_these_shares_for_2024(label: str, share_pct: float) -> None:
    frame = parse_world_bank_csv(payload(MILITARY_ZIP))
    assert figure(frame, label, 2024)["value"] == pytest.approx(share_pct, abs=1e-6)


@pytest.mark.payloads
@pytest.mark.parametrize(
    ("name", "reported", "missing"), list(zip(BULK_FILES, (10_587, 13_979, 17_195), (6_969, 3_045, 361), strict=True))
)
def test_every_cell_of_a_real_bulk_file_is_a_row(name: str, reported: int, missing: int) -> None:
    counts = parse_world_bank_csv(payload(name))["availability"].value_counts()
    assert dict(counts.iter_rows()) == {"reported": reported, "missing": missing}


@pytest.mark.payloads
@pytest.mark.parametrize(
    ("name", "label", "value"),
    [
        ("NY.GDP.MKTP.CD", "USA", 27_292_170_793_214.4),
        ("NY.GDP.MKTP.KD", "SWE", 568_322_714_847.714),
        ("SP.POP.TOTL", "AFE", 752_565_000.0),
    ],
)
def test_real_api_replies_give_their_figures(name: str, label: str, value: float) -> None:
    frame = parse_world_bank_json([payload(f"api-v2-2023-{name}.json")])
    assert figure(frame, label, 2023)["value"] == value


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("NY.GDP.MKTP.CD", "GDP (current US$)", ("gdp", "unit", "USD", "current", None)),
        ("NY.GDP.MKTP.KD", "GDP (constant 2015 US$)", ("gdp", "unit", "USD", "constant", 2015)),
        ("NY.GDP.MKTP.CN", "GDP (current LCU)", ("gdp", "unit", "LCU", "current", None)),
        (
            "NY.GDP.MKTP.PP.CD",
            "GDP, PPP (current international $)",
            ("gdp", "unit", "international dollars", "current", None),
        ),
        (
            "NY.GDP.DEFL.ZS",
            "GDP deflator (base year varies by country)",
            ("gdp_deflator", "index", None, "none", None),
        ),
        (
            "PA.NUS.FCRF",
            "Official exchange rate (LCU per US$, period average)",
            ("exchange_rate", "currency_per_usd", "LCU", "none", None),
        ),
        ("SP.POP.TOTL", "Population, total", ("population", "persons", None, "none", None)),
        (
            "MS.MIL.XPND.GD.ZS",
            "Military expenditure (% of GDP)",
            ("defence_share_of_gdp", "percent", None, "current", None),
        ),
        (
            "MS.MIL.XPND.CD",
            "Military expenditure (current USD)",
            ("defence_expenditure", "unit", "USD", "current", None),
        ),
    ],
)
def test_each_indicator_keeps_its_unit_currency_and_price_basis(
    code: str, name: str, expected: tuple[object, ...]
) -> None:
    frame = parse_world_bank_json([api_page([api_row("USA", "2023", 5.5, series=(code, name))])])
    assert frame.select("indicator", "unit", "currency", "price_basis", "base_year").row(0) == expected


def test_the_base_year_of_constant_prices_is_read_from_the_printed_name() -> None:
    frame = parse_world_bank_csv(bulk_csv({"USA": ("1", "2")}, series=(GDP_CONSTANT[0], "GDP (constant 2021 US$)")))
    assert frame["base_year"].unique().to_list() == [2021]


def test_a_null_is_missing_and_not_zero() -> None:
    frame = parse_world_bank_json([api_page([api_row("USA", "2025", None)])])
    assert frame.select("value", "availability").row(0) == (None, "missing")


def test_an_empty_cell_is_missing_and_not_zero() -> None:
    frame = parse_world_bank_csv(bulk_csv({"USA": ("", "0")}))
    assert frame.select("value", "availability").rows() == [(None, "missing"), (0.0, "reported")]


def test_national_accounts_of_australia_are_on_fiscal_years_and_its_military_share_is_not() -> None:
    gdp = parse_world_bank_csv(bulk_csv({"AUS": ("1", "2")}))
    share = parse_world_bank_csv(bulk_csv({"AUS": ("1", "2")}, series=MILITARY_SHARE))
    assert (gdp["year_basis"].unique().to_list(), share["year_basis"].unique().to_list()) == (["fiscal"], ["calendar"])


def test_egypt_is_on_calendar_years_before_1980() -> None:
    frame = parse_world_bank_csv(bulk_csv({"EGY": ("1", "2")}, years=("1979", "1980")))
    assert frame["year_basis"].to_list() == ["calendar", "fiscal"]


@pytest.mark.payloads
def test_the_fiscal_year_economies_are_those_that_the_metadata_notes() -> None:
    noted = {
        row["Country Code"]
        for row in metadata_country()
        if "it is fiscal year-based" in row["SpecialNotes"] or "national accounts data: FY" in row["SpecialNotes"]
    }
    assert set(FISCAL_YEARS_SINCE) == noted


def test_an_income_group_without_iso3_is_labelled_by_its_two_letter_code() -> None:
    frame = parse_world_bank_json([api_page([api_row("", "2023", 1.0, country_id="XD")])])
    assert frame["entity_label"].to_list() == ["XD"]


def test_locators_name_page_and_row() -> None:
    pages = [
        api_page([api_row("USA", "2023", 1.0)], pages=2, total=3),
        api_page([api_row("USA", "2022", 1.0), api_row("USA", "2021", 1.0)], page=2, pages=2, total=3),
    ]
    assert parse_world_bank_json(pages)["locator"].to_list() == ["page 1 row 1", "page 2 row 1", "page 2 row 2"]


def test_locators_of_a_csv_count_rows_from_the_top_of_the_file() -> None:
    assert parse_world_bank_csv(bulk_csv({"USA": ("1", "2")}))["locator"].to_list() == ["row 6,2023", "row 6,2024"]


def test_locators_of_a_zip_name_its_member() -> None:
    frame = parse_world_bank_csv(bulk_zip(bulk_csv({"USA": ("1", "2")})))
    assert frame["locator"].to_list() == [f"{CSV_NAME}!row 6,2023", f"{CSV_NAME}!row 6,2024"]


@given(
    st.lists(st.tuples(st.sampled_from(["USA", "FRA", "WLD"]), st.integers(1960, 2026)), min_size=1, unique=True),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_paging_and_the_order_of_pages_change_no_figure(
    keys: list[tuple[str, int]], per_page: int, random: Random
) -> None:
    rows = [api_row(iso3, str(year), float(year)) for iso3, year in keys]
    chunks = [rows[start : start + per_page] for start in range(0, len(rows), per_page)]
    pages = [
        api_page(chunk, page=number, pages=len(chunks), total=len(rows)) for number, chunk in enumerate(chunks, start=1)
    ]
    random.shuffle(pages)
    one, many = parse_world_bank_json([api_page(rows)]), parse_world_bank_json(pages)
    assert one.drop("locator").equals(many.drop("locator"))


@pytest.mark.parametrize(
    ("preamble", "byte_order_mark", "line_end", "trailing_column"),
    list(product((True, False), (True, False), ("\r\n", "\n"), (True, False))),
)
def test_every_spelling_of_the_bulk_csv_gives_the_same_figures(
    *, preamble: bool, byte_order_mark: bool, line_end: str, trailing_column: bool
) -> None:
    cells = {"USA": ("1.5", ""), "DEU": ("2", "3")}
    variant = bulk_csv(
        cells,
        preamble=preamble,
        byte_order_mark=byte_order_mark,
        line_end=line_end,
        trailing_column=trailing_column,
    )
    plain = parse_world_bank_csv(bulk_csv(cells)).drop("locator")
    assert parse_world_bank_csv(variant).drop("locator").equals(plain)


def test_csv_and_json_of_the_same_data_give_the_same_figures() -> None:
    from_csv = parse_world_bank_csv(bulk_csv({"USA": ("27292170793214.4", "")}))
    from_json = parse_world_bank_json(
        [api_page([api_row("USA", "2023", 27_292_170_793_214.4), api_row("USA", "2024", None)])]
    )
    assert from_csv.drop("locator").equals(from_json.drop("locator"))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_reply_says_its_indicator_and_its_day(mark: bytes) -> None:
    identity = json_identity([[mark + api_page([api_row("USA", "2023", 1.0)])]])
    assert (identity.data_set, identity.days) == ("NY.GDP.MKTP.CD", (dt.date(2026, 4, 8),))


def test_a_bulk_file_says_its_indicator_and_its_day() -> None:
    identity = csv_identity(bulk_zip(bulk_csv({"USA": ("1", "2")})))
    assert (identity.data_set, identity.days) == ("NY.GDP.MKTP.CD", (dt.date(2026, 2, 24),))


def test_replies_of_all_indicators_are_the_whole_edition() -> None:
    replies = [[api_page([api_row("USA", "2023", 1.0, series=(code, code))])] for code in SERIES]
    assert json_identity(replies).data_set is None


def test_replies_of_two_days_are_no_edition() -> None:
    pages = [api_page([api_row("USA", "2023", 1.0)], lastupdated=day) for day in ("2026-04-08", "2026-04-09")]
    with pytest.raises(LayoutError, match="one day for all replies"):
        json_identity([pages])


def test_a_file_whose_preamble_was_stripped_prints_no_day() -> None:
    assert csv_identity(bulk_csv({"USA": ("1", "2")}, preamble=False)).days == ()


def test_a_day_that_a_spreadsheet_wrote_may_be_two() -> None:
    identity = csv_identity(bulk_csv({"USA": ("1", "2")}, updated="3/1/2023"))
    assert identity.days == (dt.date(2023, 3, 1), dt.date(2023, 1, 3))


def test_an_unreadable_day_is_refused() -> None:
    with pytest.raises(LayoutError, match="row 3: expected a date"):
        csv_identity(bulk_csv({"USA": ("1", "2")}, updated="24 Feb"))


def test_a_number_that_a_spreadsheet_has_rounded_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueRefusedError, match=r"row 6,2023: .* rounded 4.28E\+12 to 3 digits: hand in the file as"):
        parse_world_bank_csv(bulk_csv({"DEU": ("4.28E+12", "")}))


@pytest.mark.parametrize("filled", [False, True])
def test_a_file_saved_again_with_semicolons_and_decimal_commas_has_the_same_figures(*, filled: bool) -> None:
    plain = bulk_csv({"USA": ("27292170793214.4", ""), "DEU": ("4525704.5", "3.25")}, line_end="\n")
    lines = plain.decode("utf-8-sig").replace(".4", "!4").replace('","', '";"').splitlines()
    again = [line.replace('"27292170793214!4"', '"27292170793214,4"') for line in lines]
    again = [line.replace("4525704.5", "4525704,5").replace("3.25", "3,25") for line in again]
    again = [line or ";;;;;" for line in again] if filled else again
    saved = "\r\n".join(again).encode("utf-8-sig")
    assert parse_world_bank_csv(saved).equals(parse_world_bank_csv(plain))


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (b"<!DOCTYPE html><html>502 Bad Gateway</html>", "a web page"),
        (b'[{"page":1,', "Expecting property name"),
        (b'[{"message":[{"id":"120","key":"Invalid value","value":"not valid"}]}]', "an error of the API.*120"),
        (b'[{"page":0,"pages":0,"per_page":0,"total":0},null]', "total"),
        (b'{"page":1}', "page"),
    ],
)
def test_a_reply_that_is_no_page_of_data_is_refused(page: bytes, found: str) -> None:
    with pytest.raises(PayloadError, match=found):
        parse_world_bank_json([page])


def test_a_reply_of_another_data_base_is_refused() -> None:
    with pytest.raises(PayloadError, match="sourceid: expected '2'"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0)], sourceid="25")])


def test_a_header_without_whole_counts_is_refused() -> None:
    with pytest.raises(LayoutError, match="whole page, pages, total"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0)], total="1")])


def test_no_page_at_all_is_refused() -> None:
    with pytest.raises(PayloadError, match="at least one page"):
        parse_world_bank_json([])


def test_a_missing_page_is_refused() -> None:
    with pytest.raises(PayloadError, match="pages 1 to 2, each once"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0)], pages=2, total=2)])


def test_a_page_sent_twice_is_refused() -> None:
    page = api_page([api_row("USA", "2023", 1.0)], pages=2, total=2)
    with pytest.raises(PayloadError, match=r"found \[1, 1\]"):
        parse_world_bank_json([page, page])


def test_fewer_rows_than_the_stated_total_are_refused() -> None:
    with pytest.raises(PayloadError, match="expected 2 rows, found 1 rows"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0)], total=2)])


def test_pages_of_two_updates_are_refused() -> None:
    pages = [
        api_page([api_row("USA", "2023", 1.0)], pages=2, total=2),
        api_page([api_row("USA", "2022", 1.0)], page=2, pages=2, total=2, lastupdated="2026-07-13"),
    ]
    with pytest.raises(PayloadError, match="the data changed between two requests"):
        parse_world_bank_json(pages)


def test_a_country_year_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"page 1 row 2: .* USA 2023, which is printed at page 1 row 1"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0), api_row("USA", "2023", 1.0)])])


def test_a_row_of_another_indicator_is_refused() -> None:
    rows = [api_row("USA", "2023", 1.0), api_row("USA", "2022", 1.0, series=GDP_CONSTANT)]
    with pytest.raises(LayoutError, match=r"page 1 row 2: expected NY.GDP.MKTP.CD"):
        parse_world_bank_json([api_page(rows)])


def test_an_unknown_indicator_is_refused() -> None:
    with pytest.raises(LayoutError, match="add it to SERIES"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0, series=("NY.GNP.MKTP.CD", "GNI"))])])


def test_a_name_that_no_longer_states_the_unit_is_refused() -> None:
    series = ("NY.GDP.MKTP.CD", "GDP (current US$, millions)")
    with pytest.raises(LayoutError, match="the unit or the price basis may have changed"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0, series=series)])])


def test_a_row_without_its_keys_is_refused() -> None:
    row = api_row("USA", "2023", 1.0)
    del row["value"]
    with pytest.raises(LayoutError, match=r"page 1 row 1: .* without 'value'"):
        parse_world_bank_json([api_page([row])])


def test_a_row_without_any_country_code_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="an entity label"):
        parse_world_bank_json([api_page([api_row("", "2023", 1.0, country_id="")])])


def test_a_quarter_is_refused() -> None:
    with pytest.raises(LayoutError, match="a year as date, found '2023Q1'"):
        parse_world_bank_json([api_page([api_row("USA", "2023Q1", 1.0)])])


def test_a_figure_in_quotes_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"a number or null, found '1.0'"):
        parse_world_bank_json([api_page([api_row("USA", "2023", "1.0")])])


def test_an_observation_status_is_refused_until_it_is_understood() -> None:
    with pytest.raises(ValueRefusedError, match="empty unit and obs_status"):
        parse_world_bank_json([api_page([api_row("USA", "2023", 1.0, obs_status="F")])])


def test_a_web_page_instead_of_a_csv_is_refused() -> None:
    with pytest.raises(PayloadError, match="a web page"):
        parse_world_bank_csv(b"\r\n<html><body>Service unavailable</body></html>")


def test_a_truncated_zip_is_refused() -> None:
    whole = bulk_zip(bulk_csv({"USA": ("1", "2")}))
    with pytest.raises(PayloadError, match="a whole zip archive"):
        parse_world_bank_csv(whole[: len(whole) // 2])


def test_a_zip_with_a_flipped_byte_is_refused() -> None:
    whole = bytearray(bulk_zip(bulk_csv(dict.fromkeys(("USA", "DEU", "FRA"), ("1", "2")))))
    middle = whole.index(CSV_NAME.encode(), whole.index(b"PK\x03\x04", 1)) + len(CSV_NAME) + 20
    whole[middle] ^= 0xFF
    with pytest.raises(PayloadError, match="a whole zip archive"):
        parse_world_bank_csv(bytes(whole))


def test_a_zip_without_the_data_file_is_refused() -> None:
    with pytest.raises(LayoutError, match="zip: expected one file like"):
        parse_world_bank_csv(bulk_zip(b"", name="readme.txt"))


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(PayloadError, match="text in UTF-8"):
        parse_world_bank_csv(b"\xff\xfe\x00\x01")


def test_a_csv_cut_within_a_cell_is_refused() -> None:
    with pytest.raises(PayloadError, match="a whole CSV"):
        parse_world_bank_csv(bulk_csv({"USA": ("1", "2345")}).rstrip()[:-7])


def test_a_csv_cut_between_cells_is_refused() -> None:
    with pytest.raises(PayloadError, match="row 6: expected 6 cells, found 5 cells"):
        parse_world_bank_csv(bulk_csv({"USA": ("1",)}, trailing_column=False))


def test_a_csv_without_rows_is_refused() -> None:
    with pytest.raises(PayloadError, match="found no row"):
        parse_world_bank_csv(bulk_csv({}))


def test_an_unknown_opening_is_refused() -> None:
    with pytest.raises(LayoutError, match="the header, or the preamble"):
        parse_world_bank_csv(b"Country,Year,Value\nUSA,2023,1\n")


def test_a_header_with_another_column_is_refused() -> None:
    with pytest.raises(LayoutError, match=r"and years, found .*Unit"):
        parse_world_bank_csv(bulk_csv({"USA": ("1", "2")}, years=("Unit", "2024")))


def test_a_gap_in_the_years_is_refused() -> None:
    with pytest.raises(LayoutError, match="years that ascend by one"):
        parse_world_bank_csv(bulk_csv({"USA": ("1", "2")}, years=("2022", "2024")))


def test_a_cell_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match=r"row 6,2024: expected a number or an empty cell, found '\.\.'"):
        parse_world_bank_csv(bulk_csv({"USA": ("1", "..")}))


@pytest.mark.payloads
def test_every_code_of_the_real_files_has_a_label() -> None:
    frames = [parse_world_bank_csv(payload(name)) for name in BULK_FILES]
    codes = set(pl.concat(frames)["entity_label"])
    assert codes <= set(labels()["label"])


@pytest.mark.payloads
def test_the_metadata_tells_countries_from_aggregates_as_the_labels_do() -> None:
    kinds = dict(labels().select("label", "kind").iter_rows())
    aggregates = {row["Country Code"] for row in metadata_country() if not row["Region"]}
    # The Channel Islands are an economy to the World Bank; ISO 3166-1 has no code for Jersey and Guernsey together.
    assert {row["Country Code"] for row in metadata_country() if kinds[row["Country Code"]] == "aggregate"} == (
        aggregates | {"CHI"}
    )


def test_a_country_keeps_its_code_and_an_aggregate_is_marked_as_the_world_banks() -> None:
    table = labels().filter(pl.col("label").str.len_chars() == 3, ~pl.col("label").is_in(["WLD", "KSV"]))
    expected = pl.when(pl.col("kind") == "country").then(pl.col("label")).otherwise("WB_" + pl.col("label"))
    assert table.filter(pl.col("entity") != expected).is_empty()


def test_the_world_is_the_world_under_both_its_codes() -> None:
    assert labels().filter(pl.col("label").is_in(["WLD", "1W"]))["entity"].to_list() == ["WORLD", "WORLD"]
