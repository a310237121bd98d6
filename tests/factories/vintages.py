"""Small editions of NATO as frames of core.edition and core.observation: for tests of marts that compare editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import polars as pl

from transforms.normalise.breaks import with_breaks
from transforms.normalise.vintages import with_known_spans
from transforms.registers import reader as registers
from warehouse.contracts import core, reference
from warehouse.contracts.mart_vintages import PRINT_PRECISION, REVISION
from warehouse.marts.run import compute_mart


def edition(day: str, *, withdrawn_on: str | None = None, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """One row of core.edition, complete unless said otherwise; its vintage follows from its place in the list."""
    return {
        "edition_id": f"nato:{day}",
        "source_id": "nato",
        "data_set": "nato",
        "published_on": dt.date.fromisoformat(day),
        "withdrawn_on": dt.date.fromisoformat(withdrawn_on) if withdrawn_on else None,
        "completeness": "complete",
        **changed,
    }


def figure(day: str, indicator: str, value: float | None, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    """One row of core.observation for Germany in 2024; money is in million euro at current prices."""
    share = indicator.endswith(("share_of_gdp", "_share"))
    return {
        "edition_id": f"nato:{day}",
        "source_id": "nato",
        "indicator": indicator,
        "entity": "DEU",
        "year": 2024,
        "currency": None if share else "EUR",
        "price_basis": "constant" if share else "current",
        "year_basis": "as_published",
        "base_year": 2015 if share else None,
        "value": value,
        "unit": "percent" if share else "million",
        "definition": "nato",
        "status": "estimate",
        "availability": "missing" if value is None else "reported",
        "flags": [],
        "locator": "made",
        **changed,
    }


def tables(editions: Iterable[dict[str, Any]], figures: Iterable[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """The tables that marts read, with the project's own registers, spans and breaks."""
    listed = [{**row, "vintage_seq": rank} for rank, row in enumerate(editions, start=1)]
    edition_frame = pl.DataFrame(listed, schema=core.EDITION.polars_schema)
    of_the_build = ("known_from", "known_until", "restored_from", "restored_until", "variant", "break_ids")
    printed = {name: kind for name, kind in core.OBSERVATION.polars_schema.items() if name not in of_the_build}
    rows = pl.DataFrame(list(figures), schema=printed)
    observations = with_known_spans(with_breaks(rows, edition_frame, registers.breaks()), edition_frame)
    read = {
        core.EDITION.id: edition_frame,
        core.OBSERVATION.id: observations.select(core.OBSERVATION.column_names),
        reference.NATIONAL_CURRENCY.id: registers.national_currencies(),
        reference.BREAK.id: registers.breaks(),
        reference.MEMBERSHIP.id: registers.memberships(),
        reference.COUNTRY.id: registers.countries(),
    }
    return {**read, PRINT_PRECISION.id: compute_mart(PRINT_PRECISION, read)}


def revisions(editions: Iterable[dict[str, Any]], figures: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Rows of mart.revision."""
    return compute_mart(REVISION, tables(editions, figures))
