"""A landed edition that the build refuses is set aside, named, and the next build goes on without it.

Belongs here: which editions a refusal speaks of, and the gate's word on them. Does not belong here: the checks
(warehouse.checks), what a withdrawn edition is (transforms.normalise.withholding), a person's decision (cli.ingest).

Whatever is ingested, the build should accept. Where it does not, the fault is one that only all editions together
show, or one that an earlier version ingested: it must not block every later build.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import polars as pl

from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import Landed, LandingStore, accept_command
from transforms.errors import RefusedInputError
from transforms.normalise.withholding import DECISION_SCHEMA, GATE, WITHDRAW
from warehouse.checks.expectations import ExpectationResult
from warehouse.reading.connect import DamagedPublicationError, WarehouseMissingError, open_database, warehouse_path

Made = TypeVar("Made")
_UNREADABLE: Final = "parser"
_NAMES_EDITIONS: Final = ("edition_id", "from_edition_id", "to_edition_id")


def set_aside(store: LandingStore, blocking: Sequence[ExpectationResult]) -> list[str]:
    """Withdraw the editions that blocking results name and that no publication has held; what to say of each.

    An edition that is served has passed before: then the code is at fault, not the edition. Nor is one at fault where a
    check could not be evaluated.
    """
    speaking = [result for result in blocking if result.exception is None]
    served = _served_editions(store)
    said: list[str] = []
    for item in store.standing():
        edition_id, sha256 = item.provenance.edition_id, item.provenance.sha256
        against = [result for result in speaking if edition_id in _named(result)]
        if against and edition_id not in served:
            reasons = {r.expectation.id: f"the build refused it: expected {r.expectation.reason}" for r in against}
            Decisions(store.data_dir).append(_withdrawal(edition_id, sha256, reasons))
            said.append(f"{edition_id} is set aside, the next run goes on without it | {accept_command(edition_id)}")
    return said


def readable(
    store: LandingStore, items: Iterable[Landed], read: Callable[[Landed], Made]
) -> tuple[list[tuple[Landed, Made]], list[str]]:
    """Landed editions with what `read` makes of each; those that it refuses are withdrawn, and what to say of each.

    Raises the refusal of an edition that is served: then the code is at fault.
    """
    served = _served_editions(store)
    made: list[tuple[Landed, Made]] = []
    said: list[str] = []
    for item in items:
        edition_id = item.provenance.edition_id
        try:
            made.append((item, read(item)))
        except RefusedInputError as error:
            if edition_id in served:
                raise
            reasons = {_UNREADABLE: f"it cannot be read: {error}"}
            Decisions(store.data_dir).append(_withdrawal(edition_id, item.provenance.sha256, reasons))
            said.append(f"{edition_id} is set aside, {reasons[_UNREADABLE]} | {accept_command(edition_id)}")
    return made, said


def _served_editions(store: LandingStore) -> set[str]:
    """Under any contract: after an upgrade the publication of the version before is served until this run ends."""
    try:
        with open_database(warehouse_path(store.data_dir)) as warehouse:
            return {row[0] for row in warehouse.execute("SELECT edition_id FROM core.edition").fetchall()}
    except (WarehouseMissingError, DamagedPublicationError):
        return set()


def _named(result: ExpectationResult) -> set[str]:
    return {str(row[name]) for row in result.sample_rows() for name in _NAMES_EDITIONS if row.get(name)}


def _withdrawal(edition_id: str, sha256: str, reasons: Mapping[str, str]) -> pl.DataFrame:
    """The gate's decisions, one for each check that speaks against the edition."""
    rows = [
        {
            "decided_at": dt.datetime.now(dt.UTC).replace(tzinfo=None),
            "author": GATE,
            "action": WITHDRAW,
            "edition_id": edition_id,
            "sha256": sha256,
            "check_id": check_id,
            "reason": reason,
        }
        for check_id, reason in reasons.items()
    ]
    return pl.DataFrame(rows, schema=DECISION_SCHEMA)
