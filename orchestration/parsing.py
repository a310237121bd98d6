"""From a landed payload to the rows of core.observation and core.edition.

Belongs here: which parser and which fingerprint read which format, and which of a source's series follow another
definition. Does not belong here: parsing and normalising themselves (transforms).
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from orchestration.landing import Landed, Provenance
from transforms.breaks import with_breaks
from transforms.errors import LayoutError, PayloadError
from transforms.layouts import Fingerprint
from transforms.observations import EditionFacts, normalise
from transforms.parse import eurostat, imf, nato_fingerprint, sipri, world_bank
from transforms.parse.eurostat import parse_eurostat_jsonstat, parse_eurostat_sdmx_csv
from transforms.parse.figures import parse_figures
from transforms.parse.frame import Reading
from transforms.parse.imf import parse_imf_datamapper, parse_imf_sdmx_csv
from transforms.parse.nato import parse_nato_workbook
from transforms.parse.sipri import read_sipri_workbook
from transforms.parse.world_bank import parse_world_bank_csv, parse_world_bank_json
from transforms.registers import breaks, withdrawn_editions
from transforms.vintages import with_known_spans
from warehouse.contracts import core

Parser = Callable[[bytes, Provenance], pl.DataFrame | Reading]

FIGURES: Final = "figures"
NATO_WORKBOOK: Final = "nato_workbook"
SIPRI_WORKBOOK: Final = "sipri_workbook"
WORLD_BANK_CSV: Final = "world_bank_csv"
WORLD_BANK_PAGES: Final = "world_bank_pages"  # one archive: <indicator>/<page>.json
IMF_DATAMAPPER: Final = "imf_datamapper"  # one archive: <indicator>.json
IMF_SDMX_CSV: Final = "imf_sdmx_csv"
EUROSTAT_JSONSTAT: Final = "eurostat_jsonstat"
EUROSTAT_SDMX_CSV: Final = "eurostat_sdmx_csv"


def archive(members: Mapping[str, bytes]) -> bytes:
    """Several replies as one payload: the same members give the same bytes, so that its hash is an identity."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in sorted(members):
            target.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), members[name], zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _members(payload: bytes) -> dict[str, list[bytes]]:
    """Members of an archive of ours by the first part of their name, each in order."""
    found: dict[str, list[bytes]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as source:
            for name in sorted(source.namelist()):
                found.setdefault(name.partition("/")[0], []).append(source.read(name))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise PayloadError(place="archive", expected="a whole zip archive of replies", found=str(error)) from error
    return found


def _world_bank_pages(payload: bytes, _: Provenance) -> pl.DataFrame:
    return pl.concat([parse_world_bank_json(pages) for pages in _members(payload).values()])


def _imf_datamapper(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    replies = [reply for replies in _members(payload).values() for reply in replies]
    return pl.concat([parse_imf_datamapper(reply, published_on=provenance.published_on) for reply in replies])


PARSERS: Final[dict[str, Parser]] = {
    FIGURES: lambda payload, _: parse_figures(payload),
    NATO_WORKBOOK: lambda payload, provenance: parse_nato_workbook(payload, published_on=provenance.published_on),
    SIPRI_WORKBOOK: lambda payload, provenance: read_sipri_workbook(
        payload, published_on=provenance.published_on, edition=provenance.edition_id
    ),
    WORLD_BANK_CSV: lambda payload, _: parse_world_bank_csv(payload),
    WORLD_BANK_PAGES: _world_bank_pages,
    IMF_DATAMAPPER: _imf_datamapper,
    IMF_SDMX_CSV: lambda payload, _: parse_imf_sdmx_csv(payload),
    EUROSTAT_JSONSTAT: lambda payload, _: parse_eurostat_jsonstat(payload),
    EUROSTAT_SDMX_CSV: lambda payload, _: parse_eurostat_sdmx_csv(payload),
}

# Figures files are this project's own and have one layout: no fingerprint.
FINGERPRINTS: Final[dict[str, Callable[[bytes], Fingerprint]]] = {
    NATO_WORKBOOK: nato_fingerprint.layout_fingerprint,
    SIPRI_WORKBOOK: sipri.layout_fingerprint,
    WORLD_BANK_CSV: world_bank.csv_fingerprint,
    WORLD_BANK_PAGES: lambda payload: world_bank.json_fingerprint(list(_members(payload).values())),
    IMF_DATAMAPPER: lambda payload: imf.datamapper_fingerprint(
        [reply for replies in _members(payload).values() for reply in replies]
    ),
    IMF_SDMX_CSV: imf.sdmx_csv_fingerprint,
    EUROSTAT_JSONSTAT: eurostat.jsonstat_fingerprint,
    EUROSTAT_SDMX_CSV: eurostat.sdmx_csv_fingerprint,
}

# What was known on a day stands together, and within it a country: an as-of query skips the blocks of all other spans
# and countries (measured in tests/benchmarks/as_of.py).
_ORDER: Final = ("known_until", "known_from", "entity", "indicator", "price_basis", "currency", "year", "year_basis")

# The World Bank's MS.MIL.* is SIPRI's series, one year behind: SIPRI's definition, and no independent confirmation.
_DEFINITIONS: Final[dict[str, dict[str, str]]] = {
    "world_bank": {"defence_expenditure": "sipri", "defence_share_of_gdp": "sipri"}
}
_DERIVED_FROM: Final[dict[str, dict[str, str]]] = {
    "world_bank": {"defence_expenditure": "sipri", "defence_share_of_gdp": "sipri"}
}


def read(payload: bytes, provenance: Provenance) -> Reading:
    """The raw frame of a payload with its notices; typed refusals of `transforms.errors` otherwise."""
    if provenance.format not in PARSERS:
        raise LayoutError(place="sidecar, format", expected=", ".join(PARSERS), found=provenance.format)
    found = PARSERS[provenance.format](payload, provenance)
    return found if isinstance(found, Reading) else Reading(found)


def parse(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """The raw frame of a payload; typed refusals of `transforms.errors` otherwise."""
    return read(payload, provenance).figures


def layout_of(payload: bytes, provenance: Provenance) -> Fingerprint | None:
    """The payload's layout fingerprint; None for a format that has none. Typed refusals of `transforms.errors`."""
    read = FINGERPRINTS.get(provenance.format)
    return read(payload) if read else None


def observations(items: Sequence[Landed], editions: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.observation of landed payloads, in its physical order; `editions` are their rows of core.edition."""
    return assembled([figures(item.read(), item.provenance) for item in items], editions)


def assembled(figures_by_edition: Sequence[pl.DataFrame], editions: pl.DataFrame) -> pl.DataFrame:
    """The same from the figures of each edition: with breaks, and the spans in which each figure was the newest."""
    marked = with_breaks(pl.concat(figures_by_edition), editions, breaks())
    return with_known_spans(marked, editions).select(core.OBSERVATION.column_names).sort(*_ORDER, "edition_id")


def figures(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """One payload's figures, parsed and normalised; typed refusals of `transforms.errors` otherwise."""
    return normalise(parse(payload, provenance), edition_facts(provenance))


def edition_facts(provenance: Provenance) -> EditionFacts:
    return EditionFacts(
        edition_id=provenance.edition_id,
        source_id=provenance.source_id,
        published_on=provenance.published_on,
        definition=provenance.definition,
        coded=provenance.format == FIGURES,
        definitions=_DEFINITIONS.get(provenance.source_id, {}),
        derived_from=_DERIVED_FROM.get(provenance.source_id, {}),
    )


# What no sidecar can know: the rank among all editions, and what the source did later.
_OF_THE_BUILD: Final = frozenset({"vintage_seq", "withdrawn_on"})


def edition_rows(provenances: Iterable[Provenance]) -> pl.DataFrame:
    """Rows of core.edition in order of vintage: by publication, then retrieval, then name."""
    ordered = sorted(provenances, key=lambda p: (p.published_on, p.retrieved_at, p.edition_id))
    rows = [
        {
            **{name: getattr(provenance, name) for name in core.EDITION.column_names if name not in _OF_THE_BUILD},
            "retrieved_at": provenance.retrieved_at.astimezone(dt.UTC).replace(tzinfo=None),
            "vintage_seq": rank,
        }
        for rank, provenance in enumerate(ordered, start=1)
    ]
    withdrawn = withdrawn_editions().select("edition_id", "withdrawn_on")
    listed = pl.DataFrame(rows, schema=core.EDITION.polars_schema).drop("withdrawn_on")
    return listed.join(withdrawn, on="edition_id", how="left").select(core.EDITION.column_names)
