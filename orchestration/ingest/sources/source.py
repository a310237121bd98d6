"""What a source is to the extraction: hosts, and a procedure that brings editions.

Belongs here: the shape that all source modules share. Does not belong here: any source's addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from orchestration.ingest.http import Client
from orchestration.ingest.landing_store import Provenance
from orchestration.ingest.polls import PollMemory
from transforms.registers.reader import sources

JSON: Final = "application/json"
ZIP: Final = "application/zip"
CSV: Final = "text/csv"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One payload that a source gave us, with what we know of it; not yet believed."""

    payload: bytes
    provenance: Provenance


# Brings what is new. Yields arrivals as they come, so that an error in a later request loses none of them.
Bring = Callable[[Client, PollMemory], Iterator[Arrival]]


@dataclass(frozen=True, slots=True)
class Source:
    """A source's own hosts (redirects stay within them), when to ask, how long it may stay silent, and how to ask."""

    source_id: str
    hosts: frozenset[str]
    cron: tuple[str, ...]  # Europe/Brussels
    stale_after_days: int
    bring: Bring


def terms(source_id: str) -> tuple[str, str]:
    """Licence and citation of a source, from its register."""
    row = sources().row(by_predicate=pl.col("source_id") == source_id, named=True)
    return row["licence"], row["citation"]
