"""What is stale: which tables, editions and pages are no longer what the code, the landing store and each other make.

Belongs here: what each table is made from, and the plan of the next run. Does not belong here: Dagster, computing.

A table is stale if its code, its contract and checks, or the content of anything that it reads or joins is not what it
was built from. A stale table may turn out unchanged when it is built: tables that read it are planned only
afterwards. What certainly has other content (`moved`) is planned with its readers, so that one run is enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from orchestration.ingest.bundled_editions import bundled_sha256
from orchestration.ingest.decisions import Decisions
from orchestration.ingest.edition_store import EditionStore, landed_content
from orchestration.ingest.landing_store import LandingStore
from warehouse import settings
from warehouse.code_versions import audit_version, code_version, digest, file_version, mart_version, package_version
from warehouse.contracts import core, currency, evidence, mart_path
from warehouse.contracts.model import Table
from warehouse.contracts.registry import TABLES
from warehouse.reading.connect import WarehouseMissingError, damage_of, warehouse_path
from warehouse.reference import REGISTERS, register_version
from warehouse.table_store import Manifest, Origin, TableStore

# Parsers count with the editions that they parse, contracts with the tables that are held to them.
_ELSEWHERE: Final = (
    "transforms.parse",
    "warehouse.contracts",
    "warehouse.checks",
    "orchestration.ingest.edition_store",
    "orchestration.ingest.sources",
)
# Table -> the modules that compute it, and the one of the definitions that calls them.
_COMPUTED_BY: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    core.EDITION.id: (("orchestration.ingest.parsing",), "orchestration.defs.editions"),
    core.DECISION.id: (("orchestration.ingest.decisions",), "orchestration.defs.editions"),
    core.OBSERVATION.id: (
        ("orchestration.ingest.assembly", "orchestration.ingest.parsing", "transforms.normalise.withholding"),
        "orchestration.defs.observations",
    ),
    currency.PROOF.id: (
        ("orchestration.ingest.parsing", "transforms.normalise.exchange_rates"),
        "orchestration.defs.observations",
    ),
}
_LOOKS_AHEAD: Final = (mart_path.PATH.id, mart_path.OUTLOOK.id, mart_path.OUTLOOK_SHARE.id)
_PAGES: Final = (
    "warehouse.publication.publish",
    "warehouse.publication.views",
    "warehouse.marts.macros",
    "warehouse.publication.data_package",
    "warehouse.publication.dictionary",
    "warehouse.publication.report.pages",
)
_EVIDENCE: Final = frozenset(table.id for table in evidence.TABLES)
_BUILT: Final = tuple(table for table in TABLES if table.id not in _EVIDENCE)
# core.edition and core.decision are of what has landed: ingestion makes its own.
INGEST_READS: Final = tuple(
    table_id for table_id in core.OBSERVATION.joins if table_id not in {core.EDITION.id, core.DECISION.id}
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next run must do. `ingest`: payloads wait, or the sources are asked first; `why` of each table."""

    ingest: bool
    editions: tuple[str, ...]
    tables: Mapping[str, str]
    publish: bool

    @property
    def is_empty(self) -> bool:
        return not (self.ingest or self.editions or self.tables or self.publish)

    @property
    def version(self) -> str:
        """Another plan, another version."""
        return digest([f"{self.ingest} {self.publish}", *self.editions, *(f"{t} {w}" for t, w in self.tables.items())])


def plan(root: Path, *, ingest: bool = False) -> Plan:
    """What is stale in a data directory; with `ingest` first of all the ingestion, and what it reads.

    Where nothing has been built yet all tables follow in the same run: they will be built whatever is ingested.
    Editions that would be parsed otherwise come before the tables: only then it is known whether their figures changed.
    """
    if ingest:
        at_first = not any(TableStore(root).known(table.id) for table in _BUILT)
        tables = [table.id for table in _BUILT] if at_first else INGEST_READS
        return Plan(ingest=True, editions=(), tables=_stale(root, tables)[0], publish=at_first)
    landed = LandingStore(root).standing()
    editions = tuple(item.provenance.edition_id for item in EditionStore(root).stale(landed))
    if editions:
        return Plan(ingest=False, editions=editions, tables={}, publish=False)
    stale, moved = _stale(root, [table.id for table in _BUILT])
    publish = moved or (not stale and _published_is_stale(root))
    return Plan(ingest=False, editions=(), tables=stale, publish=publish)


def something_waits(root: Path) -> bool:
    """Whether a payload waits to be ingested, or a bundled edition has not landed."""
    store = LandingStore(root)
    landed = {item.provenance.sha256 for item in store.landed() if item.damage() is None}
    return store.anything_waits() or not bundled_sha256() <= landed


def _stale(root: Path, table_ids: Collection[str]) -> tuple[dict[str, str], bool]:
    """Stale tables with the reason, in build order; and whether one of them certainly comes with other content."""
    store = TableStore(root)
    stale: dict[str, str] = {}
    moved: set[str] = set()
    for table in _BUILT:
        if table.id not in table_ids:
            continue
        why, moves = _why_stale(table, root, store, moved)
        if why:
            stale[table.id] = why
        if moves:
            moved.add(table.id)
    return stale, bool(moved)


