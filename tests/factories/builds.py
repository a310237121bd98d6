"""Builds in a folder what is planned, without Dagster and without gates: for tests of what is built again, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from unittest.mock import patch

import polars as pl
import pytest

from orchestration.defs import editions, observations, paths
from orchestration.ingest.bundled_editions import bundled_editions
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.staleness import Plan, origin_of, plan, table_version
from orchestration.stores import Stores
from orchestration.tables import Compute, in_contract_types
from warehouse import code_versions
from warehouse.contracts import core, currency, mart_path
from warehouse.contracts.marts import MARTS
from warehouse.contracts.registry import contract
from warehouse.marts.run import compute_mart
from warehouse.publication.report import pages
from warehouse.publication.report.drawings import Drawings
from warehouse.reference import REGISTERS
from warehouse.table_file import Rows
from warehouse.table_store import Tables, TableStore

_BY_FUNCTION: Final[dict[str, Compute]] = {
    core.EDITION.id: editions.list_editions,
    core.DECISION.id: editions.list_decisions,
    core.OBSERVATION.id: observations.gather,
    currency.PROOF.id: observations.prove,
    mart_path.PATH.id: paths.path_of,
    mart_path.OUTLOOK.id: paths.outlook_of,
    mart_path.OUTLOOK_SHARE.id: paths.fans_of,
}


def land_bundled(root: Path, *edition_ids: str) -> None:
    """Land bundled editions without the checks of ingestion."""
    store = LandingStore(root)
    for edition_id in edition_ids:
        source_id = edition_id.partition(":")[0]
        for payload, provenance in bundled_editions(source_id):
            if provenance.edition_id == edition_id:
                store.deposit(payload, provenance)
        for item in store.incoming(source_id):
            store.accept(item)


def settle(root: Path) -> list[Plan]:
    """Build what is stale until nothing is, and the plans that it took; publication is left out."""
    done: list[Plan] = []
    while (planned := plan(root)).editions or planned.tables:
        assert planned not in done, "what was built is stale as it was before"
        done.append(planned)
        for item in EditionStore(root).stale(LandingStore(root).landed()):
            EditionStore(root).require(item)
        for table_id in planned.tables:
            _build(root, table_id)
    return done


def _build(root: Path, table_id: str) -> None:
    table, store, stores = contract(table_id), TableStore(root), Stores(data_dir=str(root))
    reads = store.tables(table.reads)
    computed = _computed(table_id, reads, stores)
    rows = in_contract_types(table, computed) if isinstance(computed, pl.DataFrame) else computed
    store.write(table, rows, origin=origin_of(table, root, table_version(table)), run_id="test", results=[])


def _computed(table_id: str, reads: Tables, stores: Stores) -> Rows:
    if table_id in REGISTERS:
        return REGISTERS[table_id][1]()
    if table_id in _BY_FUNCTION:
        return _BY_FUNCTION[table_id](reads, stores, "test")
    (table,) = (table for table in MARTS if table.id == table_id)
    return compute_mart(table, reads.files)


def contents(root: Path) -> dict[str, str]:
    """Content hash by table, but for the evidence."""
    store = TableStore(root)
    tables = [*core.TABLES, *MARTS]
    return {table.id: store.manifest(table.id).content_sha256 for table in tables}


@contextmanager
def without_report() -> Iterator[None]:
    """Publications lack the pages of the report, which are three fifths of a run: for what is not about them."""
    with patch.object(pages, "_report", _no_report), patch.object(Drawings, "__enter__", lambda drawings: drawings):
        yield


@contextmanager
def _no_report(_environment: object, folder: Path, *_others: object, **_named: object) -> Iterator[None]:
    folder.mkdir()
    yield


def touch(monkeypatch: pytest.MonkeyPatch, *files: str) -> None:
    """From here on the files whose paths end so have another comment than on disk; none: all are as on disk."""
    forget_code_versions()
    monkeypatch.setattr(code_versions, "_content", _content_with_comment(files))


def _content_with_comment(files: tuple[str, ...]) -> Callable[[Path], bytes]:
    def content(path: Path) -> bytes:
        return path.read_bytes() + (b"# another comment" if path.as_posix().endswith(files) else b"")

    return content if files else Path.read_bytes


def forget_code_versions() -> None:
    """Versions are kept while a process lives, in which code does not change; in a test it does."""
    for function in (code_versions.code_version, code_versions.file_version, code_versions.package_version):
        function.cache_clear()
