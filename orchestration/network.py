"""The Dagster resource that says how sources are asked: who we are, where their addresses lead, how patiently.

Belongs here: configuration of fetching, from the environment. Does not belong here: fetching (orchestration.http).
"""

import json
import os
from dataclasses import replace

import dagster as dg
from pydantic import Field

from orchestration.http import Manners


class Network(dg.ConfigurableResource[None]):
    """`origins` sends addresses elsewhere; `contact` stands in the user agent; `brisk` shortens all waits."""

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
    """BURDEN_ORIGINS (JSON object), BURDEN_CONTACT (an address that a source's operator can write to), BURDEN_BRISK."""
    return Network(
        origins=json.loads(os.environ.get("BURDEN_ORIGINS") or "{}"),
        contact=os.environ.get("BURDEN_CONTACT", ""),
        brisk=os.environ.get("BURDEN_BRISK") == "1",
    )
