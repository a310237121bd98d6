"""Eurostat's government expenditure on defence: JSON-stat (gov_ev) and SDMX-CSV (gov_10a_exp) into the raw frame.

Belongs here: the two formats, their codes and flags. Does not belong here: countries (labels), addresses.

Read in the reply of 27 April 2026 for gov_ev. COFOG's expenditure is accrual on delivery and without pensions: far from
NATO's definition (Germany 2025: 1.5 % against 2.22 %).
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.parse.frame import RawFigure, raw_frame


@dataclass(frozen=True, slots=True)
class _Series:
    indicator: str
    unit: str
    currency: str | None


# (national accounts item, unit). `MIO_NAC` is national currency without its name.
_SERIES: Final[Mapping[tuple[str, str], _Series]] = {
    ("TE", "MIO_EUR"): _Series("defence_expenditure", "million", "EUR"),
    ("TE", "MIO_NAC"): _Series("defence_expenditure", "million", "NAC"),
    ("TE", "PC_GDP"): _Series("defence_share_of_gdp", "percent", None),
    ("P51G", "MIO_EUR"): _Series("defence_investment", "million", "EUR"),
    ("P51G", "MIO_NAC"): _Series("defence_investment", "million", "NAC"),
}
# Investment as a share of GDP is printed to one decimal: dividing money by money says more.
_LEFT_OUT: Final = frozenset({("P51G", "PC_GDP")})
# Dimensions that must hold this one code: another would be another quantity.
_FIXED: Final = {"freq": "A", "expend": "DEF", "sector": "S13", "cofog99": "GF02"}
_FREE: Final = frozenset({"na_item", "unit", "geo", "time"})
_FLAGS: Final = {"p": "provisional", "e": "estimate", "b": "break_in_series", "d": "definition_differs"}
_TOO_LARGE: Final = b"Due to the large query"
_CSV_COLUMNS: Final = ("freq", "unit", "sector", "cofog99", "na_item", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG")


def parse_eurostat_jsonstat(payload: bytes) -> pl.DataFrame:
    """Raw frame of a JSON-stat 2.0 reply of gov_ev; a cell that `value` lacks is a missing row.

    Million euro, million national currency, percent of GDP; calendar years. Raises `PayloadError` for other bytes (also
    for the asynchronous answer to a query that was too large), `LayoutError` for unknown dimensions, codes and flags.
    """
    dataset = _dataset(payload)
    codes = _codes(dataset)
    values, flags = dataset["value"], dataset.get("status", {})
    positions = _positions(codes)
    beyond = [key for key in (*values, *flags) if not key.isdigit() or int(key) >= len(positions)]
    if beyond:
        raise LayoutError(place=f"value[{beyond[0]}]", expected=f"indices below {len(positions)}", found=beyond[0])
    return raw_frame(
        _figure(cell, values.get(str(index)), flags.get(str(index), ""), f"value[{index}] ({','.join(cell.values())})")
        for index, cell in enumerate(positions)
        if not _is_left_out(cell, f"value[{index}]")
    )


def parse_eurostat_sdmx_csv(payload: bytes) -> pl.DataFrame:
    """Raw frame of an SDMX-CSV reply of gov_10a_exp (plain or gzip); raises like `parse_eurostat_jsonstat`."""
    content = gzip.decompress(payload) if payload.startswith(b"\x1f\x8b") else payload
    _refuse_other_answers(content, expected="SDMX-CSV", opening=b"DATAFLOW")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    absent = [name for name in _CSV_COLUMNS if not rows or name not in rows[0]]
    if absent:
        raise LayoutError(place="header", expected=", ".join(_CSV_COLUMNS), found=f"no {', '.join(absent)}")
    return raw_frame(_csv_figures(rows))


def edition_date(payload: bytes) -> dt.date:
    """The day of `updated` of a JSON-stat reply; raises like `parse_eurostat_jsonstat`."""
    updated = _dataset(payload).get("updated")
    try:
        return dt.date.fromisoformat(str(updated)[:10])
    except ValueError as error:
        raise LayoutError(place="updated", expected="a time in ISO 8601", found=repr(updated)) from error


def _dataset(payload: bytes) -> dict[str, Any]:
    _refuse_other_answers(payload, expected="a JSON-stat data set", opening=b"{")
    try:
        dataset = json.loads(payload)
    except json.JSONDecodeError as error:
        raise PayloadError(place=f"byte {error.pos}", expected="whole JSON", found=error.msg) from error
    if dataset.get("class") != "dataset" or not isinstance(dataset.get("value"), dict):
        found = json.dumps(dataset)[:200]
        raise PayloadError(place="class", expected="a JSON-stat data set with values", found=found)
    return dict(dataset)


def _refuse_other_answers(payload: bytes, *, expected: str, opening: bytes) -> None:
    head = payload.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _TOO_LARGE in payload:
        advice = "ask for fewer countries, units or years in one query"
        raise PayloadError(
            place="footer", expected=expected, found="the answer to a query that was too large", advice=advice
        )
    if not head.startswith(opening):
        raise PayloadError(place="first bytes", expected=expected, found=repr(head[:60]))


def _codes(dataset: Mapping[str, Any]) -> dict[str, list[str]]:
    """Codes by dimension, in the order of `id`, each in the order of its index."""
    codes: dict[str, list[str]] = {}
    for name, size in zip(dataset["id"], dataset["size"], strict=True):
        index = dataset["dimension"][name]["category"]["index"]
        codes[name] = sorted(index, key=index.__getitem__)
        if len(codes[name]) != size:
            raise LayoutError(place=f"dimension {name}", expected=f"{size} codes", found=str(len(codes[name])))
        _prove_dimension(name, codes[name])
    lacking = _FREE - set(codes)
    if lacking:
        raise LayoutError(place="id", expected="na_item, unit, geo and time", found=f"no {', '.join(sorted(lacking))}")
    return codes


def _prove_dimension(name: str, codes: Sequence[str]) -> None:
    if name not in _FREE and codes != [_FIXED.get(name)]:
        wanted = _FIXED.get(name, "no such dimension")
        raise LayoutError(place=f"dimension {name}", expected=wanted, found=", ".join(codes))


def _positions(codes: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Codes of each index of the flat `value`, which runs through the dimensions with the last one fastest."""
    free = [name for name in codes if name in _FREE]
    return [
        {name: code for name, code in zip(codes, combination, strict=True) if name in free}
        for combination in product(*codes.values())
    ]


