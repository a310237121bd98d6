"""Parts that several drawings have: bars by name, years, rules with labels, colours of a legend, labels with a rim.

Belongs here: parts of drawings in the look of the report. Does not belong here: a drawing (comparisons, country_share),
the words of Vega-Lite (vega_lite).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from warehouse.publication.report.charts import Row
from warehouse.publication.report.vega_lite import Encoding, Spec, layer, mark, nominal, number, ordinal
from warehouse.reading.chart_theme import INK, PAPER, SOFT, WIDE

# A text over a line is drawn twice: as a rim in the colour of the paper, and over it as it is.
RIMS: Final[Sequence[Mapping[str, Any]]] = ({"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}, {})
OF_LINES: Final[Spec] = {"symbolType": "stroke", "symbolStrokeWidth": 3}  # a legend


def names(rows: Sequence[Row]) -> list[str]:
    """Each name once, in the order of the rows."""
    return list(dict.fromkeys(row["name"] for row in rows))


def bands(rows: Sequence[Row]) -> Spec:
    """A band for each name, from top to bottom in the order of the rows."""
    return nominal("name", sort=names(rows), title=None, axis={"grid": False, "domain": False})


def years(width: int) -> Spec:
    """The years from left to right; on a narrow drawing labels that would touch are left out."""
    return ordinal("year", title=None, axis={"labelAngle": 0, "grid": False, "labelOverlap": width < WIDE})


def rule_rows(values: Sequence[float], label: str) -> list[Row]:
    """The rows of `rule`: a value each, and its label by a format."""
    return [{"at": value, "label": label.format(value)} for value in values]


def rule() -> Spec:
    """Lines across the drawing at the rows of `rules`, with their labels over it."""
    at, label = number("at"), nominal("label")
    return layer(
        mark("rule", {"x": at}, color=INK, strokeDash=[3, 3], strokeWidth=1),
        mark("text", {"x": at, "y": {"value": 0}, "text": label}, dy=-6, baseline="bottom", fontSize=11, color=SOFT),
        data="rules",
    )


def colours(field: str, domain: Sequence[str | None], colours: Sequence[str], legend: Spec | None) -> Spec:
    """A colour for each value of a field; `legend`: how it is explained, None without."""
    return nominal(field, scale={"domain": list(domain), "range": list(colours)}, legend=legend)


def labels(encoding: Encoding) -> Spec:
    """Values next to bars, with a rim in the colour of the paper where a rule would run through them."""
    said = {**encoding, "text": nominal("label")}
    return layer(*(mark("text", said, align="left", dx=5, **rim) for rim in RIMS))


def height_of(rows: Sequence[Row]) -> int:
    """CSS pixels of a drawing with a band for each name."""
    return 19 * len(names(rows))
