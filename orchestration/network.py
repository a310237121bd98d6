"""The Dagster resource that says how sources are asked: who we are, where their addresses lead, how patiently."""

from dataclasses import replace

import dagster as dg
from pydantic import Field

from orchestration.ingest.http import Manners
from warehouse import settings


class Network(dg.ConfigurableResource[None]):
    """`origins` redirects requests; `contact` is part of the user agent; `brisk` shortens all waits."""

    origins: dict[str, str] = Field(default_factory=dict)
    contact: str = ""
    brisk: bool = False

    def manners(self) -> Manners:
        manners = Manners(contact=self.contact)
        if self.brisk:
            return replace(
                manners,
                wait_initial_s=0.01,
                wait_max_s=0.05,
                min_interval_s=0.0,
                read_timeout_s=2.0,
                total_timeout_s=20.0,
            )
        return manners


def network_of_environment() -> Network:
    """As BURDEN_ORIGINS, BURDEN_CONTACT and BURDEN_BRISK say. Raises `SettingsError`."""
    return Network(origins=settings.origins(), contact=settings.contact(), brisk=settings.brisk())
