"""International Monetary Fund, World Economic Outlook: DataMapper replies (JSON) and SDMX 3.0 replies (SDMX-CSV 2.0).

Belongs here: both layouts, where estimates begin in either, which edition a dataflow is. Does not belong here: what a
subject measures (imf_subjects), the whole-database file (imf_database), entity codes (`labels/imf.csv`), fetching.

DataMapper: layout read from a reply of 2025-01-07. SDMX: dimensions, attributes and meaning from the structure and the
sample of WEO 9.0.0 (2026-04-02); the order of columns from the SDMX-CSV 2.0 field guide,
https://github.com/sdmx-twg/sdmx-csv. Terms: https://www.imf.org/external/terms.htm, with attribution.

The two routes differ in unit: DataMapper prints NGDPD in billions, SDMX in units. SDMX's `SCALE` says only how the IMF
displays a value: the sample prints Slovakia's real GDP of 2018 as 94669000000 with SCALE 9 and DECIMALS_DISPLAYED 3,
which is 94.669 billion euro and not 94.669 billion billion.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from transforms.errors import LayoutError, PayloadError, ValueRefusedError
from transforms.normalise.layouts import Fingerprint, Section, fingerprint
from transforms.parse.frame import raw_frame
from transforms.parse.identity import Identity, days_meant
from transforms.parse.imf.subjects import (
    DEFINITION,
    EDITION_MONTHS,
    UNITS_FROM,
    Observation,
    Subject,
    billions_of_dollars,
    data_set,
    edition_of_day,
    figure,
    is_year,
    known_subject,
    refuse_repeated,
    year_of,
)
from transforms.parse.printed_number import figure_at
from transforms.payload import Record, json_reply, refuse_web_page, table

_DATA: Final = "data of the IMF"
_SDMX_COLUMNS: Final = ("STRUCTURE_ID", "ACTION", "COUNTRY", "INDICATOR", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE")
_SDMX_ATTRIBUTES: Final = ("SCALE", "LATEST_ACTUAL_ANNUAL_DATA")
_ASK_FOR_ATTRIBUTES: Final = "ask with attributes=SCALE,LATEST_ACTUAL_ANNUAL_DATA,PUBLICATION_DATE"
_DATAFLOW: Final = re.compile(
    r"IMF\.RES:WEO(_(?P<year>\d{4})_(?P<month>APR|OCT)_VINTAGE)?\((?P<version>\d+\.\d+\.\d+)\)"
)
_LATEST_ACTUAL: Final = re.compile(r"(?P<fiscal>FY)?(?P<year>\d{4})(?(fiscal)/\d{2})")

# A version of the dataflow WEO is no edition: 9.0.0 held October 2025 (the sample of 2026-04-02 prints PUBLICATION_DATE
# 2025-10-14) and has held April 2026 since then, when October 2025 moved to the dataflow WEO_2025_OCT_VINTAGE
# (https://github.com/ONEcampaign/imf-reader, weo/api.py). Only a version that held one edition names it.
_ONLY_EDITION_OF_VERSION: Final = MappingProxyType({"6.0.0": "2025-04"})


@dataclass(frozen=True, slots=True)
class _Actuals:
    """Up to which year a series is actual (None: no year is known to be), and for which kind of year."""

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
    known_subject(code, f"values.{code}")
    observations = [
        _datamapper_observation(code, country, year, printed)
        for country, by_year in values.items()
        for year, printed in by_year.items()
    ]
    if not observations:
        raise PayloadError(place=f"values.{code}", expected="figures", found="none")
    return raw_frame(
        figure(
            observation,
            money_unit="billion",
            year_basis="as_published",
            status=_datamapper_status(observation.year, published_on),
        )
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
    held = _sdmx_records(payload)
    observations = [_sdmx_observation(record.cells, record.place) for record in held]
    refuse_repeated(observations)
    actuals = [_actuals(record.cells["LATEST_ACTUAL_ANNUAL_DATA"], record.place) for record in held]
    newest = max((each.last_year for each in actuals if each.last_year is not None), default=None)
    if newest is None:
        raise LayoutError(
            place="LATEST_ACTUAL_ANNUAL_DATA",
            expected="the latest actual year of at least one series",
            found="blank cells only",
            advice=f"the API drops attributes from some replies: {_ASK_FOR_ATTRIBUTES}",
        )
    return raw_frame(
        figure(
            observation,
            money_unit="unit",
            year_basis=each.year_basis,
            status=_sdmx_status(observation.year, each.last_year, newest),
        )
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
        columns=list(json_reply(reply, "file", expected="a JSON reply of DataMapper")),
        labels=list(values),
        years=sorted(year for year in years if is_year(year)),
    )


def sdmx_csv_fingerprint(payload: bytes) -> Fingerprint:
    """Dataflow and columns, and each indicator's economies, scale and years; known or not.

    `PayloadError` for a web page or a broken file.
    """
    header, held = table(payload, expected=_DATA)
    dataflows = sorted({record.cells.get("STRUCTURE_ID", "") for record in held})
    whole = Section(kind="data set", key="reply", name=", ".join(dataflows), columns=header)
    by_code: dict[str, list[dict[str, str]]] = {}
    for record in held:
        by_code.setdefault(record.cells.get("INDICATOR", ""), []).append(record.cells)
    return fingerprint([whole, *(_sdmx_section(code, rows) for code, rows in by_code.items())])


def _sdmx_section(code: str, records: Sequence[Mapping[str, str]]) -> Section:
    def printed(column: str) -> list[str]:
        return sorted({record[column] for record in records if record.get(column)})

    return Section(
        kind="indicator",
        key=code,
        name=code,
        texts=[f"{column} {text}" for column in ("FREQUENCY", "SCALE") for text in printed(column)],
        labels=printed("COUNTRY"),
        years=[year for year in printed("TIME_PERIOD") if is_year(year)],
    )


def datamapper_identity(replies: Sequence[bytes]) -> Identity:
    """Subjects of the replies, which print neither edition nor day; raises like `parse_imf_datamapper`."""
    codes = [_datamapper_values(reply, None)[0] for reply in replies]
    for code in codes:
        known_subject(code, f"values.{code}")
    return Identity(definition=DEFINITION, data_set=data_set(codes))


def sdmx_csv_identity(payload: bytes) -> Identity:
    """Subjects, edition and day of a reply, as far as its STRUCTURE_ID and its PUBLICATION_DATE print them.

    A version of the dataflow WEO is no edition, unless it held only one. Raises like `parse_imf_sdmx_csv`; and
    `LayoutError` for a PUBLICATION_DATE outside April and October, and for one of another month than its vintage's.
    """
    records_held = [record.cells for record in _sdmx_records(payload)]
    held = data_set(record["INDICATOR"] for record in records_held)
    dataflow, published_on = _release(records_held)
    edition = _edition_named_by(dataflow)
    if published_on is None:
        return Identity(definition=DEFINITION, data_set=held, edition=edition)
    of_day = edition_of_day(published_on)
    if edition is not None and edition != of_day:
        raise LayoutError(
            place="PUBLICATION_DATE", expected=f"a day of {edition}, as {dataflow[0]} says", found=f"{published_on}"
        )
    return Identity(definition=DEFINITION, data_set=held, days=(published_on,), edition=of_day)


def _edition_named_by(dataflow: re.Match[str]) -> str | None:
    if dataflow["year"]:
        return f"{dataflow['year']}-{EDITION_MONTHS[dataflow['month']]}"
    return _ONLY_EDITION_OF_VERSION.get(dataflow["version"])


def _release(records_held: Sequence[Mapping[str, str]]) -> tuple[re.Match[str], dt.date | None]:
    """Dataflow and PUBLICATION_DATE (None where the reply lacks it), of which a reply has one each."""
    printed = {(record["STRUCTURE_ID"], record.get("PUBLICATION_DATE", "")) for record in records_held}
    if len(printed) != 1:
        raise LayoutError(
            place="STRUCTURE_ID, PUBLICATION_DATE", expected="one of each in a reply", found=str(sorted(printed))
        )
    structure_id, publication = printed.pop()
    dataflow = _DATAFLOW.fullmatch(structure_id)
    if dataflow is None:
        raise LayoutError(place="STRUCTURE_ID", expected="IMF.RES:WEO(9.0.0) or a vintage of it", found=structure_id)
    if not publication:
        return dataflow, None
    days = days_meant(publication)
    if len(days) != 1:
        raise LayoutError(place="PUBLICATION_DATE", expected="a time like 2025-10-14T13:00:00Z", found=publication)
    return dataflow, days[0]


def _datamapper_values(payload: bytes, indicator_code: str | None) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
    refuse_web_page(payload, expected=_DATA)
    reply = json_reply(payload, "file", expected="a JSON reply of DataMapper")
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


def _datamapper_observation(code: str, country: str, year: str, printed: object) -> Observation:
    locator = f"values.{code}.{country}.{year}"
    if isinstance(printed, bool) or not isinstance(printed, int | float | None):
        raise ValueRefusedError(place=locator, expected="a number or null", found=repr(printed))
    # Prints 50 digits of a binary float; the nearest double is the three decimals that the IMF holds.
    value = None if printed is None else float(printed)
    return billions_of_dollars(Observation(country, code, year_of(year, locator), value, locator))


def _datamapper_status(year: int, published_on: dt.date) -> str:
    if year >= published_on.year:
        return "forecast"
    return "estimate" if year == published_on.year - 1 else "actual"


def _sdmx_status(year: int, last_actual_year: int | None, newest: int) -> str:
    if last_actual_year is None:
        return "estimate" if year <= newest else "forecast"
    return "actual" if year <= last_actual_year else "forecast"


def _sdmx_records(payload: bytes) -> list[Record]:
    """Records of the CSV; the header and the length of every record are proven."""
    header, held = table(payload, expected=_DATA)
    _refuse_unknown_columns(header)
    if not held:
        raise PayloadError(place="file", expected="observations", found="the header only")
    return held


def _refuse_unknown_columns(header: Sequence[str]) -> None:
    """Dimensions are before OBS_VALUE, attributes after it: only among the latter may there be unknown ones."""
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


def _sdmx_observation(record: Mapping[str, str], place: str) -> Observation:
    series = known_subject(record["INDICATOR"], place)
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
    return Observation(
        country=record["COUNTRY"],
        code=record["INDICATOR"],
        year=year_of(record["TIME_PERIOD"], place),
        value=_sdmx_value(series, record["OBS_VALUE"], place),
        locator=place,
    )


def _sdmx_value(series: Subject, printed: str, place: str) -> float | None:
    if printed == "":
        return None
    value = figure_at(place, printed, expected="a number or an empty cell")
    if series.currency is not None and value < UNITS_FROM:
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
