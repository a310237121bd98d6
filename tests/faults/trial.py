"""A fault's trial: the real intake beside the editions that are believed, then the tables that judge all editions.

Belongs here: running one edition through the gates, in the job's order, and reading which of them spoke.
Does not belong here: which faults there are (catalogue), what is expected of them (outcomes.csv).

The gates are `parser` and `intake` (an edition alone; what they refuse is in quarantine), `core.observation` and
`mart.revision` (all editions; an error ends the run before anything is served, a warning is shown to a person).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from orchestration.intake import take_in
from orchestration.landing import Landed, LandingStore, Provenance
from orchestration.parsing import edition_rows, observations
from orchestration.table_store import TableStore
from orchestration.tables import in_contract_types
from transforms.errors import RefusedInputError
from transforms.registers import guidelines
from warehouse.contracts.core import EDITION, OBSERVATION
from warehouse.contracts.mart_vintages import REVISION
from warehouse.contracts.model import Table
from warehouse.expectations import ExpectationResult, validate
from warehouse.metrics import compute_mart

_KEY: Final = ("source_id", "indicator", "entity", "year", "currency", "price_basis", "year_basis")
SHARE: Final = "defence_share_of_gdp"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one edition. `refused_by` are error classes or expectation ids; `warned` counts rows by id."""

    gate: str
    refused_by: tuple[str, ...]
    warned: Mapping[str, int]
    place: str
    rows: pl.DataFrame  # of the edition, as far as it was read
    revisions: pl.DataFrame  # of all editions, where it landed


@dataclass(frozen=True, slots=True)
class Bench:
    """Published tables and editions that every trial starts from."""

    tables: TableStore
    landing: Path

    @classmethod
    def of(cls, published: Path) -> Bench:
        return cls(TableStore(published), published / "landing")

    def beside(self, table: Table) -> dict[str, pl.DataFrame]:
        return {name.replace(".", "_"): self.tables.read(name) for name in table.joins if name != EDITION.id}

    def store(self, folder: Path) -> LandingStore:
        shutil.copytree(self.landing, folder / "landing")
        return LandingStore(folder)


def try_edition(bench: Bench, folder: Path, payload: bytes, provenance: Provenance) -> Trial:
    """Put an edition through every gate; stops at the first that refuses it. `folder` must be empty."""
    store = bench.store(folder)
    waiting = store.deposit(payload, provenance)
    if waiting is None:
        raise ValueError("these bytes have landed already")
    read = _read(waiting)
    reference = bench.beside(OBSERVATION)
    (outcome,) = take_in(store, provenance.source_id, reference=reference, run_id="trial")
    nothing = pl.DataFrame()
    if outcome.refusal:
        if isinstance(read, str):
            return Trial("parser", (read,), {}, outcome.refusal.place, nothing, nothing)
        named = tuple(e.id for e in OBSERVATION.suite() if f"{e.id}: expected " in outcome.refusal.reason)
        return Trial("intake", named, {}, outcome.refusal.place, read, nothing)
    if isinstance(read, str):
        raise TypeError(f"{provenance.edition_id} landed, though reading it ends in {read}")
    return _among_all(bench, store, outcome.provenance, reference)


def _read(item: Landed) -> pl.DataFrame | str:
    """The edition's rows, or the class of the error that reading it ends in."""
    try:
        return observations([item], edition_rows([item.provenance]))
    except RefusedInputError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 (the intake takes it so as well; it stands in the table by its name)
        return f"unforeseen {type(error).__name__}"


def _among_all(
    bench: Bench, store: LandingStore, landed: Provenance, reference: dict[str, pl.DataFrame]
) -> Trial:
    items = store.landed()
    editions = edition_rows(item.provenance for item in items)
    rows = observations(items, editions)
    own = rows.filter(pl.col("edition_id") == landed.edition_id)
    of_all = validate(OBSERVATION, in_contract_types(OBSERVATION, rows), {**reference, "core_edition": editions})
    if blocking := _blocking(of_all):
        return Trial(OBSERVATION.id, blocking, {}, "", own, pl.DataFrame())
    made = {OBSERVATION.id: rows, EDITION.id: editions}
    reads = {name: made[name] if name in made else bench.tables.read(name) for name in REVISION.reads}
    revisions = in_contract_types(REVISION, compute_mart(REVISION, reads))
    of_revision = validate(REVISION, revisions, {**bench.beside(REVISION), "core_edition": editions})
    warned = {r.expectation.id: r.unexpected_count for r in (*of_all, *of_revision) if not r.passed and not r.blocks}
    return Trial(REVISION.id, _blocking(of_revision), warned, "", own, revisions)


def _blocking(results: list[ExpectationResult]) -> tuple[str, ...]:
    return tuple(result.expectation.id for result in results if result.blocks)


def warned_beyond(trial: Trial, good: Trial) -> tuple[str, ...]:
    """Warnings that the good edition does not raise, or for fewer rows."""
    return tuple(name for name, count in trial.warned.items() if count > good.warned.get(name, 0))


def share_moved_pp(trial: Trial, good: Trial) -> float:
    """Largest move of a published share of GDP against the good edition, pp; 0 where none can be compared."""
    moved = _paired(trial, good).filter(pl.col("indicator") == SHARE).select((pl.col("value") - pl.col("good")).abs())
    return float(moved.to_series().max() or 0.0)  # type: ignore[arg-type] # a column of floats


def verdicts_moved(trial: Trial, good: Trial) -> int:
    """Published figures that stand on the other side of a guideline than in the good edition."""
    pairs, count = _paired(trial, good), 0
    for indicator, threshold in guidelines().select("indicator", "threshold_pct").unique().iter_rows():
        of_rule = pairs.filter(pl.col("indicator") == indicator)
        count += of_rule.filter((pl.col("value") >= threshold) != (pl.col("good") >= threshold)).height
    return count


def _paired(trial: Trial, good: Trial) -> pl.DataFrame:
    if trial.rows.is_empty():
        return pl.DataFrame(schema={"indicator": pl.String, "value": pl.Float64, "good": pl.Float64})
    keys = [*_KEY]
    return trial.rows.select(*keys, "value").join(
        good.rows.select(*keys, good="value"), on=keys, how="inner", nulls_equal=True
    )


def figures_changed(trial: Trial, good: Trial) -> int:
    """Rows of core.observation that the fault changed, added or lost."""
    if trial.rows.is_empty():
        return 0
    columns = [*_KEY, "value", "status", "availability", "base_year"]
    spoiled, sound = trial.rows.select(columns), good.rows.select(columns)
    added = spoiled.join(sound, on=columns, how="anti", nulls_equal=True).height
    lost = sound.join(spoiled, on=columns, how="anti", nulls_equal=True).height
    return max(added, lost)


def shows_in_revisions(trial: Trial, good: Trial) -> int:
    """Rows of mart.revision that are other than with the good edition."""
    if trial.revisions.is_empty():
        return 0
    columns = [*REVISION.grain, "new_value"]
    return trial.revisions.join(good.revisions.select(columns), on=columns, how="anti", nulls_equal=True).height
