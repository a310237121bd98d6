"""Troubles: what holds until it is resolved, read from the data directory.

Belongs here: which of it is worth a message, in which words. Does not belong here: what is known of a source
(orchestration.ingest.source_health), sending.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.ingest.landing_store import LandingStore, next_command
from orchestration.ingest.polls import last_poll
from orchestration.ingest.source_health import (
    overdue,
    set_aside_editions,
    silence,
    waiting_figures,
    waiting_payloads,
)
from orchestration.ingest.sources.registry import SOURCES
from transforms.inert_text import inert


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that holds until it is resolved. Another `version` of the same trouble is sent again."""

    key: str
    subject: str
    text: str
    version: str = ""


def troubles(root: Path, now: dt.datetime) -> list[Trouble]:
    """Every trouble that holds now, but for failed runs, which the Dagster instance knows of."""
    store = LandingStore(root)
    of_sources = [trouble for source_id in SOURCES for trouble in _of_source(store, source_id, now)]
    withheld = [
        _withheld(str(edition_id), list(rows.iter_rows(named=True)))
        for (edition_id,), rows in waiting_figures(root).group_by("edition_id", maintain_order=True)
    ]
    aside = [
        Trouble(
            f"set_aside:{row['edition_id']}:{row['check_id']}",
            f"{row['edition_id']} is set aside: the build refused it",
            f"{row['reason']}. Take it back after a fix: {row['command']}",
        )
        for row in set_aside_editions(root).iter_rows(named=True)
    ]
    damaged = [
        Trouble(
            inert(f"damaged:{path.name}"),
            "a file of the landing store is damaged",
            inert(f"{path.name} {damage}; left out"),
        )
        for path, damage in store.damaged()
    ]
    return [*of_sources, *withheld, *aside, *damaged]


def _withheld(edition_id: str, checks: Sequence[Mapping[str, Any]]) -> Trouble:
    """One message an edition; another one where other checks, or other figures of it, begin to wait."""
    said = [f"{row['check_id']}: {row['figures']}, first {row['first']}. {row['command']}" for row in checks]
    version = " ".join(f"{row['check_id']} {row['figures']}" for row in checks)
    return Trouble(f"withheld:{edition_id}", f"{edition_id}: figures are withheld", "\n".join(said), version)


def _of_source(store: LandingStore, source_id: str, now: dt.datetime) -> Iterator[Trouble]:
    silent = silence(last_poll(store.data_dir, source_id), SOURCES[source_id], now)
    if silent:
        since = f"since {silent.since:%Y-%m-%d %H:%M} UTC; what landed before is still served"
        yield Trouble(f"silent:{source_id}", f"{source_id} does not answer", f"{silent.reason}; {since}")
    for row in overdue(store, source_id, now.date()).iter_rows(named=True):
        yield Trouble(
            f"overdue:{row['edition_id']}",
            f"{source_id}: a newer edition is overdue",
            f"the newest that landed is {row['edition_id']}, published {row['published_on']}; by the source's calendar "
            f"a newer one was out by {row['next_due_on']}",
        )
    for provenance, refusal in waiting_payloads(store, source_id):
        yield Trouble(
            f"quarantine:{provenance.sha256[:12]}",
            f"{provenance.edition_id} is {refusal.verdict}",
            f"{refusal.place}: {refusal.reason}. Next: {next_command(provenance, refusal)}",
        )
