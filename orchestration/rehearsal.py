"""A dry run of an edition: ingested, built and audited like any other, on a copy; what it would change is the result.

Belongs here: the copy, and the comparison. Does not belong here: what is done with an edition (the job `refresh`, which
runs here as it is, but for the publication).

The copy is a folder of links to the landing store and the tables: stores replace files and never write into them, so
what is linked to stays as it is. Nothing is published, and nothing is written in the data directory.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import dagster as dg
import polars as pl

from orchestration.defs.publication import selection_of
from orchestration.defs.schedules import PARSE, REFRESH
from orchestration.ingest.landing_store import LandingStore, Provenance, Refusal
from orchestration.ingest.staleness import Plan, plan
from orchestration.partitions import range_tags
from orchestration.revision_report import markdown, moves, verdict_changes
from orchestration.step_failure import step_failure
from warehouse.contracts.core import OBSERVATION
from warehouse.contracts.mart_vintages import HEADLINE_AUDIT, REVISION
from warehouse.contracts.registry import TABLES
from warehouse.publication.run_lock import only_run
from warehouse.reading.connect import CURRENT
from warehouse.table_store import TableStore

_LINKED: Final = ("landing", "tables")
_COPIED: Final = ("decisions.jsonl",)
_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
_VERDICT_CHANGE: Final = ("rule_id", "edition_id", "year", "entity", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What an edition would do.

    `refusal` is None where it would land. `failed` says which steps of the build would stop, `warnings` which checks
    would fail that do not now. `revised` counts its revisions by kind; `largest` are its largest moves, `verdicts` the
    verdict changes that would be new, `undone` those that would be gone.
    """

    edition_id: str
    known: bool
    refusal: Refusal | None
    figures: int
    withheld: int
    failed: tuple[str, ...]
    warnings: tuple[str, ...]
    revised: pl.DataFrame
    largest: pl.DataFrame
    verdicts: pl.DataFrame
    undone: pl.DataFrame

    @property
    def would_be_published(self) -> bool:
        return not (self.refusal or self.failed)

    def outcome(self) -> str:
        """One line: what would become of the edition."""
        if self.known:
            return f"{self.edition_id}: these bytes have landed already: same bytes, no new edition"
        if self.refusal:
            return f"{self.edition_id} would be {self.refusal.verdict} at {self.refusal.place}: {self.refusal.reason}"
        if self.failed:
            return f"{self.edition_id} would land, and the build would stop: {' | '.join(self.failed)}"
        return (
            f"{self.edition_id} would land and be published: {self.figures:,} figures, {self.withheld} withheld, "
            f"{self.verdicts.height} verdict changes"
        )

    def as_text(self) -> str:
        """The outcome and, where it would land, every comparison as a table in Markdown."""
        parts = {
            "Checks that would fail and do not now": "\n".join(f"- {warning}" for warning in self.warnings),
            "Revisions by kind": _shown(self.revised),
            "Verdict changes that would be new": _shown(self.verdicts),
            "Verdict changes that would be gone": _shown(self.undone),
            "Largest moves of shares of GDP": _shown(self.largest),
        }
        said = [f"## {title}\n\n{part or 'none'}" for title, part in parts.items()]
        nothing = "Dry run: nothing has landed, nothing was published."
        return "\n\n".join([self.outcome(), *([] if self.known or self.refusal else said), nothing])


