"""The charts of the report: rows of a query to Vega-Lite by altair, to SVG and PNG by vl-convert.

Belongs here: what is drawn. Does not belong here: colours and font (warehouse.reading.chart_theme), queries, sentences,
tables, pages.
Every chart is drawn in the light colours of `PALETTE`; a page maps each of them to the dark one by its style sheet, so
the SVG in the page and the file next to it are the same drawing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt
import vl_convert
from markupsafe import Markup, escape

from warehouse.reading.chart_theme import CONFIG, FAINT, FIRST, GRID, INK, PAPER, SECOND, SOFT, THIRD
from warehouse.reading.probability import percent

Row = Mapping[str, Any]
Drawing = alt.LayerChart | alt.FacetChart

_RIM: Final[Mapping[str, Any]] = {
    "stroke": PAPER,
    "strokeWidth": 4,
    "strokeJoin": "round",
}  # keeps a text readable over a line
# One picture, one description: the groups that the renderer names after marks say nothing to a listener.
_PART_ROLES: Final = re.compile(
    r' role="graphics-symbol" aria-roledescription="[^"]*"| role="graphics-object"| aria-label="Title text [^"]*"'
)
WIDE: Final = 800
NARROW: Final = 330
_RENDER_VERSION: Final = "6.1"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of rows at a width in CSS pixels; `title` and `description` are what a screen reader says."""

    name: str
    title: str
    description: str
    draw: Callable[[Sequence[Row], int], Drawing]
    rows: Sequence[Row]

    def svg(self, width: int) -> str:
        """The SVG document, with title and description, its ids unique to chart and width."""
        spec = self.draw(self.rows, width).to_dict(validate=False)
        spec["config"] = CONFIG
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=_RENDER_VERSION)
        prefix = f"{self.name}-{width}"
        start, end = drawn.index("<svg"), drawn.index(">", drawn.index("<svg"))
        head = f'<svg role="img" aria-labelledby="{prefix}-title {prefix}-desc"{drawn[start + 4 : end]}>'
        title = f'<title id="{prefix}-title">{escape(self.title)}</title>'
        description = f'<desc id="{prefix}-desc">{escape(self.description)}</desc>'
        body = (
            _PART_ROLES.sub("", drawn[end + 1 :])
            .replace('id="clip', f'id="{prefix}-clip')
            .replace("url(#clip", f"url(#{prefix}-clip")
        )
        return f"{head}{title}{description}{body}"


def png(svg: str) -> bytes:
    """The drawing as PNG, two pixels for one."""
    return vl_convert.svg_to_png(svg, scale=2)


def inline(svg: str) -> Markup:
    """The drawing for a page: what `Chart.svg` returned, trusted because every text in it was escaped there."""
    return Markup(svg)  # noqa: S704 (made by Chart.svg)


def _data(rows: Sequence[Row]) -> alt.InlineData:
    """The rows as JSON text, not as values: altair copies values deeply with every step of a chart."""
    values = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return alt.InlineData(values=json.dumps(values), format=alt.JsonDataFormat(type="json"))


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row["name"] for row in rows))


def _bands(rows: Sequence[Row], names: list[str] | None = None) -> alt.Y:
    return alt.Y("name:N", sort=names or _names(rows), title=None, axis=alt.Axis(grid=False, domain=False))


def _years(width: int) -> alt.X:
    return alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, grid=False, labelOverlap=width < WIDE))


def _rule(values: Sequence[float], label: str) -> Drawing:
    rows = [{"at": value, "label": label.format(value)} for value in values]
    base = alt.Chart(_data(rows)).encode(x="at:Q")
    line = base.mark_rule(color=INK, strokeDash=[3, 3], strokeWidth=1)
    return alt.layer(
        line, base.mark_text(dy=-6, baseline="bottom", fontSize=11, color=SOFT).encode(y=alt.value(0), text="label:N")
    )


def _legend(domain: list[str], colours: list[str], field: str, *, lines: bool = False) -> alt.Color:
    legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=3) if lines else alt.Legend()
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=domain, range=colours), legend=legend)


def _labels(base: alt.Chart, x: alt.X | None = None) -> Drawing:
    """Values next to bars, with a rim in the colour of the paper where a rule would run through them."""
    placed = base.encode(text="label:N") if x is None else base.encode(text="label:N", x=x)
    return alt.layer(placed.mark_text(align="left", dx=5, **_RIM), placed.mark_text(align="left", dx=5))


def _step(rows: Sequence[Row]) -> int:
    return 19 * len(_names(rows))


