"""What is computed again: what its code, its checks or what it reads has changed for, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.ingest import parsing
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.edition_store import EditionStore, parser_version
from orchestration.ingest.handed_in import Claims, provenance_of
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.sources.source import FIGURES
from orchestration.ingest.staleness import plan, publication_version
from tests.factories.builds import contents, forget_code_versions, land_bundled, settle, touch
from tests.factories.nato_workbook import nato_workbook
from transforms.normalise.withholding import DECISION_SCHEMA
from transforms.outlook import draws
from transforms.parse.figures import parse_figures
from transforms.registers.reader import breaks
from warehouse import code_versions
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES, contract
from warehouse.marts.run import mart_sql
from warehouse.table_store import Origin, Published, TableStore

EDITIONS = ("nato:2024-06-17", "world_bank:2026-02-24", "imf:2024-10", "sipri:1949-2025_v1.2")


@pytest.fixture(scope="module", autouse=True)
def _few_draws() -> Iterator[None]:
    """Of the outlook, half of a build otherwise: what is built again does not depend on their number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws.fans, "__kwdefaults__", {"draws": 200})
        yield


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four bundled editions and a workbook, in which nothing is stale."""
    root = tmp_path_factory.mktemp("settled")
    land_bundled(root, *EDITIONS)
    claims = Claims(name="w.xlsx", published_on=dt.date(2025, 6, 1))
    payload = nato_workbook()
    land(root, payload, provenance_of("nato", payload, claims, url="https://example.org/w.xlsx"))
    settle(root)
    return root


@pytest.fixture
def root(settled: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(settled, tmp_path / "data"))


@pytest.fixture(autouse=True)
def _code_as_on_disk() -> None:
    forget_code_versions()


def land(root: Path, payload: bytes, provenance: Provenance) -> None:
    """Land a payload without the checks of ingestion."""
    store = LandingStore(root)
    store.deposit(payload, provenance)
    for item in store.incoming(provenance.source_id):
        store.accept(item)


def serve(root: Path, build_id: str) -> None:
    (root / "published" / build_id).mkdir(parents=True)
    duckdb.connect(root / "published" / build_id / "burden_sharing.duckdb").close()
    (root / "current").symlink_to(Path("published", build_id))


def test_what_was_built_is_not_stale(root: Path) -> None:
    assert (plan(root).editions, plan(root).tables) == ((), {})


def test_a_new_edition_of_one_source_parses_one_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(payload: bytes, provenance: Provenance) -> pl.DataFrame:
        parsed.append(provenance.edition_id)
        return parse_figures(payload)

    monkeypatch.setitem(parsing.FORMATS, "figures", replace(FIGURES, parse=parse))
    land_bundled(root, "nato:2025-08-28")

    settle(root)

    assert parsed == ["nato:2025-08-28"]


def test_a_changed_caption_recomputes_no_table(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(root, "a")
    TableStore(root).mark_published(Published("a", publication_version(root)))
    touch(monkeypatch, "warehouse/publication/report/captions.py")

    assert (plan(root).editions, plan(root).tables, plan(root).publish) == ((), {}, True)


def test_a_changed_comment_in_a_parser_parses_one_source_again_and_computes_no_mart(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(monkeypatch, "transforms/parse/nato/table.py")

    (only,) = settle(root)

    assert (only.editions, only.tables) == (("nato:2025-06-01",), {})


def test_a_changed_comment_in_the_sql_of_a_mart_computes_that_mart_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(table: Table) -> str:
        return mart_sql(table) + "-- edited" * (table.name == "compliance")

    monkeypatch.setattr(code_versions, "mart_sql", edited)

    (only,) = settle(root)

    assert list(only.tables) == ["mart.compliance"]


def test_a_register_that_no_format_reads_costs_no_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _parsers()
    touch(monkeypatch, "registers/national_plans.csv")

    assert _parsers() == before


def test_a_register_that_normalising_reads_costs_every_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _parsers()
    touch(monkeypatch, "registers/corrections.csv")

    assert [name for name, version in _parsers().items() if version == before[name]] == []


@pytest.mark.parametrize(
    ("file", "source_id"),
    [
        ("transforms/parse/nato/table.py", "nato"),
        ("transforms/parse/sipri/cells.py", "sipri"),
        ("transforms/parse/world_bank.py", "world_bank"),
        ("transforms/parse/imf/replies.py", "imf"),
        ("transforms/parse/eurostat.py", "eurostat"),
    ],
)
def test_a_changed_parser_costs_the_formats_of_its_source_alone(
    file: str, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _parsers()
    touch(monkeypatch, file)
    changed = {name for name, version in _parsers().items() if version != before[name]}

    own = {format_.name for format_ in SOURCES[source_id].formats} - {FIGURES.name}
    assert changed == {(source_id, name) for name in own}


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b'{"table_id": "mart.burden", "of_a_later_version": 1}'])
def test_a_table_with_a_damaged_manifest_is_built_again(damage: bytes, root: Path) -> None:
    (root / "tables" / "mart" / "burden.json").write_bytes(damage)

    assert list(plan(root).tables) == ["mart.burden"]


def test_a_table_whose_file_is_not_the_one_of_its_manifest_is_built_again(root: Path) -> None:
    parquet = TableStore(root).parquet("mart.burden")
    parquet.write_bytes(parquet.read_bytes()[:-1])

    assert list(plan(root).tables) == ["mart.burden"]


def test_an_edition_whose_kept_figures_are_damaged_is_parsed_again(root: Path) -> None:
    damaged = LandingStore(root).standing()[0].provenance
    folder = root / "tables" / "editions" / damaged.source_id / damaged.edition_id.replace(":", "_")
    kept = folder / "figures.parquet"
    kept.write_bytes(kept.read_bytes()[:-1])

    assert plan(root).editions == (damaged.edition_id,)


def test_a_refused_table_is_stale_until_it_is_built(root: Path) -> None:
    TableStore(root).refuse(contract("mart.burden"), run_id="r", failed=["has_rows"])

    assert list(plan(root).tables) == ["mart.burden"]


def test_what_only_checks_read_is_audited_against_again_and_takes_nothing_else_along(root: Path) -> None:
    store, table = TableStore(root), contract("core.correction")
    made = store.manifest(table.id)
    origin = Origin(made.inputs, made.joined, made.code, made.landed)
    store.write(table, store.read(table.id).reverse(), origin=origin, run_id="another", results=[])
    audited_with_it = {table.id for table in TABLES if "core.correction" in table.joins}

    assert set(plan(root).tables) == audited_with_it == {"core.observation"}


def test_a_decision_plans_the_figures_and_all_that_is_computed_from_them_in_one_run(root: Path) -> None:
    """A publication of the figures without what is computed from them would be refused, and the run with it."""
    _withhold(root)
    planned = plan(root)
    assert {"core.decision", "core.observation", "mart.compliance", "mart.headline_audit"} <= set(planned.tables)
    assert planned.publish


def test_nothing_is_published_again_until_a_check_comes_out_otherwise(root: Path) -> None:
    serve(root, "a")
    TableStore(root).mark_published(Published("a", publication_version(root)))
    assert plan(root).is_empty
    manifest = root / "tables" / "mart" / "burden.json"
    manifest.write_text(manifest.read_text().replace('"results": []', '"results": [{"expectation_id": "new"}]'))

    assert plan(root).publish


def test_another_address_of_the_site_is_published(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(root, "a")
    TableStore(root).mark_published(Published("a", publication_version(root)))
    assert plan(root).is_empty
    monkeypatch.setenv("BURDEN_SITE_ADDRESS", "https://example.org/burden")

    assert plan(root).publish


def test_a_publication_that_a_person_rolled_back_to_stays_until_there_is_something_new(root: Path) -> None:
    serve(root, "before")
    TableStore(root).mark_published(Published("after", publication_version(root)))

    assert plan(root).is_empty


def _parsers() -> dict[tuple[str, str], str]:
    """Version by source and format."""
    formats = [
        (source.source_id, format_.name) for source in SOURCES.values() for format_ in (FIGURES, *source.formats)
    ]
    return {each: parser_version(*each) for each in formats}


def _correct(root: Path) -> None:
    """Other bytes under the name of an edition that is held, without its last figure: a further issue of it."""
    payload, provenance = next(each for each in bundled_editions("nato") if each[1].edition_id == "nato:2025-08-28")
    land(root, payload.rstrip(b"\n").rpartition(b"\n")[0] + b"\n", provenance)


def _take_back(root: Path, edition_id: str) -> None:
    (item,) = (x for x in LandingStore(root).landed("nato") if x.provenance.edition_id == edition_id)
    for file in item.path.parent.glob(f"{item.path.name}*"):
        file.unlink()


def _withhold(root: Path) -> None:
    (item,) = (x for x in LandingStore(root).landed("nato") if x.provenance.edition_id == "nato:2024-06-17")
    figures = EditionStore(root).figures(item).filter(pl.col("entity") == "DEU", pl.col("year") == 2024)
    decided = figures.with_columns(
        check_id=pl.lit("by_hand"),
        sha256=pl.lit(item.provenance.sha256),
        printed_value=pl.col("value"),
        decided_at=pl.lit(dt.datetime(2026, 11, 27)),  # noqa: DTZ001 (UTC, as the journal keeps it)
        author=pl.lit("Ada"),
        action=pl.lit("withhold"),
        reason=pl.lit("a test"),
    )
    Decisions(root).append(decided.select(*DECISION_SCHEMA).cast(DECISION_SCHEMA))


def _built_at_once(root: Path, fresh: Path) -> Path:
    """What has landed and was decided in one folder, built from nothing in another."""
    shutil.copytree(root / "landing", fresh / "landing")
    if (root / "decisions.jsonl").exists():
        shutil.copyfile(root / "decisions.jsonl", fresh / "decisions.jsonl")
    settle(fresh)
    return fresh


def test_what_is_built_step_by_step_equals_what_is_built_at_once(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrival, correction, a person's decision, changed code and back, a correction that is gone and there again."""

    def code(*, changed: bool) -> None:
        monkeypatch.setattr(parsing, "breaks", (lambda: breaks().head(0)) if changed else breaks)
        touch(monkeypatch, *(["registers/breaks.csv"] if changed else []))

    steps: dict[str, Callable[[], None]] = {
        "arrival": lambda: land_bundled(root, "nato:2025-08-28"),
        "correction": lambda: _correct(root),
        "withholding": lambda: _withhold(root),
        "changed code": lambda: code(changed=True),
        "code as before": lambda: code(changed=False),
        "correction gone": lambda: _take_back(root, "nato:2025-08-28:issue-2"),
        "correction again": lambda: _correct(root),
    }
    seen = {}
    for name, step in steps.items():
        step()
        settle(root)
        seen[name] = contents(root)
        if name in {"withholding", "changed code", "correction gone"}:
            assert contents(_built_at_once(root, tmp_path / name)) == seen[name], name

    assert all(before != after for before, after in pairwise(seen.values()))
    assert seen["code as before"] == seen["withholding"] == seen["correction again"]
