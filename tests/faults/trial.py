"""A fault's trial: the real ingestion with the editions that have landed, then the tables that judge all editions.

Belongs here: running one edition through the gates, in the job's order, and reading which of them spoke.
Does not belong here: which faults there are (catalogue), how a trial is measured (effects), what is expected of it.

The gates are `parser` and `intake` (what they refuse or hold is in quarantine, what they withhold lands without the
figures in doubt), `core.observation` and `mart.revision` (all editions; what blocks ends the run before anything is
served, a warning is shown to a person).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from unittest.mock import patch

import polars as pl

from orchestration.ingest import parsing
from orchestration.ingest.acceptance import ingest_waiting
from orchestration.ingest.decisions import Decisions, decision_rows
from orchestration.ingest.landing_store import HELD, Landed, LandingStore, Provenance
from orchestration.ingest.parsing import edition_rows, layout_of, observations, prove_identity
from orchestration.tables import in_contract_types
from tests.faults.model import Carrier, Edition
from transforms.errors import RefusedInputError
from transforms.normalise.withholding import withhold
from transforms.parse.frame import Reading
from warehouse.checks.expectations import ExpectationResult, validate
from warehouse.contracts.core import DECISION, EDITION, OBSERVATION
from warehouse.contracts.mart_vintages import REVISION
from warehouse.contracts.model import Table
from warehouse.marts.run import compute_mart
from warehouse.table_store import TableStore

PARSER: Final = "parser"
INTAKE: Final = "intake"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one edition. `stopped_by` are error classes or expectation ids; `held` says that a person can lift
    them. `withheld` counts figures by the check that doubts them, `warned` rows by id.
    """

    gate: str
    stopped_by: tuple[str, ...]
    place: str
    printed: pl.DataFrame  # rows of the edition, as far as it was read
    held: bool = False
    withheld: Mapping[str, int] = field(default_factory=dict)
    warned: Mapping[str, int] = field(default_factory=dict)
    served: pl.DataFrame = field(default_factory=pl.DataFrame)  # its rows where it landed
    revisions: pl.DataFrame = field(default_factory=pl.DataFrame)  # of all editions, where it landed


