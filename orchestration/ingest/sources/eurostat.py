"""Eurostat: where government expenditure on defence is, and when to ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestration.ingest.http import Client, NotModified, Request
from orchestration.ingest.landing_store import CSV, GZIP, JSON
from orchestration.ingest.polls import PollMemory
from orchestration.ingest.sources.source import Arrival, Format, Said, Source, sidecar
from transforms.parse import eurostat

HOSTS: Final = frozenset({"ec.europa.eu"})
ADDRESS: Final = (
    "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/gov_ev"
    "?lang=en&expend=DEF&na_item=TE&na_item=P51G&unit=MIO_EUR&unit=PC_GDP&unit=MIO_NAC"
)

_TITLES: Final = {
    "gov_ev": "Government expenditure on defence (gov_ev)",
    "gov_10a_exp": "Government expenditure by function, defence (gov_10a_exp)",
}
_DATA_SETS: Final = re.compile("|".join(_TITLES))
JSONSTAT: Final = Format(
    name="eurostat_jsonstat",
    parse=lambda payload, _: eurostat.parse_eurostat_jsonstat(payload),
    media_types=(JSON,),
    fingerprint=eurostat.jsonstat_fingerprint,
    identity=eurostat.jsonstat_identity,
)
SDMX_CSV: Final = Format(
    name="eurostat_sdmx_csv",
    parse=lambda payload, _: eurostat.parse_eurostat_sdmx_csv(payload),
    media_types=(CSV, GZIP),
    fingerprint=eurostat.sdmx_csv_fingerprint,
    identity=eurostat.sdmx_csv_identity,
)


def fetch(client: Client, memory: PollMemory) -> Iterator[Arrival]:
    """The data set gov_ev, if it is new or changed."""
    reply = client.fetch(Request(ADDRESS, "json", validators=memory.validators(ADDRESS)))
    if isinstance(reply, NotModified):
        return
    payload = reply.path.read_bytes()
    identity = eurostat.jsonstat_identity(payload)
    published_on = identity.day(None)
    yield Arrival(
        payload,
        sidecar(
            "eurostat",
            f"{identity.data_set}:{published_on}",
            title=_TITLES["gov_ev"],
            published_on=published_on,
            retrieved_at=reply.retrieved_at,
            url=ADDRESS,
            media_type=JSON,
            format_=JSONSTAT,
            definition=identity.definition,
            citation=f"Eurostat, gov_ev, {published_on:%d %B %Y}",
        ),
    )
    memory.remember(ADDRESS, reply.validators)
    reply.path.unlink()


# Updates come at the end of April and of October.
SOURCE: Final = Source(
    source_id="eurostat",
    title="Government expenditure on defence",
    hosts=HOSTS,
    cron=("50 7 * 4,5,10,11 *", "50 7 * 1-3,6-9,12 1"),
    stale_after_days=10,
    fetch=fetch,
    formats=(JSONSTAT, SDMX_CSV),
    data_set_titles=_TITLES,
    said_by_name=lambda name: Said(data_sets=tuple(_DATA_SETS.findall(name))),
)
