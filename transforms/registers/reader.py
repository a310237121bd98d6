"""Reads the registers of transforms/registers: typed, checked, cached.

Belongs here: one function a register, the reading that holds it to its schema, and what follows from it alone (who is a
member in a year). Does not belong here: the facts (CSV files), the schemas, and what the pipeline makes of the facts.

A rule, a group, a member, a plan, a break or a label is added by one row of data with its citation.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl
import pycountry

from transforms.errors import RefusedInputError
from transforms.registers.schemas import DATE, LABELS_SCHEMA, NUMBER, SCHEMAS, TEXT, TRUTH, YEAR, Schema


class RegisterError(RefusedInputError):
    """A register whose columns, values or keys are not what its schema says; the place names file, row and column."""


_LABELS: Final = "labels/"


@cache
def groups() -> pl.DataFrame:
    """Groups of countries and published aggregates."""
    return _read("groups")


@cache
def memberships() -> pl.DataFrame:
    """Dated members of groups."""
    return _read("memberships")


def members(group_id: str, year: int) -> list[str]:
    """ISO3 codes of a group's members in a year; a member counts from the year of accession, as NATO counts.

    Raises `RegisterError` for a group without a member in any year: a misspelt group is not an empty one.
    """
    group = memberships().filter(pl.col("group_id") == group_id)
    if group.is_empty():
        known = ", ".join(memberships()["group_id"].unique(maintain_order=True))
        raise RegisterError(place="memberships.csv, group_id", expected=f"one of {known}", found=group_id)
    ended = (pl.col("member_to").dt.year() < year).fill_null(value=False)
    return sorted(group.filter((pl.col("member_from").dt.year() <= year) & ~ended)["iso3"])


@cache
def guidelines() -> pl.DataFrame:
    """Spending rules as dated facts; thresholds in percent of what `indicator` names."""
    return _read("guidelines")


@cache
def national_currencies() -> pl.DataFrame:
    """Currencies by country and day, with irrevocable rates (units of the former currency for one euro).

    The register begins on 1990-01-01: a currency older than that is dated to that day.
    """
    return _read("national_currencies")


def currency_labels(source: str) -> pl.DataFrame:
    """A source's currency labels; `iso3` is null where the label means the same everywhere."""
    return _read("currency_labels").filter(pl.col("source") == source)


@cache
def not_applicable() -> pl.DataFrame:
    """Series that a country cannot have, by source."""
    return _read("not_applicable")


@cache
def breaks() -> pl.DataFrame:
    """Breaks in series, reclassifications, one-off payments; `size_pp` in percentage points of GDP."""
    return _read("breaks")


@cache
def national_plans() -> pl.DataFrame:
    """Announced national plans, percent of GDP as the government counts it."""
    return _read("national_plans")


@cache
def share_exceptions() -> pl.DataFrame:
    """Reviewed differences between published and recomputed shares, in percentage points."""
    return _read("share_exceptions")


@cache
def ecb_yearly_rates() -> pl.DataFrame:
    """Units of a currency for one euro, mean of the ECB's daily reference rates over a whole year."""
    return _read("ecb_yearly_rates")


@cache
def imf_gdp_rates() -> pl.DataFrame:
    """National currency for one US dollar, as the IMF converts a country's GDP; in the currency of `stated_on`."""
    return _read("imf_gdp_rates")


@cache
def official_rates() -> pl.DataFrame:
    """Official parities and rates that neither the ECB nor the IMF prints: `units` of a currency for one of `per`."""
    return _read("official_rates")


@cache
def redenominations() -> pl.DataFrame:
    """Currencies that replaced another of the same country, `former_units` for one; but for the euro."""
    return _read("redenominations")


@cache
def corrections() -> pl.DataFrame:
    """Corrections of sources' faults, each with its guard."""
    return _read("corrections")


@cache
def editions() -> pl.DataFrame:
    """What is known of the bundled editions."""
    return _read("editions")


@cache
def edition_coverage() -> pl.DataFrame:
    """What a whole edition of a source holds: by measure the economies (a number, or a group's members) and years."""
    return _read("edition_coverage")


@cache
def withdrawn_editions() -> pl.DataFrame:
    """Editions that their source has withdrawn; empty as long as none has."""
    return _read("withdrawn_editions")


@cache
def check_exceptions() -> pl.DataFrame:
    """Reviewed figures that a check would refuse; `largest` is in the unit that the row's reason names."""
    return _read("check_exceptions")


@cache
def revision_bounds() -> pl.DataFrame:
    """Revisions beyond which a person looks: of `change` in the unit of the figure, of `change_pct` in percent."""
    return _read("revision_bounds")


@cache
def yearly_change_bounds() -> pl.DataFrame:
    """Changes from year to year beyond which a person looks: `change` in points, `change_pct` in percent."""
    return _read("yearly_change_bounds")


@cache
def outlook_model() -> pl.DataFrame:
    """Parameters of the simulation of what may come, and how each was chosen."""
    return _read("outlook_model")


@cache
def outlook_regimes() -> pl.DataFrame:
    """Years from which defence shares move otherwise than before: drift is never measured across one."""
    return _read("outlook_regimes")


@cache
def likelihood() -> pl.DataFrame:
    """Words for probabilities, each with the fraction from which it is used."""
    return _read("likelihood")


@cache
def sources() -> pl.DataFrame:
    """The publishers, their terms and how to cite them."""
    return _read("sources")


@cache
def labels(source: str) -> pl.DataFrame:
    """A source's entity labels, with the days of publication between which it used them."""
    return _read(f"{_LABELS}{source}").drop("citation", strict=False)


