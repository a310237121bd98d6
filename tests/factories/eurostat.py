"""Small Eurostat payloads in the source's layouts: JSON-stat 2.0 of gov_ev, SDMX-CSV of gov_10a_exp."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

AXES: dict[str, list[str]] = {
    "freq": ["A"],
    "expend": ["DEF"],
    "na_item": ["TE"],
    "unit": ["MIO_EUR", "PC_GDP"],
    "geo": ["DE", "EL"],
    "time": ["2024", "2025"],
}
CSV_HEADER = (
    *("DATAFLOW", "LAST UPDATE", "freq", "unit", "sector", "cofog99", "na_item", "geo"),
    *("TIME_PERIOD", "OBS_VALUE", "OBS_FLAG", "CONF_STATUS"),
)


def jsonstat(values: object, *, axes: Mapping[str, Sequence[str]] = AXES, **members: object) -> bytes:
    """A data set; the flat index of (unit, geo, time) is 4·unit + 2·geo + time. `members` overrides any member."""
    dataset = {
        "version": "2.0",
        "class": "dataset",
        "updated": "2026-04-27T23:00:00+0200",
        "id": list(axes),
        "size": [len(codes) for codes in axes.values()],
        "dimension": {
            name: {"category": {"index": {code: place for place, code in enumerate(codes)}}}
            for name, codes in axes.items()
        },
        "value": values,
    }
    return json.dumps(dataset | members).encode()


def csv_row(
    geo: str = "DE", year: str = "2023", value: str = "43812.0", flag: str = "", **cells: str
) -> dict[str, str]:
    """One observation; `cells` overrides any column by its name."""
    return {
        "DATAFLOW": "ESTAT:GOV_10A_EXP(1.0)",
        "LAST UPDATE": "21/10/26 23:00:00",
        "freq": "A",
        "unit": "MIO_EUR",
        "sector": "S13",
        "cofog99": "GF02",
        "na_item": "TE",
        "geo": geo,
        "TIME_PERIOD": year,
        "OBS_VALUE": value,
        "OBS_FLAG": flag,
        "CONF_STATUS": "",
    } | cells


def sdmx_csv(rows: Sequence[Mapping[str, str]], *, header: Sequence[str] = CSV_HEADER, line_end: str = "\r\n") -> bytes:
    """SDMX-CSV reply with the columns of `header`, in its order."""
    lines = [",".join(header), *(",".join(row.get(name, "") for name in header) for row in rows)]
    return line_end.join([*lines, ""]).encode()
