"""A faulty edition, through the real job: a clear error that names the place, and what is served stays as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from orchestration.cli.ingest import app as ingest
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.ingest.sources.source import FIGURES
from tests.conftest import Refresh, blocked
from tests.factories.bundled import MADE_EDITION, nato_after_2024
from warehouse.reading.connect import connect


def html_page(_: bytes) -> bytes:
    return b"<!DOCTYPE html><html><body>Access denied</body></html>"


def truncated(payload: bytes) -> bytes:
    return payload[: len(payload) // 2]


def shifted_column(workbook: Workbook) -> None:
    workbook["TABLE7"].move_range("E9:N45", cols=1)


def missing_sheet(workbook: Workbook) -> None:
    workbook.remove(workbook["TABLE8a"])


def duplicated_row(workbook: Workbook) -> None:
    for column in range(3, 15):
        workbook["TABLE3"].cell(21, column, workbook["TABLE3"].cell(20, column).value)


Edits = Mapping[str, bool | float | str | None] | Callable[[Workbook], None]
Corruption = Callable[[bytes], bytes]
# What is done to the made workbook, or to its bytes, and what the refusal must say.
FAULTS: dict[str, tuple[Edits | None, Corruption | None, str]] = {
    "unknown country label": ({"TABLE3!C20": "Ruritania"}, None, "'Ruritania' at TABLE3!D20"),
    "shifted column": (shifted_column, None, "TABLE7!O11: expected no figure beyond 2024"),
    "missing sheet": (missing_sheet, None, "no Table 8a among the sheets"),
    "HTML page named .xlsx": (None, html_page, "found a web page"),
    "truncated zip": (None, truncated, "expected a whole .xlsx archive"),
    "duplicated row": (duplicated_row, None, "TABLE3!D21: expected France once, found also at TABLE3!D20"),
    "share of 200 %": ({"TABLE3!D20": 200.0}, None, "TABLE3!D20: expected defence_share_of_gdp of at most 100 %"),
    "negative expenditure": ({"TABLE2!D20": -1.0}, None, "TABLE2!D20: expected defence_expenditure of at least 0"),
    "year header 2027": ({"TABLE2!N8": "2027e"}, None, "TABLE2!N8: expected 2024 beside 2023"),
}  # fmt: skip
# What contradicts the edition's own sums lands withheld: the cell, and the check that doubts it.
CONTRADICTIONS: dict[str, tuple[str, float, str]] = {
    "share that the money contradicts": ("TABLE3!E20", 1.6, "share_equals_constant_price_ratio"),
    "total that is not the sum": ("TABLE2!D43", 1.0, "nato_members_add_up_to_the_total"),
    "real change that is no growth": ("TABLE3!F50", 9.9, "real_change_follows_constant_prices"),
    "categories beyond the whole": ("TABLE8a!D20", 60.0, "categories_add_to_the_whole"),
}


ROW_TWICE = "nato:a-row-twice"


def digest(folder: Path) -> dict[str, str]:
    """Hash of every file that is served."""
    served = (folder / "current").resolve()
    return {
        str(path.relative_to(served)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(served.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def data_dir(published: Path, tmp_path: Path) -> Path:
    """A copy of the published data directory, links kept."""
    return Path(shutil.copytree(published, tmp_path / "data", symlinks=True))


def test_the_made_edition_lands_when_nothing_is_broken(with_made_edition: Path, published: Path) -> None:
    landed = [item.provenance.edition_id for item in LandingStore(with_made_edition).landed()]
    assert landed.count(MADE_EDITION.edition_id) == 1
    assert list(LandingStore(with_made_edition).refused()) == []
    assert digest(with_made_edition) != digest(published)


@dataclass(frozen=True, slots=True)
class Refused:
    """What one run of the job made of all faulty editions: its failed checks, and the refusals by edition."""

    checks: str
    quarantine: dict[str, str]
    served_before: dict[str, str]
    served_after: dict[str, str]


def edition_of(fault: str) -> str:
    return f"nato:{fault.replace(' ', '-').replace('%', 'pct')}"


def figures_with_a_row_twice() -> tuple[bytes, Provenance]:
    payload, provenance = next(bundled_editions("nato"))
    assert provenance.format == FIGURES.name
    lines = payload.splitlines(keepends=True)
    return b"".join([*lines, lines[-1]]), replace(provenance, edition_id=ROW_TWICE)


@pytest.fixture(scope="module")
def refused(published: Path, refresh: Refresh, tmp_path_factory: pytest.TempPathFactory) -> Refused:
    """All faulty editions, each under a name of its own, in one run: a refusal must not depend on the others."""
    data_dir = Path(shutil.copytree(published, tmp_path_factory.mktemp("faults") / "data", symlinks=True))
    store = LandingStore(data_dir)
    for fault, (edits, corruption, _) in FAULTS.items():
        payload = nato_after_2024(edits=edits)
        store.deposit(
            corruption(payload) if corruption else payload, replace(MADE_EDITION, edition_id=edition_of(fault))
        )
    store.deposit(*figures_with_a_row_twice())
    before = digest(data_dir)
    result = refresh(data_dir)
    reasons = {provenance.edition_id: refusal.reason for provenance, refusal in store.refused()}
    return Refused(blocked(result), reasons, before, digest(data_dir))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_edition_is_refused_with_its_place(fault: str, refused: Refused) -> None:
    _, _, expected = FAULTS[fault]
    assert expected in refused.quarantine[edition_of(fault)]
    assert expected in refused.checks


def test_a_duplicated_row_of_a_figures_file_is_refused_with_both_rows(refused: Refused) -> None:
    assert "twice" in refused.quarantine[ROW_TWICE]
    assert refused.quarantine[ROW_TWICE] in refused.checks


def test_faulty_editions_change_nothing_that_is_served(refused: Refused) -> None:
    assert set(refused.quarantine) == {*(edition_of(fault) for fault in FAULTS), ROW_TWICE}
    assert refused.served_after == refused.served_before


@pytest.fixture(scope="module")
def contradictory(published: Path, refresh: Refresh, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which one edition with every contradiction has landed and been published."""
    data_dir = Path(shutil.copytree(published, tmp_path_factory.mktemp("contradictions") / "data", symlinks=True))
    edits = {cell: value for cell, value, _ in CONTRADICTIONS.values()}
    LandingStore(data_dir).deposit(nato_after_2024(edits=edits), MADE_EDITION)
    assert refresh(data_dir).success
    return data_dir


