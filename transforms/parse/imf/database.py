"""The World Economic Outlook's whole-database file (`WEO…all`): tab-separated text, or the workbook it was saved as.

Belongs here: the layout, its spellings of missing, where estimates begin, which edition it is by its last line, and the
two selections of it: the series of an edition, and the rates at which the IMF converts GDP.
Does not belong here: what a subject measures (imf_subjects), entity codes (`labels/imf.csv`).

One row a country and subject, one column a year, and a last line that names the edition. Layout read from the file of
April 2022. The IMF writes the text in UTF-16 (once in Latin-1) and names it `.xls`; figures have commas between
thousands, `n/a` where there is none, and `--` where the figure is zero or too small for its last digit: in April 2022
the shares of world GDP of the smallest economies print it, and growth in six years, of which Greece's 1990. That is
`nil` here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.errors import LayoutError, PayloadError
from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import raw_frame
from transforms.parse.identity import Identity
from transforms.parse.imf.subjects import (
    DEFINITION,
    EDITION_MONTHS,
    SERIES,
    Observation,
    billions_of_dollars,
    data_set,
    figure,
    is_year,
    refuse_repeated,
    year_of,
)
from transforms.parse.printed_number import figure_at
from transforms.parse.workbook import open_workbook
from transforms.payload import Record, decoded, records, refuse_web_page, whole_records

_SUBJECT: Final = "WEO Subject Code"
_COLUMNS: Final = ("WEO Country Code", "ISO", _SUBJECT, "Country", "Units", "Scale")
_ESTIMATES: Final = "Estimates Start After"
_SAYS_NOTHING_OF_THE_FIGURE: Final = frozenset({"Subject Descriptor", "Subject Notes", "Country/Series-specific Notes"})
# GDP at current prices in both (https://www.imf.org/external/pubs/ft/weo/data/changes.htm, "Units and scale").
_NATIONAL: Final = "NGDP"
_US_DOLLARS: Final = "NGDPD"
_UNITS: Final = {_US_DOLLARS: ("U.S. dollars", "Billions"), _NATIONAL: ("National currency", "Billions")}
_CHANGE: Final = ("Percent change", "")
_MISSING: Final = frozenset({"", "n/a"})
_NIL: Final = "--"
_WITH_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_EDITION: Final = re.compile(r"International Monetary Fund, World Economic Outlook Database, (April|October) (\d{4})")
_ENCODINGS: Final = ("utf-16", "utf-8-sig", "latin-1")


@dataclass(frozen=True, slots=True)
class _Table:
    """Header, rows of the wanted subjects, and the edition that the last line names (None without that line)."""

    header: list[str]
    rows: list[Record]
    edition: str | None

    @property
    def years(self) -> list[str]:
        return [name for name in self.header if is_year(name)]


def parse_imf_database(payload: bytes, *, published_on: dt.date) -> pl.DataFrame:
    """Raw frame of the known subjects; GDP in billion US$, the others in percent; what else the file holds is left out.

    Years after `Estimates Start After` are staff estimates: `estimate` before the year of publication, `forecast` from
    it on; a row without that year has no year that is known to be actual. The file prints no reporting year.
    Raises `PayloadError` for other bytes and a cut file; `LayoutError` for an unknown column, unit or scale;
    `ValueRefusedError` for a cell that is no figure and for a repeated country and subject.
    """
    table = _table(payload)
    observations: list[Observation] = []
    statuses: list[str] = []
    for place, row in table.rows:
        _prove_unit(row, place)
        last_actual = _last_actual(row[_ESTIMATES], place)
        for year in table.years:
            observations.append(billions_of_dollars(_observation(row, year, place)))
            statuses.append(_status(int(year), last_actual, published_on))
    refuse_repeated(observations)
    return raw_frame(
        figure(observation, money_unit="billion", year_basis="as_published", status=status)
        for observation, status in zip(observations, statuses, strict=True)
    )


def parse_gdp_rates(payload: bytes) -> pl.DataFrame:
    """`iso3`, `year`, `units_per_usd`: NGDP over NGDPD, in years after which the IMF's estimates of both begin.

    National currency for one US dollar, at which the IMF converts GDP. Raises like `parse_imf_database`.
    """
    table = _table(payload, (_NATIONAL, _US_DOLLARS))
    outturns = [cell for place, row in table.rows for cell in _outturns(row, table.years, place)]
    gdp = pl.DataFrame(outturns, schema=["iso3", "year", "subject", "gdp_bn"], orient="row").pivot(
        on="subject", on_columns=[_NATIONAL, _US_DOLLARS], index=["iso3", "year"], values="gdp_bn"
    )
    return gdp.drop_nulls().select(
        "iso3", pl.col("year").cast(pl.Int16), units_per_usd=pl.col(_NATIONAL) / pl.col(_US_DOLLARS)
    )


def _outturns(row: Mapping[str, str], years: Sequence[str], place: str) -> Iterator[tuple[str, int, str, float]]:
    _prove_unit(row, place)
    last_actual = _last_actual(row[_ESTIMATES], place)
    for year in years:
        found = _observation(row, year, place)
        if found.value is not None and found.value > 0 and last_actual is not None and found.year <= last_actual:
            yield found.country, found.year, found.code, found.value


def database_identity(payload: bytes) -> Identity:
    """The subjects, and the edition of the last line, which prints no day; raises like `parse_imf_database`."""
    table = _table(payload)
    held = data_set(row[_SUBJECT] for _, row in table.rows)
    return Identity(definition=DEFINITION, data_set=held, edition=table.edition)


def database_fingerprint(payload: bytes) -> Fingerprint:
    """Columns, and each known subject's units, economies and years; raises like the parser for other bytes."""
    table = _table(payload)
    whole = Section(
        kind="data set",
        key="database",
        name="WEO",
        columns=[name for name in table.header if not is_year(name)],
        years=[name for name in table.header if is_year(name)],
    )
    by_code: dict[str, list[Mapping[str, str]]] = {}
    for _, row in table.rows:
        by_code.setdefault(row[_SUBJECT], []).append(row)
    return fingerprint([whole, *(_section(code, rows) for code, rows in by_code.items())])


