"""The one Dagster resource: it turns a data directory into stores, and holds it while a run uses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import dagster as dg

from orchestration.ingest.decisions import Decisions
from orchestration.ingest.edition_store import EditionStore
from orchestration.ingest.landing_store import LandingStore
from warehouse.files import remove_unfinished
from warehouse.publication.run_lock import RunInProgressError, only_run, require_no_other_run
from warehouse.table_store import TableStore

_WAIT_S: Final = 900.0  # a build takes a minute, a poll of patient sources several; then something hangs


class Stores(dg.ConfigurableResource["Stores"]):
    """The landing store, the journal of decisions, the parsed editions and the table store of one data directory."""

    data_dir: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Stores]:
        """A run has the data directory to itself, and waits for the one before; a sensor only looks."""
        if context.run is None:
            yield self
            return
        try:
            require_no_other_run(self.root)
        except RunInProgressError as error:
            if context.log:
                context.log.info("this run waits: %s", error)
        with only_run(self.root, wait_s=_WAIT_S, run_id=context.run.run_id):
            remove_unfinished(self.root)
            yield self

    @property
    def root(self) -> Path:
        return Path(self.data_dir)

    def landing(self) -> LandingStore:
        return LandingStore(self.root)

    def decisions(self) -> Decisions:
        return Decisions(self.root)

    def editions(self) -> EditionStore:
        return EditionStore(self.root)

    def tables(self) -> TableStore:
        return TableStore(self.root)
