"""What a source is: one record of its hosts, its calendar, its formats, its titles and the way to its editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from orchestration.ingest.http import Client
from orchestration.ingest.landing_store import CSV, Provenance
from orchestration.ingest.polls import PollMemory
from transforms.normalise.layouts import Fingerprint
from transforms.parse.figures import parse_figures
from transforms.parse.frame import Reading
from transforms.parse.identity import Identity
from transforms.registers.reader import sources


@dataclass(frozen=True, slots=True)
class Arrival:
    """One payload that a source gave us, with what we know of it; not yet accepted."""

    payload: bytes
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One layout in which a source hands out its figures, under the name that sidecars give it (`nato_workbook`).

    `media_types` are those under which it may be handed in; where two formats of a source share one, `recognised` tells
    a file of this one by its bytes. A format without `identity` says nothing that a sidecar could contradict.
    """

    name: str
    parse: Callable[[bytes, Provenance], pl.DataFrame | Reading]
    media_types: tuple[str, ...]
    fingerprint: Callable[[bytes], Fingerprint] | None = None
    identity: Callable[[bytes], Identity] | None = None
    recognised: Callable[[bytes], bool] = lambda _payload: True


# This project's own: it has one layout, so no fingerprint, and its sidecar says all of it.
FIGURES: Final = Format(name="figures", parse=lambda payload, _: parse_figures(payload), media_types=(CSV,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the name of a file says of it: nothing, data sets by their codes, an edition.

    `by_source`: the name is the source's own, so that it may say what the source's files do not (SIPRI's `_2`).
    """

    data_sets: tuple[str, ...] = ()
    edition: str | None = None
    by_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source's hosts (redirects stay within them), when to ask and how, how long it may stay silent; its formats.

    `fetch` yields what is new as it comes, so that an error in a later request loses none of it. `title` is that of a
    whole edition, `data_set_titles` those of its parts. `edition_on` names the edition of a day, `definition_on` what
    it measures, where a file says neither; `said_by_name` reads a file's name. `republished` gives the source whose
    series an indicator is: its definition, and no independent confirmation of it.
    """

    source_id: str
    title: str
    hosts: frozenset[str]
    cron: tuple[str, ...]  # Europe/Brussels
    stale_after_days: int
    fetch: Callable[[Client, PollMemory], Iterator[Arrival]]
    formats: tuple[Format, ...]
    data_set_titles: Mapping[str, str] = field(default_factory=dict)
    edition_on: Callable[[dt.date], str] = str
    definition_on: Callable[[dt.date], str] | None = None
    said_by_name: Callable[[str], Said] = lambda _name: Said()
    republished: Mapping[str, str] = field(default_factory=dict)


def sidecar(
    source_id: str,
    edition: str,
    *,
    title: str,
    published_on: dt.date,
    retrieved_at: dt.datetime,
    url: str,
    media_type: str,
    format_: Format,
    definition: str,
    origin: str = "fetched",
    citation: str = "{source}",
    note: str | None = None,
) -> Provenance:
    """The sidecar of a whole edition, under its source's terms: the one place where an arrival gets its provenance.

    `{source}` in `citation` is the citation of the register. Whether the edition is whole, `acceptance` measures; hash
    and size are the landing store's to write.
    """
    row = sources().row(by_predicate=pl.col("source_id") == source_id, named=True)
    return Provenance(
        source_id=source_id,
        edition_id=f"{source_id}:{edition}",
        title=title,
        published_on=published_on,
        retrieved_at=retrieved_at,
        url=url,
        media_type=media_type,
        format=format_.name,
        definition=definition,
        completeness="complete",
        origin=origin,
        licence=row["licence"],
        citation=citation.replace("{source}", row["citation"]),
        note=note,
        sha256="",
        bytes=0,
    )
