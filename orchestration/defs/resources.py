"""Binds the resource of the definitions to the data directory of the environment.

Belongs here: the binding. Does not belong here: the resource (orchestration.stores).
"""

from __future__ import annotations

import dagster as dg

from orchestration.stores import Stores
from warehouse.connect import data_dir


@dg.definitions
def resources() -> dg.Definitions:
    return dg.Definitions(resources={"stores": Stores(data_dir=str(data_dir()))})
