"""Entities: from the label that a source prints to the code that the warehouse uses."""

from __future__ import annotations

import datetime as dt
from functools import cache

import polars as pl
import pycountry

from transforms.errors import UnmappedLabelError


def valid_on(labels: pl.DataFrame, published_on: dt.date) -> pl.DataFrame:
    """The labels that a source used on a day of publication: valid_from and valid_to are days, null = open."""
    return labels.filter(
        (pl.col("valid_from").is_null() | (pl.col("valid_from") <= published_on))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= published_on))
    )


def resolve_entities(raw: pl.DataFrame, labels: pl.DataFrame, *, source: str, published_on: dt.date) -> pl.DataFrame:
    """Add `entity` to a raw frame by exact match of `entity_label` against labels valid on the day of publication.

    `labels` has label, entity, valid_from, valid_to (dates of publication, null = open).
    Raises `UnmappedLabelError` that lists every unmapped label with its first locator.
    """
    valid = valid_on(labels, published_on).select("label", "entity")
    resolved = raw.join(
        valid, left_on="entity_label", right_on="label", how="left", validate="m:1", maintain_order="left"
    )
    _refuse_unmapped(resolved, source, published_on)
    return resolved


def _refuse_unmapped(resolved: pl.DataFrame, source: str, published_on: dt.date) -> None:
    unmapped = resolved.filter(pl.col("entity").is_null()).group_by("entity_label", maintain_order=True).first()
    if unmapped.is_empty():
        return
    found = ", ".join(f"{row['entity_label']!r} at {row['locator']}" for row in unmapped.iter_rows(named=True))
    raise UnmappedLabelError(
        place=str(unmapped["locator"][0]),
        expected=f"labels that {source} used on {published_on}",
        found=found,
        advice=f"add each to transforms/registers/labels/{source}.csv with its citation, or correct the payload",
    )


@cache
def _iso_4217() -> list[str]:
    return [currency.alpha_3 for currency in pycountry.currencies]


def resolve_currencies(frame: pl.DataFrame, labels: pl.DataFrame, *, source: str) -> pl.DataFrame:
    """Replace `currency` labels by ISO 4217 codes; an ISO code stays as it is, null stays null.

    `labels` has label, iso3 (null = any country), currency. Raises `UnmappedLabelError` like `resolve_entities`.
    """
    by_country = labels.filter(pl.col("iso3").is_not_null()).select("label", entity="iso3", by_country="currency")
    by_label = labels.filter(pl.col("iso3").is_null()).select("label", by_label="currency")
    joined = frame.join(
        by_country, left_on=["currency", "entity"], right_on=["label", "entity"], how="left", maintain_order="left"
    ).join(by_label, left_on="currency", right_on="label", how="left", maintain_order="left")
    iso_code = pl.when(pl.col("currency").is_in(_iso_4217())).then(pl.col("currency"))
    code = pl.coalesce("by_country", "by_label", iso_code)
    resolved = joined.with_columns(code=code)
    unmapped = resolved.filter(pl.col("currency").is_not_null() & pl.col("code").is_null())
    if not unmapped.is_empty():
        pairs = unmapped.select("currency", "entity", "locator").unique(["currency", "entity"], maintain_order=True)
        found = ", ".join(f"{c!r} of {e} at {place}" for c, e, place in pairs.iter_rows())
        raise UnmappedLabelError(
            place=str(unmapped["locator"][0]),
            expected=f"a currency label of {source}",
            found=found,
            advice="add it to transforms/registers/currency_labels.csv with its citation",
        )
    return resolved.with_columns(currency=pl.col("code")).drop("code", "by_country", "by_label")
