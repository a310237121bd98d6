"""World Bank, World Development Indicators: API v2 replies (JSON) and bulk files (CSV, or the zip that holds it).

Belongs here: both layouts, what each indicator measures and in which unit, which economies report fiscal years.
Does not belong here: entity codes (`labels/world_bank.csv`), unit conversion, fetching and paging.

Layouts read from files of 2024-10-24, 2026-02-24 and 2026-04-08; https://datahelpdesk.worldbank.org/knowledgebase,
articles 889392 (API) and 898599 (indicator queries). Licence CC BY 4.0, `MS.MIL.*` by SIPRI's terms.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.identity import Identity, days_meant
from transforms.parse.printed_number import figure_at
from transforms.payload import DAMAGED_ARCHIVE, decoded, json_reply, records, refuse_oversize, refuse_web_page


@dataclass(frozen=True, slots=True)
class _Series:
    """What one indicator code measures. `printed` is the part of the printed name that states unit and price basis."""

    indicator: str
    unit: str
    currency: str | None
    price_basis: str
    printed: str


_CONSTANT_US_DOLLARS: Final = r"\(constant (?P<base_year>\d{4}) US\$\)"
SERIES: Final[Mapping[str, _Series]] = MappingProxyType(
    {
        "NY.GDP.MKTP.CD": _Series("gdp", "unit", "USD", "current", r"\(current US\$\)"),
        "NY.GDP.MKTP.KD": _Series("gdp", "unit", "USD", "constant", _CONSTANT_US_DOLLARS),
        # "LCU": local currency units; whose currency it is follows from the entity and is resolved with it.
        "NY.GDP.MKTP.CN": _Series("gdp", "unit", "LCU", "current", r"\(current LCU\)"),
        "NY.GDP.MKTP.PP.CD": _Series(
            "gdp", "unit", "international dollars", "current", r"\(current international \$\)"
        ),
        # Each country has its own base year and the file does not print it.
        "NY.GDP.DEFL.ZS": _Series("gdp_deflator", "index", None, "none", r"\(base year varies by country\)"),
        "PA.NUS.FCRF": _Series("exchange_rate", "currency_per_usd", "LCU", "none", r"\(LCU per US\$, period average\)"),
        "SP.POP.TOTL": _Series("population", "persons", None, "none", "^Population, total$"),
        # SIPRI's own, an edition behind (SOURCE_ORGANIZATION in Metadata_Indicator, "SIPRI Military Expenditure
        # Database"): they never confirm SIPRI's.
        "MS.MIL.XPND.GD.ZS": _Series("defence_share_of_gdp", "percent", None, "current", r"\(% of GDP\)"),
        "MS.MIL.XPND.CD": _Series("defence_expenditure", "unit", "USD", "current", r"\(current USD\)"),
    }
)

# First year on a fiscal-year basis, of economies whose national accounts (the `NY.` indicators) are ("SpecialNotes" in
# Metadata_Country, 2026-02-24). WDI begins in 1960. Egypt: "for the years 1980 and after". The JSON reply and the bare
# CSV carry no notes, so the list is here and holds for all three layouts.
FISCAL_YEARS_SINCE: Final[Mapping[str, int]] = MappingProxyType(
    dict.fromkeys(
        (
            *("AFG", "AUS", "BGD", "ETH", "FSM", "HTI", "IND", "IRN", "MHL", "MMR"),
            *("NPL", "NRU", "PAK", "PLW", "PRI", "SSD", "TON", "UGA", "WSM"),
        ),
        1960,
    )
    | {"EGY": 1980}
)

_DATA: Final = "data of the World Bank"
_NATIONAL_ACCOUNTS: Final = "NY."
_DEVELOPMENT_INDICATORS: Final = "2"  # `sourceid` of WDI; the API serves other data bases under the same codes
# Until about 2017 without the number after "v2"; the archive may contain the folder as well.
_DATA_MEMBER: Final = re.compile(r"(?:[^/]+/)?API_[A-Z0-9.]+_DS2_en_csv_v2(?:_\d+)?\.csv")
# The largest known data file holds 266 economies and 66 years: below 1 MB.
_DATA_BASE: Final = "World Development Indicators"
_YEAR: Final = re.compile(r"\d{4}")
_KEY_COLUMNS: Final = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]


@dataclass(frozen=True, slots=True)
class _Page:
    page: int
    pages: int
    total: int
    lastupdated: str
    rows: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Cell:
    code: str
    name: str
    entity_label: str
    year: int
    value: float | None
    locator: str


def parse_world_bank_json(pages: Sequence[bytes]) -> pl.DataFrame:
    """Raw frame of one indicator from all pages of one API v2 reply, in any order.

    Values stay in the source's unit (`SERIES`). A row without `countryiso3code` (the API leaves it empty for income
    groups) is labelled by `country.id`, the World Bank's two-letter code.
    Raises `PayloadError` for a web page, an error body, missing, repeated or inconsistent pages; `LayoutError` for an
    unknown indicator, unit or key; `ValueRefusedError` for a cell that is no figure and for a repeated country-year.
    """
    held = sorted((_page(page, f"reply {position}") for position, page in enumerate(pages, start=1)), key=_page_number)
    _prove_complete(held)
    return _frame(
        _json_cell(row, f"page {page.page} row {number}")
        for page in held
        for number, row in enumerate(page.rows, start=1)
    )


def parse_world_bank_csv(payload: bytes) -> pl.DataFrame:
    """Raw frame of one indicator from the bulk CSV, or from the zip that holds it with its two Metadata files.

    Byte order mark, preamble and trailing empty column may be there or not, lines may end in CRLF or LF; a spreadsheet
    may have saved it with other separators and empty cells at the ends of lines.
    Raises `PayloadError` for a web page, a broken zip or a cut file; `LayoutError` for another header, an unknown
    indicator or unit; `ValueRefusedError` for a cell that is no figure and for a repeated country-year.
    """
    prefix, text = _csv_text(payload)
    lines = records(text, "file")
    start = _header_position(lines)
    years = _years(lines[start])
    rows = [(number, row) for number, row in enumerate(lines[start + 1 :], start=start + 2) if any(row)]
    return _frame(cell for number, row in rows for cell in _csv_cells(row, years, f"{prefix}row {number}"))


def json_fingerprint(indicators: Sequence[Sequence[bytes]]) -> Fingerprint:
    """Keys, printed names, economies and years of the replies, one section an indicator (all of its pages).

    Raises like the parser for bytes that are no reply of the API.
    """
    return fingerprint(_reply_section(pages) for pages in indicators)


def _reply_section(pages: Sequence[bytes]) -> Section:
    replies = [_reply(page, f"reply {position}") for position, page in enumerate(pages, start=1)]
    rows = [row for _, held in replies for row in held if isinstance(row, dict)]
    named = [row["indicator"] for row in rows if isinstance(row.get("indicator"), dict)]
    code = ", ".join(sorted({str(each.get("id")) for each in named}))
    return Section(
        kind="indicator",
        key=code,
        name=code,
        columns=sorted(
            {f"header {key}" for header, _ in replies for key in header} | {key for row in rows for key in row}
        ),
        texts=sorted({str(each.get("value")) for each in named}),
        labels=sorted({str(row["countryiso3code"]) for row in rows if row.get("countryiso3code")}),
        years=sorted({date for row in rows if _YEAR.fullmatch(date := str(row.get("date")))}),
    )


def csv_fingerprint(payload: bytes) -> Fingerprint:
    """Header, printed name of the indicator, economies and years; the header need not be a known one.

    Raises like the parser for bytes that are no bulk file.
    """
    _, text = _csv_text(payload)
    lines = records(text, "file")
    start = next((number for number, row in enumerate(lines) if row[:1] == _KEY_COLUMNS[:1]), 0)
    header, rows = lines[start], [row for row in lines[start + 1 :] if len(row) >= len(_KEY_COLUMNS)]
    code = ", ".join(sorted({row[3] for row in rows}))
    section = Section(
        kind="indicator",
        key=code,
        name=code,
        columns=[name for name in header if name and not _YEAR.fullmatch(name)],
        texts=sorted({row[2] for row in rows}),
        labels=[row[1] for row in rows],
        years=[name for name in header if _YEAR.fullmatch(name)],
    )
    return fingerprint([section], family=code)


def edition_date(page: bytes) -> dt.date:
    """`lastupdated` of one page of the API; raises like `parse_world_bank_json`."""
    printed = _page(page, "reply").lastupdated
    try:
        return dt.date.fromisoformat(printed)
    except ValueError as error:
        raise LayoutError(place="reply lastupdated", expected="a date like 2026-02-24", found=repr(printed)) from error


def json_identity(indicators: Sequence[Sequence[bytes]]) -> Identity:
    """Indicators and day of the replies, each of which may have several pages; raises like `parse_world_bank_json`."""
    days = {edition_date(page) for pages in indicators for page in pages}
    if len(days) != 1:
        raise LayoutError(
            place="reply lastupdated",
            expected="one day for all replies",
            found=", ".join(map(str, sorted(days))),
            advice="hand in the replies of one update; a poll finds an update that is under way whole the next time",
        )
    cells = [_json_cell(_reply(pages[0], "reply 1")[1][0], "reply 1 row 1") for pages in indicators]
    return _identity([cell.code for cell in cells], tuple(days))


def csv_identity(payload: bytes) -> Identity:
    """Indicator and `Last Updated Date` of a bulk file; without a day where the preamble was stripped.

    Raises like `parse_world_bank_csv`.
    """
    prefix, text = _csv_text(payload)
    lines = records(text, "file")
    start = _header_position(lines)
    first = next((row for row in lines[start + 1 :] if any(row)), [])
    if len(first) < len(_KEY_COLUMNS):
        raise PayloadError(place=f"{prefix}row {start + 2}", expected="a row of one indicator", found=str(first))
    if start == 0:
        return _identity([first[3]], ())
    printed = "".join(lines[2][1:2])
    days = days_meant(printed)
    if not days:
        raise LayoutError(place=f"{prefix}row 3", expected="a date like 2026-02-24", found=repr(printed))
    return _identity([first[3]], days)


def _identity(codes: Sequence[str], days: tuple[dt.date, ...]) -> Identity:
    whole = set(codes) >= set(SERIES)
    return Identity(definition="wdi", data_set=None if whole else "-".join(sorted(codes)), days=days)


def _frame(cells: Iterable[_Cell]) -> pl.DataFrame:
    held = list(cells)
    if not held:
        raise PayloadError(place="file", expected="rows of one indicator", found="no row")
    first = held[0]
    series, base_year = _series(first)
    seen: dict[tuple[str, int], str] = {}
    for cell in held:
        if (cell.code, cell.name) != (first.code, first.name):
            raise LayoutError(
                place=cell.locator, expected=f"{first.code} {first.name!r}", found=f"{cell.code} {cell.name!r}"
            )
        earlier = seen.setdefault((cell.entity_label, cell.year), cell.locator)
        if earlier != cell.locator:
            raise ValueRefusedError(
                place=cell.locator,
                expected="each country and year once",
                found=f"{cell.entity_label} {cell.year}, which is printed at {earlier} already",
            )
    return raw_frame(_figure(cell, series, base_year) for cell in held)


def _series(cell: _Cell) -> tuple[_Series, int | None]:
    series = SERIES.get(cell.code)
    if series is None:
        raise LayoutError(
            place=cell.locator,
            expected=f"an indicator among {', '.join(SERIES)}",
            found=repr(cell.code),
            advice="add it to SERIES with its unit, currency and price basis",
        )
    printed = re.search(series.printed, cell.name)
    if printed is None:
        raise LayoutError(
            place=cell.locator,
            expected=f"a name of {cell.code} that matches {series.printed}",
            found=repr(cell.name),
            advice="the unit or the price basis may have changed: read the source's notes before changing SERIES",
        )
    base_year = printed.groupdict().get("base_year")
    return series, int(base_year) if base_year else None


def _figure(cell: _Cell, series: _Series, base_year: int | None) -> RawFigure:
    fiscal_since = FISCAL_YEARS_SINCE.get(cell.entity_label) if cell.code.startswith(_NATIONAL_ACCOUNTS) else None
    return RawFigure(
        indicator=series.indicator,
        entity_label=cell.entity_label,
        year=cell.year,
        value=cell.value,
        availability="missing" if cell.value is None else "reported",
        unit=series.unit,
        currency=series.currency,
        price_basis=series.price_basis,
        base_year=base_year,
        year_basis="fiscal" if fiscal_since is not None and cell.year >= fiscal_since else "calendar",
        status="actual",
        flags=(),
        note=None,
        locator=cell.locator,
    )


def _page(payload: bytes, place: str) -> _Page:
    header, rows = _reply(payload, place)
    if header.get("sourceid") != _DEVELOPMENT_INDICATORS:
        raise PayloadError(
            place=f"{place} sourceid",
            expected=f"{_DEVELOPMENT_INDICATORS!r}, World Development Indicators",
            found=repr(header.get("sourceid")),
            advice="ask with source=2",
        )
    match header:
        case {"page": int(page), "pages": int(pages), "total": int(total), "lastupdated": str(lastupdated)}:
            return _Page(page, pages, total, lastupdated, rows)
        case _:
            raise LayoutError(
                place=f"{place} header", expected="whole page, pages, total and a date lastupdated", found=str(header)
            )


def _reply(payload: bytes, place: str) -> tuple[dict[str, Any], list[Any]]:
    refuse_web_page(payload, expected=_DATA, place=place)
    reply = json_reply(payload, place, expected="a JSON reply of API v2")
    match reply:
        case [{"message": message}, *_]:  # the API reports its errors with HTTP status 200
            raise PayloadError(place=place, expected="[header, rows]", found=f"an error of the API: {message}")
        case [dict(header), [_, *_] as rows]:
            return header, rows
        case _:
            raise PayloadError(place=place, expected="[header, rows] with rows", found=str(reply)[:200])


def _page_number(page: _Page) -> int:
    return page.page


def _prove_complete(pages: Sequence[_Page]) -> None:
    if not pages:
        raise PayloadError(place="reply", expected="at least one page", found="none")
    stated = {(page.pages, page.total, page.lastupdated) for page in pages}
    if len(stated) > 1:
        raise PayloadError(
            place="reply",
            expected="pages that agree on pages, total and lastupdated",
            found=str(sorted(stated)),
            advice="the data changed between two requests: fetch all pages again",
        )
    count, total, _ = stated.pop()
    numbers = [page.page for page in pages]
    if numbers != list(range(1, count + 1)):
        raise PayloadError(place="reply page", expected=f"pages 1 to {count}, each once", found=str(numbers))
    found = sum(len(page.rows) for page in pages)
    if found != total:
        raise PayloadError(place="reply total", expected=f"{total} rows", found=f"{found} rows")


def _json_cell(row: Mapping[str, Any], locator: str) -> _Cell:
    try:
        code, name = row["indicator"]["id"], row["indicator"]["value"]
        entity_label = row["countryiso3code"] or row["country"]["id"]
        date, value, marks = row["date"], row["value"], (row["unit"], row["obs_status"])
    except (KeyError, TypeError) as error:
        raise LayoutError(place=locator, expected="a row of API v2", found=f"{row}, without {error}") from error
    if not _YEAR.fullmatch(str(date)):
        raise LayoutError(place=locator, expected="a year as date", found=repr(date))
    if any(marks):
        raise ValueRefusedError(
            place=locator,
            expected="empty unit and obs_status, as WDI prints",
            found=repr(marks),
            advice="learn what they say about the figure before admitting it",
        )
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise ValueRefusedError(place=locator, expected="a number or null", found=repr(value))
    return _Cell(code, name, entity_label, int(date), None if value is None else float(value), locator)


def _csv_text(payload: bytes) -> tuple[str, str]:
    """Prefix for locators, and the text of the data file."""
    if not payload.startswith(b"PK"):
        refuse_web_page(payload, expected=_DATA)
        return "", decoded(payload, "file")
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            refuse_oversize(archive)
            tables = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            members = [name for name in tables if not name.rpartition("/")[2].startswith("Metadata_")]
            if len(members) != 1 or not _DATA_MEMBER.fullmatch(members[0]):
                raise LayoutError(
                    place="zip", expected=f"one file like {_DATA_MEMBER.pattern}", found=", ".join(archive.namelist())
                )
            return f"{members[0]}!", decoded(archive.read(members[0]), members[0])
    except DAMAGED_ARCHIVE as error:
        raise PayloadError(place="zip", expected="a whole zip archive", found=str(error)) from error


def _header_position(lines: Sequence[Sequence[str]]) -> int:
    """Index of the header: the first line, or the fifth under the preamble."""
    if lines and list(lines[0][:4]) == _KEY_COLUMNS:
        return 0
    preamble = [record[0] if record else "" for record in lines[:5]]
    if preamble == ["Data Source", "", "Last Updated Date", "", "Country Name"]:
        if lines[0][1:2] != [_DATA_BASE]:
            raise LayoutError(place="row 1", expected=f"the data source {_DATA_BASE}", found=", ".join(lines[0][1:]))
        return 4
    raise LayoutError(
        place="row 1", expected="the header, or the preamble and the header in row 5", found=str(preamble)[:200]
    )


def _years(header: Sequence[str]) -> list[int]:
    printed = list(header[:-1]) if header[-1] == "" else list(header)
    years = printed[4:]
    if printed[:4] != _KEY_COLUMNS or not years or not all(_YEAR.fullmatch(year) for year in years):
        raise LayoutError(place="header", expected=f"{', '.join(_KEY_COLUMNS)} and years", found=", ".join(header))
    numbers = [int(year) for year in years]
    if any(later != earlier + 1 for earlier, later in pairwise(numbers)):
        raise LayoutError(place="header", expected="years that ascend by one", found=", ".join(years))
    return numbers


def _csv_cells(row: Sequence[str], years: Sequence[int], place: str) -> Iterator[_Cell]:
    width = len(_KEY_COLUMNS) + len(years)
    if len(row) < width or any(row[width:]):
        raise PayloadError(
            place=place, expected=f"{width} cells", found=f"{len(row)} cells", advice="the file may be cut: fetch again"
        )
    _, entity_label, name, code = row[:4]
    for year, printed in zip(years, row[4:width], strict=True):
        locator = f"{place},{year}"
        yield _Cell(code, name, entity_label, year, _number(printed, locator), locator)


def _number(printed: str, locator: str) -> float | None:
    return None if printed == "" else figure_at(locator, printed, expected="a number or an empty cell")
