"""The drawings that compare countries, years or editions: those of the first page and of the revisions.

Belongs here: what is drawn, one function a chart, by the name of its caption. Does not belong here: the chart of one
country (country_share), what several drawings have (parts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from warehouse.publication.report import parts
from warehouse.publication.report.charts import Draw, Row
from warehouse.publication.report.vega_lite import (
    Encoding,
    Spec,
    calculate,
    drawing,
    keep,
    layer,
    mark,
    nominal,
    number,
)
from warehouse.reading.chart_theme import FAINT, FIRST, GRID, INK, PAPER, SECOND, SOFT, THIRD, WIDE
from warehouse.reading.probability import percent


def league(rows: Sequence[Row], width: int) -> Spec:
    """Shares of GDP as bars, coloured by the highest threshold met; a tick is the last outturn."""
    first = rows[0]
    thresholds = [first["two_threshold"], first["core_threshold"], first["total_threshold"]]
    kinds = [
        f"{first['core_threshold']:g} % and more",
        f"{first['two_threshold']:g} % and more",
        f"below {first['two_threshold']:g} %",
    ]

    def kind(row: Row) -> str:
        return kinds[0] if row["core_verdict"] == "met" else kinds[1] if row["two_verdict"] == "met" else kinds[2]

    shown = [
        {
            **row,
            "kind": kind(row),
            "label": f"{row['share_pct']:.2f}",
            "end": max(row["share_pct"], row["outturn_share_pct"] or 0),
        }
        for row in rows
        if row["share_pct"] is not None
    ]
    top = max([row["share_pct"] for row in shown] + thresholds)
    x = number("share_pct", title="% of GDP", scale={"domain": [0, top * 1.1], "nice": False})
    y = parts.bands(shown)
    colour = parts.colours("kind", kinds, [THIRD, FIRST, SECOND], {})
    return drawing(
        layer(
            parts.rule(),
            mark("bar", {"x": x, "y": y, "color": colour}, height=13),
            mark("tick", {"x": number("outturn_share_pct"), "y": y}, color=INK, thickness=2, height=13),
            parts.labels({"x": number("end"), "y": y}),
            data="allies",
        ),
        {"allies": shown, "rules": parts.rule_rows(thresholds, "{:g} %")},
        width=width,
        height=parts.height_of(shown),
    )


def shares(rows: Sequence[Row], width: int) -> Spec:
    """A small chart an Ally, all on one scale, the Alliance behind each: the highest last share first."""
    last = {row["name"]: row for row in rows}  # rows come by year
    names = sorted(last, key=lambda name: -last[name]["share_pct"])
    columns = 8 if width >= WIDE else 3
    ends = {row["year"] for row in rows}
    shown = [{**row, "label": f"{row['share_pct']:.2f}", "last": row is last[row["name"]]} for row in rows]
    axis = {"values": sorted({min(ends), max(ends)}), "format": "d", "grid": False, "labelFontSize": 10}
    x = number("year", title=None, scale={"domain": [min(ends), max(ends)], "nice": False}, axis=axis)
    scale = {"domain": [0, 1.12 * max(row["share_pct"] for row in rows)], "nice": False}
    y = number("share_pct", title=None, scale=scale, axis={"values": [0, 2, 4], "labelFontSize": 10, "domain": False})
    label, end = {"x": x, "y": y, "text": nominal("label")}, (keep("datum.last"),)
    # Its place is fixed: a header of a facet would follow the highest mark of its panel. It is drawn even where it is
    # null or has no labels (Vega-Lite 6.1), so that its text is empty.
    name = {"x": {"value": 0}, "y": {"value": -12}, "text": nominal("name")}
    panel = layer(
        mark("line", {"x": x, "y": number("alliance_share_pct", scale=scale)}, color=FAINT, strokeWidth=1.5),
        mark("line", {"x": x, "y": y}, color=FIRST, strokeWidth=2),
        mark("point", {"x": x, "y": y}, transform=end, filled=True, size=22, color=FIRST, opacity=1),
        layer(*(mark("text", label, transform=end, align="right", dy=-9, fontSize=11, **rim) for rim in parts.RIMS)),
        mark("text", name, transform=end, align="left", baseline="bottom", fontSize=11),
    )
    panels = {
        "data": {"name": "shares"},
        "facet": nominal("name", sort=names, title=None, header={"labelExpr": "''", "title": None}),
        "spec": {**panel, "width": width // columns - 22, "height": 64},
        "columns": columns,
        "spacing": {"row": 34, "column": 14},
        "bounds": "flush",
    }
    return drawing(panels, {"shares": shown})


def counts(rows: Sequence[Row], width: int) -> Spec:
    """How many met a rule, a line an edition; partial editions as points."""
    editions = sorted(
        {row["edition_id"] for row in rows},
        key=lambda edition: max(str(row["published_on"]) for row in rows if row["edition_id"] == edition),
    )
    colours = ([FAINT] * len(editions) + [SOFT, THIRD, SECOND, FIRST])[-len(editions) :]
    last = {edition: max(row["year"] for row in rows if row["edition_id"] == edition) for edition in editions}
    outturn = max(
        (row["year"] for row in rows if row["edition_id"] == editions[-1] and row["status"] == "actual"), default=None
    )

    def labelled(row: Row) -> bool:
        return row["completeness"] == "complete" and row["year"] in {last[row["edition_id"]], outturn}

    shown = [{**row, "label": str(row["met"]) if labelled(row) else ""} for row in rows]
    at = {
        "x": parts.years(width),
        "y": number("met", title="Allies", scale={"zero": True}),
        "color": parts.colours("edition_id", editions, colours, {}),
    }
    return drawing(
        layer(
            mark("line", at, strokeWidth=2),
            mark("point", at, filled=True, size=55, opacity=1),
            mark("text", {**at, "text": nominal("label")}, align="right", dx=-8, dy=-4),
            data="counts",
        ),
        {"counts": shown},
        width=width,
        height=280,
    )


def outlook(rows: Sequence[Row], width: int) -> Spec:
    """The simulated share of each Ally in the due year: median, half and eight of ten of the draws; plans as diamonds.

    The scale reaches to the widest bar: nothing is cut. An Ally without a simulation keeps its row, with the reason.
    """
    most = max([row["p90"] or 0.0 for row in rows] + [row["national_plan_share_pct"] or 0.0 for row in rows])
    scale = {"domain": [0, most * (1.28 if width >= WIDE else 1.6)], "nice": False}
    shown = [{**row, "label": _chance(row), "at": most * 1.03} for row in rows]
    y = parts.bands(shown)

    def at(field: str, **properties: object) -> Encoding:
        return {"x": number(field, scale=scale, **properties), "y": y}

    widest = at("p10", title=f"% of GDP in {rows[0]['due_year']}")
    plan: Spec = {"shape": "diamond", "size": 60, "strokeWidth": 2, "color": SECOND, "opacity": 1}
    planned = (keep("datum.national_plan_share_pct != null"),)
    return drawing(
        layer(
            parts.rule(),
            mark("bar", {**widest, "x2": {"field": "p90"}}, height=3, color=FAINT),
            mark("bar", {**at("p25"), "x2": {"field": "p75"}}, height=9, color=FAINT),
            mark("tick", at("current_share_pct"), color=INK, thickness=2, height=11),
            mark("point", at("p50"), filled=True, size=60, color=FIRST, opacity=1),
            mark("point", at("national_plan_share_pct"), transform=planned, **plan),
            mark("text", {**at("at"), "text": nominal("label")}, align="left", fontSize=11, color=SOFT),
            data="outlook",
        ),
        {"outlook": shown, "rules": parts.rule_rows([rows[0]["threshold_pct"]], "{:g} %")},
        width=width,
        height=parts.height_of(shown),
    )


def _chance(row: Row) -> str:
    return percent(row["p_reached_by_due"]) if row["panel_n"] else "too few years held"


def revision_split(rows: Sequence[Row], width: int) -> Spec:
    """Revisions of a share as stacked parts, the whole as a point."""
    kinds = {"spending_part_pp": "spending", "gdp_part_pp": "GDP", "method_part_pp": "method and definition"}
    split = [row for row in rows if row["spending_part_pp"] is not None]
    stacked = [
        {"name": row["name"], "part": text, "pp": row[column]} for row in split for column, text in kinds.items()
    ]
    bands = parts.bands(split)
    pp = number("pp", title="percentage points of GDP", axis={"format": "+.1f", "tickCount": 5})
    colour = parts.colours("part", list(kinds.values()), [FIRST, SECOND, FAINT], {})
    whole = {"x": number("change_pp"), "y": bands}
    return drawing(
        layer(
            mark("bar", {"x": pp, "y": bands, "color": colour}, data="parts", height=12),
            mark("point", whole, data="changes", filled=True, size=48, color=INK, opacity=1),
        ),
        {"parts": stacked, "changes": split},
        width=width,
        height=parts.height_of(split),
    )


def equipment(rows: Sequence[Row], width: int) -> Spec:
    """Share of spending on equipment as bars, coloured by verdict."""
    shown = sorted((row for row in rows if row["equipment_pct"] is not None), key=lambda row: -row["equipment_pct"])
    threshold = shown[0]["equipment_threshold"]
    kinds = [f"{threshold:g} % and more", f"below {threshold:g} %"]
    shown = [
        {**row, "kind": kinds[row["equipment_verdict"] != "met"], "label": f"{row['equipment_pct']:.1f}"}
        for row in shown
    ]
    at = {"x": number("equipment_pct", title="% of defence spending"), "y": parts.bands(shown)}
    colour = parts.colours("kind", kinds, [FIRST, SECOND], {})
    return drawing(
        layer(parts.rule(), mark("bar", {**at, "color": colour}, height=13), parts.labels(at), data="allies"),
        {"allies": shown, "rules": parts.rule_rows([threshold], "{:g} %")},
        width=width,
        height=parts.height_of(shown),
    )


def us_share(rows: Sequence[Row], width: int) -> Spec:
    """The United States' share of the Alliance's spending, at current and at constant prices."""
    kinds = {
        "us_share_current_pct": "current prices and exchange rates",
        "us_share_constant_pct": f"prices and exchange rates of {rows[0]['base_year']}",
    }
    return _lines(rows, kinds, "% of NATO's spending", width)


def _lines(rows: Sequence[Row], kinds: Mapping[str, str], title: str, width: int) -> Spec:
    last = max(row["year"] for row in rows)
    long = [
        {
            "year": row["year"],
            "kind": text,
            "value": row[column],
            "label": f"{row[column]:.1f}",
            "status": row["status"],
        }
        for column, text in kinds.items()
        for row in rows
        if row[column] is not None
    ]
    first = next(iter(kinds.values()))
    paint = f"datum.status != 'actual' ? '{PAPER}' : datum.kind == '{first}' ? '{FIRST}' : '{SECOND}'"
    at = {
        "x": parts.years(width),
        "y": number("value", title=title, scale={"zero": False}),
        "color": parts.colours("kind", list(kinds.values()), [FIRST, SECOND], parts.OF_LINES),
    }
    filled = {**at, "fill": nominal("paint", scale=None, legend=None)}
    end = (keep(f"datum.year == {last} && datum.kind == '{first}'"),)
    return drawing(
        layer(
            mark("line", at, strokeWidth=2),
            mark("point", filled, transform=(calculate("paint", paint),), size=50, strokeWidth=2, opacity=1),
            mark("text", {**at, "text": nominal("label")}, transform=end, dy=-13, fontSize=11),
            data="lines",
        ),
        {"lines": long},
        width=width,
        height=260,
    )


def growth(rows: Sequence[Row], width: int) -> Spec:
    """Real growth as published and like for like, two bars a year."""
    kinds = {"real_change_pct": "as published", "real_change_like_for_like_pct": "like for like"}
    long = [{"year": row["year"], "kind": text, "value": row[column], "label": f"{row[column]:.1f}"}
            for row in rows for column, text in kinds.items() if row[column] is not None]  # fmt: skip
    at = {
        "x": parts.years(width),
        "xOffset": nominal("kind", sort=list(kinds.values())),
        "y": number("value", title="% a year, constant prices"),
    }
    bars = mark("bar", {**at, "color": parts.colours("kind", list(kinds.values()), [FAINT, FIRST], {})})
    labels = mark("text", {**at, "text": nominal("label")}, dy=-6, fontSize=10)
    both = [bars, labels] if width >= WIDE else [bars]
    return drawing(layer(*both, data="changes"), {"changes": long}, width=width, height=260)


def benchmark(rows: Sequence[Row], width: int) -> Spec:
    """Shares on SIPRI's definition, coloured by group; the median of the Allies as a rule."""
    kinds = {"NATO": "Allies", "IP4": "Indo-Pacific partners", None: "others"}
    shown = [
        {**row, "kind": kinds[row["group_id"]], "label": f"{row['share_pct']:.2f}"}
        for row in rows
        if row["share_pct"] is not None
    ]
    top = sorted(row["share_pct"] for row in shown)[-2]
    # One country at war is off the scale: its bar is cut, its label says how far it goes.
    limit = top * 1.15
    shown = [
        {
            **row,
            "drawn": min(row["share_pct"], limit),
            "label": row["label"] + (" →" if row["share_pct"] > limit else ""),
        }
        for row in shown
    ]
    scale = {"domain": [0, limit * 1.12], "nice": False}
    at = {"x": number("drawn", title="% of GDP, SIPRI's definition", scale=scale), "y": parts.bands(shown)}
    colour = parts.colours("kind", list(kinds.values()), [FAINT, FIRST, SECOND], {})
    return drawing(
        layer(parts.rule(), mark("bar", {**at, "color": colour}, height=13), parts.labels(at), data="countries"),
        {"countries": shown, "rules": parts.rule_rows([rows[0]["allied_median_pct"]], "Allied median {:.2f}")},
        width=width,
        height=parts.height_of(shown),
    )