def _is_left_out(cell: Mapping[str, str], place: str) -> bool:
    series = (cell["na_item"], cell["unit"])
    if series not in _SERIES and series not in _LEFT_OUT:
        raise LayoutError(place=place, expected=f"one of {sorted(_SERIES)}", found=str(series))
    return series in _LEFT_OUT


def _csv_figures(rows: Sequence[Mapping[str, str]]) -> Iterator[RawFigure]:
    for line, row in enumerate(rows, start=2):
        place = f"row {line}"
        for name, code in _FIXED.items():
            if name in row and row[name] != code:
                raise LayoutError(place=place, expected=f"{name} {code}", found=row[name])
        cell = {"na_item": row["na_item"], "unit": row["unit"], "geo": row["geo"], "time": row["TIME_PERIOD"]}
        if not _is_left_out(cell, place):
            yield _figure(cell, _number(row["OBS_VALUE"], place), row["OBS_FLAG"], place)


def _number(printed: str, place: str) -> float | None:
    if printed in {"", ":"}:
        return None
    try:
        return float(printed)
    except ValueError as error:
        raise ValueRefusedError(place=place, expected="a figure or `:`", found=repr(printed)) from error


def _figure(cell: Mapping[str, str], value: object, flags: str, place: str) -> RawFigure:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueRefusedError(place=place, expected="a figure", found=repr(value))
    unknown = set(flags) - set(_FLAGS)
    if unknown:
        raise LayoutError(place=place, expected=f"flags {', '.join(_FLAGS)}", found=", ".join(sorted(unknown)))
    if not (cell["time"].isdigit() and len(cell["time"]) == 4):  # noqa: PLR2004 (a year)
        raise LayoutError(place=place, expected="a year", found=cell["time"])
    series = _SERIES[cell["na_item"], cell["unit"]]
    return RawFigure(
        indicator=series.indicator,
        entity_label=cell["geo"],
        year=int(cell["time"]),
        value=None if value is None else float(value),
        availability="missing" if value is None else "reported",
        unit=series.unit,
        currency=series.currency,
        price_basis="current",
        base_year=None,
        year_basis="calendar",
        status="estimate" if "e" in flags else "actual",
        flags=[_FLAGS[letter] for letter in sorted(set(flags))],
        note=None,
        locator=place,
    )
