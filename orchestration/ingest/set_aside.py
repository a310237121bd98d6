"""A landed edition that the build refuses is set aside, named, and the next build goes on without it.

Belongs here: which editions a refusal speaks of, and the gate's word on them. Does not belong here: the checks
(warehouse.checks), what a withdrawn edition is (transforms.normalise.withholding), a person's word (cli.ingest).

Whatever intake lets land, the build should accept. Where it does not, the fault is one that only all editions together
show, or one of an intake of before: it must not block every later build.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import polars as pl

from orchestration.ingest.decisions import Decisions
from orchestration.ingest.landing_store import LandingStore, accept_command
from transforms.normalise.withholding import DECISION_SCHEMA, GATE, WITHDRAW
from warehouse.checks.expectations import ExpectationResult
from warehouse.reading.connect import WarehouseMissingError, connect

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
            Decisions(store.data_dir).append(_withdrawal(edition_id, sha256, against))
            said.append(f"{edition_id} is set aside, the next run goes on without it | {accept_command(edition_id)}")
    return said


def _served_editions(store: LandingStore) -> set[str]:
    try:
        with connect(store.data_dir) as warehouse:
            return {row[0] for row in warehouse.execute("SELECT edition_id FROM core.edition").fetchall()}
    except WarehouseMissingError:
        return set()


def _named(result: ExpectationResult) -> set[str]:
    return {str(row[name]) for row in result.sample_rows() for name in _NAMES_EDITIONS if row.get(name)}


def _withdrawal(edition_id: str, sha256: str, against: Sequence[ExpectationResult]) -> pl.DataFrame:
    rows = [
        {
            "decided_at": dt.datetime.now(dt.UTC).replace(tzinfo=None),
            "author": GATE,
            "action": WITHDRAW,
            "edition_id": edition_id,
            "sha256": sha256,
            "check_id": result.expectation.id,
            "reason": f"the build refused it: expected {result.expectation.reason}",
        }
        for result in against
    ]
    return pl.DataFrame(rows, schema=DECISION_SCHEMA)
