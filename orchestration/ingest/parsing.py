"""From a landed payload to the rows of core.observation and core.edition.

Belongs here: what holds for the payloads of every source. Does not belong here: the formats of one (its record in
sources), parsing and normalising themselves (transforms), telling formats apart (handed_in).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from orchestration.ingest.landing_store import Landed, Provenance
from orchestration.ingest.sources.registry import SOURCES
from orchestration.ingest.sources.source import FIGURES, Format
from transforms.errors import LayoutError
from transforms.normalise.breaks import with_breaks
from transforms.normalise.coverage import measured
from transforms.normalise.currency_proof import held_to_official_rates, runs, settled
from transforms.normalise.layouts import Fingerprint
from transforms.normalise.observations import EditionFacts, normalise
from transforms.normalise.release_calendar import next_due_on
from transforms.normalise.republished import with_status_of_origin
from transforms.normalise.vintages import data_set, with_known_spans
from transforms.parse.frame import Notice, Reading, summary
from transforms.registers.reader import breaks, sources, withdrawn_editions
from warehouse.contracts import core, currency

FORMATS: Final[dict[str, Format]] = {FIGURES.name: FIGURES} | {
    format_.name: format_ for source in SOURCES.values() for format_ in source.formats
}

# Sorted by what was known on a day, then by country: an as-of query skips the blocks of all other spans
# and countries (measured in tests/benchmarks/as_of.py).
ORDER: Final = (
    *("known_until", "known_from", "entity", "indicator", "price_basis", "currency", "year", "year_basis"),
    "edition_id",
)


def read(payload: bytes, provenance: Provenance) -> Reading:
    """The raw frame of a payload with its notices; typed refusals of `transforms.errors` otherwise."""
    if provenance.format not in FORMATS:
        raise LayoutError(place="sidecar, format", expected=", ".join(FORMATS), found=provenance.format)
    found = FORMATS[provenance.format].parse(payload, provenance)
    return found if isinstance(found, Reading) else Reading(found)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A payload that was read whole, and its figures as rows of core.observation."""

    reading: Reading
    figures: pl.DataFrame


def parsed(payload: bytes, provenance: Provenance) -> Parsed:
    """A payload parsed and normalised; typed refusals of `transforms.errors` otherwise."""
    reading = read(payload, provenance)
    return Parsed(reading, normalised(reading, provenance))


def parse(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """The raw frame of a payload; typed refusals of `transforms.errors` otherwise."""
    return read(payload, provenance).figures


def layout_of(payload: bytes, provenance: Provenance) -> Fingerprint | None:
    """The payload's layout fingerprint; None for a format that has none. Typed refusals of `transforms.errors`."""
    format_ = FORMATS.get(provenance.format)
    return format_.fingerprint(payload) if format_ and format_.fingerprint else None


def prove_identity(payload: bytes, provenance: Provenance) -> None:
    """Raises `LayoutError` where a file's content contradicts its sidecar: definition, day or edition."""
    format_ = FORMATS.get(provenance.format)
    if format_ is None or format_.identity is None:
        return
    identity = format_.identity(payload)
    if provenance.definition != identity.definition:
        raise LayoutError(
            place="definition",
            expected=f"{identity.definition}, as the file says",
            found=f"{provenance.definition}, as its sidecar says",
            advice="hand the file in again: its content says what it is",
        )
    identity.day(provenance.published_on)
    identity.prove_edition(provenance.edition_id.partition(":issue-")[0].rpartition(":")[2])


def with_measured_completeness(provenance: Provenance, figures_held: pl.DataFrame) -> Provenance:
    """The sidecar with what its figures cover of a whole edition; a bundled excerpt keeps what is registered of it."""
    if provenance.origin == "bundled":
        return provenance
    covered = measured(
        figures_held,
        source_id=provenance.source_id,
        definition=provenance.definition,
        published_on=provenance.published_on,
    )
    if covered is None:
        return provenance
    said = covered.note if provenance.note is None else f"{provenance.note}. {covered.note}"
    return replace(provenance, completeness="complete" if covered.whole else "partial", note=said)


def with_notices(provenance: Provenance, notices: Sequence[Notice]) -> Provenance:
    """The sidecar with what the parser withheld or passed over, by kind: the note of its edition says it."""
    if not notices:
        return provenance
    text = ". ".join(summary(notices))
    return replace(provenance, note=text if provenance.note is None else f"{provenance.note}. {text}")


def observations(items: Sequence[Landed], editions: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.observation of landed payloads, in its physical order; `editions` are their rows of core.edition."""
    return assembled([figures(item.read(), item.provenance) for item in items], editions)


def assembled(figures_by_edition: Sequence[pl.DataFrame], editions: pl.DataFrame) -> pl.DataFrame:
    """The same from the figures of each edition; of more than memory has room for, `assembly` does it."""
    return completed(pl.concat(figures_by_edition), editions).sort(*ORDER)


def completed(figures: pl.DataFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """Figures of several editions with breaks, and the spans in which each figure was the newest, in any order.

    What one source republishes has the status of its original where an edition of that source is among them.
    """
    marked = with_breaks(with_status_of_origin(figures, editions), editions, breaks())
    return with_known_spans(marked, editions).select(core.OBSERVATION.column_names)


def figures(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """One payload's figures, parsed and normalised; typed refusals of `transforms.errors` otherwise."""
    return parsed(payload, provenance).figures


def normalised(reading: Reading, provenance: Provenance) -> pl.DataFrame:
    """The figures of a reading as rows of core.observation; typed refusals of `transforms.errors` otherwise."""
    return normalise(reading.figures, edition_facts(provenance))


def currency_proofs(implied: Sequence[pl.DataFrame], rates: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.currency_proof: the rates that each edition's money implies, held to `rates` (RATE_SCHEMA)."""
    return runs(settled(held_to_official_rates(pl.concat(implied), rates))).select(currency.PROOF.column_names)


def edition_facts(provenance: Provenance) -> EditionFacts:
    return EditionFacts(
        edition_id=provenance.edition_id,
        source_id=provenance.source_id,
        published_on=provenance.published_on,
        definition=provenance.definition,
        coded=provenance.format == FIGURES.name,
        definitions=SOURCES[provenance.source_id].republished,
        derived_from=SOURCES[provenance.source_id].republished,
    )


# What no sidecar says: the rank among all editions, what they follow each other in, when the next one is due, and what
# the source did later.
_OF_THE_BUILD: Final = frozenset({"vintage_seq", "data_set", "next_due_on", "withdrawn_on"})


def edition_rows(provenances: Iterable[Provenance]) -> pl.DataFrame:
    """Rows of core.edition in order of vintage: by publication, then retrieval, then name."""
    windows = dict(sources().select("source_id", "release_windows").iter_rows())
    ordered = sorted(provenances, key=lambda p: (p.published_on, p.retrieved_at, p.edition_id))
    rows = [
        {
            **{name: getattr(provenance, name) for name in core.EDITION.column_names if name not in _OF_THE_BUILD},
            "retrieved_at": provenance.retrieved_at.astimezone(dt.UTC).replace(tzinfo=None),
            "vintage_seq": rank,
            "next_due_on": next_due_on(provenance.published_on, windows[provenance.source_id]),
        }
        for rank, provenance in enumerate(ordered, start=1)
    ]
    withdrawn = withdrawn_editions().select("edition_id", "withdrawn_on")
    listed = (
        pl.DataFrame(rows, schema=core.EDITION.polars_schema).drop("withdrawn_on").with_columns(data_set=data_set())
    )
    return listed.join(withdrawn, on="edition_id", how="left").select(core.EDITION.column_names)
