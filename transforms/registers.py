"""Reads the registers of transforms/reference: typed, checked, cached.

Belongs here: the schema of each register and what follows from it alone (who is a member in a year).
Does not belong here: the facts (CSV files), and what the pipeline makes of them.

A rule, a group, a member, a plan, a break or a label is added by one row of data with its citation.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl
import pycountry

from transforms.errors import RefusedInputError


class RegisterError(RefusedInputError):
    """A register whose columns, types or keys are not what its schema says; the place names file and row."""


_TEXT: Final = pl.String()
_YEAR: Final = pl.Int16()
_DATE: Final = pl.Date()
_NUMBER: Final = pl.Float64()
_TRUTH: Final = pl.Boolean()

# Register -> (key, columns that may be empty, columns with types).
_SCHEMAS: Final[dict[str, tuple[tuple[str, ...], frozenset[str], dict[str, pl.DataType]]]] = {
    "groups": (("group_id",), frozenset(), dict.fromkeys(("group_id", "name", "description", "citation"), _TEXT)),
    "memberships": (
        ("group_id", "iso3", "member_from"),
        frozenset({"member_to"}),
        {"group_id": _TEXT, "iso3": _TEXT, "member_from": _DATE, "member_to": _DATE, "citation": _TEXT},
    ),
    "guidelines": (
        ("rule_id",),
        frozenset({"due_year", "review_year", "note"}),
        {
            "rule_id": _TEXT,
            "title": _TEXT,
            "threshold_pct": _NUMBER,
            "comparison": _TEXT,
            "indicator": _TEXT,
            "adopted_on": _DATE,
            "due_year": _YEAR,
            "due_at_once": _TRUTH,
            "scope": _TEXT,
            "kind": _TEXT,
            "review_year": _YEAR,
            "note": _TEXT,
            "citation": _TEXT,
        },
    ),
    "national_currencies": (
        ("iso3", "valid_from"),
        frozenset({"valid_to", "irrevocable_rate"}),
        {
            "iso3": _TEXT,
            "currency": _TEXT,
            "valid_from": _DATE,
            "valid_to": _DATE,
            "irrevocable_rate": _NUMBER,
            "citation": _TEXT,
        },
    ),
    "currency_labels": (
        ("source", "label", "iso3"),
        frozenset({"iso3", "note"}),
        dict.fromkeys(("source", "label", "iso3", "currency", "note", "citation"), _TEXT),
    ),
    "not_applicable": (
        ("source_id", "iso3", "indicator"),
        frozenset(),
        dict.fromkeys(("source_id", "iso3", "indicator", "reason", "citation"), _TEXT),
    ),
    "breaks": (
        ("break_id",),
        frozenset({"indicator", "year_to", "edition_from", "size_pp"}),
        {
            "break_id": _TEXT,
            "source_id": _TEXT,
            "entity": _TEXT,
            "indicator": _TEXT,
            "year_from": _YEAR,
            "year_to": _YEAR,
            "edition_from": _DATE,
            "flag": _TEXT,
            "description": _TEXT,
            "size_pp": _NUMBER,
            "citation": _TEXT,
        },
    ),
    "national_plans": (
        ("plan_id",),
        frozenset(),
        {
            "plan_id": _TEXT,
            "iso3": _TEXT,
            "year": _YEAR,
            "planned_share_pct": _NUMBER,
            "announced_on": _DATE,
            "description": _TEXT,
            "citation": _TEXT,
        },
    ),
    "share_exceptions": (
        ("exception_id",),
        frozenset(),
        {
            "exception_id": _TEXT,
            "edition_id": _TEXT,
            "entity": _TEXT,
            "year_from": _YEAR,
            "year_to": _YEAR,
            "price_basis": _TEXT,
            "largest_difference_pp": _NUMBER,
            "reason": _TEXT,
            "citation": _TEXT,
            "reviewed_on": _DATE,
        },
    ),
    "corrections": (
        ("correction_id",),
        frozenset(),
        {
            "correction_id": _TEXT,
            "edition_id": _TEXT,
            "indicator": _TEXT,
            "entity": _TEXT,
            "year_from": _YEAR,
            "year_to": _YEAR,
            "action": _TEXT,
            "expect": _TEXT,
            "reason": _TEXT,
            "citation": _TEXT,
            "reviewed_on": _DATE,
        },
    ),
    "editions": (
        ("edition_id",),
        frozenset({"cutoff_on", "price_base_year", "estimate_years", "note"}),
        {
            "edition_id": _TEXT,
            "source_id": _TEXT,
            "title": _TEXT,
            "published_on": _DATE,
            "cutoff_on": _DATE,
            "url": _TEXT,
            "definition": _TEXT,
            "price_base_year": _YEAR,
            "completeness": _TEXT,
            "estimate_years": _TEXT,
            "citation": _TEXT,
            "note": _TEXT,
        },
    ),
    "sources": (
        ("source_id",),
        frozenset(),
        dict.fromkeys(("source_id", "name", "publisher", "homepage", "licence", "redistribution", "citation"), _TEXT),
    ),
    "countries_extra": (
        ("iso3",),
        frozenset({"iso2", "iso_numeric", "official_name", "existed_to"}),
        {
            "iso3": _TEXT,
            "iso2": _TEXT,
            "iso_numeric": _TEXT,
            "name": _TEXT,
            "official_name": _TEXT,
            "kind": _TEXT,
            "existed_from": _DATE,
            "existed_to": _DATE,
            "citation": _TEXT,
        },
    ),
    "country_names": (("iso3",), frozenset(), {"iso3": _TEXT, "name": _TEXT}),
}
_LABELS: Final = (
    ("label", "valid_from"),
    frozenset({"valid_from", "valid_to", "note"}),
    {
        "source": _TEXT,
        "label": _TEXT,
        "entity": _TEXT,
        "kind": _TEXT,
        "valid_from": _DATE,
        "valid_to": _DATE,
        "note": _TEXT,
    },
)


@cache
def groups() -> pl.DataFrame:
    """Groups of countries and published aggregates."""
    return _read("groups")


@cache
def memberships() -> pl.DataFrame:
    """Dated members of groups."""
    return _read("memberships")


def members(group_id: str, year: int) -> list[str]:
    """ISO3 codes of a group's members in a year; a member counts from the year of accession, as NATO counts."""
    belongs = (pl.col("member_from").dt.year() <= year) & (
        pl.col("member_to").is_null() | (pl.col("member_to").dt.year() >= year)
    )
    return sorted(memberships().filter((pl.col("group_id") == group_id) & belongs)["iso3"])


