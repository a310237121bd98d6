"""From a landed payload to the rows of core.observation and core.edition.

Belongs here: which parser reads which format. Does not belong here: parsing and normalising themselves (transforms).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from orchestration.landing import Landed, Provenance
from transforms.errors import LayoutError
from transforms.observations import EditionFacts, normalise
from transforms.parse.figures import parse_figures
from transforms.parse.nato import parse_nato_workbook
from warehouse.contracts import core

Parser = Callable[[bytes, Provenance], pl.DataFrame]

FIGURES: Final = "figures"
NATO_WORKBOOK: Final = "nato_workbook"

PARSERS: Final[dict[str, Parser]] = {
    FIGURES: lambda payload, provenance: parse_figures(payload, year_basis=provenance.year_basis),
    NATO_WORKBOOK: lambda payload, provenance: parse_nato_workbook(payload, published_on=provenance.published_on),
}


def parse(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """The raw frame of a payload; typed refusals of `transforms.errors` otherwise."""
    if provenance.format not in PARSERS:
        raise LayoutError(place="sidecar, format", expected=", ".join(PARSERS), found=provenance.format)
    return PARSERS[provenance.format](payload, provenance)


def observations(item: Landed) -> pl.DataFrame:
    """Rows of core.observation of one landed payload."""
    return normalise(parse(item.read(), item.provenance), edition_facts(item.provenance))


def edition_facts(provenance: Provenance) -> EditionFacts:
    return EditionFacts(
        edition_id=provenance.edition_id,
        source_id=provenance.source_id,
        published_on=provenance.published_on,
        definition=provenance.definition,
        coded=provenance.format == FIGURES,
        definitions=provenance.definitions,
    )


def edition_rows(provenances: Iterable[Provenance]) -> pl.DataFrame:
    """Rows of core.edition in order of vintage: by publication, then retrieval, then name."""
    ordered = sorted(provenances, key=lambda p: (p.published_on, p.retrieved_at, p.edition_id))
    rows = [
        {
            **{name: getattr(provenance, name) for name in core.EDITION.column_names if name != "vintage_seq"},
            "retrieved_at": provenance.retrieved_at.astimezone(dt.UTC).replace(tzinfo=None),
            "vintage_seq": rank,
        }
        for rank, provenance in enumerate(ordered, start=1)
    ]
    return pl.DataFrame(rows, schema=core.EDITION.polars_schema)
