"""Eurostat's government expenditure on defence: gov_ev and gov_10a_exp, as JSON-stat and as SDMX-CSV.

Belongs here: the two formats, their codes and flags, and which of the two data sets a file is by its own identifiers.
Does not belong here: countries (labels), addresses.

Read in the reply of 27 April 2026 for gov_ev. COFOG's expenditure is accrual on delivery and without pensions: far from
NATO's definition (Germany 2025: 1.5 % against 2.22 %).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.identity import Identity, days_meant
from transforms.parse.printed_number import figure_at
from transforms.payload import Record, json_reply, opening, table, ungzipped


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
_CSV_COLUMNS: Final = ("DATAFLOW", "freq", "unit", "na_item", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG")


@dataclass(frozen=True, slots=True)
class _DataSet:
    """A data set by its two names for itself: its id, and the dimensions that say that its figures are of defence."""

    name: str
    definition: str
    subject: frozenset[str]


_DATA_SETS: Final = {
    "GOV_EV": _DataSet("gov_ev", "eurostat_gov_ev", frozenset({"expend"})),
    "GOV_10A_EXP": _DataSet("gov_10a_exp", "eurostat_cofog", frozenset({"sector", "cofog99"})),
}
_DATAFLOW: Final = re.compile(r"ESTAT:(?P<id>\w+)\(\d+\.\d+\)")
_LAST_UPDATE: Final = re.compile(r"(\d{2})/(\d{2})/(\d{2})(?!\d)", re.ASCII)  # 27/04/26 23:00:00
_CENTURY: Final = 2000
# CONF_STATUS marks a cell that is confidential, and then empty.
_SAYS_NOTHING_OF_THE_FIGURE: Final = frozenset({"LAST UPDATE", "CONF_STATUS"})


def parse_eurostat_jsonstat(payload: bytes) -> pl.DataFrame:
    """Raw frame of a JSON-stat 2.0 reply of gov_ev or gov_10a_exp; a cell that `value` lacks is a missing row.

    Million euro, million national currency, percent of GDP; calendar years. Raises `PayloadError` for other bytes (also
    for the asynchronous answer to a query that was too large), `LayoutError` for unknown dimensions, codes and flags.
    """
    dataset = _dataset(payload)
    codes = _codes(dataset)
    _jsonstat_data_set(dataset)
    positions = _positions(codes)
    values = _by_position(dataset, "value", len(positions))
    flags = _by_position(dataset, "status", len(positions))
    return raw_frame(
        _figure(cell, values.get(index), flags.get(index), f"value[{index}] ({','.join(cell.values())})")
        for index, cell in enumerate(positions)
        if not _is_left_out(cell, f"value[{index}]")
    )


def parse_eurostat_sdmx_csv(payload: bytes) -> pl.DataFrame:
    """Raw frame of an SDMX-CSV reply of gov_10a_exp or gov_ev (plain or gzip); raises like `parse_eurostat_jsonstat`.

    Columns are read by name, in any order; one that is not known is refused, for it may be a further dimension.
    """
    header, rows = _csv_table(payload)
    _prove_header(header, rows)
    return raw_frame(_csv_figures(rows))


def jsonstat_fingerprint(payload: bytes) -> Fingerprint:
    """Members, dimensions and codes of a JSON-stat reply, known or not; `PayloadError` for other bytes."""
    dataset = _dataset(payload)
    dimensions = dataset.get("dimension")
    codes = {name: _printed_codes(held) for name, held in dimensions.items()} if isinstance(dimensions, dict) else {}
    section = Section(
        kind="data set",
        key="JSON-stat",
        name=str(dataset.get("label", "")),
        columns=[*dataset, *(f"dimension {name}" for name in codes)],
        labels=[f"{name} {code}" for name, held in codes.items() if name != "time" for code in held],
        years=[code for code in codes.get("time", []) if _is_year(code)],
    )
    return fingerprint([section])


def sdmx_csv_fingerprint(payload: bytes) -> Fingerprint:
    """Columns, dataflow and codes of an SDMX-CSV reply, known or not; `PayloadError` for other bytes."""
    header, rows = _csv_table(payload)
    codes = {name: sorted({row.cells[name] for row in rows}) for name in header}
    dimensions = [name for name in header if name in {*_FIXED, *_FREE}]
    section = Section(
        kind="data set",
        key="SDMX-CSV",
        name=", ".join(codes.get("DATAFLOW", [])),
        columns=header,
        labels=[f"{name} {code}" for name in dimensions for code in codes.get(name, [])],
        years=[code for code in codes.get("TIME_PERIOD", []) if _is_year(code)],
    )
    return fingerprint([section], family=section.name.partition("(")[0])


def _printed_codes(dimension: object) -> list[str]:
    match dimension:
        case {"category": {"index": list(codes) | dict(codes)}}:
            return [str(code) for code in codes]
        case _:
            return []


def _is_year(code: str) -> bool:
    return re.fullmatch(r"(19|20)\d\d", code, re.ASCII) is not None


def jsonstat_identity(payload: bytes) -> Identity:
    """Data set and day of `updated` of a JSON-stat reply; raises like `parse_eurostat_jsonstat`."""
    dataset = _dataset(payload)
    held, updated = _jsonstat_data_set(dataset), dataset.get("updated")
    try:
        day = dt.date.fromisoformat(str(updated)[:10])
    except ValueError as error:
        raise LayoutError(place="updated", expected="a time in ISO 8601", found=repr(updated)) from error
    return Identity(definition=held.definition, data_set=held.name, days=(day,))


def sdmx_csv_identity(payload: bytes) -> Identity:
    """Data set and day of `LAST UPDATE` of an SDMX-CSV reply; raises like `parse_eurostat_sdmx_csv`."""
    header, rows = _csv_table(payload)
    held = _prove_header(header, rows)
    printed = {row.cells["LAST UPDATE"] for row in rows} if "LAST UPDATE" in header else set()
    days = {day for text in printed for day in _days_of_update(text)}
    if printed and (not days or len(printed) > 1):
        raise LayoutError(
            place="LAST UPDATE", expected="one time like 27/04/26 23:00:00", found=", ".join(sorted(printed)[:3])
        )
    return Identity(definition=held.definition, data_set=held.name, days=tuple(sorted(days)))


def _days_of_update(printed: str) -> tuple[dt.date, ...]:
    """Eurostat prints day, month and year in two digits each; a spreadsheet prints four digits in its own order."""
    own = _LAST_UPDATE.match(printed)
    if own is None:
        return days_meant(printed)
    day, month, year = (int(part) for part in own.groups())
    try:
        return (dt.date(_CENTURY + year, month, day),)
    except ValueError:
        return ()


def _jsonstat_data_set(dataset: Mapping[str, Any]) -> _DataSet:
    """By the dimensions; `extension.id`, where the reply has it, must say the same."""
    dimensions = dataset.get("id")
    held = _of_subject(map(str, dimensions) if isinstance(dimensions, list) else (), "id")
    match dataset.get("extension"):
        case {"id": str(printed)} if _DATA_SETS.get(printed.upper()) is not held:
            raise LayoutError(place="extension.id", expected=f"{held.name}, as the dimensions say", found=repr(printed))
        case _:
            return held


def _of_subject(names: Iterable[str], place: str) -> _DataSet:
    subject = set(names) - _FREE - {"freq"}
    for held in _DATA_SETS.values():
        if held.subject == subject:
            return held
    raise LayoutError(
        place=place,
        expected=" or ".join(f"{', '.join(sorted(each.subject))} ({each.name})" for each in _DATA_SETS.values()),
        found=", ".join(sorted(subject)) or "neither",
    )


def _dataset(payload: bytes) -> dict[str, Any]:
    _refuse_other_answers(payload, expected="a JSON-stat data set", opened=b"{")
    dataset = json_reply(payload, "file", expected="whole JSON, each key once")
    if dataset.get("class") != "dataset" or not isinstance(dataset.get("value"), dict | list):
        found = json.dumps(dataset)[:200]
        raise PayloadError(place="class", expected="a JSON-stat data set with values", found=found)
    return dict(dataset)


def _by_position(dataset: Mapping[str, Any], name: str, size: int) -> dict[int, Any]:
    """`value` or `status` by index: JSON-stat allows an object by index and an array of all; null says nothing."""
    held = dataset.get(name) or {}
    if isinstance(held, list) and len(held) == size:
        held = {str(index): entry for index, entry in enumerate(held)}
    if not isinstance(held, dict):
        raise LayoutError(place=name, expected=f"an object, or an array of {size}", found=str(held)[:100])
    beyond = [key for key in held if not re.fullmatch(r"0|[1-9]\d*", key, re.ASCII) or int(key) >= size]
    if beyond:
        raise LayoutError(place=f"{name}[{beyond[0]}]", expected=f"indices below {size}", found=beyond[0])
    return {int(key): entry for key, entry in held.items() if entry is not None}


def _csv_table(payload: bytes) -> tuple[list[str], list[Record]]:
    content = ungzipped(payload)
    _refuse_other_answers(content, expected="SDMX-CSV", opened=(b"DATAFLOW", b'"DATAFLOW'))
    return table(content, expected="SDMX-CSV")


def _refuse_other_answers(payload: bytes, *, expected: str, opened: bytes | tuple[bytes, ...]) -> None:
    head = opening(payload)
    if _TOO_LARGE in payload:
        advice = "ask for fewer countries, units or years in one query"
        raise PayloadError(
            place="footer", expected=expected, found="the answer to a query that was too large", advice=advice
        )
    if not head.startswith(opened):
        raise PayloadError(place="first bytes", expected=expected, found=repr(head[:60]))


def _codes(dataset: Mapping[str, Any]) -> dict[str, list[str]]:
    """Codes by dimension, in the order of `id`, each in the order of its index."""
    try:
        axes = [
            (str(name), int(size), dataset["dimension"][name]["category"]["index"])
            for name, size in zip(dataset["id"], dataset["size"], strict=True)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise LayoutError(place="dimension", expected="id, size and an index for each", found=repr(error)) from error
    codes = {name: _ordered(name, size, index) for name, size, index in axes}
    for name, held in codes.items():
        _prove_dimension(name, held)
    lacking = _FREE - set(codes)
    if lacking or len(codes) != len(axes):
        raise LayoutError(
            place="id", expected="na_item, unit, geo, time and each once", found=", ".join(name for name, _, _ in axes)
        )
    return codes


def _ordered(name: str, size: int, index: object) -> list[str]:
    """Codes of a dimension by position; an index may be an array, or an object of positions, which leave no gap."""
    by_position = {code: position for position, code in enumerate(index)} if isinstance(index, list) else index
    if not isinstance(by_position, dict) or sorted(by_position.values(), key=str) != sorted(range(size), key=str):
        raise LayoutError(
            place=f"dimension {name}", expected=f"{size} codes at positions 0 to {size - 1}", found=str(index)[:200]
        )
    return sorted(by_position, key=by_position.__getitem__)


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


def _prove_header(header: Sequence[str], rows: Sequence[Record]) -> _DataSet:
    """Known columns, each once; the dataflow says which data set it is, and so do they."""
    lacking = [name for name in _CSV_COLUMNS if name not in header]
    if lacking or len(set(header)) != len(header):
        raise LayoutError(place="row 1", expected=f"{', '.join(_CSV_COLUMNS)}, each once", found=", ".join(header))
    if not rows:
        raise PayloadError(place="file", expected="observations", found="the header only")
    dataflow = rows[0].cells["DATAFLOW"]
    printed = _DATAFLOW.fullmatch(dataflow)
    held = _DATA_SETS.get(printed["id"]) if printed else None
    if held is None:
        raise LayoutError(place="row 2 DATAFLOW", expected="ESTAT:GOV_10A_EXP(1.0) or GOV_EV", found=repr(dataflow))
    if set(header) - _SAYS_NOTHING_OF_THE_FIGURE != {*_CSV_COLUMNS, *held.subject}:
        raise LayoutError(
            place="row 1",
            expected=f"{', '.join((*_CSV_COLUMNS, *sorted(held.subject)))}",
            found=", ".join(header),
            advice="a further column may be a further dimension: learn what it means",
        )
    return held


def _csv_figures(rows: Sequence[Record]) -> Iterator[RawFigure]:
    seen: dict[tuple[str, ...], str] = {}
    for place, row in rows:
        for name, code in {**_FIXED, "DATAFLOW": rows[0].cells["DATAFLOW"]}.items():
            if name in row and row[name] != code:
                raise LayoutError(place=place, expected=f"{name} {code}", found=repr(row[name]))
        cell = {"na_item": row["na_item"], "unit": row["unit"], "geo": row["geo"], "time": row["TIME_PERIOD"]}
        earlier = seen.setdefault(tuple(cell.values()), place)
        if earlier != place:
            raise ValueRefusedError(
                place=place, expected="each figure once", found=f"{', '.join(cell.values())}, which {earlier} holds"
            )
        if not _is_left_out(cell, place):
            yield _figure(cell, _number(row["OBS_VALUE"], place), row["OBS_FLAG"], place)


def _number(printed: str, place: str) -> float | None:
    return None if printed in {"", ":"} else figure_at(place, printed, expected="a figure or `:`")


def _figure(cell: Mapping[str, str], value: object, flags: object, place: str) -> RawFigure:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValueRefusedError(place=place, expected="a figure", found=repr(value))
    letters = sorted(set(flags)) if isinstance(flags, str) else []
    if (flags is not None and not isinstance(flags, str)) or not set(letters) <= set(_FLAGS):
        raise LayoutError(place=place, expected=f"flags {', '.join(_FLAGS)}", found=repr(flags))
    if not _is_year(cell["time"]):
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
        status="estimate" if "e" in letters else "actual",
        flags=[_FLAGS[letter] for letter in letters],
        note=None,
        locator=place,
    )