@cache
def guidelines() -> pl.DataFrame:
    """Spending rules as dated facts."""
    return _read("guidelines")


@cache
def national_currencies() -> pl.DataFrame:
    """Currencies by country and day, with irrevocable rates (units of the former currency for one euro)."""
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
    """Breaks in series, reclassifications, one-off payments."""
    return _read("breaks")


@cache
def national_plans() -> pl.DataFrame:
    """Announced national plans, percent of GDP."""
    return _read("national_plans")


@cache
def share_exceptions() -> pl.DataFrame:
    """Reviewed differences between published and recomputed shares, in percentage points."""
    return _read("share_exceptions")


@cache
def corrections() -> pl.DataFrame:
    """Corrections of sources' faults, each with its guard."""
    return _read("corrections")


@cache
def editions() -> pl.DataFrame:
    """What is known of the bundled editions."""
    return _read("editions")


@cache
def sources() -> pl.DataFrame:
    """The publishers, their terms and how to cite them."""
    return _read("sources")


@cache
def labels(source: str) -> pl.DataFrame:
    """A source's entity labels, with the days of publication between which it used them."""
    key, optional, schema = _LABELS
    return _checked(f"labels/{source}", key, optional, schema, optional_columns=frozenset({"citation"}))


@cache
def countries() -> pl.DataFrame:
    """Countries of ISO 3166-1 under the names in common use, Kosovo, and former states."""
    names = dict(_read("country_names").iter_rows())
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


def _read(name: str) -> pl.DataFrame:
    return _checked(name, *_SCHEMAS[name])


def _checked(
    name: str,
    key: tuple[str, ...],
    optional: frozenset[str],
    schema: dict[str, pl.DataType],
    *,
    optional_columns: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    file = f"{name}.csv"
    content = files("transforms").joinpath("reference", *file.split("/")).read_bytes()
    text = pl.read_csv(io.BytesIO(content), infer_schema=False)
    if set(text.columns) - optional_columns != set(schema):
        raise RegisterError(place=f"{file}, header", expected=", ".join(schema), found=", ".join(text.columns))
    text = text.select(*schema)
    frame = text.with_columns(_cast(name, column_type) for name, column_type in schema.items())
    _refuse(file, "a value of the column's type", text, _unread(text, frame))
    _refuse(file, "a value", text, pl.any_horizontal(pl.col(c).is_null() for c in schema if c not in optional))
    _refuse(file, f"one row for each {', '.join(key)}", text, pl.struct(*key).is_duplicated())
    return frame


def _cast(name: str, column_type: pl.DataType) -> pl.Expr:
    if column_type == _TRUTH:
        return pl.col(name).replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if column_type == _DATE:
        return pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(name).cast(column_type, strict=False)


def _unread(text: pl.DataFrame, frame: pl.DataFrame) -> pl.Expr:
    lost = [text[name].is_not_null() & frame[name].is_null() for name in text.columns]
    return pl.any_horizontal(pl.lit(series) for series in lost)


def _refuse(file: str, expected: str, text: pl.DataFrame, broken: pl.Expr) -> None:
    bad = text.with_row_index("row", offset=2).filter(broken)
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise RegisterError(place=f"{file}, row {row.pop('row')}", expected=expected, found=str(row))