@pytest.mark.parametrize("fault", CONTRADICTIONS)
def test_a_figure_that_contradicts_the_editions_own_sums_is_withheld_and_kept_in_the_record(
    fault: str, contradictory: Path
) -> None:
    cell, printed, check = CONTRADICTIONS[fault]
    with connect(contradictory) as warehouse:
        served = warehouse.execute(
            """SELECT o.value, o.availability, list_contains(o.flags, 'withheld'), d.printed_value, d.author
               FROM core.observation AS o JOIN core.decision AS d USING (edition_id, indicator, entity, year)
               WHERE o.edition_id = $1 AND o.locator LIKE $2 || '%' AND d.check_id = $3""",
            [MADE_EDITION.edition_id, cell, check],
        ).fetchall()
    assert served == [(None, "missing", True, pytest.approx(printed), "gate")]


def test_an_edition_with_withheld_figures_serves_the_others(contradictory: Path) -> None:
    with connect(contradictory) as warehouse:
        ((figures, withheld),) = warehouse.execute(
            """SELECT count(value), count(*) FILTER (WHERE list_contains(flags, 'withheld'))
               FROM core.observation WHERE edition_id = $1""",
            [MADE_EDITION.edition_id],
        ).fetchall()
    assert withheld < 0.01 * figures


def test_one_command_accepts_what_was_withheld(
    contradictory: Path, refresh: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURDEN_DATA_DIR", str(contradictory))
    said = CliRunner().invoke(ingest, ["accept", MADE_EDITION.edition_id, "--reason", "as printed", "--author", "Ada"])
    assert said.exit_code == 0, said.output
    assert refresh(contradictory).success
    with connect(contradictory) as warehouse:
        served = warehouse.execute(
            "SELECT value FROM core.observation WHERE edition_id = $1 AND locator = 'TABLE3!E20'",
            [MADE_EDITION.edition_id],
        ).fetchall()
        reasons = warehouse.execute("SELECT DISTINCT author, reason FROM core.decision WHERE action = 'accept'")
        assert (served, reasons.fetchall()) == ([(pytest.approx(1.6),)], [("Ada", "as printed")])


def test_a_second_run_on_the_same_editions_publishes_nothing_new(data_dir: Path, refresh: Refresh) -> None:
    before = digest(data_dir)
    result = refresh(data_dir)
    assert result.success
    assert digest(data_dir) == before
