"""The large drawing of a country's page: its share of GDP in editions, path, plan and the fan of the outlook.

Belongs here: this drawing. Does not belong here: the small ones below it (country_charts), what several drawings have
(parts).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from warehouse.publication.report import parts
from warehouse.publication.report.charts import Row
from warehouse.publication.report.vega_lite import Spec, calculate, drawing, keep, layer, mark, nominal, number
from warehouse.reading.chart_theme import FAINT, FIRST, INK, PAPER, SECOND, SOFT, THIRD

FAN: Final = "may be (median)"


def _fan(x: Spec) -> list[Spec]:
    """Half and eight of ten of the draws as areas around the median."""
    return [
        mark("area", {"x": x, "y": number(low), "y2": {"field": high}}, data="fan", color=THIRD, opacity=opacity)
        for low, high, opacity in (("p10", "p90", 0.16), ("p25", "p75", 0.22))
    ]


_COUNTRY_HEIGHT: Final = 220
_ROOM_YEARS: Final = 6  # to the right of the last year, for the names of the lines


def country(rows: Sequence[Row], width: int) -> Spec:
    """An Ally's share: newest edition, the complete one before, the fan, the path, thresholds; `kind` names each."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows if row["kind"] != "threshold"))
    hues = {kinds[0]: FIRST, "linear path": SECOND, FAN: THIRD, "announced plan": INK}
    colours = [hues.get(kind, FAINT) for kind in kinds]
    # The newest edition comes last: it is drawn over those before it.
    lines = sorted((row for row in rows if row["kind"] != "threshold"), key=lambda row: row["kind"] == kinds[0])
    years = [row["year"] for row in lines]
    first, last = min(years), max(years)
    thresholds = [
        {**row, "label": f"{row['share_pct']:g} %", "year": first} for row in rows if row["kind"] == "threshold"
    ]
    drawn = [row for row in rows if row["kind"] == FAN]
    axis = {"format": "d", "grid": False, "values": [year for year in range(first, last + 1) if year % 5 == 0]}
    x = number("year", title=None, scale={"domain": [first, last + _ROOM_YEARS], "nice": False}, axis=axis)
    y = number("share_pct", title="% of GDP", scale={"zero": True}, axis={"tickCount": 5})
    colour = parts.colours("kind", kinds, colours, None)
    at = {"x": x, "y": y, "color": colour}
    hue = f"datum.kind == '{kinds[0]}' ? '{FIRST}' : '{FAINT}'"
    known = keep("datum.status != null")
    paint = calculate("paint", f"datum.status == 'actual' ? ({hue}) : '{PAPER}'")
    filled = {**at, "fill": nominal("paint", scale=None, legend=None)}
    name = {"x": x, "y": y, "text": nominal("label")}
    end = {"x": x, "y": number("at"), "text": nominal("label"), "color": colour}
    ahead, so_far = ((keep(f"(datum.kind == '{kinds[0]}') == {past}"),) for past in ("false", "true"))
    bold = {"fontSize": 11, "fontWeight": "bold"}
    return drawing(
        layer(
            *(_fan(x) if drawn else []),
            mark("rule", {"y": y}, data="thresholds", color=INK, strokeDash=[3, 3]),
            mark("text", name, data="thresholds", align="left", dx=4, dy=-7, fontSize=11, color=SOFT),
            mark("line", at, data="lines", strokeWidth=2),
            mark("point", filled, data="lines", transform=(known, paint), size=34, strokeWidth=1.6, opacity=1),
            *(mark("text", end, data="ends", transform=ahead, align="left", dx=6, **bold, **rim) for rim in parts.RIMS),
            *(
                mark("text", end, data="ends", transform=so_far, align="right", dx=-5, dy=-9, **bold, **rim)
                for rim in parts.RIMS
            ),
        ),
        {"fan": drawn, "thresholds": thresholds, "lines": lines, "ends": _ends(rows, kinds[0])},
        width=width,
        height=_COUNTRY_HEIGHT,
    )


def _ends(rows: Sequence[Row], newest: str) -> list[dict[str, object]]:
    """The name of each line at its end, and its last share; moved apart where one would cover another."""
    said = {newest: "{:.2f}", "linear path": "path {:.2f}", FAN: "median {:.2f}", "announced plan": "plan {:g}"}
    last = {row["kind"]: row for row in rows if row["kind"] in said and row["share_pct"] is not None}
    most = max(row.get("p90") or row["share_pct"] for row in rows if row["share_pct"] is not None)
    apart = 14 * most / _COUNTRY_HEIGHT
    ends: list[dict[str, object]] = []
    lowest: dict[int, float] = {}
    for kind, row in sorted(last.items(), key=lambda item: item[1]["share_pct"]):
        at = max(row["share_pct"], lowest.get(row["year"], 0.0))
        lowest[row["year"]] = at + apart
        ends.append({"kind": kind, "year": row["year"], "at": at, "label": said[kind].format(row["share_pct"])})
    return ends
