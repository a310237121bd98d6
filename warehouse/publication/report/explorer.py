"""The data of the explorer: every edition's figures in one compact script that a page opens from disk.

A page that is opened from disk may load a script, but may not fetch data: so the data are a script that sets one name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from os.path import commonprefix
from typing import Any, Final, NamedTuple

from warehouse.publication.report.printed import as_json

Row = Mapping[str, Any]
GLOBAL: Final = "burdenSharing"  # the name that the script sets


class Measure(NamedTuple):
    """What can be drawn: title and unit for a reader; `parted` where figures of several units share it."""

    title: str
    unit: str
    parted: bool = False


# Keys are those of queries/explorer.sql; the unit of a currency or a base year is completed by its series.
MEASURES: Final[Mapping[str, Measure]] = {
    "defence_share_of_gdp": Measure("Defence spending as a share of GDP", "% of GDP"),
    "usd_current": Measure("Defence spending, US$, current prices and exchange rates", "million US$"),
    "usd_constant": Measure("Defence spending, US$, constant prices and exchange rates", "million US$", parted=True),
    "national_current": Measure("Defence spending, national currency, current prices", "million", parted=True),
    "national_constant": Measure("Defence spending, national currency, constant prices", "million", parted=True),
    "eur_current": Measure("Defence spending, euro, current prices", "million EUR"),
    "defence_per_capita": Measure("Defence spending per head, US$, constant prices", "US$ per head", parted=True),
    "defence_real_change": Measure("Defence spending, real change on the year before", "% a year"),
    "personnel": Measure("Military personnel", "thousand persons"),
    "equipment_share": Measure("Equipment as a share of defence spending", "% of defence spending"),
    "personnel_share": Measure("Personnel as a share of defence spending", "% of defence spending"),
    "infrastructure_share": Measure("Infrastructure as a share of defence spending", "% of defence spending"),
    "other_share": Measure("Other expenditure as a share of defence spending", "% of defence spending"),
    "gdp_usd_current": Measure("GDP, US$, current prices and exchange rates", "million US$"),
}
# How a reader knows a source; another one goes by its code.
SOURCES: Final[Mapping[str, str]] = {
    "nato": "NATO",
    "sipri": "SIPRI",
    "world_bank": "World Bank",
    "imf": "IMF",
    "eurostat": "Eurostat",
}
_CITED: Final = (
    *("edition_id", "source_id", "title", "published_on", "completeness", "definition"),
    *("citation", "licence", "url"),
)
_SERIES: Final = ("source_id", "measure", "entity", "edition_id", "currency", "base_year", "definition")


def data_script(
    rows: Iterable[Row],
    *,
    editions: Sequence[Row],
    entities: Mapping[str, str],
    numeric: Mapping[str, str | None],
    names: Mapping[str, Any],
    build: Row,
) -> str:
    """The script: series of `rows` (in the order of the query), the editions they come from, names and terms.

    `entities` maps codes to names, `numeric` those of countries to ISO's numeric ones, by which the map knows them;
    `names` is what the filter of the report takes with codes in place of names.
    """
    flags: dict[str, int] = {}
    held = [_series(dict(zip(_SERIES, key, strict=True)), list(group), flags) for key, group in groupby(rows, _key)]
    used = {series["edition_id"] for series in held}
    data = {
        "build": build,
        "measures": {key: measure._asdict() for key, measure in MEASURES.items()},
        "sources": SOURCES,
        "editions": [{name: row[name] for name in _CITED} for row in editions if row["edition_id"] in used],
        "entities": {series["entity"]: entities[series["entity"]] for series in held},
        "numeric": {series["entity"]: numeric.get(series["entity"]) for series in held},
        "flags": list(flags),
        "names": names,
        "series": [list(series.values()) for series in held],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=as_json).replace("<", "\\u003c")
    return f"globalThis.{GLOBAL}={text};\n"


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _SERIES)


def _series(known: dict[str, Any], rows: Sequence[Row], flags: dict[str, int]) -> dict[str, Any]:
    """Years, values, statuses, flags, cells of one series; a null value is one that its edition prints as missing."""
    cells = [str(row["locator"]) for row in rows]
    prefix = commonprefix(cells)  # noqa: RUF071 (of characters: a cell is no path)
    marks = [", ".join(row["flags"] or []) for row in rows]
    return {
        **known,
        "years": [row["year"] for row in rows],
        "values": [None if row["value"] is None else _short(row["value"]) for row in rows],
        "statuses": "".join("m" if row["value"] is None else str(row["status"])[0] for row in rows),
        "flags": [flags.setdefault(mark, len(flags)) for mark in marks],
        "prefix": prefix,
        "cells": [cell[len(prefix) :] for cell in cells],
    }


def _short(value: float) -> float | int:
    """The same number without the `.0` of a whole one."""
    return int(value) if value == int(value) else value
