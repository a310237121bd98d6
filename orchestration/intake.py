"""Intake: decides whether a payload that arrived is to be believed.

Belongs here: parse it whole, normalise it, hold it alone to the suite of core.observation; land it or quarantine it.
Does not belong here: fetching it, and what the warehouse makes of all editions together.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from orchestration.landing import Landed, LandingStore, Provenance, Refusal
from orchestration.parsing import edition_rows, observations
from orchestration.unforeseen import tell
from transforms.errors import RefusedInputError
from warehouse.contracts.core import OBSERVATION
from warehouse.expectations import ExpectationResult, validate


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one payload. `refusal` is None when it landed."""

    provenance: Provenance
    figures: int
    refusal: Refusal | None


def take_in(store: LandingStore, source_id: str, *, reference: dict[str, pl.DataFrame], run_id: str) -> list[Outcome]:
    """Take in everything that waits for one source, oldest publication first.

    `reference` holds the tables that the suite of core.observation joins to, but for core_edition.
    """
    return [_take_in_one(store, item, reference, run_id) for item in store.incoming(source_id)]


def _take_in_one(store: LandingStore, item: Landed, reference: dict[str, pl.DataFrame], run_id: str) -> Outcome:
    try:
        editions = edition_rows([item.provenance])
        rows = observations([item], editions)
    except RefusedInputError as error:
        return _refuse(store, item, error.place, str(error), run_id)
    except OSError:
        raise  # the store itself: nothing is known of the payload
    except Exception as error:  # noqa: BLE001 (left in incoming it would end every later run, of all sources)
        return _refuse(store, item, "file", tell(error), run_id)
    beside = {**reference, "core_edition": editions}
    blocking = [result for result in validate(OBSERVATION, rows, beside) if result.blocks]
    if blocking:
        return _refuse(store, item, _place(blocking[0]), " | ".join(result.describe() for result in blocking), run_id)
    landed = store.accept(item)
    return Outcome(landed.provenance, rows.filter(pl.col("availability") == "reported").height, None)


def _refuse(store: LandingStore, item: Landed, place: str, reason: str, run_id: str) -> Outcome:
    refusal = Refusal(place, reason, dt.datetime.now(dt.UTC), run_id)
    store.refuse(item, refusal)
    return Outcome(item.provenance, 0, refusal)


def _place(result: ExpectationResult) -> str:
    row = result.sample_rows()[0]
    return str(row.get("locator") or result.expectation.id)