@cache
def label_schemes() -> tuple[str, ...]:
    """Names for which `labels` has a register: each source, and next to it other schemes of it (nato_transcription)."""
    folder = files("transforms").joinpath("registers", *_LABELS.strip("/").split("/"))
    held = sorted(file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv"))
    return tuple(
        name for source in sources()["source_id"] for name in held if name == source or name.startswith(f"{source}_")
    )


@cache
def countries() -> pl.DataFrame:
    """Countries of ISO 3166-1 under the names in common use, Kosovo, and former states."""
    names = dict(_read("country_names").select("iso3", "name").iter_rows())
    iso = pl.DataFrame(
        [
            {
                "iso3": country.alpha_3,
                "iso2": country.alpha_2,
                "iso_numeric": country.numeric,
                "name": names.get(country.alpha_3) or getattr(country, "common_name", None) or country.name,
                "official_name": getattr(country, "official_name", None),
                "kind": "country",
            }
            for country in pycountry.countries
        ]
    )
    return pl.concat([iso, _read("countries_extra").select(iso.columns)]).sort("iso3")


@cache
def other_names() -> pl.DataFrame:
    """Names in addition to those of ISO 3166 and the sources' labels: common, former, and as a source prints them."""
    return _read("other_names")


def _read(name: str) -> pl.DataFrame:
    file = files("transforms").joinpath("registers", *f"{name}.csv".split("/"))
    if not file.is_file():
        raise RegisterError(place=f"{name}.csv", expected="a register in transforms/registers", found="no such file")
    return read_register(name, file.read_bytes())


def read_register(name: str, content: bytes) -> pl.DataFrame:
    """The register `name` ("breaks", "labels/nato") from the bytes of a CSV file, in the order of its schema.

    Raises `RegisterError` at the first unknown or missing column, value that is not of its type or vocabulary, empty
    cell that must not be empty, repeated key, or period that ends before it begins or overlaps another of its key.
    """
    file = f"{name}.csv"
    schema = LABELS_SCHEMA if name.startswith(_LABELS) else SCHEMAS[name]
    text = _text(file, content, schema)
    frame = text.with_columns(_typed(column, schema.columns[column]) for column in text.columns)
    for column in text.columns:
        column_type = schema.columns[column]
        unread = text[column].is_not_null() & frame[column].is_null()
        _refuse(file, column, _wanted(column_type), text, pl.lit(unread))
        if column not in schema.may_be_empty:
            _refuse(file, column, "a value", text, pl.col(column).is_null())
    _refuse(file, ", ".join(schema.key), "each key once", text, pl.struct(*schema.key).is_duplicated())
    if schema.period:
        _refuse_period(file, frame, schema.key, schema.period)
    if name.startswith(_LABELS):
        source = name.removeprefix(_LABELS)
        _refuse(file, "source", f"{source!r}, the name of the file", text, pl.col("source") != source)
    return frame


def _text(file: str, content: bytes, schema: Schema) -> pl.DataFrame:
    """The cells as text in the schema's order, empty ones null; polars' own reader would fill up short rows."""
    try:
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise RegisterError(place=file, expected="a CSV file in UTF-8 with a header", found=str(error)) from error
    missing = set(schema.columns) - set(header) - schema.may_be_absent
    if missing or set(header) - set(schema.columns) or len(set(header)) < len(header):
        raise RegisterError(place=f"{file}, header", expected=", ".join(schema.columns), found=", ".join(header))
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header) or any(cell != cell.strip() for cell in row):
            expected = f"{len(header)} cells without blanks at their ends"
            raise RegisterError(place=f"{file}, row {number}", expected=expected, found=repr(row))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, TEXT), orient="row")
    present = [column for column in schema.columns if column in header]
    return frame.select(pl.col(column).replace("", None) for column in present)


def _typed(column: str, column_type: pl.DataType) -> pl.Expr:
    if isinstance(column_type, pl.Enum):
        return pl.col(column).cast(column_type, strict=False).cast(TEXT)
    if column_type == TRUTH:
        return pl.col(column).replace_strict({"true": True, "false": False}, default=None, return_dtype=TRUTH)
    if column_type == DATE:
        iso_date = pl.col(column).str.contains(r"^\d{4}-\d{2}-\d{2}$")
        return pl.when(iso_date).then(pl.col(column)).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(column).cast(column_type, strict=False)


def _wanted(column_type: pl.DataType) -> str:
    if isinstance(column_type, pl.Enum):
        return f"one of {', '.join(column_type.categories)}"
    names = {DATE: "a day as YYYY-MM-DD", TRUTH: "true or false", YEAR: "a year", NUMBER: "a number"}
    return names.get(column_type, "text")


def _refuse_period(file: str, frame: pl.DataFrame, key: tuple[str, ...], period: tuple[str, str]) -> None:
    start, end = period
    _refuse(file, end, f"no end before {start}", frame, pl.col(end) < pl.col(start))
    same = [column for column in key if column != start]
    if len(same) == len(key):
        return
    first, last = (dt.date.min, dt.date.max) if frame.schema[start] == DATE else (dt.MINYEAR, dt.MAXYEAR)
    until_now = pl.col(end).fill_null(last).shift(1).over(same, order_by=start)
    overlaps = until_now >= pl.col(start).fill_null(first)
    _refuse(file, start, f"one {', '.join(same)} at a time", frame, overlaps)


def _refuse(file: str, column: str, expected: str, frame: pl.DataFrame, broken: pl.Expr) -> None:
    bad = frame.with_row_index("row", offset=2).filter(broken)
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise RegisterError(place=f"{file}, row {row.pop('row')}, {column}", expected=expected, found=str(row))
