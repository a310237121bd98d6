"""From a landed payload to the rows of core.observation and core.edition.

Belongs here: which parser, fingerprint and identity read which format, and which of a source's series follow another
definition. Does not belong here: parsing and normalising themselves (transforms), telling formats apart (handed_in).
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from orchestration.ingest.landing_store import Landed, Provenance
from transforms.errors import LayoutError, PayloadError
from transforms.normalise.breaks import with_breaks
from transforms.normalise.coverage import measured
from transforms.normalise.currency_proof import held_to_official_rates, implied_rates, runs, settled
from transforms.normalise.layouts import Fingerprint
from transforms.normalise.observations import EditionFacts, as_labelled, normalise
from transforms.normalise.release_calendar import next_due_on
from transforms.normalise.republished import with_status_of_origin
from transforms.normalise.vintages import data_set, with_known_spans
from transforms.parse import eurostat, sipri, world_bank
from transforms.parse.eurostat import parse_eurostat_jsonstat, parse_eurostat_sdmx_csv
from transforms.parse.figures import parse_figures
from transforms.parse.frame import Notice, Reading, summary
from transforms.parse.identity import Identity
from transforms.parse.imf import database as imf_database
from transforms.parse.imf import replies as imf
from transforms.parse.imf.database import parse_imf_database
from transforms.parse.imf.replies import parse_imf_datamapper, parse_imf_sdmx_csv
from transforms.parse.nato import fingerprint as nato_fingerprint
from transforms.parse.nato.workbook import parse_nato_workbook
from transforms.parse.sipri import read_sipri_workbook
from transforms.parse.world_bank import parse_world_bank_csv, parse_world_bank_json
from transforms.registers.reader import breaks, sources, withdrawn_editions
from warehouse.contracts import core, currency

Parser = Callable[[bytes, Provenance], pl.DataFrame | Reading]

FIGURES: Final = "figures"
NATO_WORKBOOK: Final = "nato_workbook"
SIPRI_WORKBOOK: Final = "sipri_workbook"
WORLD_BANK_CSV: Final = "world_bank_csv"
WORLD_BANK_PAGES: Final = "world_bank_pages"  # one archive: <indicator>/<page>.json; or one page
IMF_DATAMAPPER: Final = "imf_datamapper"  # one archive: <indicator>.json; or one reply
IMF_SDMX_CSV: Final = "imf_sdmx_csv"
IMF_DATABASE: Final = "imf_database"
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
    """Members of an archive of ours by the first part of their name, each in order; a bare reply is its only member."""
    if not payload.startswith(b"PK"):
        return {"reply": [payload]}
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
    replies = _replies(payload)
    return pl.concat([parse_imf_datamapper(reply, published_on=provenance.published_on) for reply in replies])


def _replies(payload: bytes) -> list[bytes]:
    return [reply for replies in _members(payload).values() for reply in replies]


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
    IMF_DATABASE: lambda payload, provenance: parse_imf_database(payload, published_on=provenance.published_on),
    EUROSTAT_JSONSTAT: lambda payload, _: parse_eurostat_jsonstat(payload),
    EUROSTAT_SDMX_CSV: lambda payload, _: parse_eurostat_sdmx_csv(payload),
}

# Figures files are this project's own and have one layout: no fingerprint.
FINGERPRINTS: Final[dict[str, Callable[[bytes], Fingerprint]]] = {
    NATO_WORKBOOK: nato_fingerprint.layout_fingerprint,
    SIPRI_WORKBOOK: sipri.layout_fingerprint,
    WORLD_BANK_CSV: world_bank.csv_fingerprint,
    WORLD_BANK_PAGES: lambda payload: world_bank.json_fingerprint(list(_members(payload).values())),
    IMF_DATAMAPPER: lambda payload: imf.datamapper_fingerprint(_replies(payload)),
    IMF_SDMX_CSV: imf.sdmx_csv_fingerprint,
    IMF_DATABASE: imf_database.database_fingerprint,
    EUROSTAT_JSONSTAT: eurostat.jsonstat_fingerprint,
    EUROSTAT_SDMX_CSV: eurostat.sdmx_csv_fingerprint,
}

# A format without an identity of its own says nothing that a sidecar could contradict.
IDENTITIES: Final[dict[str, Callable[[bytes], Identity]]] = {
    WORLD_BANK_CSV: world_bank.csv_identity,
    WORLD_BANK_PAGES: lambda payload: world_bank.json_identity(list(_members(payload).values())),
    IMF_DATAMAPPER: lambda payload: imf.datamapper_identity(_replies(payload)),
    IMF_SDMX_CSV: imf.sdmx_csv_identity,
    IMF_DATABASE: imf_database.database_identity,
    EUROSTAT_JSONSTAT: eurostat.jsonstat_identity,
    EUROSTAT_SDMX_CSV: eurostat.sdmx_csv_identity,
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


def prove_identity(payload: bytes, provenance: Provenance) -> None:
    """Raises `LayoutError` where a file says that it is something else than its sidecar: definition, day or edition."""
    read = IDENTITIES.get(provenance.format)
    if read is None:
        return
    identity = read(payload)
    if provenance.definition != identity.definition:
        raise LayoutError(
            place="definition",
            expected=f"{identity.definition}, as the file says",
            found=f"{provenance.definition}, as its sidecar says",
            advice="hand the file in again: what it is, it says itself",
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
    told = ". ".join(summary(notices))
    return replace(provenance, note=told if provenance.note is None else f"{provenance.note}. {told}")


def observations(items: Sequence[Landed], editions: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.observation of landed payloads, in its physical order; `editions` are their rows of core.edition."""
    return assembled([figures(item.read(), item.provenance) for item in items], editions)


def assembled(figures_by_edition: Sequence[pl.DataFrame], editions: pl.DataFrame) -> pl.DataFrame:
    """The same from the figures of each edition: with breaks, and the spans in which each figure was the newest.

    What one source republishes has the status of its original where an edition of that source is among them.
    """
    marked = with_breaks(with_status_of_origin(pl.concat(figures_by_edition), editions), editions, breaks())
    return with_known_spans(marked, editions).select(core.OBSERVATION.column_names).sort(*_ORDER, "edition_id")


def figures(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    """One payload's figures, parsed and normalised; typed refusals of `transforms.errors` otherwise."""
    return normalised(read(payload, provenance), provenance)


def normalised(reading: Reading, provenance: Provenance) -> pl.DataFrame:
    """The figures of a reading as rows of core.observation; typed refusals of `transforms.errors` otherwise."""
    return normalise(reading.figures, edition_facts(provenance))


def currency_proofs(items: Sequence[Landed], rates: pl.DataFrame) -> pl.DataFrame:
    """Rows of core.currency_proof: the money of landed payloads as they label it, held to `rates` (RATE_SCHEMA)."""
    implied = pl.concat(
        implied_rates(
            as_labelled(parse(item.read(), item.provenance), edition_facts(item.provenance)),
            item.provenance.published_on,
        )
        for item in items
    )
    return runs(settled(held_to_official_rates(implied, rates))).select(currency.PROOF.column_names)


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
