"""The raw frame: what every parser returns, faithful to the source and long.

Belongs here: the columns, and the one constructor that holds parsers to them and to their vocabularies.
Does not belong here: the words (transforms.vocabulary); knowledge of any source's layout; entity codes and units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

import polars as pl

from transforms.errors import ValueRefusedError
from transforms.vocabulary import (
    AVAILABILITIES,
    CHANGE_SINCE,
    FLAGS,
    INDICATORS,
    PRICE_BASES,
    SOURCE_UNITS,
    STATUSES,
    YEAR_BASES,
)

RAW_SCHEMA: Final[dict[str, pl.DataType]] = {
    "indicator": pl.String(),
    "entity_label": pl.String(),  # the source's own label or code, trimmed; footnote marks go to `note`
    "year": pl.Int16(),
    "value": pl.Float64(),  # null unless availability is "reported"
    "availability": pl.String(),
    "unit": pl.String(),  # one of SOURCE_UNITS
    "currency": pl.String(),  # as printed ("Leks", "US dollars") or an ISO 4217 code; null where no money is meant
    "price_basis": pl.String(),
    "base_year": pl.Int16(),  # of constant prices, else null
    "year_basis": pl.String(),
    "status": pl.String(),
    "flags": pl.List(pl.String()),  # sorted, from FLAGS
    "note": pl.String(),  # footnote marks and footnotes as printed, else null
    "locator": pl.String(),  # where in the payload: "TABLE3!N35"
}


@dataclass(frozen=True, slots=True)
class RawFigure:
    """One printed cell. Field order is that of RAW_SCHEMA."""

    indicator: str
    entity_label: str
    year: int
    value: float | None
    availability: str
    unit: str
    currency: str | None
    price_basis: str
    base_year: int | None
    year_basis: str
    status: str
    flags: Sequence[str]
    note: str | None
    locator: str


# Subjects that a summary names of each kind of notice.
_SUBJECTS_NAMED: Final = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know of an edition that is read all the same: what was withheld or passed over, and why.

    `kind` says what and why, `subject` of what (`Zimbabwe 2025`), `place` is the first cell; `cells` counts the figures
    concerned, 0 where none is lost.
    """

    kind: str
    subject: str
    place: str
    cells: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser makes of a payload: its raw frame, and the notices that go with it."""

    figures: pl.DataFrame
    notices: tuple[Notice, ...] = ()


def summary(notices: Sequence[Notice]) -> list[str]:
    """One sentence a kind: how many figures, of what, and the place of the first."""
    kinds: dict[str, list[Notice]] = {}
    for notice in notices:
        kinds.setdefault(notice.kind, []).append(notice)
    sentences = []
    for kind, of_kind in kinds.items():
        subjects = list(dict.fromkeys(notice.subject for notice in of_kind))
        more = len(subjects) - _SUBJECTS_NAMED
        named = ", ".join(subjects[:_SUBJECTS_NAMED]) + (f" and {more} more" if more > 0 else "")
        cells = sum(notice.cells for notice in of_kind)
        counted = f" ({cells} figure{'s' if cells > 1 else ''}, first at {of_kind[0].place})" if cells else ""
        sentences.append(f"{kind}: {named}{counted}")
    return sentences


def raw_frame(figures: Iterable[RawFigure]) -> pl.DataFrame:
    """Build the raw frame and hold it to the contract.

    Raises `ValueRefusedError` at the first row whose vocabulary, availability or base year contradicts the contract.
    """
    names = [field.name for field in fields(RawFigure)]
    rows = list(map(attrgetter(*names), figures))
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    flags = columns.pop("flags")
    held = {name: pl.Series(name, values, dtype=RAW_SCHEMA[name]) for name, values in columns.items()}
    return checked(pl.DataFrame(held | {"flags": flags_series(flags)}).select(*RAW_SCHEMA))


def flags_series(flags: Iterable[Sequence[str]]) -> pl.Series:
    """The flags of each figure, sorted. Few sets of them recur, and polars is slow to take a list a row."""
    numbers: dict[tuple[str, ...], int] = {}
    taken = [numbers.setdefault(tuple(sorted(of_figure)), len(numbers)) for of_figure in flags]
    return pl.Series("flags", [list(of_figure) for of_figure in numbers], dtype=RAW_SCHEMA["flags"])[taken]


def checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame if it keeps the contract; for parsers that build it column by column."""
    if frame.schema != pl.Schema(RAW_SCHEMA):
        raise ValueRefusedError(place="raw frame", expected=str(RAW_SCHEMA), found=str(dict(frame.schema)))
    for rule, broken in _rules().items():
        offenders = frame.filter(broken)
        if not offenders.is_empty():
            row = offenders.row(0, named=True)
            place = row["locator"] or f"{row['indicator']} of {row['entity_label']}, {row['year']}"
            raise ValueRefusedError(place=place, expected=rule, found=str(row))
    return frame


def _rules() -> dict[str, pl.Expr]:
    column = pl.col
    known_indicator = column("indicator").is_in(INDICATORS) | column("indicator").str.contains(
        f"^{CHANGE_SINCE.pattern}$"
    )
    reported = column("availability") == "reported"
    return {
        "a known indicator": ~known_indicator,
        "a known source unit": ~column("unit").is_in(SOURCE_UNITS),
        "a known availability": ~column("availability").is_in(AVAILABILITIES),
        "a known status": ~column("status").is_in(STATUSES),
        "a known price basis": ~column("price_basis").is_in(PRICE_BASES),
        "a known year basis": ~column("year_basis").is_in(YEAR_BASES),
        "known flags": column("flags").list.eval(~pl.element().is_in(FLAGS)).list.any(),
        "a value exactly where availability is 'reported'": reported != column("value").is_not_null(),
        "a finite value": column("value").is_not_null() & ~column("value").is_finite(),
        "a base year exactly where prices are constant": (column("price_basis") == "constant")
        != column("base_year").is_not_null(),
        "an entity label": column("entity_label").is_null() | (column("entity_label") == ""),
        "a locator": column("locator").is_null() | (column("locator") == ""),
    }