def rehearse_alone(root: Path, payload: bytes, provenance: Provenance) -> Rehearsal:
    """`rehearse` while no run is in progress; raises `RunInProgressError` at once if one is."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with only_run(root, wait_s=0):
        return rehearse(root, payload, provenance)


def rehearse(root: Path, payload: bytes, provenance: Provenance) -> Rehearsal:
    """What an edition would do to what is built in `root`; the caller holds the run lock."""
    with _copy(root) as copy:
        store, before = LandingStore(copy), LandingStore(root)
        if store.deposit(payload, provenance) is None:
            return _compared(root, copy, provenance.edition_id, known=True, refusal=None, failed=())
        landed = {item.provenance.edition_id for item in before.landed()}
        failed = _build(copy)
        new = [x.provenance.edition_id for x in store.landed() if x.provenance.edition_id not in landed]
        refusal = next((refusal for _, refusal in store.refused()), None)
        edition_id = new[0] if new else provenance.edition_id
        return _compared(root, copy, edition_id, known=False, refusal=refusal, failed=tuple(failed))


@contextmanager
def _copy(root: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="burden-rehearsal-") as folder:
        copy = Path(folder)
        for name in _LINKED:
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, copy_function=os.symlink)
        for name in _COPIED:
            if (root / name).exists():
                shutil.copyfile(root / name, copy / name)
        if (root / CURRENT).exists():  # what is served has passed before, and is never set aside
            (copy / CURRENT).symlink_to((root / CURRENT).resolve())
        yield copy


def _build(copy: Path) -> list[str]:
    """Run the job on the copy until nothing is stale; what its failed steps said."""
    from orchestration.definitions import defs  # noqa: PLC0415 (it loads the modules that import this one)

    definitions, planned = defs(), plan(copy, ingest=True)
    with dg.DagsterInstance.ephemeral() as instance:
        while not _is_done(planned):
            result = _run(definitions, instance, planned, copy)
            if failed := [step_failure(event) for event in result.all_events if event.is_step_failure]:
                return failed
            if any(LandingStore(copy).refused()):  # then there is nothing new to build
                return []
            planned = plan(copy)
    return []


def _is_done(planned: Plan) -> bool:
    return replace(planned, publish=False).is_empty


def _run(
    definitions: dg.Definitions, instance: dg.DagsterInstance, planned: Plan, copy: Path
) -> dg.ExecuteInProcessResult:
    job = definitions.resolve_job_def(PARSE.name if planned.editions else REFRESH.name)
    return job.execute_in_process(
        instance=instance,
        run_id=str(uuid.uuid4()),
        run_config={**_QUIET, "resources": {"stores": {"config": {"data_dir": str(copy)}}}},
        raise_on_error=False,
        asset_selection=None if planned.editions else selection_of(replace(planned, publish=False)),
        tags=range_tags(instance, planned.editions) if planned.editions else {},
    )


def _compared(
    root: Path, copy: Path, edition_id: str, *, known: bool, refusal: Refusal | None, failed: tuple[str, ...]
) -> Rehearsal:
    before, after = TableStore(root), TableStore(copy)
    revisions = after.last_written(REVISION).filter(pl.col("to_edition_id") == edition_id)
    audit_now, audit_then = before.last_written(HEADLINE_AUDIT), after.last_written(HEADLINE_AUDIT)
    built = after.last_file(OBSERVATION)
    rows = built.scan() if built else OBSERVATION.polars_schema.to_frame().lazy()
    figures = rows.filter(pl.col("edition_id") == edition_id).collect()
    return Rehearsal(
        edition_id=edition_id,
        known=known,
        refusal=refusal,
        failed=failed,
        figures=figures.filter(pl.col("value").is_not_null()).height,
        withheld=figures.filter(pl.col("flags").list.contains("withheld")).height,
        warnings=tuple(_newly_failing(before, after)),
        revised=revisions.group_by("kind").agg(pl.len().alias("figures")).sort("figures", descending=True),
        largest=moves(revisions, [edition_id]),
        verdicts=_only_in(audit_then, audit_now),
        undone=_only_in(audit_now, audit_then),
    )


def _only_in(audit: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    found = audit.join(other, on=_VERDICT_CHANGE, how="anti")
    return verdict_changes(found, found["edition_id"].unique().to_list())


def _newly_failing(before: TableStore, after: TableStore) -> Iterator[str]:
    for table in TABLES:
        then, now = after.known(table.id), before.known(table.id)
        failing = (
            {} if now is None else {r["expectation_id"]: r["unexpected_count"] for r in now.results if not r["passed"]}
        )
        for result in then.results if then else ():
            if not result["passed"] and result["expectation_id"] not in failing:
                yield f"{table.id}, {result['expectation_id']}: {result['unexpected_count']} rows; {result['reason']}"


def _shown(rows: pl.DataFrame) -> str:
    return markdown(rows) if rows.height else ""
