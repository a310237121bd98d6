"""The registers hold what the sources say: dated, cited, and equal to the figures of the sources' files."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import polars as pl
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from transforms.normalise.entities import resolve_currencies
from transforms.registers import reader as registers
from transforms.registers.reader import RegisterError, members, read_register
from transforms.registers.schemas import SCHEMAS

YEARS = st.integers(min_value=1949, max_value=2040)
WORKBOOK = "240617-def-exp-2024-TABLES-en.xlsx"


@pytest.fixture(scope="module")
def nato_files(shared: Path) -> Path:
    return shared / "payloads" / "nato"


@pytest.fixture(scope="module")
def nato_tables(nato_files: Path) -> dict[str, Worksheet]:
    workbook = load_workbook(nato_files / WORKBOOK, data_only=True)
    return {sheet.title: sheet for sheet in workbook.worksheets}


def with_forces(year: int) -> list[str]:
    without = registers.not_applicable().filter(pl.col("indicator") == "defence_expenditure")["iso3"].to_list()
    return [iso3 for iso3 in members("NATO", year) if iso3 not in without]


# Facts


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_fact_goes_without_a_citation(name: str) -> None:
    assert "citation" in set(SCHEMAS[name].columns) - SCHEMAS[name].may_be_empty


@pytest.mark.parametrize(
    ("year", "allies", "of_them_with_forces"),
    [(2014, 28, 27), (2017, 29, 28), (2020, 30, 29), (2023, 31, 30), (2024, 32, 31)],
)
def test_an_ally_counts_from_the_year_of_its_accession(year: int, allies: int, of_them_with_forces: int) -> None:
    assert (len(members("NATO", year)), len(with_forces(year))) == (allies, of_them_with_forces)


def test_the_european_unions_allies_change_with_brexit_and_the_northern_accessions() -> None:
    before, after = set(members("EU_NATO", 2014)), set(members("EU_NATO", 2024))
    assert (len(before), len(after)) == (22, 23)
    assert (before - after, after - before) == ({"GBR"}, {"FIN", "SWE"})


@given(year=YEARS)
def test_allies_in_the_european_union_are_those_in_both(year: int) -> None:
    in_union = members("EU", year)
    assert members("EU_NATO", year) == [iso3 for iso3 in members("NATO", year) if iso3 in in_union]


@given(year=YEARS)
def test_natos_own_groupings_divide_the_alliance(year: int) -> None:
    allies = set(members("NATO", year))
    europe, north_america = set(members("NATO_EUR", year)), set(members("NATO_NORTH_AMERICA", year))
    assert set(members("NATO_EUR_CAN", year)) == allies - {"USA"}
    assert europe | north_america == allies
    assert not europe & north_america


@pytest.mark.parametrize(("group_id", "size"), [("EU", 27), ("IP4", 4), ("NB8", 8), ("B9", 9)])
def test_other_groups_have_their_number_of_members(group_id: str, size: int) -> None:
    assert len(members(group_id, 2024)) == size


def test_a_misspelt_group_is_refused_and_not_empty() -> None:
    with pytest.raises(RegisterError, match=r"expected one of NATO, .* found Nato"):
        members("Nato", 2024)


@pytest.mark.parametrize(
    ("rule_id", "threshold_pct", "indicator", "adopted_on", "due_year", "due_at_once"),
    [
        ("wales_2pct", 2.0, "defence_share_of_gdp", dt.date(2014, 9, 5), 2024, False),
        ("wales_equipment_20pct", 20.0, "equipment_share", dt.date(2014, 9, 5), 2024, False),
        ("vilnius_2pct_floor", 2.0, "defence_share_of_gdp", dt.date(2023, 7, 11), None, True),
        ("rubio_5pct", 5.0, "total_share_of_gdp", dt.date(2025, 4, 3), None, False),
        ("hague_core_3_5pct", 3.5, "defence_share_of_gdp", dt.date(2025, 6, 25), 2035, False),
        ("hague_related_1_5pct", 1.5, "related_share_of_gdp", dt.date(2025, 6, 25), 2035, False),
        ("hague_total_5pct", 5.0, "total_share_of_gdp", dt.date(2025, 6, 25), 2035, False),
        ("spain_2_1pct", 2.1, "defence_share_of_gdp", dt.date(2025, 6, 22), None, False),
    ],
)
def test_rules_are_dated_facts(
    rule_id: str, threshold_pct: float, indicator: str, adopted_on: dt.date, due_year: int | None, *, due_at_once: bool
) -> None:
    rule = registers.guidelines().row(by_predicate=pl.col("rule_id") == rule_id, named=True)
    found = (rule["threshold_pct"], rule["indicator"], rule["adopted_on"], rule["due_year"], rule["due_at_once"])
    assert found == (threshold_pct, indicator, adopted_on, due_year, due_at_once)


def test_what_is_no_decision_of_the_alliance_says_so() -> None:
    kinds = dict(registers.guidelines().select("rule_id", "kind").iter_rows())
    assert (kinds["rubio_5pct"], kinds["spain_2_1pct"]) == ("proposal", "national_claim")


@pytest.mark.parametrize(
    ("iso3", "day", "currency"),
    [
        ("BGR", dt.date(2025, 12, 31), "BGN"),
        ("BGR", dt.date(2026, 1, 1), "EUR"),
        ("HRV", dt.date(2023, 1, 1), "EUR"),
        ("LTU", dt.date(2014, 12, 31), "LTL"),
        ("TUR", dt.date(2024, 6, 17), "TRY"),
    ],
)
def test_a_country_has_the_currency_of_the_day(iso3: str, day: dt.date, currency: str) -> None:
    assert currencies_on(day)[iso3] == currency


def currencies_on(day: dt.date) -> dict[str, str]:
    valid = (pl.col("valid_from") <= day) & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    return dict(registers.national_currencies().filter(valid).select("iso3", "currency").iter_rows())


def test_every_country_that_is_compared_has_a_currency_on_the_day_of_every_edition() -> None:
    wanted = {*members("NATO", 2024), *members("IP4", 2024), "CHN", "RUS", "UKR", "PRK"}
    for day in registers.editions()["published_on"]:
        assert wanted <= set(currencies_on(day)), day


def test_the_euro_follows_a_currency_at_its_irrevocable_rate() -> None:
    rates = registers.national_currencies().filter(pl.col("currency") == "EUR").select("iso3", "irrevocable_rate")
    without = rates.filter(pl.col("irrevocable_rate").is_null())["iso3"].to_list()
    assert without == ["MNE"]  # uses the euro without having joined
    assert dict(rates.iter_rows())["BGR"] == 1.95583


def test_every_code_is_a_country_or_a_group() -> None:
    countries, groups = set(registers.countries()["iso3"]), set(registers.groups()["group_id"])
    for frame in (registers.memberships(), registers.national_currencies(), registers.national_plans()):
        assert set(frame["iso3"]) <= countries
    assert set(registers.memberships()["group_id"]) <= groups
    for codes in (
        registers.guidelines()["scope"],
        registers.breaks()["entity"],
        registers.share_exceptions()["entity"],
    ):
        assert set(codes) <= countries | groups
    assert set(registers.labels("nato")["entity"]) <= countries | groups


@pytest.mark.parametrize("source", ["nato", "nato_transcription", "sipri", "world_bank", "imf"])
def test_a_label_of_a_country_means_a_known_country(source: str) -> None:
    entities = registers.labels(source).filter(~pl.col("kind").is_in(["aggregate", "institution"]))["entity"]
    assert set(entities) <= set(registers.countries()["iso3"])


def test_a_former_name_is_no_label_of_a_later_edition() -> None:
    ends = dict(registers.labels("nato").select("label", "valid_to").iter_rows())
    assert ends["Turkey"] < dt.date(2024, 6, 17)
    assert ends["Türkiye"] is None


def test_a_plan_is_announced_before_its_year_is_over() -> None:
    plans = registers.national_plans()
    assert plans.filter(pl.col("announced_on").dt.year() > pl.col("year")).is_empty()
    assert plans["planned_share_pct"].is_between(2.0, 6.0).all()


def test_only_whole_workbooks_of_nato_are_called_complete() -> None:
    nato = registers.editions().filter(pl.col("source_id") == "nato")
    complete = nato.filter(pl.col("completeness") == "complete")["edition_id"].to_list()
    assert complete == ["nato:2024-06-17", "nato:2026-07-10"]


def test_editions_are_of_known_sources_and_carry_their_date() -> None:
    editions = registers.editions()
    assert set(editions["source_id"]) <= set(registers.sources()["source_id"])
    nato = editions.filter(pl.col("source_id") == "nato")
    assert nato["edition_id"].to_list() == [f"nato:{day}" for day in nato["published_on"]]


@pytest.mark.parametrize(
    ("iso3", "name"),
    [
        ("CZE", "Czechia"),
        ("GBR", "United Kingdom"),
        ("KOR", "South Korea"),
        ("PRK", "North Korea"),
        ("RUS", "Russia"),
        ("TUR", "Türkiye"),
        ("USA", "United States"),
        ("XKX", "Kosovo"),
    ],
)
def test_countries_go_by_the_name_in_common_use(iso3: str, name: str) -> None:
    assert registers.countries().row(by_predicate=pl.col("iso3") == iso3, named=True)["name"] == name


def test_former_states_are_distinguished_from_countries() -> None:
    former = registers.countries().filter(pl.col("kind") == "historical_state")["iso3"]
    assert {"CSK", "DDR", "SUN", "YUG"} <= set(former)
    assert registers.countries()["iso3"].is_unique().all()


def test_a_name_is_overridden_only_where_iso_has_another() -> None:
    file = Path(registers.__file__).parent / "country_names.csv"
    for iso3, name in read_register("country_names", file.read_bytes()).select("iso3", "name").iter_rows():
        country = pycountry.countries.get(alpha_3=iso3)
        assert name != getattr(country, "common_name", country.name)


# Facts held to the sources' own files


def cells(sheet: Worksheet, first: int, last: int) -> dict[str, list[float]]:
    """Figures of 2014-2024 by entity, from the rows of a block of the workbook of June 2024 (labels in B or C)."""
    entity = dict(registers.labels("nato").select("label", "entity").iter_rows())
    rows = sheet.iter_rows(min_row=first, max_row=last, min_col=2, max_col=14, values_only=True)
    return {entity[str(row[1] or row[0]).strip().rstrip("*")]: list(map(float, row[2:])) for row in rows}  # type: ignore[arg-type]


Difference = tuple[tuple[str, str, int, str], float]  # (edition, entity, year, price basis), percentage points


def differences_2024(tables: dict[str, Worksheet]) -> Iterator[Difference]:
    """Full precision: half a unit of the second decimal against constant prices, a whole one against current prices."""
    share = cells(tables["TABLE3"], 11, 43)
    for basis, tolerance, spending, gdp in (
        ("constant", 0.005, cells(tables["TABLE2"], 45, 77), cells(tables["TABLE5"], 46, 79)),
        ("current", 0.01, cells(tables["TABLE2"], 11, 43), cells(tables["TABLE5"], 11, 44)),
    ):
        for entity, shares in share.items():
            for year, printed, e, y in zip(range(2014, 2025), shares, spending[entity], gdp[entity], strict=True):
                if abs(printed - 100 * e / y) > tolerance:
                    yield ("nato:2024-06-17", entity, year, basis), abs(printed - 100 * e / y)


def differences_2026(path: Path) -> Iterator[Difference]:
    """Printed in whole millions and two decimals: half a unit of each is no difference."""
    entity = dict(registers.labels("nato_transcription").select("label", "entity").iter_rows())
    with path.open(newline="") as file:
        table = {(row["measure"], entity[row["geo"]]): row for row in csv.DictReader(file)}
    for basis, tolerance, suffix in (("constant", 0.005, "2021_m"), ("current", 0.01, "current_m")):
        for (measure, code), row in table.items():
            for year in range(2014, 2027) if measure == "core_share_gdp" else ():
                e, y = (float(table[f"{name}_usd_{suffix}", code][f"y{year}"]) for name in ("core", "gdp"))
                difference = abs(float(row[f"y{year}"]) - 100 * e / y)
                if difference > tolerance + 50 / y * (1 + e / y) + 0.005:
                    yield ("nato:2026-07-10", code, year, basis), difference


def reviewed_differences() -> dict[tuple[str, str, int, str], float]:
    return {
        (row["edition_id"], row["entity"], year, row["price_basis"]): row["largest_difference_pp"]
        for row in registers.share_exceptions().iter_rows(named=True)
        for year in range(row["year_from"], row["year_to"] + 1)
    }


def test_share_exceptions_are_the_differences_and_no_other(nato_files: Path, nato_tables: dict[str, Worksheet]) -> None:
    found = dict([*differences_2024(nato_tables), *differences_2026(nato_files / "figures-2026-07-10.csv")])
    reviewed = reviewed_differences()
    assert set(found) == set(reviewed)
    assert all(difference <= reviewed[key] for key, difference in found.items())


def test_a_share_exception_covers_an_unbroken_run_of_years_once() -> None:
    exceptions = registers.share_exceptions()
    assert len(reviewed_differences()) == (exceptions["year_to"] - exceptions["year_from"] + 1).sum()
    series = ["edition_id", "entity", "price_basis"]
    gap = pl.col("year_from") - pl.col("year_to").shift(1).over(series, order_by="year_from")
    assert exceptions.filter(gap <= 1).is_empty()


def test_the_shares_set_by_hand_are_three(nato_tables: dict[str, Worksheet]) -> None:
    by_hand = {(entity, year) for (_, entity, year, basis), _ in differences_2024(nato_tables) if basis == "constant"}
    assert by_hand == {("FRA", 2020), ("LTU", 2019), ("SVK", 2024)}


def test_the_withheld_categories_are_one_column_too_far(nato_files: Path, nato_tables: dict[str, Worksheet]) -> None:
    transcribed = british_categories(nato_files / "figures-2023-07-07.csv")
    assert transcribed["equipment_share"] == list(range(2014, 2024))
    equipment_personnel_infrastructure = (("TABLE8a", 40), ("TABLE8a", 73), ("TABLE8b", 40))
    printed = [cells(nato_tables[sheet], row, row)["GBR"] for sheet, row in equipment_personnel_infrastructure]
    shifted = [transcribed[name] for name in ("personnel_share", "infrastructure_share", "other_share")]
    for here, there in zip(shifted, printed, strict=True):
        assert here[:7] == pytest.approx(there[:7], abs=1e-6)  # 2014-2020 were not revised in between


def british_categories(path: Path) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["country_label"] == "United Kingdom":
                figures.setdefault(row["measure"], []).append(float(row["value"]))
    return figures


def test_every_correction_of_nato_still_finds_its_fault(nato_files: Path) -> None:
    figures = pl.read_csv(nato_files / "figures-2023-07-07.csv").filter(pl.col("country_label") == "United Kingdom")
    of_nato = registers.corrections().filter(pl.col("edition_id").str.starts_with("nato:"))
    for row in of_nato.iter_rows(named=True):
        concerned = figures.filter(
            (pl.col("measure") == row["indicator"]) & pl.col("year").is_between(row["year_from"], row["year_to"])
        )
        assert concerned.height == 10
        assert concerned.filter(pl.sql_expr(row["expect"])).height == 10, row["correction_id"]


def test_every_currency_of_the_workbook_is_known(nato_tables: dict[str, Worksheet]) -> None:
    column = nato_tables["TABLE1"].iter_rows(min_row=11, max_row=41, min_col=3, max_col=3, values_only=True)
    printed = [str(label) for (label,) in column]
    entity = dict(registers.labels("nato").select("label", "entity").iter_rows())
    pairs = [label.rstrip(" )").split("(") for label in printed]
    frame = pl.DataFrame(
        {
            "entity": [entity[name.strip().rstrip("*").strip()] for name, _ in pairs],
            "currency": [currency for _, currency in pairs],
            "locator": ["TABLE1"] * len(pairs),
        }
    )
    resolved = resolve_currencies(frame, registers.currency_labels("nato"), source="nato")
    assert dict(resolved.select("entity", "currency").iter_rows()) == {
        iso3: currency for iso3, currency in currencies_on(dt.date(2024, 6, 17)).items() if iso3 in with_forces(2024)
    }


@pytest.mark.parametrize(
    ("break_id", "sheet", "table_row", "unit_of_jump"),
    [
        ("usa_personnel_2021", "TABLE8a", 74, 5.0),
        ("usa_other_2021", "TABLE8b", 74, 5.0),
        ("lux_gni_gdp_2023", "TABLE5", 28, 20_000.0),
    ],
)
def test_a_break_shows_in_the_figures(
    break_id: str, sheet: str, table_row: int, unit_of_jump: float, nato_tables: dict[str, Worksheet]
) -> None:
    fact = registers.breaks().row(by_predicate=pl.col("break_id") == break_id, named=True)
    figures = cells(nato_tables[sheet], table_row, table_row)[fact["entity"]]
    jumps = [abs(after - before) for before, after in pairwise(figures)]
    assert jumps[fact["year_from"] - 2015] > unit_of_jump
