"""How rows are shown on a page: columns with their headings and formats, tables, figures, sections.

Belongs here: records for the templates, and the formats of figures. Does not belong here: queries, HTML, charts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from warehouse.report.charts import Picture, Record


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of a table: the record's field, its heading, its format (a key of `FORMATS`, or of the template)."""

    field: str
    heading: str
    format: str = "text"

    @property
    def is_number(self) -> bool:
        return self.format in _NUMBERS


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: `caption` names edition, basis and unit; `by_country` says that the filter for countries applies."""

    caption: str
    columns: Sequence[Shown]
    records: Sequence[Record]
    by_country: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its caption, and the table of the figures behind it where no table of the section shows them."""

    picture: Picture
    caption: str
    behind: Rows | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page. `notes` stand below; each is a sentence."""

    id: str
    title: str
    lead: str
    figures: Sequence[Figure] = ()
    tables: Sequence[Rows] = ()
    notes: Sequence[str] = field(default_factory=tuple)


_CERTAIN: Final = 0.995  # 10 000 draws tell no more


def _chance(value: float) -> str:
    if value < 1 - _CERTAIN:
        return "under 1 %"
    return "over 99 %" if value > _CERTAIN else f"{100 * value:.0f} %"


FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "text": str,
    "words": lambda value: str(value).replace("_", " "),
    "list": lambda value: ", ".join(str(item).replace("_", " ") for item in value),
    "pct": "{:.2f}".format,
    "pct1": "{:.1f}".format,
    "pp": lambda value: f"{value:+.2f}" if round(abs(value), 2) else "0.00",
    "bn": "{:,.1f}".format,
    "signed_bn": "{:+,.1f}".format,
    "year": str,
    "count": "{:,}".format,
    "chance": _chance,
    "value": "{:,.2f}".format,
}
_NUMBERS: Final = frozenset({"pct", "pct1", "pp", "bn", "signed_bn", "year", "count", "chance", "value"})


def shown(value: object, form: str) -> str:
    """A cell's text; nothing for null."""
    return "" if value is None else FORMATS[form](value)


def sort_key(value: object) -> str:
    """What a column is sorted by: the figure itself, not its text; null comes last."""
    return "" if value is None else str(value)
