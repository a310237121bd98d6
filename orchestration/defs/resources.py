"""Binds the resources of the definitions to the environment."""

from __future__ import annotations

import dagster as dg

from orchestration.network import network_of_environment
from orchestration.stores import Stores
from warehouse.settings import data_dir


@dg.definitions
def resources() -> dg.Definitions:
    return dg.Definitions(resources={"stores": Stores(data_dir=str(data_dir())), "network": network_of_environment()})