def _why_stale(table: Table, root: Path, store: TableStore, moved: set[str]) -> tuple[str | None, bool]:
    built = store.known(table.id)
    if built is None:
        return "not built, or refused", True
    read = [table_id for table_id in table.reads if table_id in moved]
    if read:
        return f"{', '.join(read)} will change", True
    now = origin_of(table, root, table_version(table))
    changed = [table_id for table_id, content in now.inputs.items() if built.inputs.get(table_id) != content]
    if changed or built.landed != now.landed:
        return f"{', '.join(changed) or 'what has landed'} changed", True
    joined = [table_id for table_id in table.joins if table_id in moved]
    if joined:  # after what the table is made from: a decision changes core.decision, which is joined, and the figures
        return f"{', '.join(joined)}, which its checks read, will change", False
    if built.code != now.code:
        return "its code, contract or checks changed", False
    return ("what its checks read changed", False) if built.joined != now.joined else (None, False)


def origin_of(table: Table, root: Path, code: str) -> Origin:
    """What a table would be built from now."""
    store = TableStore(root)
    return Origin(
        inputs=_contents(store, table.reads),
        joined=_contents(store, table.joins),
        code=code,
        landed=_LANDED[table.id](root) if table.id in _LANDED else "",
    )


def _contents(store: TableStore, table_ids: Iterable[str]) -> dict[str, str]:
    """Content hashes of tables; empty for one that no run has built."""
    manifests = {table_id: store.known(table_id) for table_id in table_ids}
    return {table_id: manifest.content_sha256 if manifest else "" for table_id, manifest in manifests.items()}


def table_version(table: Table) -> str:
    """Version of what computes a table and of what it is held to."""
    return digest([_code_of(table), audit_version(table)])


def _code_of(table: Table) -> str:
    if table.sql:
        return mart_version(table)
    if table.id in REGISTERS:
        return register_version(table.id)
    if table.id in _LOOKS_AHEAD:
        computed = code_version("warehouse.marts.outlook", "transforms.outlook.inputs", "transforms.outlook.draws")
        return digest([computed, file_version("orchestration.defs.paths")])
    if table.id in _COMPUTED_BY:
        modules, called_in = _COMPUTED_BY[table.id]
        return digest([code_version(*modules, without=_ELSEWHERE), file_version(called_in)])
    if table.id in _EVIDENCE:
        return publication_code()
    raise KeyError(f"{table.id}: name the modules that compute it in orchestration.ingest.staleness")


def ingest_version() -> str:
    """Version of the code that decides what becomes of a payload, and of all parsers."""
    return digest([code_version("orchestration.ingest.acceptance"), file_version("orchestration.defs.editions")])


def publication_code() -> str:
    """Version of the code that makes the evidence tables, the file and the pages."""
    made_by = digest([code_version(*_PAGES), package_version("warehouse.publication")])
    return digest([made_by, file_version("orchestration.defs.publication"), version("burden-sharing")])


def publication_version(root: Path) -> str:
    """Version of what a publication is made for: contents, check results, pages.

    A payload that is refused is no reason to publish: bad input leaves what is served as it is, to the byte, and the
    next publication names it in quality.quarantine.
    """
    store = TableStore(root)
    tables = [manifest for table in _BUILT if (manifest := store.known(table.id))]
    address = settings.site_address()  # the pages name it
    return digest([*map(_published_of, tables), publication_code(), *([address] if address else [])])


def _published_of(manifest: Manifest) -> str:
    """What of a table a reader sees: its content, and how its checks came out, whenever that was.

    Samples are left out: which rows of many are shown may differ from run to run.
    """
    left_out = {"run_id", "evaluated_at", "sample"}
    results = [repr([value for name, value in result.items() if name not in left_out]) for result in manifest.results]
    return digest([manifest.content_sha256, *results])


def _published_is_stale(root: Path) -> bool:
    done = TableStore(root).published()
    # Whichever publication is served: one that a person rolled back to stays until there is something new.
    return done is None or served_build_id(root) is None or done.version != publication_version(root)


def served_build_id(root: Path) -> str | None:
    """The build that is served; None if none is, or if a file of it is gone or damaged: then it is published anew."""
    try:
        publication = warehouse_path(root).parent
    except WarehouseMissingError:
        return None
    return publication.name if damage_of(publication) is None else None


def _figures(root: Path) -> str:
    landed = LandingStore(root).standing()
    return digest([EditionStore(root).content(landed) or "", Decisions(root).version()])


_LANDED: Final[dict[str, Callable[[Path], str]]] = {
    core.EDITION.id: lambda root: landed_content(LandingStore(root).standing()),
    core.DECISION.id: lambda root: Decisions(root).version(),
    core.OBSERVATION.id: _figures,
    currency.PROOF.id: _figures,
}