def bridge(rows: Sequence[Row], width: int) -> Spec:
    """One point a definition for each Ally."""
    kinds = {"nato_share_pct": "NATO", "sipri_share_pct": "SIPRI", "eurostat_share_pct": "Eurostat, national accounts"}
    long = [
        {"name": row["name"], "kind": text, "value": row[column]}
        for row in rows
        for column, text in kinds.items()
        if row[column] is not None
    ]
    spans = [{"name": row["name"], "low": min(values), "high": max(values)} for row in rows
             if (values := [row[column] for column in kinds if row[column] is not None])]  # fmt: skip
    shapes, bands = ["circle", "square", "triangle-up"], parts.bands(rows)
    span = {"x": number("low", title="% of GDP"), "x2": {"field": "high"}, "y": bands}
    point = {
        "x": number("value"),
        "y": bands,
        "color": parts.colours("kind", list(kinds.values()), [FIRST, SECOND, THIRD], {}),
        "shape": nominal("kind", scale={"domain": list(kinds.values()), "range": shapes}),
    }
    return drawing(
        layer(
            mark("rule", span, data="spans", color=GRID, strokeWidth=3),
            mark("point", point, data="shares", filled=True, size=65, opacity=1),
        ),
        {"spans": spans, "shares": long},
        width=width,
        height=parts.height_of(rows),
    )


DRAWINGS: Final[Mapping[str, Draw]] = {
    "league": league,
    "shares": shares,
    "counts": counts,
    "revisions": revision_split,
    "outlook": outlook,
    "equipment": equipment,
    "us-share": us_share,
    "growth": growth,
    "benchmark": benchmark,
    "bridge": bridge,
}
