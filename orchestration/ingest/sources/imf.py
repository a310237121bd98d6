"""The IMF: where the World Economic Outlook is, and when to ask.

Belongs here: the address of the newest edition, the calendar. Does not belong here: reading a reply
(transforms.parse.imf.replies), which also says which edition it is.

The SDMX 3.0 API is asked and not the DataMapper: it marks where actual figures end, and names its edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import Provenance
from orchestration.ingest.parsing import IMF_SDMX_CSV
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import CSV, Arrival, Source, terms
from transforms.errors import LayoutError
from transforms.parse.imf.replies import sdmx_csv_identity
from transforms.parse.imf.subjects import SERIES

HOSTS: Final = frozenset({"api.imf.org"})
# `+` is SDMX 3.0's word for the newest version. Attributes are left out of replies unless they are asked for.
ADDRESS: Final = (
    "https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.RES/WEO/+/*."
    + "+".join(SERIES)
    + ".A?attributes=SCALE,LATEST_ACTUAL_ANNUAL_DATA,PUBLICATION_DATE"
)


def bring(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The newest edition of the World Economic Outlook, if it is new or changed."""
    request = Request(ADDRESS, "csv", headers={"Accept": "text/csv"}, validators=memory.validators(ADDRESS))
    reply = client.fetch(request)
    if isinstance(reply, NotModified):
        return
    payload = reply.path.read_bytes()
    identity = sdmx_csv_identity(payload)
    if not identity.days:
        raise LayoutError(place=ADDRESS, expected="the attribute PUBLICATION_DATE", found="none in the reply")
    published_on = identity.day(None)
    licence, citation = terms("imf")
    yield Arrival(
        payload,
        Provenance(
            source_id="imf",
            edition_id=f"imf:{identity.edition}",
            title=f"World Economic Outlook, {published_on:%B %Y}",
            published_on=published_on,
            retrieved_at=reply.retrieved_at,
            url=ADDRESS,
            media_type=CSV,
            format=IMF_SDMX_CSV,
            definition=identity.definition,
            completeness="complete",
            origin="fetched",
            licence=licence,
            citation=f"{citation} Database, {published_on:%B %Y}",
            sha256=reply.sha256,
            bytes=reply.bytes,
        ),
    )
    memory.remember(ADDRESS, reply.validators)
    reply.path.unlink()


# Editions come in April and October.
SOURCE: Final = Source("imf", HOSTS, ("40 7 * 4,10 *", "40 7 * 1-3,5-9,11,12 1"), 10, bring)
