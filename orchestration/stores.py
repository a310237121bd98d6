"""The one Dagster resource: it turns a data directory into stores.

Belongs here: which stores there are. Does not belong here: paths below the directory (each store has its own).
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.decisions import Decisions
from orchestration.landing import LandingStore
from orchestration.table_store import TableStore


class Stores(dg.ConfigurableResource[None]):
    """The landing store, the journal of decisions and the table store of one data directory."""

    data_dir: str

    @property
    def root(self) -> Path:
        return Path(self.data_dir)

    def landing(self) -> LandingStore:
        return LandingStore(self.root)

    def decisions(self) -> Decisions:
        return Decisions(self.root)

    def tables(self) -> TableStore:
        return TableStore(self.root)
