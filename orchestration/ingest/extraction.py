"""Extraction: asks one source, and puts what it gave into incoming."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.http import Client, FetchError, Manners
from orchestration.ingest.landing_store import LandingStore
from orchestration.ingest.polls import PollMemory, remember_poll
from orchestration.ingest.sources.source import Source
from transforms.errors import RefusedInputError, unforeseen


@dataclass(frozen=True, slots=True)
class Poll:
    """What came of asking a source: editions that arrived, and the error that ended it, None if it answered well."""

    source_id: str
    arrived: tuple[str, ...]
    error: str | None


def poll(source: Source, data_dir: Path, *, origins: Mapping[str, str], manners: Manners) -> Poll:
    """Ask a source for what is new. Errors of the source are its outcome; they never touch what has landed.

    `origins` sends addresses elsewhere, for a mirror or a rehearsal: `https://www.nato.int` -> `http://127.0.0.1:8000`.
    """
    store, memory = LandingStore(data_dir), PollMemory(data_dir, source.source_id)
    landed = [item for item in store.landed(source.source_id) if item.damage() is None]  # the same bytes mend the rest
    held = [item.provenance for item in (*landed, *store.incoming(source.source_id))]
    memory.keep_only({provenance.url for provenance in held if provenance.origin == "fetched"})
    arrived: list[str] = []
    error = None
    with tempfile.TemporaryDirectory(prefix="burden-fetch-") as folder:
        try:
            with Client(source.hosts, Path(folder), manners, origins) as client:
                arrived.extend(
                    arrival.provenance.edition_id
                    for arrival in source.fetch(client, memory)
                    if store.deposit(arrival.payload, arrival.provenance)
                )
        except (FetchError, RefusedInputError) as failure:
            error = str(failure)
        except OSError:
            raise  # our own disk, which every source needs
        except Exception as failure:  # noqa: BLE001 (an unforeseen reply must not stop the other sources)
            error = unforeseen(failure)
    remember_poll(data_dir, source.source_id, error=error)
    return Poll(source.source_id, tuple(arrived), error)
