"""Corruptions of figures files and of other payloads in text.

Belongs here: small functions that make a corruption. Does not belong here: which edition is spoiled (catalogue).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from orchestration.ingest.replies import archive
from tests.faults.workbook_faults import Corruption

Rows = list[list[str]]


def table(edit: Callable[[pl.DataFrame], pl.DataFrame]) -> Corruption:
    """A corruption of a CSV, read as text and written again."""

    def corrupt(payload: bytes) -> bytes:
        frame = pl.read_csv(io.BytesIO(payload), infer_schema=False)
        return edit(frame).write_csv(line_terminator="\n").encode()

    return corrupt


def cells(condition: dict[str, str], **changed: pl.Expr | str) -> Corruption:
    """Cells of the rows that hold the given texts."""

    def edit(frame: pl.DataFrame) -> pl.DataFrame:
        chosen = _where(condition)
        assert frame.filter(chosen).height, f"no row holds {condition}"
        new = {name: cell if isinstance(cell, pl.Expr) else pl.lit(cell) for name, cell in changed.items()}
        return frame.with_columns(
            pl.when(chosen).then(cell).otherwise(pl.col(name)).alias(name) for name, cell in new.items()
        )

    return table(edit)


def scaled(factor: float, column: str = "value", **condition: str) -> Corruption:
    return cells(condition, **{column: _calculated(column, lambda value: value * factor)})


def moved(by: float, column: str = "value", **condition: str) -> Corruption:
    return cells(condition, **{column: _calculated(column, lambda value: value + by)})


def _calculated(column: str, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Words for missing stay as they are."""
    number = change(pl.col(column).cast(pl.Float64, strict=False)).cast(pl.String)
    return pl.coalesce(number, pl.col(column))


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


def columns_exchanged(one: str, other: str) -> Corruption:
    """Two columns under each other's headings."""
    return table(lambda frame: frame.with_columns(pl.col(other).alias(one), pl.col(one).alias(other)))


def _where(condition: dict[str, str]) -> pl.Expr:
    return pl.all_horizontal(pl.lit(value=True), *(pl.col(name) == text for name, text in condition.items()))


def replaced(old: str, new: str, count: int = -1) -> Corruption:
    """A piece of text replaced."""
    return lambda payload: payload.replace(old.encode(), new.encode(), count)


def bulk(edit: Callable[[Rows], None]) -> Corruption:
    """A corruption of the World Bank's bulk CSV: rows of cells, preamble included."""

    def corrupt(payload: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(payload.decode("utf-8-sig"), newline="")))
        edit(rows)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
        return text.getvalue().encode("utf-8-sig")

    return corrupt


def bulk_cell(code: str, year: str, change: Callable[[float], object]) -> Corruption:
    """One figure of the bulk CSV."""

    def edit(rows: Rows) -> None:
        row, column = bulk_row(rows, code), bulk_header(rows).index(year)
        row[column] = str(change(float(row[column])))

    return bulk(edit)


def bulk_figures(change: Callable[[float], float], *codes: str) -> Corruption:
    """Every figure of the countries, or of all."""

    def edit(rows: Rows) -> None:
        header = bulk_header(rows)
        for row in rows[rows.index(header) + 1 :]:
            if not codes or row[1] in codes:
                row[4:] = [cell and str(change(float(cell))) for cell in row[4:]]

    return bulk(edit)


def bulk_header(rows: Rows) -> list[str]:
    return next(row for row in rows if "Country Code" in row)


def bulk_row(rows: Rows, code: str) -> list[str]:
    return next(row for row in rows if len(row) > 1 and row[1] == code)


def inside_zip(corrupt: Corruption, prefix: str = "API_") -> Corruption:
    """A corruption of the members of an archive whose names begin so."""

    def corrupt_archive(payload: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(payload)) as held:
            members = {name: held.read(name) for name in held.namelist()}
        return archive(
            {name: corrupt(member) if name.startswith(prefix) else member for name, member in members.items()}
        )

    return corrupt_archive


def zip_members(edit: Callable[[dict[str, bytes]], None]) -> Corruption:
    """A corruption of what an archive holds."""

    def corrupt(payload: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(payload)) as held:
            members = {name: held.read(name) for name in held.namelist()}
        edit(members)
        return archive(members)

    return corrupt


def members(edit: Callable[[dict[str, Any]], None]) -> Corruption:
    """A corruption of a JSON object."""

    def corrupt(payload: bytes) -> bytes:
        held = json.loads(payload)
        edit(held)
        return json.dumps(held).encode()

    return corrupt


def members_saved_again(payload: bytes) -> bytes:
    """The same archive with its replies written otherwise."""
    return inside_zip(lambda reply: json.dumps(json.loads(reply), indent=1).encode(), "")(payload)


def html(_: bytes) -> bytes:
    return b"<!DOCTYPE html><html><body>Access denied</body></html>"


def truncated(payload: bytes) -> bytes:
    return payload[: len(payload) // 2]


def empty(_: bytes) -> bytes:
    return b""


def utf16(payload: bytes) -> bytes:
    return payload.decode("utf-8-sig").encode("utf-16")


def semicolons(payload: bytes) -> bytes:
    """As a spreadsheet program of a country with decimal commas saves it."""
    rows = csv.reader(io.StringIO(payload.decode("utf-8-sig"), newline=""))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def mojibake(payload: bytes) -> bytes:
    """UTF-8 read as Latin-1 and written again."""
    return payload.decode("latin-1").encode()


def repeated(payload: bytes) -> bytes:
    """The file twice in one, headings included."""
    return payload + payload


def year_copied(source: str, target: str, key: Sequence[str], year: str = "year", value: str = "value") -> Corruption:
    """The figures of one year under another, of every series; `key` names the columns that tell series apart."""

    def edit(frame: pl.DataFrame) -> pl.DataFrame:
        of_source = frame.filter(pl.col(year) == source).select(*key, _copied=value)
        joined = frame.join(of_source, on=list(key), how="left", nulls_equal=True, maintain_order="left")
        copied = pl.coalesce("_copied", value)
        return joined.with_columns(
            pl.when(pl.col(year) == target).then(copied).otherwise(pl.col(value)).alias(value)
        ).drop("_copied")

    return table(edit)


def year_invented(last: str, grown: Mapping[str, float], year: str = "year", value: str = "value") -> Corruption:
    """A further year after the last that has figures: its rows again, each indicator grown by a plausible factor."""

    def edit(frame: pl.DataFrame) -> pl.DataFrame:
        factor = pl.col("indicator").replace_strict(grown, default=1.0, return_dtype=pl.Float64)
        grown_value = (pl.col(value).cast(pl.Float64, strict=False) * factor).cast(pl.String)
        invented = frame.filter(pl.col(year) == last).with_columns(
            pl.lit(str(int(last) + 1)).alias(year), pl.coalesce(grown_value, pl.col(value)).alias(value)
        )
        return pl.concat([frame.filter(pl.col(year) != str(int(last) + 1)), invented])

    return table(edit)


def years_moved(by: int, year: str = "year") -> Corruption:
    """Every year another."""
    return table(lambda frame: frame.with_columns((pl.col(year).cast(pl.Int64) + by).cast(pl.String).alias(year)))


def together(*corruptions: Corruption) -> Corruption:
    """One after the other."""

    def corrupt(payload: bytes) -> bytes:
        for one in corruptions:
            payload = one(payload)
        return payload

    return corrupt
