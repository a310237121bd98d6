"""The project's own tidy figures format: one CSV an edition, entities already coded.

Columns: indicator, entity, year, value, unit, currency, price_basis, base_year, status, flags, locator, year_basis,
note.
`value` is a number in the source's own unit, or one of the words `missing`, `nil`, `not_applicable`,
`did_not_exist`: the four ways in which there is no figure. `flags` are joined by `;`. `year_basis` and `note` are in
every row because they differ by country within one edition. What an edition holds constant (its definition) is in
its provenance sidecar.
"""

from __future__ import annotations

import io
from typing import Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.frame import RAW_SCHEMA, checked
from transforms.payload import refuse_web_page
from transforms.vocabulary import AVAILABILITIES

COLUMNS: Final = (
    "indicator",
    "entity",
    "year",
    "value",
    "unit",
    "currency",
    "price_basis",
    "base_year",
    "status",
    "flags",
    "locator",
    "year_basis",
    "note",
)


def parse_figures(payload: bytes) -> pl.DataFrame:
    """Read a figures file into a raw frame; `entity_label` holds the code.

    Raises `PayloadError` for bytes that are no CSV, `LayoutError` for other columns, `ValueRefusedError` for a row
    that breaks the raw frame's contract.
    """
    text = _read_text(payload)
    if tuple(text.columns) != COLUMNS:
        raise LayoutError(place="header", expected=",".join(COLUMNS), found=",".join(text.columns))
    word = pl.col("value").is_in([word for word in AVAILABILITIES if word != "reported"])
    number = pl.when(~word).then(pl.col("value")).cast(pl.Float64, strict=False)
    frame = text.with_columns(
        entity_label=pl.col("entity"),
        year=pl.col("year").cast(pl.Int16, strict=False),
        number=number,
        availability=pl.when(word).then(pl.col("value")).otherwise(pl.lit("reported")),
        base_year=pl.col("base_year").cast(pl.Int16, strict=False),
        base_year_text=pl.col("base_year"),
        flags=pl.when(pl.col("flags").is_null())
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(pl.col("flags").str.split(";")),
    )
    _refuse_unreadable(frame)
    return checked(frame.with_columns(value=pl.col("number")).select(*RAW_SCHEMA))


def write_figures(frame: pl.DataFrame) -> bytes:
    """Write a raw frame whose entities are resolved (`entity`) as a figures file; floats keep their shortest repr."""
    value = pl.when(pl.col("availability") == "reported").then(pl.col("value").map_elements(repr, pl.String))
    figures = frame.with_columns(
        value=value.otherwise(pl.col("availability")),
        flags=pl.when(pl.col("flags").list.len() > 0).then(pl.col("flags").list.join(";")),
    ).select(*COLUMNS)
    return figures.write_csv(line_terminator="\n").encode()


def _read_text(payload: bytes) -> pl.DataFrame:
    refuse_web_page(payload, expected="a figures CSV")
    try:
        return pl.read_csv(io.BytesIO(payload), infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise PayloadError(place="file", expected="a figures CSV in UTF-8", found=str(error)) from error


def _refuse_unreadable(frame: pl.DataFrame) -> None:
    bad_value = (pl.col("availability") == "reported") & pl.col("number").is_null()
    bad_year = pl.col("year").is_null() | (pl.col("base_year_text").is_not_null() & pl.col("base_year").is_null())
    bad = frame.with_row_index("line", offset=2).filter(bad_value | bad_year)
    if bad.is_empty():
        return
    row = bad.row(0, named=True)
    raise ValueRefusedError(
        place=f"row {row['line']} ({row['locator']})",
        expected="a number or one of missing, nil, not_applicable, did_not_exist, and whole years",
        found=f"value {row['value']!r}, year {row['year']!r}, base year {row['base_year_text']!r}",
    )
