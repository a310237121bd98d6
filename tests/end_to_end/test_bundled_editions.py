"""The bundled editions are what the sources' own files give, and nothing but figures."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.sources import bundle
from orchestration.sources.bundle import ORIGINS, bundled_editions, make_edition
from transforms.parse.figures import parse_figures
from transforms.parse.sipri import parse_sipri_workbook


@pytest.mark.parametrize("edition_id", ORIGINS)
def test_the_sources_file_gives_the_bundled_figures_again(edition_id: str, shared: Path) -> None:
    bundled = {provenance.edition_id: payload for payload, provenance in bundled_editions(edition_id.partition(":")[0])}
    figures, _ = make_edition(edition_id, (shared / "payloads" / ORIGINS[edition_id].file).read_bytes())
    assert figures == bundled[edition_id]


def test_the_excerpts_of_sipri_stay_below_a_tenth_on_every_machine() -> None:
    # 53 292 figures of the release of April 2025 are held when it lands whole (test_real_payloads).
    bundled = sum(parse_figures(payload)["value"].count() for payload, _ in bundled_editions("sipri"))
    assert 0 < bundled < 0.1 * 53_292


def test_the_excerpts_of_sipri_are_together_below_a_tenth_of_one_edition(shared: Path) -> None:
    whole = (shared / "payloads" / ORIGINS["sipri:1949-2024_2"].file).read_bytes()
    published = parse_sipri_workbook(whole, published_on=dt.date(2025, 4, 28))["value"].count()
    bundled = sum(parse_figures(payload)["value"].count() for payload, _ in bundled_editions("sipri"))
    assert 0 < bundled < published / 10


def test_the_sidecar_names_the_sources_file_by_its_hash() -> None:
    sidecars = {provenance.edition_id: provenance for _, provenance in bundled_editions("nato")}
    # The workbook as NATO published it on 17 June 2024.
    assert (sidecars["nato:2024-06-17"].source_sha256 or "").startswith("1897e2ea")


def test_bundled_figures_that_were_changed_by_hand_are_not_those_of_their_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(bundle.BUNDLED / "nato", tmp_path / "nato")
    monkeypatch.setattr(bundle, "BUNDLED", tmp_path)
    assert len(list(bundled_editions("nato"))) == 5
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


def test_a_code_of_a_figures_file_stands_for_itself(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT entity FROM core.observation WHERE locator LIKE '%core_share_gdp,IT,%'"
    ).fetchall()
    assert found == [("ITA",)]
