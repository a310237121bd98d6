"""Small IMF payloads in the source's layouts: DataMapper JSON, SDMX-CSV 2.0, the whole-database file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

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

DATABASE_HEADER = (
    *("WEO Country Code", "ISO", "WEO Subject Code", "Country", "Subject Descriptor", "Subject Notes"),
    *("Units", "Scale", "Country/Series-specific Notes"),
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


def database_lines(
    rows: Sequence[Mapping[str, str]],
    *,
    years: Sequence[str] = ("2020", "2021", "2022", "2023"),
    edition: str = "April 2022",
) -> list[list[str]]:
    """Lines of the whole-database file: a header, the rows, an empty line and the name of the edition."""
    header = [*DATABASE_HEADER, *years, "Estimates Start After"]
    named = [f"International Monetary Fund, World Economic Outlook Database, {edition}"]
    return [header, *([row.get(name, "") for name in header] for row in rows), [], *([named] if edition else [])]


def database_row(iso: str = "DEU", code: str = "NGDPD", estimates_after: str = "2020", **years: str) -> dict[str, str]:
    """One subject of one country; `years` as `y2020="1,234.5"`."""
    units = {"NGDPD": ("U.S. dollars", "Billions"), "NGDP": ("National currency", "Billions")}
    unit, scale = units.get(code, ("Percent change", ""))
    return {
        "WEO Country Code": "134",
        "ISO": iso,
        "WEO Subject Code": code,
        "Country": "a country",
        "Subject Notes": 'notes with a "word", and a comma',
        "Units": unit,
        "Scale": scale,
        "Estimates Start After": estimates_after,
    } | {year.removeprefix("y"): printed for year, printed in years.items()}


def database_text(lines: Sequence[Sequence[str]], *, encoding: str = "utf-16") -> bytes:
    """The file as tab-separated text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode(encoding)


def database_workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """The file saved as a workbook by hand: numbers are numbers, years too."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for line in lines:
        sheet.append([_number_or_text(cell) for cell in line])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _number_or_text(cell: str) -> float | str | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return cell or None