class Bench:
    """Published tables and editions that every trial starts from. A payload is parsed once, however many gates ask."""

    def __init__(self, published: Path) -> None:
        self._tables = TableStore(published)
        self._landed = LandingStore(published).landed()
        self._readings: dict[tuple[str, str], Reading] = {}
        self._built: dict[frozenset[str], pl.DataFrame] = {}

    def try_edition(self, folder: Path, carrier: Carrier, before: Edition | None, edition: Edition) -> Trial:
        """Put an edition through every gate; stops at the first that refuses it. `folder` must be empty."""
        with patch.object(parsing, "read", self._read_once):
            store = self._store(folder, carrier, before)
            try:
                arriving = carrier.arriving(*edition)
            except (RefusedInputError, *_UNFORESEEN) as error:
                return Trial(PARSER, (_named(error),), "", pl.DataFrame())
            return self._through_the_gates(store, *arriving)

    def read(self, folder: Path, carrier: Carrier, edition: Edition) -> pl.DataFrame:
        """The rows of a good edition, by no gate. `folder` must be empty."""
        with patch.object(parsing, "read", self._read_once):
            waiting = LandingStore(folder).deposit(*carrier.arriving(*edition))
            assert waiting is not None, "nothing has landed here"
            return observations([waiting], edition_rows([waiting.provenance]))

    def _read_once(self, payload: bytes, provenance: Provenance) -> Reading:
        key = provenance.sha256, str((provenance.format, provenance.published_on))
        if key not in self._readings:
            self._readings[key] = _read_payload(payload, provenance)
        return self._readings[key]

    def _store(self, folder: Path, carrier: Carrier, before: Edition | None) -> LandingStore:
        held = {item.path.parent for item in self._landed if item.provenance.edition_id not in carrier.instead_of}
        for edition in held:
            shutil.copytree(edition, folder / "landing" / edition.parent.name / edition.name)
        store = LandingStore(folder)
        if before is not None:
            item = store.deposit(*before)
            assert item is not None, "an edition that landed already cannot be held before"
            store.accept(item, layout_of(*before))
        return store

    def _through_the_gates(self, store: LandingStore, payload: bytes, provenance: Provenance) -> Trial:
        held = store.landed()
        waiting = store.deposit(payload, provenance)
        if waiting is None:
            raise ValueError("these bytes have landed already")
        read = _read(waiting)
        reference = self._joined(OBSERVATION)
        built_last = {"core_observation": self._built_last(held)}
        (outcome,) = ingest_waiting(store, [provenance.source_id], reference=reference | built_last, run_id="trial")[
            provenance.source_id
        ]
        if outcome.refusal:
            if isinstance(read, str):
                return Trial(PARSER, (read,), outcome.refusal.place, pl.DataFrame())
            failed = _failed(outcome.refusal.reason)
            return Trial(INTAKE, failed, outcome.refusal.place, read, held=outcome.refusal.verdict == HELD)
        if isinstance(read, str):
            raise TypeError(f"{provenance.edition_id} landed, though reading it ends in {read}")
        withheld = dict(outcome.withheld["check_id"].value_counts().sort("check_id").iter_rows())
        return replace(self._among_all(store, outcome.provenance, reference, read), withheld=withheld)

    def _built_last(self, held: list[Landed]) -> pl.DataFrame:
        """core.observation as the run before has built it from what is held."""
        key = frozenset(item.provenance.edition_id for item in held)
        if key not in self._built:
            self._built[key] = in_contract_types(
                OBSERVATION, observations(held, edition_rows(item.provenance for item in held))
            )
        return self._built[key]

    def _among_all(
        self, store: LandingStore, landed: Provenance, reference: dict[str, pl.DataFrame], printed: pl.DataFrame
    ) -> Trial:
        items, decided = store.landed(), Decisions(store.data_dir).read()
        editions = edition_rows(item.provenance for item in items)
        rows = withhold(observations(items, editions), decided)
        own = rows.filter(pl.col("edition_id") == landed.edition_id)
        joined = {**reference, "core_edition": editions, "core_decision": decision_rows(decided)}
        of_all = validate(OBSERVATION, in_contract_types(OBSERVATION, rows), joined)
        if blocking := _blocking(of_all):
            return Trial(OBSERVATION.id, blocking, "", printed)
        made = {OBSERVATION.id: rows, EDITION.id: editions}
        reads = {name: made[name] if name in made else self._tables.read(name) for name in REVISION.reads}
        revisions = in_contract_types(REVISION, compute_mart(REVISION, reads))
        of_revision = validate(REVISION, revisions, {**self._joined(REVISION), "core_edition": editions})
        warned = {
            r.expectation.id: r.unexpected_count for r in (*of_all, *of_revision) if not r.passed and not r.blocks
        }
        return Trial(REVISION.id, _blocking(of_revision), "", printed, warned=warned, served=own, revisions=revisions)

    def _joined(self, table: Table) -> dict[str, pl.DataFrame]:
        own = {EDITION.id, DECISION.id}
        return {name.replace(".", "_"): self._tables.read(name) for name in table.joins if name not in own}


_read_payload: Final = parsing.read  # as it is while a trial puts the bench's in its place
_UNFORESEEN: Final = (ValueError, KeyError, IndexError, AttributeError, TypeError, pl.exceptions.PolarsError)


def _read(item: Landed) -> pl.DataFrame | str:
    """The edition's rows, or the class of the error that reading it ends in."""
    try:
        layout_of(item.read(), item.provenance)
        prove_identity(item.read(), item.provenance)
        return observations([item], edition_rows([item.provenance]))
    except Exception as error:  # noqa: BLE001 (ingestion treats it so as well; it is in the table by its name)
        return _named(error)


def _named(error: Exception) -> str:
    foreseen = isinstance(error, RefusedInputError)
    return type(error).__name__ if foreseen else f"unforeseen_{type(error).__name__}"


def _failed(reason: str) -> tuple[str, ...]:
    """Ids of the checks that a refusal names."""
    return tuple(dict.fromkeys(re.findall(r"(?:^| \| )(\w+)(?:: expected | could not be evaluated)", reason)))


def _blocking(results: list[ExpectationResult]) -> tuple[str, ...]:
    return tuple(result.expectation.id for result in results if result.blocks)
