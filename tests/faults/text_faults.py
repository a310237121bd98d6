"""Corruptions of figures files and of other payloads in text.

Belongs here: small functions that make a corruption. Does not belong here: which edition is spoiled (catalogue).
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import polars as pl

from tests.faults.model import Corruption


def table(edit: Callable[[pl.DataFrame], pl.DataFrame]) -> Corruption:
    """A corruption of a CSV, read as text and written again."""

    def corrupt(payload: bytes) -> bytes:
        frame = pl.read_csv(io.BytesIO(payload), infer_schema=False)
        return edit(frame).write_csv(line_terminator="\n").encode()

    return corrupt


def rows(condition: dict[str, str], **cells: pl.Expr | str) -> Corruption:
    """Cells of the rows that hold the given texts."""

    def edit(frame: pl.DataFrame) -> pl.DataFrame:
        chosen = _where(condition)
        assert frame.filter(chosen).height, f"no row holds {condition}"
        new = {name: cell if isinstance(cell, pl.Expr) else pl.lit(cell) for name, cell in cells.items()}
        return frame.with_columns(pl.when(chosen).then(cell).otherwise(pl.col(name)).alias(name) for name, cell in new.items())

    return table(edit)


def scaled(factor: float, **condition: str) -> Corruption:
    return rows(condition, value=_calculated(lambda value: value * factor))


def moved(by: float, **condition: str) -> Corruption:
    return rows(condition, value=_calculated(lambda value: value + by))


def _calculated(change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Words for missing stay as they are."""
    number = change(pl.col("value").cast(pl.Float64, strict=False)).cast(pl.String)
    return pl.coalesce(number, pl.col("value"))


def dropped(**condition: str) -> Corruption:
    return table(lambda frame: frame.filter(~_where(condition)))


def doubled(**condition: str) -> Corruption:
    return table(lambda frame: pl.concat([frame, frame.filter(_where(condition))]))


def exchanged(column: str, one: str, other: str, **condition: str) -> Corruption:
    """Two contents of a column exchanged."""
    swapped = pl.col(column).replace({one: other, other: one})
    return table(
        lambda frame: frame.with_columns(
            pl.when(_where(condition)).then(swapped).otherwise(pl.col(column)).alias(column)
        )
    )


def _where(condition: dict[str, str]) -> pl.Expr:
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(name) == text for name, text in condition.items()))


def replaced(old: str, new: str, count: int = -1) -> Corruption:
    """A piece of text replaced."""
    return lambda payload: payload.replace(old.encode(), new.encode(), count)


def members(edit: Callable[[dict[str, Any]], None]) -> Corruption:
    """A corruption of a JSON object."""

    def corrupt(payload: bytes) -> bytes:
        held = json.loads(payload)
        edit(held)
        return json.dumps(held).encode()

    return corrupt


def html(_: bytes) -> bytes:
    return b"<!DOCTYPE html><html><body>Access denied</body></html>"


def truncated(payload: bytes) -> bytes:
    return payload[: len(payload) // 2]


def empty(_: bytes) -> bytes:
    return b""


def mojibake(payload: bytes) -> bytes:
    """UTF-8 read as Latin-1 and written again."""
    return payload.decode().encode("latin-1", "replace") if payload.isascii() else payload.decode("latin-1").encode()
