"""SIPRI's workbook: its ten sheets, and what each measures.

Belongs here: sheet names, and the statements by which a sheet proves its unit. Does not belong here: the bounds of a
table (`table`), cells and marks inside it (`marks`), the raw frame (`release`).

Layout read from the workbooks of April 2021 (1949-2020_0), 2022, 2024, 2025 and 2026 (1949-2025_v1.2) and from a full
export of the web tool; releases since April 2017 share it. What is said of those not held is known from what other
readers of the files had to do, and is admitted only where it cannot change a figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from transforms.errors import LayoutError, Obstacles
from transforms.parse.book import Book, Sheet
from transforms.parse.sipri.printed import filled

NOTES: Final = "Notes"
CURRENCY: Final = "Currency"

_COUNTRY_COLOURS: Final = MappingProxyType({"blue": "source_estimate", "red": "highly_uncertain"})
_COUNTRY_LEGEND: Final = (r"in blue are SIPRI estimates", r"in red indicate highly uncertain", r"xxx")
# "Figures in red indicate that more than 10% of the total figure consists of estimates for countries for which data
# is missing": another meaning than on the country sheets.
_REGION_COLOURS: Final = MappingProxyType({"red": "source_estimate"})
_REGION_LEGEND: Final = (r"in red indicate that more than 10% of the total figure consists of estimates", r"xxx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one sheet measures.

    `statements` are patterns that the text above the table must hold: they prove unit, basis and legend. `unit` None:
    that text gives the scale. `local_currency`: printed in the Currency column; else `currency`, None for shares.
    """

    sheet: str
    name: re.Pattern[str]
    indicator: str
    unit: str | None
    currency: str | None
    price_basis: str
    statements: tuple[str, ...]
    label_header: str = "Country"
    colours: Mapping[str, str] = field(default_factory=lambda: _COUNTRY_COLOURS)
    local_currency: bool = False
    as_percentage: bool = False  # the cells hold fractions and show them by a percentage format

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """Columns without which figures would lose their flags or their currency."""
        if self.label_header == "Region":
            return ()
        return (NOTES, CURRENCY) if self.local_currency else (NOTES,)


REGIONS: Final = Measure(
    sheet="Regional totals",
    name=re.compile("Regional totals"),
    indicator="defence_expenditure",
    unit="billion",
    currency="USD",
    price_basis="constant",
    statements=(r"US ?\$ ?b\w*\W+(?:at|in) constant (?P<base_year>\d{4}) prices", *_REGION_LEGEND),
    label_header="Region",
    colours=_REGION_COLOURS,
)
FISCAL: Final = Measure(
    sheet="Local currency financial years",
    name=re.compile("Local currency financial years"),
    indicator="defence_expenditure",
    unit=None,
    currency=None,
    price_basis="current",
    statements=(r"in local currency at current prices and are for (?P<years>financial) years", *_COUNTRY_LEGEND),
    local_currency=True,
)
CALENDAR: Final = Measure(
    sheet="Local currency calendar years",
    name=re.compile("Local currency calendar years"),
    indicator="defence_expenditure",
    unit=None,
    currency=None,
    price_basis="current",
    statements=(r"in local currency at current prices and are for (?P<years>calendar) years", *_COUNTRY_LEGEND),
    local_currency=True,
)
CONSTANT: Final = Measure(
    sheet="Constant (YYYY) US$",
    name=re.compile(r"Constant \((?P<base_year>\d{4})\) US(?:\$|D)"),  # "Constant (2017) USD" in older files
    indicator="defence_expenditure",
    unit="million",
    currency="USD",
    price_basis="constant",
    statements=(r"US ?\$ ?m\w*\W+(?:at|in) constant (?P<base_year>\d{4}) prices", *_COUNTRY_LEGEND),
)
CURRENT: Final = Measure(
    sheet="Current US$",
    name=re.compile(r"Current US(?:\$|D)"),
    indicator="defence_expenditure",
    unit="million",
    currency="USD",
    price_basis="current",
    statements=(r"US ?\$ ?m\w*\W+(?:at|in) current prices", *_COUNTRY_LEGEND),
)
SHARE_OF_GDP: Final = Measure(
    sheet="Share of GDP",
    name=re.compile("Share of GDP"),
    indicator="defence_share_of_gdp",
    unit="fraction",
    currency=None,
    price_basis="current",
    statements=(r"as percentage of gross domestic product", *_COUNTRY_LEGEND),
    as_percentage=True,
)
PER_CAPITA: Final = Measure(
    sheet="Per capita",
    name=re.compile("Per capita"),
    indicator="defence_per_capita",
    unit="currency_per_head",
    currency="USD",
    price_basis="current",
    statements=(r"per capita", r"in current US ?\$", *_COUNTRY_LEGEND),
)
SHARE_OF_GOVERNMENT: Final = Measure(
    sheet="Share of Govt. spending",
    name=re.compile(r"Share of Govt\. spending"),
    indicator="government_share",
    unit="fraction",
    currency=None,
    price_basis="none",
    statements=(r"percentage of general government.* are for (?P<years>calendar|financial) years", *_COUNTRY_LEGEND),
    as_percentage=True,
)
MEASURES: Final = (REGIONS, FISCAL, CALENDAR, CONSTANT, CURRENT, SHARE_OF_GDP, PER_CAPITA, SHARE_OF_GOVERNMENT)
FRONT_PAGE: Final = "Front page"  # a text box: coverage, contents, terms of use
FOOTNOTES: Final = "Footnotes"
_NOT_THE_RELEASE: Final = (
    "exports of https://milex.sipri.org have the same file name and may hold other sheets and fewer countries: "
    "fetch the release that https://www.sipri.org/databases/milex links; supported are those since April 2017"
)


def find_sheets(book: Book, obstacles: Obstacles) -> dict[str, Sheet]:
    """The sheets found, by the name that `Measure.sheet`, `FRONT_PAGE` and `FOOTNOTES` give them.

    A missing sheet, a sheet that is there twice, and another sheet that holds cells are obstacles.
    """
    known = {FRONT_PAGE: re.compile(FRONT_PAGE), FOOTNOTES: re.compile(FOOTNOTES)}
    known |= {measure.sheet: measure.name for measure in MEASURES}
    found: dict[str, Sheet] = {}
    for sheet in book.sheets:
        name = next((name for name, pattern in known.items() if pattern.fullmatch(sheet.title.strip())), None)
        if name is None and not any(filled(value) for row in sheet.values for value in row):
            continue
        if name is None or name in found:
            obstacles.add(
                LayoutError(
                    place=sheet.title,
                    expected=f"the ten sheets of a SIPRI release, each once: {', '.join(known)}",
                    found="another sheet that holds cells" if name is None else f"{name} a second time",
                    advice="use the file as SIPRI published it; " + _NOT_THE_RELEASE,
                )
            )
        else:
            found[name] = sheet
    missing = [name for name in known if name not in found]
    if missing:
        obstacles.add(
            LayoutError(
                place="workbook",
                expected=f"the ten sheets of a SIPRI release: {', '.join(known)}",
                found=f"{', '.join(book.workbook.sheetnames)}; missing: {', '.join(missing)}",
                advice=_NOT_THE_RELEASE,
            )
        )
    return found
