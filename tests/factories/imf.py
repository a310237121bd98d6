"""Small IMF payloads in the source's layouts: DataMapper JSON, SDMX-CSV 2.0 as the SDMX 3.0 API sends it.

Belongs here: builders of bytes. Does not belong here: assertions, real payloads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

SDMX_HEADER = (
    "STRUCTURE[;]",
    "STRUCTURE_ID",
    "ACTION",
    "COUNTRY",
    "INDICATOR",
    "FREQUENCY",
    "TIME_PERIOD",
    "OBS_VALUE",
    "SCALE",
    "LATEST_ACTUAL_ANNUAL_DATA",
    "PUBLICATION_DATE",
)


def datamapper(values: Mapping[str, Mapping[str, object]], *, code: str = "NGDPD") -> bytes:
    """DataMapper reply of one indicator: figures by economy and year."""
    return json.dumps({"values": {code: values}, "api": {"version": "1", "output-method": "json"}}).encode()


def sdmx_row(
    country: str = "SVK",
    indicator: str = "NGDPD",
    year: str = "2024",
    value: str = "140800000000",
    latest_actual: str = "2024",
    **cells: str,
) -> dict[str, str]:
    """One observation; `cells` overrides any column by its name."""
    return {
        "STRUCTURE[;]": "dataflow",
        "STRUCTURE_ID": "IMF.RES:WEO(9.0.0)",
        "ACTION": "R",
        "COUNTRY": country,
        "INDICATOR": indicator,
        "FREQUENCY": "A",
        "TIME_PERIOD": year,
        "OBS_VALUE": value,
        "SCALE": "9" if indicator == "NGDPD" else "0",
        "LATEST_ACTUAL_ANNUAL_DATA": latest_actual,
        "PUBLICATION_DATE": "2025-10-14T13:00:00Z",
    } | cells


def sdmx_csv(rows: Sequence[Mapping[str, str]], *, header: Sequence[str] = SDMX_HEADER) -> bytes:
    """SDMX-CSV reply with the columns of `header`."""
    lines = [",".join(header), *(",".join(row.get(name, "") for name in header) for row in rows)]
    return "\n".join([*lines, ""]).encode()
