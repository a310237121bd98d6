"""Columns of the registers' tables, from the registers' own schemas.

Belongs here: what a schema already says, as a contract's columns: order, type, vocabulary, what may be null. Does not
belong here: descriptions, units and bounds (the contracts), the schemas (transforms.registers.schemas).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.registers.schemas import SCHEMAS
from warehouse.contracts import columns as shared
from warehouse.contracts.model import POLARS_TYPES, Column

_TYPES: Final = {polars: duckdb for duckdb, polars in POLARS_TYPES.items()}
# A quantity that several tables have is described once; its type and vocabulary are the shared column's.
_SHARED: Final = {
    column.name: column
    for column in (
        shared.CITATION,
        shared.EDITION_ID,
        shared.ENTITY,
        shared.GROUP_ID,
        shared.ISO3,
        shared.RULE_ID,
        shared.SOURCE_ID,
        shared.YEAR,
    )
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a contract adds to a register's column; `values` where the words are not the schema's to know."""

    description: str
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    values: Sequence[str] | None = None


def columns_of(register: str, described: Mapping[str, str | Facts]) -> tuple[Column, ...]:
    """Columns of a register's table, in the register's order; one that is not `described` is the shared one.

    Raises ValueError for a column that is described and not there, and for one that nobody describes.
    """
    schema = SCHEMAS[register]
    if unknown := set(described) - set(schema.columns):
        raise ValueError(f"{register}.csv has no {', '.join(sorted(unknown))}")
    return tuple(
        _described(name, dtype, described[name], nullable=name in schema.may_be_empty)
        if name in described
        else _shared(register, name)
        for name, dtype in schema.columns.items()
    )


def grain_of(register: str) -> tuple[str, ...]:
    """The key of a register."""
    return SCHEMAS[register].key


def _described(name: str, dtype: pl.DataType, said: str | Facts, *, nullable: bool) -> Column:
    facts = Facts(said) if isinstance(said, str) else said
    words = tuple(dtype.categories) if isinstance(dtype, pl.Enum) else None
    return Column(
        name,
        _TYPES[pl.String() if words else dtype],
        facts.description,
        unit=facts.unit,
        nullable=nullable,
        values=facts.values or words,
        minimum=facts.minimum,
        maximum=facts.maximum,
        pattern=facts.pattern,
    )


def _shared(register: str, name: str) -> Column:
    schema = SCHEMAS[register]
    if name not in _SHARED or name in schema.may_be_empty:
        raise ValueError(f"{register}.csv: nobody describes {name}")
    return _SHARED[name]
