"""The charts of the report, drawn by Vega-Lite: marks, scales, colours, labels.

Belongs here: how records become a picture. Does not belong here: queries, wording around a chart, pages.
Neutral colours are those of the page: `inline` leaves them to its style sheet, so that a chart follows dark and light.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Record = Mapping[str, Any]
Spec = dict[str, Any]

_INK, _SOFT, _LINE = "#16202b", "#52606d", "#d9dee4"
_OF_THE_PAGE: Final = {_INK: "var(--ink)", _SOFT: "var(--soft)", _LINE: "var(--line)"}
# Told apart by people with any colour vision (Okabe and Ito), and on white as on near-black.
BLUE, ORANGE, GREEN, GREY, PURPLE = "#2f7fc1", "#d97706", "#0f9d76", "#8a97a5", "#b05fa3"
SERIES_COLOURS: Final = (GREY, PURPLE, ORANGE, GREEN, BLUE)
_WIDTH: Final = 640
_ROW: Final = 18
_FONT: Final = "Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart. `name` is that of its files, `alt` says in words what it shows."""

    name: str
    alt: str
    svg: str

    def inline(self) -> str:
        """The SVG for a page: neutral colours from its style sheet, hidden from screen readers, which have `alt`."""
        text = re.sub("|".join(map(re.escape, _OF_THE_PAGE)), lambda found: _OF_THE_PAGE[found[0]], self.svg)
        return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)

    def write(self, folder: Path) -> None:
        """`<name>.svg` and `<name>.png` (at twice the size) in a folder that exists."""
        import vl_convert  # noqa: PLC0415 (loads a renderer of 30 MB: only where a chart is drawn)

        svg = self.svg.replace("<svg ", '<svg style="background:#fff" ', 1)
        (folder / f"{self.name}.svg").write_text(svg, encoding="utf-8")
        (folder / f"{self.name}.png").write_bytes(vl_convert.svg_to_png(svg, scale=2))


def draw(name: str, alt: str, spec: Spec) -> Picture:
    """Render a Vega-Lite specification with the report's configuration."""
    import vl_convert  # noqa: PLC0415 (as in Picture.write)

    styled = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": _CONFIG, **spec}
    return Picture(name, alt, vl_convert.vegalite_to_svg(styled))


_AXIS: Final[Spec] = {
    "labelColor": _SOFT,
    "titleColor": _SOFT,
    "gridColor": _LINE,
    "domainColor": _LINE,
    "tickColor": _LINE,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelFont": _FONT,
    "titleFont": _FONT,
}
_CONFIG: Final[Spec] = {
    "background": None,
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {
        "labelColor": _SOFT,
        "titleColor": _SOFT,
        "orient": "top",
        "title": None,
        "labelFontSize": 12,
        "labelFont": _FONT,
        "symbolType": "circle",
        "offset": 26,
        "labelLimit": 320,
    },
    "text": {"font": _FONT, "fontSize": 12, "color": _INK},
    "line": {"strokeWidth": 2.5, "strokeCap": "round"},
}


def _names(field: str = "name", sort: object = None) -> Spec:
    axis = {"labelColor": _INK, "domain": False, "ticks": False, "grid": False, "labelLimit": 170, "title": None}
    return {"field": field, "type": "nominal", "sort": sort, "axis": axis}


def _percent(field: str, title: str, **scale: object) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 6}}


def _year(field: str = "year", **axis: object) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": False, "nice": False},
        "axis": {"format": "d", "grid": False, "tickMinStep": 1, **axis},
    }


def _rule(value: float, text: str) -> list[Spec]:
    """A dashed line across the bars, named above them."""
    data = {"values": [{"at": value, "text": text}]}
    at = {"field": "at", "type": "quantitative"}
    label = {"type": "text", "dy": -8, "align": "center", "baseline": "bottom", "color": _SOFT}
    return [
        {"data": data, "mark": {"type": "rule", "strokeDash": [4, 3], "color": _INK}, "encoding": {"x": at}},
        {"data": data, "mark": label, "encoding": {"x": at, "y": {"value": 0}, "text": {"field": "text"}}},
    ]


def bars(rows: Sequence[Record], *, value: str, title: str, thresholds: Mapping[str, float], colours: Spec) -> Spec:
    """Horizontal bars in the order of the rows, their figures beside them, thresholds as lines. Null has no bar."""
    drawn = [row for row in rows if row[value] is not None]
    y = _names(sort=[row["name"] for row in drawn])
    x = _percent(value, title)
    bar = {"mark": {"type": "bar", "height": 11, "cornerRadiusEnd": 2}, "encoding": {"x": x, "y": y, "color": colours}}
    text = {
        "mark": {"type": "text", "align": "left", "dx": 5},
        "encoding": {"x": x, "y": y, "text": {"field": value, "type": "quantitative", "format": ".2f"}},
    }
    lines = [layer for text_, at in thresholds.items() for layer in _rule(at, text_)]
    return {"width": _WIDTH, "height": _ROW * len(drawn), "data": {"values": drawn}, "layer": [bar, text, *lines]}


def by_class(field: str, classes: Mapping[str, str]) -> Spec:
    """Colour by the value of a field: class -> colour, with a legend."""
    return {"field": field, "type": "nominal", "scale": {"domain": list(classes), "range": list(classes.values())}}


