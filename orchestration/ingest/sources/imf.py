"""The IMF: where the World Economic Outlook is, and when to ask.

The SDMX 3.0 API is asked and not the DataMapper: it marks where actual figures end, and names its edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import polars as pl

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import CSV, JSON, TSV, XLSX, ZIP, Provenance
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.replies import replies
from orchestration.ingest.sources.source import Arrival, Format, Said, Source, sidecar
from transforms.errors import LayoutError
from transforms.parse.imf import database
from transforms.parse.imf import replies as imf
from transforms.parse.imf.subjects import EDITION_MONTHS, SERIES, edition_of_day

HOSTS: Final = frozenset({"api.imf.org"})
# `+` is SDMX 3.0's word for the newest version. Attributes are left out of replies unless they are asked for.
ADDRESS: Final = (
    "https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.RES/WEO/+/*."
    + "+".join(SERIES)
    + ".A?attributes=SCALE,LATEST_ACTUAL_ANNUAL_DATA,PUBLICATION_DATE"
)

_IN_NAMES: Final = re.compile(r"WEO(?P<month>Apr|Oct)(?P<year>\d{4})", re.IGNORECASE)  # WEOApr2022all.xls


def _datamapper(payload: bytes, provenance: Provenance) -> pl.DataFrame:
    published_on = provenance.published_on
    return pl.concat([imf.parse_imf_datamapper(reply, published_on=published_on) for reply in replies(payload)])


def _said_by_name(name: str) -> Said:
    found = _IN_NAMES.search(name)
    return Said(edition=f"{found['year']}-{EDITION_MONTHS[found['month'].upper()]}") if found else Said()


DATABASE: Final = Format(
    name="imf_database",
    parse=lambda payload, provenance: database.parse_imf_database(payload, published_on=provenance.published_on),
    media_types=(CSV, TSV, XLSX),
    fingerprint=database.database_fingerprint,
    identity=database.database_identity,
    recognised=lambda payload: payload.startswith(b"PK") or database.is_database_text(payload),
)
SDMX_CSV: Final = Format(
    name="imf_sdmx_csv",
    parse=lambda payload, _: imf.parse_imf_sdmx_csv(payload),
    media_types=(CSV,),
    fingerprint=imf.sdmx_csv_fingerprint,
    identity=imf.sdmx_csv_identity,
)
DATAMAPPER: Final = Format(  # one archive: <indicator>.json; or one reply
    name="imf_datamapper",
    parse=_datamapper,
    media_types=(JSON, ZIP),
    fingerprint=lambda payload: imf.datamapper_fingerprint(replies(payload)),
    identity=lambda payload: imf.datamapper_identity(replies(payload)),
)


def fetch(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The newest edition of the World Economic Outlook, if it is new or changed."""
    request = Request(ADDRESS, "csv", headers={"Accept": "text/csv"}, validators=memory.validators(ADDRESS))
    reply = client.fetch(request)
    if isinstance(reply, NotModified):
        return
    payload = reply.path.read_bytes()
    identity = imf.sdmx_csv_identity(payload)
    if not identity.days:
        raise LayoutError(place=ADDRESS, expected="the attribute PUBLICATION_DATE", found="none in the reply")
    published_on = identity.day(None)
    yield Arrival(
        payload,
        sidecar(
            "imf",
            str(identity.edition),
            title=f"World Economic Outlook, {published_on:%B %Y}",
            published_on=published_on,
            retrieved_at=reply.retrieved_at,
            url=ADDRESS,
            media_type=CSV,
            format_=SDMX_CSV,
            definition=identity.definition,
            citation=f"{{source}} Database, {published_on:%B %Y}",
        ),
    )
    memory.remember(ADDRESS, reply.validators)
    reply.path.unlink()


# Editions come in April and October.
SOURCE: Final = Source(
    source_id="imf",
    title="World Economic Outlook",
    hosts=HOSTS,
    cron=("40 7 * 4,10 *", "40 7 * 1-3,5-9,11,12 1"),
    stale_after_days=10,
    fetch=fetch,
    formats=(DATABASE, SDMX_CSV, DATAMAPPER),
    edition_on=edition_of_day,
    said_by_name=_said_by_name,
)