def league(rows: Sequence[Row], width: int) -> Drawing:
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
    base = alt.Chart(_data(shown), width=width, height=_step(shown)).encode(y=_bands(shown))
    top = max([row["share_pct"] for row in shown] + thresholds)
    x = alt.X("share_pct:Q", title="% of GDP", scale=alt.Scale(domain=[0, top * 1.1], nice=False))
    bars = base.mark_bar(height=13).encode(x=x, color=_legend(kinds, [THIRD, FIRST, SECOND], "kind"))
    outturn = base.mark_tick(color=INK, thickness=2, height=13).encode(x=alt.X("outturn_share_pct:Q"))
    return alt.layer(_rule(thresholds, "{:g} %"), bars, outturn, _labels(base, alt.X("end:Q")))


def shares(rows: Sequence[Row], width: int) -> Drawing:
    """A small chart an Ally, all on one scale, the Alliance behind each: the highest last share first."""
    last = {row["name"]: row for row in rows}  # rows come by year
    names = sorted(last, key=lambda name: -last[name]["share_pct"])
    columns = 8 if width >= WIDE else 3
    ends = {row["year"] for row in rows}
    shown = [{**row, "label": f"{row['share_pct']:.2f}", "last": row is last[row["name"]]} for row in rows]
    axis = alt.Axis(values=sorted({min(ends), max(ends)}), format="d", grid=False, labelFontSize=10)
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[min(ends), max(ends)], nice=False), axis=axis)
    base = alt.Chart(width=width // columns - 22, height=64).encode(x=x)
    scale = alt.Scale(domain=[0, 1.12 * max(row["share_pct"] for row in rows)], nice=False)
    y = alt.Y("share_pct:Q", title=None, scale=scale, axis=alt.Axis(values=[0, 2, 4], labelFontSize=10, domain=False))
    alliance = base.mark_line(color=FAINT, strokeWidth=1.5).encode(y=alt.Y("alliance_share_pct:Q", scale=scale))
    line = base.mark_line(color=FIRST, strokeWidth=2).encode(y=y)
    end = base.mark_point(filled=True, size=22, color=FIRST, opacity=1).encode(y=y).transform_filter("datum.last")
    text = base.encode(y=y, text="label:N").transform_filter("datum.last")
    label = alt.layer(*(text.mark_text(align="right", dy=-9, fontSize=11, **rim) for rim in (_RIM, {})))
    # Its place is fixed: a header of a facet would follow the highest mark of its panel. It is drawn even where it is
    # null or has no labels (Vega-Lite 6.1), so that its text is empty.
    name = text.mark_text(align="left", baseline="bottom", fontSize=11).encode(
        x=alt.value(0), y=alt.value(-12), text="name:N"
    )
    facet = alt.Facet("name:N", sort=names, title=None, header=alt.Header(labelExpr="''", title=None))
    panels = alt.layer(alliance, line, end, label, name, data=_data(shown))
    return panels.facet(facet=facet, columns=columns, spacing={"row": 34, "column": 14}, bounds="flush")


def counts(rows: Sequence[Row], width: int) -> Drawing:
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
    base = alt.Chart(_data(shown), width=width, height=280).encode(
        x=_years(width),
        y=alt.Y("met:Q", title="Allies", scale=alt.Scale(zero=True)),
        color=_legend(editions, colours, "edition_id"),
    )
    points = base.mark_point(filled=True, size=55, opacity=1)
    return alt.layer(
        base.mark_line(strokeWidth=2), points, base.mark_text(align="right", dx=-8, dy=-4).encode(text="label:N")
    )


def outlook(rows: Sequence[Row], width: int) -> Drawing:
    """The simulated share of each Ally in the due year: median, half and eight of ten of the draws; plans as diamonds.

    The scale reaches to the widest bar: nothing is cut. An Ally without a simulation keeps its row, with the reason.
    """
    most = max([row["p90"] or 0.0 for row in rows] + [row["national_plan_share_pct"] or 0.0 for row in rows])
    scale = alt.Scale(domain=[0, most * (1.28 if width >= WIDE else 1.6)], nice=False)
    shown = [{**row, "label": _chance(row), "at": most * 1.03} for row in rows]
    base = alt.Chart(_data(shown), width=width, height=_step(shown)).encode(y=_bands(shown))
    x = alt.X("p10:Q", title=f"% of GDP in {rows[0]['due_year']}", scale=scale)
    wide = base.mark_bar(height=3, color=FAINT).encode(x=x, x2="p90:Q")
    half = base.mark_bar(height=9, color=FAINT).encode(x=alt.X("p25:Q", scale=scale), x2="p75:Q")
    median = base.mark_point(filled=True, size=60, color=FIRST, opacity=1).encode(x=alt.X("p50:Q", scale=scale))
    today = base.mark_tick(color=INK, thickness=2, height=11).encode(x=alt.X("current_share_pct:Q", scale=scale))
    plans = (
        base.mark_point(shape="diamond", size=60, strokeWidth=2, color=SECOND, opacity=1)
        .encode(x=alt.X("national_plan_share_pct:Q", scale=scale))
        .transform_filter("datum.national_plan_share_pct != null")
    )
    labels = base.mark_text(align="left", fontSize=11, color=SOFT).encode(x=alt.X("at:Q", scale=scale), text="label:N")
    return alt.layer(_rule([rows[0]["threshold_pct"]], "{:g} %"), wide, half, today, median, plans, labels)


def _chance(row: Row) -> str:
    return percent(row["p_reached_by_due"]) if row["panel_n"] else "too few years held"


def revision_split(rows: Sequence[Row], width: int) -> Drawing:
    """Revisions of a share as stacked parts, the whole as a point."""
    parts = {"spending_part_pp": "spending", "gdp_part_pp": "GDP", "method_part_pp": "method and definition"}
    split = [row for row in rows if row["spending_part_pp"] is not None]
    stacked = [
        {"name": row["name"], "part": text, "pp": row[column]} for row in split for column, text in parts.items()
    ]
    bands = _bands(split)
    bars = alt.Chart(_data(stacked), width=width, height=_step(split)).mark_bar(height=12).encode(
        y=bands, x=alt.X("pp:Q", title="percentage points of GDP", axis=alt.Axis(format="+.1f", tickCount=5)),
        color=_legend(list(parts.values()), [FIRST, SECOND, FAINT], "part"),
    )  # fmt: skip
    whole = (
        alt.Chart(_data(split)).mark_point(filled=True, size=48, color=INK, opacity=1).encode(y=bands, x="change_pp:Q")
    )
    return alt.layer(bars, whole)


def equipment(rows: Sequence[Row], width: int) -> Drawing:
    """Share of spending on equipment as bars, coloured by verdict."""
    shown = sorted((row for row in rows if row["equipment_pct"] is not None), key=lambda row: -row["equipment_pct"])
    threshold = shown[0]["equipment_threshold"]
    kinds = [f"{threshold:g} % and more", f"below {threshold:g} %"]
    shown = [
        {**row, "kind": kinds[row["equipment_verdict"] != "met"], "label": f"{row['equipment_pct']:.1f}"}
        for row in shown
    ]
    base = alt.Chart(_data(shown), width=width, height=_step(shown)).encode(
        y=_bands(shown), x=alt.X("equipment_pct:Q", title="% of defence spending")
    )
    bars = base.mark_bar(height=13).encode(color=_legend(kinds, [FIRST, SECOND], "kind"))
    return alt.layer(_rule([threshold], "{:g} %"), bars, _labels(base))


def us_share(rows: Sequence[Row], width: int) -> Drawing:
    """The United States' share of the Alliance's spending, at current and at constant prices."""
    kinds = {
        "us_share_current_pct": "current prices and exchange rates",
        "us_share_constant_pct": f"prices and exchange rates of {rows[0]['base_year']}",
    }
    return _lines(rows, kinds, "% of NATO's spending", width)


def _lines(rows: Sequence[Row], kinds: Mapping[str, str], title: str, width: int) -> Drawing:
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
    base = alt.Chart(_data(long), width=width, height=260).encode(
        x=_years(width), y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False)),
        color=_legend(list(kinds.values()), [FIRST, SECOND], "kind", lines=True),
    )  # fmt: skip
    points = base.mark_point(size=50, strokeWidth=2, opacity=1).encode(
        fill=alt.Fill("paint:N", scale=None, legend=None)
    ).transform_calculate(paint=paint)  # fmt: skip
    ends = (
        base.mark_text(dy=-13, fontSize=11)
        .encode(text="label:N")
        .transform_filter(f"datum.year == {last} && datum.kind == '{first}'")
    )
    return alt.layer(base.mark_line(strokeWidth=2), points, ends)


