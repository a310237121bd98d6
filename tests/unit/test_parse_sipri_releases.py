"""The real SIPRI workbooks, each held to an independent reading; figures that SIPRI printed, counts, labels."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.styles import Font
from polars.testing import assert_frame_equal

from tests.factories.sipri_reading import SYMBOLS, PrintedFigure, printed_figures
from transforms.errors import LayoutError
from transforms.parse.frame import Reading, summary
from transforms.parse.sipri import layout_fingerprint, read_sipri_workbook, release_identity
from transforms.registers import reader as registers

pytestmark = pytest.mark.payloads  # six workbooks, each read twice: half a minute

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = {
    "1949-2020_0": dt.date(2021, 4, 26),
    "1949-2021": dt.date(2022, 4, 25),
    "1948-2023": dt.date(2024, 4, 22),
    "1949-2023.export": dt.date(2024, 5, 31),
    "1949-2024_2": dt.date(2025, 4, 28),
    "1949-2025_v1.2.resaved": dt.date(2026, 4, 27),
}
# Numbers below a year, and how many of them the parser withholds: zeros although another sheet has spending (five of
# Haiti's shares in April 2021), and "US dollars" of Zimbabwe that are none, in two sheets each.
PRINTED = {
    "1949-2020_0": (49_411, 5),
    "1949-2021": (50_284, 252 + 100),
    "1948-2023": (52_858, 255),
    "1949-2023.export": (52_834, 254),
    "1949-2024_2": (53_923, 255),
    "1949-2025_v1.2.resaved": (55_021, 33 + 2),
}
CALENDAR_SHEET = "Local currency calendar years"
CONSTANT_SHEET = "Constant (2023) US$"
CURRENT_SHEET = "Current US$"
GDP_SHEET = "Share of GDP"
GOVERNMENT_SHEET = "Share of Govt. spending"
REGION_SHEET = "Regional totals"
NATO = (
    *("ALB", "BEL", "BGR", "CAN", "HRV", "CZE", "DNK", "EST", "FIN", "FRA", "DEU", "GRC", "HUN", "ISL", "ITA", "LVA"),
    *("LTU", "LUX", "MNE", "NLD", "MKD", "NOR", "POL", "PRT", "ROU", "SVK", "SVN", "ESP", "SWE", "TUR", "GBR", "USA"),
)


def real_payload(edition: str) -> bytes:
    path = ROOT.parent / "shared" / "payloads" / "sipri" / f"SIPRI-Milex-data-{edition}.xlsx"
    if not path.exists():
        pytest.skip(f"the real workbook {path.name} is not on this machine")
    return path.read_bytes()


@cache
def reading(edition: str) -> Reading:
    return read_sipri_workbook(real_payload(edition), published_on=PUBLISHED[edition])


@pytest.fixture(scope="module")
def release_2025() -> pl.DataFrame:
    return reading("1949-2024_2").figures


@pytest.fixture(scope="module")
def release_2024() -> pl.DataFrame:
    return reading("1948-2023").figures


@cache
def with_the_independent_reading(edition: str) -> tuple[tuple[PrintedFigure, dict[str, Any] | None], ...]:
    """Each printed figure with the row of the raw frame that has its locator."""
    rows = {row["locator"]: row for row in reading(edition).figures.iter_rows(named=True)}
    return tuple((figure, rows.get(place)) for place, figure in printed_figures(real_payload(edition)).items())


@pytest.mark.parametrize("edition", PRINTED)
def test_every_printed_figure_is_read_as_it_is_or_withheld_with_its_reason(edition: str) -> None:
    pairs = with_the_independent_reading(edition)
    read = [(figure, row) for figure, row in pairs if row and row["value"] is not None]
    withheld = [row["note"] for _, row in pairs if row and row["value"] is None]
    assert (len(pairs), len(withheld)) == PRINTED[edition]
    assert len(read) + len(withheld) == len(pairs) == reading(edition).figures["value"].count() + len(withheld)
    said = [(row["entity_label"], row["year"], row["value"]) for _, row in read]
    assert said == [(figure.label, figure.year, figure.value) for figure, _ in read]
    assert all("printed as 0" in note or "withheld: printed as" in note for note in withheld)


@pytest.mark.parametrize("edition", PRINTED)
def test_every_colour_and_symbol_is_read_as_it_stands(edition: str) -> None:
    for figure, row in with_the_independent_reading(edition):
        if row and row["value"] is not None:
            red = "source_estimate" if row["unit"] == "billion" else "highly_uncertain"
            of_colour = {"blue": {"source_estimate"}, "red": {red}, "black": set()}[figure.colour]
            symbols = {SYMBOLS[sign] for sign in figure.notes if sign in SYMBOLS}
            assert set(row["flags"]) == of_colour | symbols, row["locator"]
            assert (row["status"] == "estimate") == (figure.colour != "black"), row["locator"]


@pytest.mark.parametrize("edition", PRINTED)
def test_every_numbered_note_travels_with_its_figures(edition: str) -> None:
    for figure, row in with_the_independent_reading(edition):
        for number in re.findall(r"\d+(?=(?:\.0)?$|\D)", figure.notes.removesuffix(".0")):
            assert row is not None
            assert f"[{number}] " in row["note"], row["locator"]


@pytest.mark.parametrize(
    ("edition", "summary_of_notices"),
    [
        ("1948-2023", []),
        (
            "1949-2020_0",
            [
                "Missing, printed as an error: Myanmar 1997, #VALUE! (1 figure, first at Share of Govt. spending!M120)",
                (
                    "Withheld, expected more than 0 where there is spending: Haiti 2013, Haiti 2014, Haiti 2015, "
                    "Haiti 2016 and 1 more (5 figures, first at Share of Govt. spending!AC71)"
                ),
            ],
        ),
        (
            "1949-2025_v1.2.resaved",
            [
                (
                    "Withheld, printed as US dollars, but not the figure of Current US$; currency unknown: "
                    "Zimbabwe 2025 (2 figures, first at Local currency financial years!CC63)"
                )
            ],
        ),
    ],
)
def test_what_was_withheld_is_said(edition: str, summary_of_notices: list[str]) -> None:
    assert summary(reading(edition).notices) == summary_of_notices


def test_the_newest_release_gives_the_figures_of_2025_that_its_readers_saw() -> None:
    newest = reading("1949-2025_v1.2.resaved").figures
    spending = {
        label: round(float(str(one(newest, CURRENT_SHEET, label, 2025)["value"])))
        for label in ("United States of America", "China", "Russia", "Japan")
    }
    assert spending == {"United States of America": 954387, "China": 335524, "Russia": 190417, "Japan": 62158}
    world = newest.filter(entity_label="World", year=2025, price_basis="current")
    assert world["value"].to_list() == [pytest.approx(2886.6, abs=0.05)]


def test_the_release_of_april_2021_prints_the_world_with_and_without_iraq(labels: pl.DataFrame) -> None:
    regions = on_sheet(reading("1949-2020_0").figures, REGION_SHEET).filter(year=2019)
    entity = dict(labels.select("label", "entity").iter_rows())
    world = {
        entity[label]: value for label, value in regions.select("entity_label", "value").iter_rows() if "World" in label
    }
    assert world == {
        "WORLD": pytest.approx(1909.424, abs=0.001),
        "WORLD_EXCLUDING_IRAQ": pytest.approx(1901.826, abs=0.001),
    }


def test_croatia_is_in_kuna_until_it_is_restated_in_euros() -> None:
    printed_as = {
        edition: one(reading(edition).figures, CALENDAR_SHEET, "Croatia", 2019)["currency"]
        for edition in ("1949-2020_0", "1949-2021", "1948-2023", "1949-2025_v1.2.resaved")
    }
    assert printed_as == {
        "1949-2020_0": "kunas",
        "1949-2021": "Kunas",
        "1948-2023": "EUR",
        "1949-2025_v1.2.resaved": "EUR",
    }


def test_dollars_of_an_unknown_currency_are_not_given_as_such_in_any_year_of_their_span() -> None:
    local = on_sheet(reading("1949-2021").figures, CALENDAR_SHEET).filter(entity_label="Zimbabwe")
    unknown = local.filter(currency="XXX")
    assert (unknown["year"].min(), unknown["year"].max(), unknown["value"].count()) == (1965, 2018, 0)
    assert unknown.height == 2018 - 1965 + 1


@pytest.mark.parametrize("edition", PUBLISHED)
def test_the_tables_prove_the_years_of_a_release_and_nothing_of_its_issue(edition: str) -> None:
    identity = release_identity(real_payload(edition))
    assert (identity.edition, identity.reissued) == (edition[: len("1949-2024")], True)
    assert identity.day(PUBLISHED[edition]) == PUBLISHED[edition]
    identity.prove_edition(f"{identity.edition}_v1.3")
    with pytest.raises(LayoutError, match=f"expected {identity.edition}, as the file prints, found 1949-2026"):
        identity.prove_edition("1949-2026")


@pytest.fixture(scope="module")
def labels() -> pl.DataFrame:
    return pl.read_csv(ROOT / "transforms" / "registers" / "labels" / "sipri.csv", infer_schema=False)


def on_states(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("unit") != "billion")


def on_sheet(frame: pl.DataFrame, sheet: str) -> pl.DataFrame:
    return frame.filter(pl.col("locator").str.starts_with(f"{sheet}!"))


def one(frame: pl.DataFrame, sheet: str, label: str, year: int) -> dict[str, object]:
    return on_sheet(frame, sheet).filter(entity_label=label, year=year).row(0, named=True)


@pytest.mark.parametrize(
    ("sheet", "label", "printed_figure", "tolerance"),
    [
        (CURRENT_SHEET, "United States of America", 997309.0, 0.1),
        (CURRENT_SHEET, "China", 313658.3, 0.1),
        (CURRENT_SHEET, "Russia", 148967.3, 0.1),
        (CURRENT_SHEET, "Japan", 55273.9, 0.1),
        (CURRENT_SHEET, "Korea, South", 47571.3, 0.1),
        (CURRENT_SHEET, "Australia", 33819.6, 0.1),
        (CURRENT_SHEET, "New Zealand", 2998.5, 0.1),
        (GDP_SHEET, "United States of America", 0.0342, 0.00005),
        (GDP_SHEET, "China", 0.0171, 0.00005),
        (GDP_SHEET, "Russia", 0.0705, 0.00005),
        (GDP_SHEET, "Japan", 0.0137, 0.00005),
        (GDP_SHEET, "Korea, South", 0.0256, 0.00005),
        (GDP_SHEET, "Australia", 0.0188, 0.00005),
        (GDP_SHEET, "New Zealand", 0.0119, 0.00005),
    ],
)
def test_the_release_of_2025_gives_the_figures_of_2024_that_sipri_printed(
    release_2025: pl.DataFrame, sheet: str, label: str, printed_figure: float, tolerance: float
) -> None:
    assert one(release_2025, sheet, label, 2024)["value"] == pytest.approx(printed_figure, abs=tolerance)


def test_the_world_total_at_current_prices_is_that_of_the_fact_sheets(
    release_2025: pl.DataFrame, release_2024: pl.DataFrame
) -> None:
    world = pl.col("entity_label") == "World"
    current = pl.col("price_basis") == "current"
    assert release_2025.filter(world & current)["value"].to_list() == [pytest.approx(2718.184, abs=0.001)]
    assert release_2024.filter(world & current)["value"].to_list() == [pytest.approx(2443.399, abs=0.001)]


def test_the_thirty_two_allies_spent_1506_billion_dollars_in_2024(
    release_2025: pl.DataFrame, labels: pl.DataFrame
) -> None:
    allies = labels.filter(pl.col("entity").is_in(NATO)).rename({"label": "entity_label"})
    cells = on_sheet(release_2025, CURRENT_SHEET).filter(year=2024).join(allies, on="entity_label")
    assert len(cells) == 32
    assert cells["value"].sum() == pytest.approx(1506080.0, abs=1.0)


def test_every_printed_cell_is_a_row(release_2025: pl.DataFrame) -> None:
    # 174 states: 76 years on five sheets, 37 on two; 19 regions: 37 years and the column at current prices
    assert len(release_2025) == 174 * (5 * 76 + 2 * 37) + 19 * 38


def test_the_base_year_of_each_release_is_that_of_its_sheet_name(
    release_2025: pl.DataFrame, release_2024: pl.DataFrame
) -> None:
    assert release_2025["base_year"].drop_nulls().unique().to_list() == [2023]
    assert release_2024["base_year"].drop_nulls().unique().to_list() == [2022]


def test_the_colours_of_real_figures_are_counted_as_in_the_file(release_2025: pl.DataFrame) -> None:
    # Current US$ paints 1966 figures blue and 188 red; 82 and 28 of them are zeros that another sheet contradicts.
    expected = {CURRENT_SHEET: (1884, 160), CONSTANT_SHEET: (1814, 156), GDP_SHEET: (1829, 147), REGION_SHEET: (41, 0)}
    flags = pl.col("flags").list
    counted = {
        sheet: (
            on_sheet(release_2025, sheet).filter(flags.contains("source_estimate")).height,
            on_sheet(release_2025, sheet).filter(flags.contains("highly_uncertain")).height,
        )
        for sheet in expected
    }
    assert counted == expected


def test_missing_and_did_not_exist_are_distinguished(release_2025: pl.DataFrame) -> None:
    states = on_sheet(release_2025, GDP_SHEET)["availability"].value_counts().sort("availability")
    assert states.rows() == [("did_not_exist", 240), ("missing", 4739), ("reported", 8245)]


def test_a_state_that_has_ceased_to_exist_did_not_exist(release_2025: pl.DataFrame) -> None:
    assert one(release_2025, CURRENT_SHEET, "USSR", 2024)["availability"] == "did_not_exist"


@pytest.mark.parametrize("sheet", [CONSTANT_SHEET, GDP_SHEET, GOVERNMENT_SHEET])
def test_north_korea_has_rows_without_a_figure(release_2025: pl.DataFrame, sheet: str) -> None:
    rows = on_sheet(release_2025, sheet).filter(entity_label="Korea, North")
    assert rows["availability"].unique().to_list() == ["missing"]


def test_a_zero_without_an_exchange_rate_is_missing_and_says_why(release_2025: pl.DataFrame) -> None:
    row = one(release_2025, CURRENT_SHEET, "Korea, North", 2014)
    assert (row["value"], row["availability"], row["flags"]) == (None, "missing", [])
    assert "printed as 0, while Local currency financial years!" in str(row["note"])


def test_a_zero_on_which_all_sheets_agree_is_a_figure(release_2025: pl.DataFrame) -> None:
    assert one(release_2025, CURRENT_SHEET, "Costa Rica", 2024)["value"] == 0.0


def test_footnotes_travel_in_full(release_2025: pl.DataFrame) -> None:
    note = str(one(release_2025, CURRENT_SHEET, "Libya", 2022)["note"])
    assert note.startswith("‡§¶ [16] Libya: The figures for Libya do not include spending on paramilitary forces.")


@pytest.mark.parametrize(("edition", "states"), list(zip(PUBLISHED, (173, 173, 174, 174, 174, 174), strict=True)))
def test_every_real_label_has_one_entity(edition: str, states: int, labels: pl.DataFrame) -> None:
    printed = on_states(reading(edition).figures)["entity_label"].unique()
    entities = labels.filter(pl.col("label").is_in(printed.implode()))["entity"]
    assert len(entities) == len(printed)
    assert entities.n_unique() == states


def test_no_label_occurs_twice_in_the_reference_table(labels: pl.DataFrame) -> None:
    assert labels.filter(pl.col("label").is_duplicated()).is_empty()


@pytest.mark.parametrize(
    ("label", "entity"),
    [
        *(("Niger", "NER"), ("Nigeria", "NGA"), ("Congo, DR", "COD"), ("Congo, Republic", "COG"), ("Georgia", "GEO")),
        *(("Korea, North", "PRK"), ("Korea, South", "KOR"), ("Guinea", "GIN"), ("Guinea-Bissau", "GNB")),
        *(("Equatorial Guinea", "GNQ"), ("Papua New Guinea", "PNG"), ("Yemen", "YEM"), ("Yemen, North", "XYN")),
        *(("Germany", "DEU"), ("German Democratic Republic", "DDR"), ("Slovakia", "SVK"), ("Slovenia", "SVN")),
        *(("North Korea", "PRK"), ("South Korea", "KOR")),
        *(("Kosovo", "XKX"), ("USSR", "SUN"), ("Türkiye", "TUR"), ("World", "WORLD"), ("Europe", "SIPRI_EUROPE")),
    ],
)
def test_labels_that_are_easily_confused_have_their_own_entity(labels: pl.DataFrame, label: str, entity: str) -> None:
    assert labels.filter(label=label)["entity"].to_list() == [entity]


def test_croatia_is_read_in_euros_although_kunas_are_printed(release_2025: pl.DataFrame) -> None:
    assert one(release_2025, CALENDAR_SHEET, "Croatia", 2024)["currency"] == "EUR"


def test_zimbabwe_leaves_the_dollar_in_2019(release_2025: pl.DataFrame) -> None:
    currencies = {y: one(release_2025, CALENDAR_SHEET, "Zimbabwe", y)["currency"] for y in (2018, 2019)}
    assert currencies == {2018: "US dollars", 2019: "ZWL"}


@pytest.mark.parametrize("edition", PUBLISHED)
def test_the_fingerprint_of_a_real_release_survives_json(edition: str) -> None:
    fingerprint = layout_fingerprint(real_payload(edition))
    assert json.loads(json.dumps(fingerprint)) == fingerprint
    assert len(fingerprint["sections"]) == 10


@pytest.mark.parametrize(
    ("edition", "file"),
    [(name.partition(".export")[0].partition(".resaved")[0], name) for name in PUBLISHED],
)
def test_every_correction_of_sipri_finds_its_fault_in_each_year(edition: str, file: str) -> None:
    names = dict(registers.labels("sipri").filter(kind="country").select("label", "entity").iter_rows())
    percent = (
        on_states(reading(file).figures)
        .filter(unit="fraction")
        .with_columns(entity=pl.col("entity_label").replace_strict(names, default=None), value=pl.col("value") * 100)
    )
    of_edition = registers.corrections().filter(edition_id=f"sipri:{edition}")
    assert of_edition.height > 0
    for row in of_edition.iter_rows(named=True):
        of_series = percent.filter(entity=row["entity"], indicator=row["indicator"])
        concerned = of_series.filter(pl.col("year").is_between(row["year_from"], row["year_to"]))
        assert concerned["year"].to_list() == list(range(row["year_from"], row["year_to"] + 1))
        assert concerned.filter(pl.sql_expr(row["expect"])).height == concerned.height, row["correction_id"]


def test_a_release_that_was_saved_again_by_a_spreadsheet_gives_the_same_figures() -> None:
    """As Google Sheets does it: numbers as floats, colours as RGB, no percentage format, no palette of its own."""
    edition = "1949-2024_2"
    workbook = openpyxl.load_workbook(io.BytesIO(real_payload(edition)), data_only=True)
    rgb = {12: "FF0000FF", 10: "FFFF0000"}
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                colour = cell.font.color
                if colour is not None and colour.type == "indexed" and colour.indexed in rgb:
                    cell.font = Font(color=rgb[colour.indexed])
                if isinstance(cell.value, int):
                    cell.value = float(cell.value)
                elif isinstance(cell.value, str) and cell.value.isdecimal():
                    cell.value = f"{cell.value}.0"
                cell.number_format = "General"
    saved = io.BytesIO()
    workbook.save(saved)
    again = read_sipri_workbook(saved.getvalue(), published_on=PUBLISHED[edition])
    # openpyxl writes 16 significant digits where SIPRI's file has 17.
    assert_frame_equal(again.figures, reading(edition).figures, rel_tol=1e-15, abs_tol=0)


def test_a_release_that_libreoffice_saved_again_gives_the_same_figures(tmp_path: Path) -> None:
    edition, office = "1949-2020_0", shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not on this machine")
    (tmp_path / "release.xlsx").write_bytes(real_payload(edition))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "saved")]
    subprocess.run([office, profile, *convert, tmp_path / "release.xlsx"], check=True, capture_output=True)  # noqa: S603 (the office suite, our own file)
    saved = (tmp_path / "saved" / "release.xlsx").read_bytes()
    again = read_sipri_workbook(saved, published_on=PUBLISHED[edition])
    assert release_identity(saved) == release_identity(real_payload(edition))
    # LibreOffice writes 15 significant digits where SIPRI's file has 17: 49 406 figures, and every mark and colour.
    assert_frame_equal(again.figures, reading(edition).figures, rel_tol=1e-14, abs_tol=0)
