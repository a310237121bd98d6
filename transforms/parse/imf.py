"""International Monetary Fund, World Economic Outlook: DataMapper replies (JSON) and SDMX 3.0 replies (SDMX-CSV 2.0).

Belongs here: both layouts, what each indicator measures in either, where estimates begin, which edition a dataflow is.
Does not belong here: entity codes (`labels/imf.csv`), unit conversion, fetching.

DataMapper: layout read from a reply of 2025-01-07. SDMX: dimensions, attributes and meaning from the structure and the
sample of WEO 9.0.0 (2026-04-02); the order of columns from the SDMX-CSV 2.0 field guide,
https://github.com/sdmx-twg/sdmx-csv. Terms: https://www.imf.org/external/terms.htm, with attribution.

The two routes differ in unit: DataMapper prints NGDPD in billions, SDMX in units. SDMX's `SCALE` says only how the IMF
displays a value: the sample prints Slovakia's real GDP of 2018 as 94669000000 beside SCALE 9 and DECIMALS_DISPLAYED 3,
which is 94.669 billion euro and not 94.669 billion billion.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import RawFigure, raw_frame
from transforms.parse.printed_number import printed_number


@dataclass(frozen=True, slots=True)
class _Series:
    """What one WEO subject measures. `scale` is the exponent with which the IMF displays it."""

    indicator: str
    currency: str | None
    price_basis: str
    scale: str


SERIES: Final[Mapping[str, _Series]] = MappingProxyType(
    {
        "NGDPD": _Series("gdp", "USD", "current", "9"),
        "NGDP_RPCH": _Series("gdp_real_growth", None, "none", "0"),
        "PCPIPCH": _Series("consumer_price_change", None, "none", "0"),
    }
)

# In WEO October 2024 GDP lies between 14 million US$ (Tuvalu 2001) and 139 652 billion (world 2029): printed in units
# none is below a million, printed in billions none is above. A change of unit cannot pass unseen.
_UNITS_FROM: Final = 1e6

_SDMX_COLUMNS: Final = ("STRUCTURE_ID", "ACTION", "COUNTRY", "INDICATOR", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE")
_SDMX_ATTRIBUTES: Final = ("SCALE", "LATEST_ACTUAL_ANNUAL_DATA")
_ASK_FOR_ATTRIBUTES: Final = "ask with attributes=SCALE,LATEST_ACTUAL_ANNUAL_DATA,PUBLICATION_DATE"
_DATAFLOW: Final = re.compile(
    r"IMF\.RES:WEO(_(?P<year>\d{4})_(?P<month>APR|OCT)_VINTAGE)?\((?P<version>\d+\.\d+\.\d+)\)"
)
_YEAR: Final = re.compile(r"\d{4}")
_LATEST_ACTUAL: Final = re.compile(r"(?P<fiscal>FY)?(?P<year>\d{4})(?(fiscal)/\d{2})")
_MONTHS: Final = MappingProxyType({"APR": "04", "OCT": "10"})

# A version of the dataflow WEO is no edition: 9.0.0 held October 2025 (the sample of 2026-04-02 prints PUBLICATION_DATE
# 2025-10-14) and has held April 2026 since then, when October 2025 moved to the dataflow WEO_2025_OCT_VINTAGE
# (https://github.com/ONEcampaign/imf-reader, weo/api.py). Only a version that held one edition names it.
_ONLY_EDITION_OF_VERSION: Final = MappingProxyType({"6.0.0": "2025-04"})


@dataclass(frozen=True, slots=True)
class _Observation:
    country: str
    code: str
    year: int
    value: float | None
    locator: str


@dataclass(frozen=True, slots=True)
class _Actuals:
    """Up to which year a series is actual (None: no year is known to be), and on which kind of year it stands."""

    last_year: int | None
    year_basis: str


def parse_imf_datamapper(payload: bytes, *, indicator_code: str | None = None, published_on: dt.date) -> pl.DataFrame:
    """Raw frame of one indicator, all economies and groups of the reply; GDP in billion US$, the others in percent.

    `published_on` is the day on which the edition was published, not the day of the request. DataMapper marks neither
    edition nor forecasts, so the status is this project's rule: years from that of publication on are `forecast`, the
    year before is `estimate`, earlier ones are `actual`. It prints no reporting year either: `as_published`.
    `indicator_code` is needed only where a reply holds several.
    Raises `PayloadError` for a web page (DataMapper answers 403 to some clients) and for a reply without values;
    `LayoutError` for an unknown indicator, year or unit; `ValueRefusedError` for a cell that is no figure.
    """
    code, values = _datamapper_values(payload, indicator_code)
    _series(code, f"values.{code}")
    observations = [
        _datamapper_observation(code, country, year, printed)
        for country, by_year in values.items()
        for year, printed in by_year.items()
    ]
    if not observations:
        raise PayloadError(place=f"values.{code}", expected="figures", found="none")
    return raw_frame(
        _figure(observation, "billion", "as_published", _datamapper_status(observation.year, published_on))
        for observation in observations
    )


def parse_imf_sdmx_csv(payload: bytes) -> pl.DataFrame:
    """Raw frame of the known indicators of one SDMX-CSV 2.0 reply; GDP in units of US$, the others in percent.

    `LATEST_ACTUAL_ANNUAL_DATA` is "the latest annual period for which official statistics are available"; what follows
    "are normal staff estimates" (structure of WEO 9.0.0): later years are `forecast`. `FY2024/25` counts as 2024, the
    weaker reading for countries whose FY2024/25 the IMF prints under 2025, and makes the series `fiscal`. A series
    without it (the groups) has no year that is known to be actual: `estimate` up to the newest latest-actual year of
    the reply, `forecast` from there.
    Raises `PayloadError` for a web page or a cut file; `LayoutError` for an unknown column, dataflow, indicator,
    frequency, scale or unit; `ValueRefusedError` for a cell that is no figure and for a repeated country-year.
    """
    records = _sdmx_records(payload)
    observations = [_sdmx_observation(record, f"row {number}") for number, record in enumerate(records, start=2)]
    _refuse_repeated(observations)
    actuals = [
        _actuals(record["LATEST_ACTUAL_ANNUAL_DATA"], f"row {number}") for number, record in enumerate(records, start=2)
    ]
    newest = max((each.last_year for each in actuals if each.last_year is not None), default=None)
    if newest is None:
        raise LayoutError(
            place="LATEST_ACTUAL_ANNUAL_DATA",
            expected="the latest actual year of at least one series",
            found="blank cells only",
            advice=f"the API drops attributes from some replies: {_ASK_FOR_ATTRIBUTES}",
        )
    return raw_frame(
        _figure(observation, "unit", each.year_basis, _sdmx_status(observation.year, each.last_year, newest))
        for observation, each in zip(observations, actuals, strict=True)
    )


def datamapper_fingerprint(replies: Sequence[bytes]) -> Fingerprint:
    """Indicator, economies, groups and years of each reply; raises for bytes that are no reply like the parser."""
    return fingerprint(_datamapper_section(reply) for reply in replies)


def _datamapper_section(reply: bytes) -> Section:
    code, values = _datamapper_values(reply, None)
    years = {year for by_year in values.values() for year in by_year}
    return Section(
        kind="indicator",
        key=code,
        name=code,
        columns=list(json.loads(reply)),
        labels=list(values),
        years=sorted(year for year in years if _YEAR.fullmatch(year)),
    )


def sdmx_csv_fingerprint(payload: bytes) -> Fingerprint:
    """Dataflow and columns, and each indicator's economies, scale and years; known or not.

    `PayloadError` for a web page or a broken file.
    """
    header, rows = _sdmx_rows(payload)
    records = [dict(zip(header, row, strict=False)) for row in rows]
    dataflows = sorted({record.get("STRUCTURE_ID", "") for record in records})
    whole = Section(kind="data set", key="reply", name=", ".join(dataflows), columns=header)
    by_code: dict[str, list[dict[str, str]]] = {}
    for record in records:
        by_code.setdefault(record.get("INDICATOR", ""), []).append(record)
    return fingerprint([whole, *(_sdmx_section(code, held) for code, held in by_code.items())])


def _sdmx_section(code: str, records: Sequence[Mapping[str, str]]) -> Section:
    def printed(column: str) -> list[str]:
        return sorted({record[column] for record in records if record.get(column)})

    return Section(
        kind="indicator",
        key=code,
        name=code,
        texts=[f"{column} {text}" for column in ("FREQUENCY", "SCALE") for text in printed(column)],
        labels=printed("COUNTRY"),
        years=[year for year in printed("TIME_PERIOD") if _YEAR.fullmatch(year)],
    )


def edition_of_dataflow(structure_id: str, *, publication_date: dt.date | None = None) -> str:
    """Edition (`2025-10`) of a reply, from its STRUCTURE_ID and its PUBLICATION_DATE.

    Full editions come in April and October; January and July bring updates of a few series, which are no edition.
    Raises `LayoutError` for another dataflow, a date in another month, and no date where the version held several.
    """
    dataflow = _DATAFLOW.fullmatch(structure_id)
    if dataflow is None:
        raise LayoutError(place="STRUCTURE_ID", expected="IMF.RES:WEO(9.0.0) or a vintage of it", found=structure_id)
    if dataflow["year"]:
        return f"{dataflow['year']}-{_MONTHS[dataflow['month']]}"
    if publication_date is not None and f"{publication_date:%m}" in _MONTHS.values():
        return f"{publication_date:%Y-%m}"
    if publication_date is None and dataflow["version"] in _ONLY_EDITION_OF_VERSION:
        return _ONLY_EDITION_OF_VERSION[dataflow["version"]]
    raise LayoutError(
        place=structure_id,
        expected="a PUBLICATION_DATE in April or October, the months of full editions",
        found=f"PUBLICATION_DATE {publication_date} of version {dataflow['version']}",
        advice=f"if the date is lacking, {_ASK_FOR_ATTRIBUTES}",
    )


def dataflow_release(payload: bytes) -> tuple[str, dt.date | None]:
    """STRUCTURE_ID and PUBLICATION_DATE (None where the reply lacks it) of an SDMX-CSV reply.

    Raises like `parse_imf_sdmx_csv`.
    """
    records = _sdmx_records(payload)
    printed = {(record["STRUCTURE_ID"], record.get("PUBLICATION_DATE", "")) for record in records}
    if len(printed) != 1:
        raise LayoutError(
            place="STRUCTURE_ID, PUBLICATION_DATE", expected="one of each in a reply", found=str(sorted(printed))
        )
    structure_id, publication = printed.pop()
    try:
        return structure_id, dt.date.fromisoformat(publication[:10]) if publication else None
    except ValueError as error:
        raise LayoutError(
            place="PUBLICATION_DATE", expected="a time like 2025-10-14T13:00:00Z", found=publication
        ) from error


def _datamapper_values(payload: bytes, indicator_code: str | None) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
    _refuse_web_page(payload)
    try:
        reply = json.loads(payload)
    except ValueError as error:
        raise PayloadError(place="file", expected="a JSON reply of DataMapper", found=str(error)) from error
    match reply:
        case {"values": dict(values)} if values:
            pass
        case _:
            raise PayloadError(place="values", expected="values by indicator", found=str(reply)[:200])
    if indicator_code is None and len(values) > 1:
        raise LayoutError(
            place="values", expected="one indicator", found=", ".join(values), advice="name one by indicator_code"
        )
    code = indicator_code if indicator_code is not None else next(iter(values))
    match values.get(code):
        case dict(by_country) if by_country and all(isinstance(by_year, dict) for by_year in by_country.values()):
            return code, by_country
        case other:
            raise PayloadError(
                place=f"values.{code}",
                expected="figures by economy and year",
                found=f"{str(other)[:200]} in {[*values]}",
            )


def _datamapper_observation(code: str, country: str, year: str, printed: object) -> _Observation:
    locator = f"values.{code}.{country}.{year}"
    if isinstance(printed, bool) or not isinstance(printed, int | float | None):
        raise ValueRefusedError(place=locator, expected="a number or null", found=repr(printed))
    # Prints 50 digits of a binary float; the nearest double is the three decimals that the IMF holds.
    value = None if printed is None else float(printed)
    if SERIES[code].currency is not None and value is not None and value >= _UNITS_FROM:
        raise LayoutError(place=locator, expected="billions of US$", found=str(value), advice="the unit has changed")
    return _Observation(country, code, _year(year, locator), value, locator)


def _datamapper_status(year: int, published_on: dt.date) -> str:
    if year >= published_on.year:
        return "forecast"
    return "estimate" if year == published_on.year - 1 else "actual"


def _sdmx_status(year: int, last_actual_year: int | None, newest: int) -> str:
    if last_actual_year is None:
        return "estimate" if year <= newest else "forecast"
    return "actual" if year <= last_actual_year else "forecast"


def _figure(observation: _Observation, money_unit: str, year_basis: str, status: str) -> RawFigure:
    series = SERIES[observation.code]
    return RawFigure(
        indicator=series.indicator,
        entity_label=observation.country,
        year=observation.year,
        value=observation.value,
        availability="missing" if observation.value is None else "reported",
        unit="percent" if series.currency is None else money_unit,
        currency=series.currency,
        price_basis=series.price_basis,
        base_year=None,
        year_basis=year_basis,
        status=status,
        flags=() if status == "actual" else (status,),
        note=None,
        locator=observation.locator,
    )


def _sdmx_records(payload: bytes) -> list[dict[str, str]]:
    """Records of the CSV by column name; the header and the length of every record are proven."""
    header, rows = _sdmx_rows(payload)
    _refuse_unknown_columns(header)
    if not rows:
        raise PayloadError(place="file", expected="observations", found="the header only")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise PayloadError(
                place=f"row {number}",
                expected=f"{len(header)} cells",
                found=f"{len(row)} cells",
                advice="the reply may be cut: fetch again",
            )
    return [dict(zip(header, row, strict=True)) for row in rows]


def _sdmx_rows(payload: bytes) -> tuple[list[str], list[list[str]]]:
    _refuse_web_page(payload)
    try:
        header, *rows = csv.reader(io.StringIO(payload.decode("utf-8-sig"), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise PayloadError(place="file", expected="an SDMX-CSV in UTF-8", found=str(error)) from error
    return header, rows


def _refuse_unknown_columns(header: Sequence[str]) -> None:
    """Dimensions stand before OBS_VALUE, attributes behind it: only among the latter may there be unknown ones."""
    end = header.index("OBS_VALUE") + 1 if "OBS_VALUE" in header else len(header)
    if header[0] not in {"STRUCTURE", "STRUCTURE[;]"} or tuple(header[1:end]) != _SDMX_COLUMNS:
        raise LayoutError(
            place="row 1",
            expected=f"STRUCTURE, {', '.join(_SDMX_COLUMNS)}",
            found=", ".join(header[:end]),
            advice="ask the SDMX 3.0 API for text/csv without labels",
        )
    lacking = [name for name in _SDMX_ATTRIBUTES if name not in header]
    if lacking or len(set(header)) != len(header):
        raise LayoutError(
            place="row 1",
            expected=f"each column once, {', '.join(_SDMX_ATTRIBUTES)} among them",
            found=", ".join(header),
            advice=_ASK_FOR_ATTRIBUTES,
        )


def _sdmx_observation(record: Mapping[str, str], place: str) -> _Observation:
    series = _series(record["INDICATOR"], place)
    known = {
        "ACTION": {"I", "A", "M", "R"},  # D deletes: such a message is no edition
        "FREQUENCY": {"A"},
        "SCALE": {series.scale, ""},
    }
    for column, spellings in known.items():
        if record[column] not in spellings:
            raise LayoutError(
                place=f"{place} {column}", expected=f"one of {sorted(spellings)}", found=repr(record[column])
            )
    if not _DATAFLOW.fullmatch(record["STRUCTURE_ID"]):
        raise LayoutError(place=f"{place} STRUCTURE_ID", expected="IMF.RES:WEO(9.0.0)", found=record["STRUCTURE_ID"])
    return _Observation(
        country=record["COUNTRY"],
        code=record["INDICATOR"],
        year=_year(record["TIME_PERIOD"], place),
        value=_sdmx_value(series, record["OBS_VALUE"], place),
        locator=place,
    )


def _sdmx_value(series: _Series, printed: str, place: str) -> float | None:
    if printed == "":
        return None
    try:
        value = printed_number(printed)
    except ValueError as error:
        raise ValueRefusedError(place=place, expected="a number or an empty cell", found=repr(printed)) from error
    if series.currency is not None and value < _UNITS_FROM:
        raise LayoutError(place=place, expected="units of US$", found=printed, advice="the unit has changed")
    return value


def _actuals(printed: str, place: str) -> _Actuals:
    if printed in {"", "0"}:  # 0 is how older files spell "none"
        return _Actuals(None, "as_published")
    read = _LATEST_ACTUAL.fullmatch(printed)
    if read is None:
        raise LayoutError(
            place=f"{place} LATEST_ACTUAL_ANNUAL_DATA", expected="a year like 2024 or FY2024/25", found=repr(printed)
        )
    return _Actuals(int(read["year"]), "fiscal" if read["fiscal"] else "as_published")


def _refuse_repeated(observations: Sequence[_Observation]) -> None:
    seen: dict[tuple[str, str, int], str] = {}
    for observation in observations:
        key = (observation.country, observation.code, observation.year)
        earlier = seen.setdefault(key, observation.locator)
        if earlier != observation.locator:
            raise ValueRefusedError(
                place=observation.locator,
                expected="each country, indicator and year once",
                found=f"{key}, which stands at {earlier} already",
            )


def _series(code: str, place: str) -> _Series:
    if code not in SERIES:
        raise LayoutError(
            place=place,
            expected=f"an indicator among {', '.join(SERIES)}",
            found=repr(code),
            advice="add it to SERIES with its currency, price basis and scale",
        )
    return SERIES[code]


def _year(printed: str, place: str) -> int:
    if not _YEAR.fullmatch(printed):
        raise LayoutError(place=place, expected="a year", found=repr(printed))
    return int(printed)


def _refuse_web_page(payload: bytes) -> None:
    if payload.lstrip()[:1] == b"<":
        raise PayloadError(
            place="file", expected="data of the IMF", found=f"a web page or XML: {payload.lstrip()[:60]!r}"
        )