def growth(rows: Sequence[Row], width: int) -> Drawing:
    """Real growth as published and like for like, two bars a year."""
    kinds = {"real_change_pct": "as published", "real_change_like_for_like_pct": "like for like"}
    long = [{"year": row["year"], "kind": text, "value": row[column], "label": f"{row[column]:.1f}"}
            for row in rows for column, text in kinds.items() if row[column] is not None]  # fmt: skip
    base = alt.Chart(_data(long), width=width, height=260).encode(
        x=_years(width), xOffset=alt.XOffset("kind:N", sort=list(kinds.values())),
        y=alt.Y("value:Q", title="% a year, constant prices"),
    )  # fmt: skip
    bars = base.mark_bar().encode(color=_legend(list(kinds.values()), [FAINT, FIRST], "kind"))
    labels = base.mark_text(dy=-6, fontSize=10).encode(text="label:N")
    return alt.layer(bars, labels) if width >= WIDE else alt.layer(bars)


def benchmark(rows: Sequence[Row], width: int) -> Drawing:
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
    base = alt.Chart(_data(shown), width=width, height=_step(shown)).encode(
        y=_bands(shown),
        x=alt.X("drawn:Q", title="% of GDP, SIPRI's definition", scale=alt.Scale(domain=[0, limit * 1.12], nice=False)),
    )
    bars = base.mark_bar(height=13).encode(color=_legend(list(kinds.values()), [FAINT, FIRST, SECOND], "kind"))
    return alt.layer(_rule([rows[0]["allied_median_pct"]], "Allied median {:.2f}"), bars, _labels(base))


