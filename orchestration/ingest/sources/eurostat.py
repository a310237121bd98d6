"""Eurostat: where government expenditure on defence is, and when to ask.

Belongs here: the address of gov_ev, the calendar. Does not belong here: reading a reply (transforms.parse.eurostat).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import Provenance
from orchestration.ingest.parsing import EUROSTAT_JSONSTAT
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import JSON, Arrival, Source, terms
from transforms.parse.eurostat import jsonstat_identity

HOSTS: Final = frozenset({"ec.europa.eu"})
ADDRESS: Final = (
    "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_ev"
    "?lang=en&expend=DEF&na_item=TE&na_item=P51G&unit=MIO_EUR&unit=PC_GDP&unit=MIO_NAC"
)


def bring(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The data set gov_ev, if it is new or changed."""
    reply = client.fetch(Request(ADDRESS, "json", validators=memory.validators(ADDRESS)))
    if isinstance(reply, NotModified):
        return
    payload = reply.path.read_bytes()
    identity = jsonstat_identity(payload)
    published_on = identity.day(None)
    licence, _ = terms("eurostat")
    yield Arrival(
        payload,
        Provenance(
            source_id="eurostat",
            edition_id=f"eurostat:{identity.data_set}:{published_on}",
            title="Government expenditure on defence (gov_ev)",
            published_on=published_on,
            retrieved_at=reply.retrieved_at,
            url=ADDRESS,
            media_type=JSON,
            format=EUROSTAT_JSONSTAT,
            definition=identity.definition,
            completeness="complete",
            origin="fetched",
            licence=licence,
            citation=f"Eurostat, gov_ev, {published_on:%d %B %Y}",
            sha256=reply.sha256,
            bytes=reply.bytes,
        ),
    )
    memory.remember(ADDRESS, reply.validators)
    reply.path.unlink()


# Updates come at the end of April and of October.
SOURCE: Final = Source("eurostat", HOSTS, ("50 7 * 4,5,10,11 *", "50 7 * 1-3,6-9,12 1"), 10, bring)
