"""Which checks of core.observation a planted fault breaks."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from warehouse.contracts.model import Expectation


def failing(figures: duckdb.DuckDBPyConnection, expectations: Iterable[Expectation]) -> set[str]:
    """Names of the checks, all of them in SQL, that find a row in the table `batch`."""
    return {e.id for e in expectations if figures.execute(query(e)).fetchone() is not None}


def query(expectation: Expectation) -> str:
    """The check's SQL over `batch`."""
    return str(expectation.kwargs["unexpected_rows_query"]).format(batch="batch")