def _section(code: str, rows: Sequence[Mapping[str, str]]) -> Section:
    return Section(
        kind="indicator",
        key=code,
        name=code,
        texts=sorted({f"{row['Units']} {row['Scale']}".strip() for row in rows}),
        labels=sorted({row["ISO"] for row in rows}),
    )


def is_database_text(payload: bytes) -> bool:
    """Whether bytes that are no archive are this file as text, by the name of its first column."""
    opening = payload[:200].replace(b"\x00", b"")  # the text in UTF-16 as Latin letters
    return _COLUMNS[0].encode() in opening


def _table(payload: bytes, subjects: Collection[str] = tuple(SERIES)) -> _Table:
    if payload.startswith(b"PK"):
        places, lines = _workbook_lines(payload)
    else:
        refuse_web_page(payload, expected="the whole database of the World Economic Outlook")
        places, lines = "row", records(decoded(payload, "file", encodings=_ENCODINGS), "file")
    header = [name.strip() for name in lines[0]]
    _prove_header(header)
    end = next((number for number, line in enumerate(lines) if number and not any(line[1:])), len(lines))
    stripped = [[cell.strip() for cell in line] for line in lines[1:end]]
    rows = [row for row in whole_records(header, stripped, rows_named=places) if row.cells[_SUBJECT] in subjects]
    if not rows:
        raise PayloadError(place="file", expected=f"rows of {', '.join(subjects)}", found="none")
    return _Table(header, rows, _edition(lines[end:]))


def _workbook_lines(payload: bytes) -> tuple[str, list[list[str]]]:
    workbook = open_workbook(payload, read_only=True)
    sheet = workbook.worksheets[0]
    lines = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    if not lines:
        raise PayloadError(place=sheet.title, expected="rows", found="an empty sheet")
    return f"{sheet.title}!row", lines


def _text(cell: object) -> str:
    """A cell as text; whole numbers, which spreadsheets hold as floats, without their point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _prove_header(header: Sequence[str]) -> None:
    known = {*_COLUMNS, _ESTIMATES, *_SAYS_NOTHING_OF_THE_FIGURE}
    lacking = [name for name in (*_COLUMNS, _ESTIMATES) if name not in header]
    unknown = [name for name in header if name not in known and not is_year(name)]
    if lacking or unknown or len(set(header)) != len(header):
        raise LayoutError(
            place="row 1",
            expected=f"{', '.join(_COLUMNS)}, years, {_ESTIMATES}, each once",
            found=", ".join(header)[:300],
            advice="hand in the file of all countries (WEO…all), not that of groups or a selection of the web page",
        )


def _edition(last_lines: Sequence[Sequence[str]]) -> str | None:
    said = [line[0] for line in last_lines if line and line[0]]
    for text in said:
        named = _EDITION.search(text)
        if named:
            return f"{named[2]}-{EDITION_MONTHS[named[1][:3].upper()]}"
    if said:
        raise LayoutError(place="last line", expected="the name of the edition", found=said[0][:200])
    return None


def _prove_unit(row: Mapping[str, str], place: str) -> None:
    expected = _UNITS.get(row[_SUBJECT], _CHANGE)
    if (row["Units"], row["Scale"]) != expected:
        raise LayoutError(
            place=f"{place} Units, Scale", expected=" ".join(expected).strip(), found=f"{row['Units']} {row['Scale']}"
        )


def _observation(row: Mapping[str, str], year: str, place: str) -> Observation:
    locator, printed = f"{place},{year}", row[year]
    value = None if printed in _MISSING or printed == _NIL else _figure(printed, locator)
    absent = "nil" if printed == _NIL else "missing"
    return Observation(row["ISO"], row[_SUBJECT], year_of(year, place), value, locator, absent)


def _figure(printed: str, locator: str) -> float:
    plain = printed.replace(",", "") if _WITH_THOUSANDS.fullmatch(printed) else printed
    return figure_at(locator, plain, expected="a number, n/a, -- or an empty cell")


def _last_actual(printed: str, place: str) -> int | None:
    return year_of(printed, f"{place} {_ESTIMATES}") if printed else None


def _status(year: int, last_actual: int | None, published_on: dt.date) -> str:
    if last_actual is not None and year <= last_actual:
        return "actual"
    return "forecast" if year >= published_on.year else "estimate"
