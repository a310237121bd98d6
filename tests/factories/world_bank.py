"""Small World Bank payloads in the source's layouts: API v2 pages, bulk CSV, bulk zip."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

GDP_CURRENT = ("NY.GDP.MKTP.CD", "GDP (current US$)")
GDP_CONSTANT = ("NY.GDP.MKTP.KD", "GDP (constant 2015 US$)")
MILITARY_SHARE = ("MS.MIL.XPND.GD.ZS", "Military expenditure (% of GDP)")
CSV_NAME = "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"


def api_row(
    iso3: str,
    year: str,
    value: object,
    *,
    series: tuple[str, str] = GDP_CURRENT,
    country_id: str = "US",
    obs_status: str = "",
) -> dict[str, Any]:
    """One observation of API v2."""
    return {
        "indicator": {"id": series[0], "value": series[1]},
        "country": {"id": country_id, "value": "United States"},
        "countryiso3code": iso3,
        "date": year,
        "value": value,
        "unit": "",
        "obs_status": obs_status,
        "decimal": 0,
    }


def api_page(rows: Sequence[Mapping[str, Any]], *, page: int = 1, pages: int = 1, **header: object) -> bytes:
    """One page of API v2; `header` overrides total, lastupdated, sourceid."""
    stated = {"page": page, "pages": pages, "per_page": 50, "total": len(rows), "sourceid": "2"}
    return json.dumps([stated | {"lastupdated": "2026-04-08"} | header, list(rows)]).encode()


def bulk_csv(
    cells: Mapping[str, Sequence[str]],
    *,
    series: tuple[str, str] = GDP_CURRENT,
    years: Sequence[str] = ("2023", "2024"),
    preamble: bool = True,
    byte_order_mark: bool = True,
    line_end: str = "\r\n",
    trailing_column: bool = True,
    updated: str = "2026-02-24",
) -> bytes:
    """Bulk CSV; `cells` are the printed figures of each country code, one a year."""
    end = [""] if trailing_column else []
    head = [["Data Source", "World Development Indicators", ""], [], ["Last Updated Date", updated, ""], []]
    table = [["Country Name", "Country Code", "Indicator Name", "Indicator Code", *years, *end]]
    table += [[f"Name of {code}", code, series[1], series[0], *printed, *end] for code, printed in cells.items()]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([*head, *table] if preamble else table)
    return text.getvalue().encode("utf-8-sig" if byte_order_mark else "utf-8")


def bulk_zip(data: bytes, *, name: str = CSV_NAME) -> bytes:
    """Bulk zip: the data file between its two Metadata files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("Metadata_Indicator_" + CSV_NAME, '"INDICATOR_CODE"\n')
        held.writestr(name, data)
        held.writestr("Metadata_Country_" + CSV_NAME, '"Country Code"\n')
    return archive.getvalue()
