"""Normalisation: from a raw frame of one edition to the rows of core.observation.

Belongs here: the order of the steps, the merging of cells that a source prints twice, what is not applicable.
Does not belong here: parsing, labels, unit factors, metrics.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.errors import LayoutError, ValueRefusedError
from transforms.normalise.corrections import apply_corrections
from transforms.normalise.currency_proof import with_proven_currencies
from transforms.normalise.entities import resolve_currencies, resolve_entities
from transforms.normalise.units import convert_units
from transforms.registers.reader import corrections, countries, currency_labels, groups, labels, not_applicable

OBSERVATION_KEY: Final = ("edition_id", "indicator", "entity", "year", "currency", "price_basis", "year_basis")
OBSERVATION_COLUMNS: Final = (
    *OBSERVATION_KEY,
    "value",
    "unit",
    "definition",
    "base_year",
    "status",
    "availability",
    "flags",
    "locator",
    "source_id",
    "note",
    "derived_from",
)
# Cells that a source prints twice agree to the last printed digit; Excel's own arithmetic differs in the 15th.
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What normalisation must know of an edition. `definitions` overrides `definition` by indicator, and
    `derived_from` names by indicator the source that this one republishes.

    `coded` says that entities and currencies already are codes (the figures format) and not the source's labels.
    """

    edition_id: str
    source_id: str
    published_on: dt.date
    definition: str
    coded: bool
    definitions: Mapping[str, str]
    derived_from: Mapping[str, str]


def normalise(raw: pl.DataFrame, edition: EditionFacts) -> pl.DataFrame:
    """Rows of core.observation from one edition's raw frame, sorted by key; each cell once, with all its locators.

    Raises `UnmappedLabelError`, `LayoutError`, `ValueRefusedError` or `CorrectionError`, each with its place.
    """
    return with_proven_currencies(as_labelled(raw, edition), edition.published_on).sort(OBSERVATION_KEY)


def as_labelled(raw: pl.DataFrame, edition: EditionFacts) -> pl.DataFrame:
    """The same with money under the code of its label, before rates prove it."""
    resolved = code_entities(raw, edition)
    converted = convert_units(resolved).with_columns(
        edition_id=pl.lit(edition.edition_id),
        source_id=pl.lit(edition.source_id),
        definition=pl.col("indicator").replace_strict(
            dict(edition.definitions), default=edition.definition, return_dtype=pl.String
        ),
        derived_from=pl.col("indicator").replace_strict(
            dict(edition.derived_from), default=None, return_dtype=pl.String
        ),
    )
    corrected = apply_corrections(converted, corrections(), edition.edition_id)
    merged = _merge_coinciding(corrected)
    complete = pl.concat([merged, _not_applicable_rows(merged, edition)])
    return complete.select(*OBSERVATION_COLUMNS).sort(OBSERVATION_KEY)


def code_entities(raw: pl.DataFrame, edition: EditionFacts) -> pl.DataFrame:
    """Add `entity` codes and replace currency labels by ISO 4217 codes."""
    if not edition.coded:
        names = labels(edition.source_id)
        resolved = resolve_entities(raw, names, source=edition.source_id, published_on=edition.published_on)
        return resolve_currencies(resolved, currency_labels(edition.source_id), source=edition.source_id)
    known = pl.concat([countries()["iso3"], groups()["group_id"], labels(edition.source_id)["entity"]]).unique()
    codes = pl.DataFrame({"label": known, "entity": known}).with_columns(
        valid_from=pl.lit(None, dtype=pl.Date), valid_to=pl.lit(None, dtype=pl.Date)
    )
    return resolve_entities(raw, codes, source=edition.source_id, published_on=edition.published_on)


def _merge_coinciding(frame: pl.DataFrame) -> pl.DataFrame:
    """One row for cells that print the same figure: NATO's Tables 1 and 2 for the United States, Table 4 for all.

    The same cell twice, or two cells that disagree, are refused: the key would be ambiguous.
    """
    key = list(OBSERVATION_KEY)
    repeated = frame.filter(pl.struct(*key, "locator").is_duplicated())
    if not repeated.is_empty():
        row = repeated.row(0, named=True)
        raise LayoutError(
            place=row["locator"], expected="each figure once", found=f"{row['entity']} {row['year']} twice"
        )
    _refuse_disagreement(frame, key)
    first = ("source_id", "value", "unit", "definition", "derived_from", "base_year", "status", "availability")
    return frame.group_by(key, maintain_order=True).agg(
        *(pl.col(name).first() for name in first),
        pl.col("flags").list.explode(keep_nulls=False, empty_as_null=False).unique().sort(),
        pl.col("locator").str.join("; "),
        pl.col("note").drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None),
    )


def _refuse_disagreement(frame: pl.DataFrame, key: list[str]) -> None:
    spread = (pl.col("value").max() - pl.col("value").min()).alias("spread")
    size = pl.col("value").abs().max().alias("size")
    distinct = pl.max_horizontal(*(pl.col(c).n_unique() for c in ("unit", "status", "availability", "base_year")))
    groups_of_cells = frame.group_by(key, maintain_order=True).agg(
        spread, size, pl.col("locator"), pl.col("value"), distinct.alias("distinct")
    )
    bad = groups_of_cells.filter(
        (pl.col("spread") > _SAME * pl.max_horizontal("size", pl.lit(1.0))) | (pl.col("distinct") > 1)
    )
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    raise ValueRefusedError(
        place=" and ".join(row["locator"]),
        expected=f"one figure for {row['indicator']} of {row['entity']} in {row['year']}, {row['price_basis']} prices",
        found=", ".join(str(value) for value in row["value"]),
        advice="the source contradicts itself or a row is duplicated: look at both cells",
    )


def _not_applicable_rows(merged: pl.DataFrame, edition: EditionFacts) -> pl.DataFrame:
    """Rows that say `not_applicable` where the register does: Iceland has no armed forces, so nothing is missing."""
    register = not_applicable().filter(pl.col("source_id") == edition.source_id)
    series = merged.filter(
        pl.col("indicator").is_in(register["indicator"].unique().implode())
        & (pl.col("currency").is_null() | (pl.col("currency") == "USD"))
    ).unique([*(name for name in OBSERVATION_KEY if name != "entity"), "unit", "base_year"], maintain_order=True)
    rows = series.drop("entity", "note").join(
        register.select("indicator", entity="iso3", note="reason"), on="indicator"
    )
    absent = rows.join(merged, on=list(OBSERVATION_KEY), how="anti", nulls_equal=True)
    return absent.with_columns(
        value=pl.lit(None, dtype=pl.Float64),
        availability=pl.lit("not_applicable"),
        flags=pl.lit([], dtype=pl.List(pl.String)),
        locator=pl.lit("not printed: not_applicable register"),
    ).select(merged.columns)