def bridge(rows: Sequence[Row], width: int) -> Drawing:
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
    shapes, bands = ["circle", "square", "triangle-up"], _bands(rows)
    lines = (
        alt.Chart(_data(spans), width=width, height=_step(rows))
        .mark_rule(color=GRID, strokeWidth=3)
        .encode(y=bands, x=alt.X("low:Q", title="% of GDP"), x2="high:Q")
    )
    points = alt.Chart(_data(long)).mark_point(filled=True, size=65, opacity=1).encode(
        y=bands, x="value:Q", color=_legend(list(kinds.values()), [FIRST, SECOND, THIRD], "kind"),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds.values()), range=shapes)),
    )  # fmt: skip
    return alt.layer(lines, points)


FAN: Final = "may be (median)"


def _fan(rows: Sequence[Row], x: alt.X) -> list[alt.Chart]:
    """Half and eight of ten of the draws as areas around the median."""
    drawn = [row for row in rows if row["kind"] == FAN]
    if not drawn:
        return []
    base = alt.Chart(_data(drawn)).encode(x=x)
    return [
        base.mark_area(color=THIRD, opacity=opacity).encode(y=alt.Y(f"{low}:Q"), y2=f"{high}:Q")
        for low, high, opacity in (("p10", "p90", 0.16), ("p25", "p75", 0.22))
    ]


_COUNTRY_HEIGHT: Final = 220
_ROOM_YEARS: Final = 6  # to the right of the last year, for the names of the lines


def country(rows: Sequence[Row], width: int) -> Drawing:
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
    scale = alt.Scale(domain=[first, last + _ROOM_YEARS], nice=False)
    axis = alt.Axis(format="d", grid=False, values=[year for year in range(first, last + 1) if year % 5 == 0])
    x = alt.X("year:Q", title=None, scale=scale, axis=axis)
    y = alt.Y("share_pct:Q", title="% of GDP", scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5))
    rules = alt.Chart(_data(thresholds), width=width, height=_COUNTRY_HEIGHT).mark_rule(color=INK, strokeDash=[3, 3])
    names = alt.Chart(_data(thresholds)).encode(y=y, x=x, text="label:N")
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=None)
    base = alt.Chart(_data(lines)).encode(x=x, y=y, color=colour)
    hue = f"datum.kind == '{kinds[0]}' ? '{FIRST}' : '{FAINT}'"
    points = (
        base.mark_point(size=34, strokeWidth=1.6, opacity=1)
        .encode(fill=alt.Fill("paint:N", scale=None, legend=None))
        .transform_filter("datum.status != null")
        .transform_calculate(paint=f"datum.status == 'actual' ? ({hue}) : '{PAPER}'")
    )
    ends = alt.Chart(_data(_ends(rows, kinds[0]))).encode(x=x, y=alt.Y("at:Q"), text="label:N", color=colour)
    ahead, so_far = (
        ends.transform_filter(f"(datum.kind == '{kinds[0]}') == {past}").mark_text for past in ("false", "true")
    )
    return alt.layer(
        *_fan(rows, x),
        rules.encode(y=y),
        names.mark_text(align="left", dx=4, dy=-7, fontSize=11, color=SOFT),
        base.mark_line(strokeWidth=2),
        points,
        *(ahead(align="left", dx=6, fontSize=11, fontWeight="bold", **rim) for rim in (_RIM, {})),
        *(so_far(align="right", dx=-5, dy=-9, fontSize=11, fontWeight="bold", **rim) for rim in (_RIM, {})),
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


DRAWINGS: Final[Mapping[str, Callable[[Sequence[Row], int], Drawing]]] = {
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