def lines(rows: Sequence[Record], *, y: str, title: str, series: str, colours: Mapping[str, str]) -> Spec:
    """Lines over years with points, `colours` by series; a field `dashed` that is true dashes its line."""
    shown = {row[series] for row in rows}
    colour = by_class(series, {name: colour for name, colour in colours.items() if name in shown})
    dash = {
        "field": "dashed",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [False, True], "range": [[1, 0], [6, 4]]},
    }
    x, value = _year(), _percent(y, title, zero=True)
    line = {"mark": {"type": "line"}, "encoding": {"x": x, "y": value, "color": colour, "strokeDash": dash}}
    points = {
        "transform": [{"filter": "!datum.dashed"}],
        "mark": {"type": "point", "filled": True, "size": 32, "opacity": 1},
        "encoding": {"x": x, "y": value, "color": colour},
    }
    values = [{"dashed": False, **row} for row in rows if row[y] is not None]
    return {"width": _WIDTH, "height": 300, "data": {"values": values}, "layer": [line, points]}


def ranges(rows: Sequence[Record], *, due_year: int, last_year: int) -> Spec:
    """From the earliest to the latest arrival at trend; a range that runs out of the picture ends in an arrow."""
    drawn = [
        {
            **row,
            "until": min(row["arrival_latest"] or last_year, last_year),
            "open": row["arrival_latest"] is None or row["arrival_latest"] > last_year,
        }
        for row in rows
        if row["arrival_earliest"] is not None and row["arrival_earliest"] <= last_year
    ]
    drawn.sort(key=lambda row: (row["arrival_median"] or last_year + 1, row["until"], row["name"]))
    y = _names(sort=[row["name"] for row in drawn])
    x = _year("arrival_earliest", grid=True, orient="top", values=list(range(2026, last_year + 1, 2)))
    colour = {"value": BLUE}
    point = {"type": "point", "filled": True, "opacity": 1}
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 5, "strokeCap": "round", "opacity": 0.4},
            "encoding": {"x": x, "x2": {"field": "until"}, "y": y, "color": colour},
        },
        {
            "transform": [{"filter": f"datum.arrival_median !== null && datum.arrival_median <= {last_year}"}],
            "mark": {**point, "size": 70},
            "encoding": {"x": _year("arrival_median"), "y": y, "color": colour},
        },
        {
            "transform": [{"filter": "datum.open"}],
            "mark": {**point, "shape": "triangle-right", "size": 60},
            "encoding": {"x": _year("until"), "y": y, "color": colour},
        },
        {
            "data": {"values": [{"at": due_year}]},
            "mark": {"type": "rule", "strokeDash": [4, 3], "color": _INK},
            "encoding": {"x": {"field": "at", "type": "quantitative"}},
        },
    ]
    return {"width": _WIDTH, "height": _ROW * len(drawn), "data": {"values": drawn}, "layer": layers}


def parts(rows: Sequence[Record]) -> Spec:
    """The three parts of a revision stacked to both sides of zero, and the whole change as a mark."""
    names = {"spending_part_pp": "spending", "gdp_part_pp": "GDP", "method_part_pp": "method"}
    known = [row for row in rows if row["spending_part_pp"] is not None]
    label = {id(row): f"{row['name']} {row['year']}" for row in known}
    long = [{"name": label[id(row)], "part": part, "pp": row[field]} for row in known for field, part in names.items()]
    whole = [{"name": label[id(row)], "pp": row["new_pct"] - row["old_pct"]} for row in known]
    y = _names(sort=list(label.values()))
    x = _percent("pp", "percentage points of GDP")
    colour = by_class("part", {"spending": BLUE, "GDP": ORANGE, "method": GREY})
    mark = {"type": "point", "shape": "diamond", "filled": True, "size": 70, "color": _INK, "opacity": 1}
    layers = [
        {
            "data": {"values": long},
            "mark": {"type": "bar", "height": 11},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        {"data": {"values": whole}, "mark": mark, "encoding": {"x": x, "y": y}},
    ]
    return {"width": _WIDTH, "height": (_ROW + 4) * len(known), "layer": layers}


def dots(rows: Sequence[Record], *, values: Mapping[str, str], colours: Sequence[str], title: str, log: bool) -> Spec:
    """One row a country, one dot a series (field -> its name), joined by a line. On a logarithmic scale if asked."""
    long = [
        {"name": row["name"], "series": text, "value": row[field]}
        for row in rows
        for field, text in values.items()
        if row[field] is not None
    ]
    y = _names(sort=[row["name"] for row in rows])
    scale = {"type": "log", "nice": False} if log else {"zero": True}
    x = {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": scale,
        "axis": {"values": [0.2, 0.5, 1, 2, 5, 10, 20, 40], "format": "~g"} if log else {"tickCount": 6},
    }
    colour = by_class("series", dict(zip(values.values(), colours, strict=True)))
    layers = [
        {
            "mark": {"type": "line", "color": _LINE, "strokeWidth": 3},
            "encoding": {"x": x, "y": y, "detail": {"field": "name"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 75, "opacity": 0.95},
            "encoding": {"x": x, "y": y, "color": colour},
        },
    ]
    return {"width": _WIDTH, "height": _ROW * len(rows), "data": {"values": long}, "layer": layers}


def log_dots(rows: Sequence[Record], *, value: str, title: str, colours: Spec) -> Spec:
    """One dot a row with its figure, on a logarithmic scale: for shares that differ by a hundred times."""
    drawn = [row for row in rows if row[value] is not None]
    y = {**_names(sort=[row["name"] for row in drawn])}
    x = {
        "field": value,
        "type": "quantitative",
        "title": title,
        "scale": {"type": "log", "nice": False},
        "axis": {"values": [0.2, 0.5, 1, 2, 5, 10, 20, 40], "format": "~g"},
    }
    text = {"field": value, "type": "quantitative", "format": ".2f"}
    layers = [
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": colours},
        },
        {"mark": {"type": "text", "align": "left", "dx": 8}, "encoding": {"x": x, "y": y, "text": text}},
    ]
    return {"width": _WIDTH, "height": _ROW * len(drawn), "data": {"values": drawn}, "layer": layers}
