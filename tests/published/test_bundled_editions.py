"""The bundled editions are what the sources' own files give, and nothing but figures."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.ingest import bundled_editions as bundle
from orchestration.ingest.bundle import ORIGINS, make_edition
from orchestration.ingest.bundled_editions import bundled_editions
from tests.factories.sipri_reading import printed_figures
from transforms.parse.figures import parse_figures


@pytest.mark.parametrize("edition_id", ORIGINS)
def test_the_sources_file_gives_the_bundled_figures_again(edition_id: str, shared: Path) -> None:
    bundled = {provenance.edition_id: payload for payload, provenance in bundled_editions(edition_id.partition(":")[0])}
    figures, _ = make_edition(edition_id, (shared / "payloads" / ORIGINS[edition_id].file).read_bytes())
    assert figures == bundled[edition_id]


# SIPRI, front page of its workbook: "no more than 10% of the entire dataset", which "is defined to consist of 3 500
# individual units of data": a figure of one country in one year, or a world or regional total.
TENTH_BY_SIPRIS_COUNT = 3500


@cache
def figures_of_sipri() -> pl.DataFrame:
    return pl.concat(
        parse_figures(payload).filter(pl.col("value").is_not_null()).with_columns(edition_id=pl.lit(sidecar.edition_id))
        for payload, sidecar in bundled_editions("sipri")
    )


def test_the_excerpt_of_each_edition_of_sipri_stays_below_a_tenth_by_sipris_own_count() -> None:
    by_edition = dict(figures_of_sipri().group_by("edition_id").len().iter_rows())
    assert by_edition == {
        "sipri:1949-2020_0": 952,
        "sipri:1949-2021": 1104,
        "sipri:1948-2023": 1379,
        "sipri:1949-2024_2": 1517,
        "sipri:1949-2025_v1.2": 1650,
    }
    assert max(by_edition.values()) < TENTH_BY_SIPRIS_COUNT


def test_the_excerpts_of_all_editions_together_hold_less_than_a_tenth_of_sipris_units_of_data() -> None:
    units = figures_of_sipri().unique(["indicator", "entity_label", "year", "currency", "price_basis"])
    assert units.height < TENTH_BY_SIPRIS_COUNT


@pytest.mark.parametrize("edition_id", [edition for edition in ORIGINS if edition.startswith("sipri:")])
def test_the_excerpt_of_each_edition_of_sipri_is_below_a_tenth_of_its_file(edition_id: str, shared: Path) -> None:
    printed = len(printed_figures((shared / "payloads" / ORIGINS[edition_id].file).read_bytes()))
    assert 0 < figures_of_sipri().filter(edition_id=edition_id).height < printed / 10


def test_an_edition_that_somebody_else_saved_again_says_so() -> None:
    notes = {sidecar.edition_id: sidecar.note or "" for _, sidecar in bundled_editions("sipri")}
    assert "saved again on 26 April 2023" in notes["sipri:1949-2021"]
    assert "saved again on 4 May 2026; the official file has 922 552 bytes" in notes["sipri:1949-2025_v1.2"]
    assert not any("saved again" in notes[edition] for edition in ("sipri:1949-2020_0", "sipri:1949-2024_2"))


def test_partners_and_countries_for_comparison_reach_2025() -> None:
    newest = figures_of_sipri().filter(edition_id="sipri:1949-2025_v1.2", indicator="defence_share_of_gdp")
    last = dict(newest.group_by("entity_label").agg(pl.col("year").max()).iter_rows())
    assert {last[entity] for entity in ("JPN", "KOR", "AUS", "NZL", "CHN", "RUS", "UKR", "USA")} == {2025}


def test_the_sidecar_names_the_sources_file_by_its_hash() -> None:
    sidecars = {provenance.edition_id: provenance for _, provenance in bundled_editions("nato")}
    # The workbook as NATO published it on 17 June 2024.
    assert (sidecars["nato:2024-06-17"].source_sha256 or "").startswith("1897e2ea")


def test_bundled_figures_that_were_changed_by_hand_are_not_those_of_their_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bundle.BUNDLED / "nato", tmp_path / "nato")
    monkeypatch.setattr(bundle, "BUNDLED", tmp_path)
    assert len(list(bundled_editions("nato"))) == 6
    figures = tmp_path / "nato" / "2026-07-10.csv"
    figures.write_bytes(figures.read_bytes().replace(b"2.41", b"2.14", 1))
    with pytest.raises(OSError, match=r"2026-07-10\.csv: changed by hand"):
        list(bundled_editions("nato"))


def test_the_united_states_in_two_tables_is_one_row_with_both_cells(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT value, locator FROM core.observation WHERE edition_id = 'nato:2024-06-17' AND entity = 'USA' "
        "AND year = 2023 AND indicator = 'defence_expenditure' AND price_basis = 'current'"
    ).fetchall()
    assert found == [(875603.0, "TABLE1!M41; TABLE2!M41")]


def test_currency_is_that_of_the_edition(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT edition_id, currency FROM core.observation WHERE source_id = 'nato' AND entity = 'BGR' AND year = 2023 "
        "AND indicator = 'defence_expenditure' AND price_basis = 'current' AND currency <> 'USD' ORDER BY 1"
    ).fetchall()
    assert found == [("nato:2024-06-17", "BGN"), ("nato:2026-07-10", "EUR")]


def test_iceland_is_not_applicable_and_neither_missing_nor_zero(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT availability, value FROM core.observation "
        "WHERE source_id = 'nato' AND entity = 'ISL' AND indicator LIKE 'defence%'"
    ).fetchall()
    assert found == [("not_applicable", None)]
    verdicts = warehouse.execute("SELECT DISTINCT verdict FROM mart.compliance WHERE entity = 'ISL'").fetchall()
    assert verdicts == [("not_applicable",)]


def test_the_transcription_that_holds_years_for_shares_is_withheld(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT availability, value, note FROM core.observation WHERE edition_id = 'nato:2023-07-07' "
        "AND entity = 'GBR' AND indicator = 'equipment_share' AND year = 2014"
    ).fetchall()
    assert found == [
        (
            "missing",
            None,
            "withheld (gbr_equipment_2023): the transcription holds the year in place of the equipment share",
        )
    ]


def test_a_code_of_a_figures_file_is_the_code_itself(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT entity FROM core.observation WHERE locator LIKE '%core_share_gdp,IT,%'"
    ).fetchall()
    assert found == [("ITA",)]
