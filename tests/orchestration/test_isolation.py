"""An unforeseen error stays with the source, or the payload, that has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from orchestration.ingest import acceptance, parsing
from orchestration.ingest.extraction import poll
from orchestration.ingest.http import Client, Manners
from orchestration.ingest.landing_store import LandingStore, Provenance
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.sources.source import FIGURES, Arrival, Source

PROVENANCE = Provenance(
    source_id="nato",
    edition_id="nato:2024-06-17",
    title="Defence Expenditure of NATO Countries (2014-2024)",
    published_on=dt.date(2024, 6, 17),
    retrieved_at=dt.datetime(2024, 6, 18, 7, 0, tzinfo=dt.UTC),
    url="https://www.nato.int/a.xlsx",
    media_type="text/csv",
    format=FIGURES.name,
    definition="nato",
    completeness="complete",
    origin="fetched",
    licence="credit NATO",
    citation="NATO",
    sha256="",
    bytes=0,
)


def source_that(fetch: Callable[[Client, PollMemory], Iterator[Arrival]]) -> Source:
    return replace(SOURCES["nato"], fetch=fetch)


def test_an_unforeseen_reply_is_an_outcome_and_keeps_what_arrived_before_it(tmp_path: Path) -> None:
    def fetch(_client: Client, _memory: PollMemory) -> Iterator[Arrival]:
        yield Arrival(b"figures", PROVENANCE)
        raise KeyError("values")

    found = poll(source_that(fetch), tmp_path, origins={}, manners=Manners())
    assert found.arrived == ("nato:2024-06-17",)
    assert found.error is not None
    assert "KeyError: 'values' (at test_isolation.py:" in found.error
    assert len(LandingStore(tmp_path).incoming("nato")) == 1


def test_a_full_disk_is_no_fault_of_the_source(tmp_path: Path) -> None:
    def fetch(_client: Client, _memory: PollMemory) -> Iterator[Arrival]:
        raise OSError(28, "No space left on device")
        yield Arrival(b"", PROVENANCE)

    with pytest.raises(OSError, match="No space"):
        poll(source_that(fetch), tmp_path, origins={}, manners=Manners())


def test_a_payload_that_breaks_the_parser_goes_to_quarantine_and_blocks_no_later_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_payload: bytes, _provenance: Provenance) -> NoReturn:
        raise IndexError("list index out of range")

    monkeypatch.setitem(parsing.FORMATS, FIGURES.name, replace(FIGURES, parse=broken))
    store = LandingStore(tmp_path)
    store.deposit(b"figures", replace(PROVENANCE, retrieved_at=dt.datetime(2024, 6, 18, tzinfo=dt.UTC)))
    (outcome,) = acceptance.ingest_waiting(store, "nato", reference={}, run_id="run")
    assert outcome.refusal is not None
    assert "IndexError: list index out of range (at test_isolation.py:" in outcome.refusal.reason
    assert store.incoming("nato") == []
