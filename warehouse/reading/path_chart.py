"""The chart of a path: the share so far, what may come as a fan, the two ways to the target, an announced plan.

Belongs here: marks and labels. Does not belong here: figures (warehouse.reading.what_if), colours and font
(chart_theme).
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import altair as alt
import polars as pl
import vl_convert

from warehouse.reading.chart_theme import FIRST, FONT, FOURTH, GRID, INK, PAPER, SECOND, SOFT, THIRD
from warehouse.reading.probability import in_words
from warehouse.reading.what_if import Answer

FORMATS: Final = (".svg", ".png")
_SO_FAR, _LINEAR, _GROWTH, _TARGET = "so far", "linear path", "constant-growth path", "target"
_COLOURS: Final = {_SO_FAR: INK, _LINEAR: FIRST, _GROWTH: SECOND}
_WIDTH, _HEIGHT = 760, 380
_EACH_YEAR_UP_TO: Final = 12  # years that have room for a label each


def write_chart(reply: Answer, target: Path) -> None:
    """Write the chart, self-contained, as `.svg` or `.png` (at twice the size); OSError where it cannot be written."""
    spec = chart(reply).to_dict()
    if target.suffix == ".svg":
        target.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
    else:
        target.write_bytes(vl_convert.vegalite_to_png(spec, scale=2))


def chart(reply: Answer) -> Any:  # noqa: ANN401 (Altair cannot say which kind of chart its configure methods return)
    """The chart as an Altair object, for notebooks."""
    lines = _lines(reply)
    years = (int(str(lines["year"].min())), int(str(lines["year"].max())))
    fan = _until(reply, years[1])
    shares = [*lines["share_pct"], *fan["p90"], *_planned(reply), float(str(reply.outlook["threshold_pct"]))]
    x = alt.X(
        "year:Q",
        scale=alt.Scale(domain=[years[0], years[1] + 0.3], nice=False, zero=False),
        axis=_year_axis(years),
        title=None,
    )
    y = alt.Y(
        "share_pct:Q",
        scale=alt.Scale(domain=[0, max(shares) * 1.12], nice=False),
        axis=alt.Axis(
            labelExpr="format(datum.value, '.1f') + ' %'", tickCount=6, domain=False, ticks=False, labelPadding=8
        ),
        title=None,
    )
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())), legend=None)
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(_COLOURS), range=[[1, 0], [1, 0], [6, 4]]), legend=None)
    drawn = alt.Chart(lines).mark_line(strokeWidth=2.5, strokeCap="round").encode(x, y, colour, dash, detail="line:N")
    layers = [
        *_fan(fan, x),
        *_target(reply, years, x, y),
        drawn,
        *_plan(reply, x, y),
        *_start(reply, x, y),
        *_line_labels(reply, lines, x, y),
    ]
    return _styled(alt.layer(*layers), reply)


def _lines(reply: Answer) -> pl.DataFrame:
    so_far = reply.history.select("year", "share_pct", line=pl.lit(_SO_FAR))
    ahead = reply.path.select(
        "year",
        share_pct="required_share_pct",
        line=pl.col("path_kind").replace_strict({"linear": _LINEAR, "constant_growth": _GROWTH}),
    )
    return pl.concat([so_far, ahead], how="diagonal_relaxed").select("year", "share_pct", "line").drop_nulls()


def _until(reply: Answer, last: int) -> pl.DataFrame:
    """The fan of the years that the chart shows; none where nothing was simulated (the subtitle says why)."""
    return reply.fan.filter(pl.col("year") <= last).sort("year")


def _fan(fan: pl.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Eight of ten draws, half of them, and the median, named at its end."""
    if fan.height < 2:  # noqa: PLR2004 (an area needs two years)
        return []
    base = alt.Chart(fan).encode(x)
    areas = [
        base.mark_area(color=THIRD, opacity=opacity).encode(y=alt.Y(f"{low}:Q"), y2=f"{high}:Q")
        for low, high, opacity in (("p10", "p90", 0.14), ("p25", "p75", 0.2))
    ]
    median = base.mark_line(color=THIRD, strokeWidth=2).encode(y=alt.Y("p50:Q"))
    names = pl.DataFrame(
        {
            "year": [fan["year"][-1]] * 3,
            "share_pct": [fan["p90"][-1], fan["p75"][-1], fan["p50"][-1]],
            "text": ["8 of 10 draws", "half of them", "median"],
        }
    )
    text = alt.Chart(names).mark_text(align="right", dx=-4, dy=-6, fontSize=11, color=THIRD)
    return [*areas, median, text.encode(x, y=alt.Y("share_pct:Q"), text="text:N")]


def _planned(reply: Answer) -> list[float]:
    share = reply.outlook["national_plan_share_pct"]
    return [share] if isinstance(share, float) else []


def _plan(reply: Answer, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The announced plan that reaches farthest, where the chart has its year."""
    year, planned = reply.outlook["national_plan_year"], _planned(reply)
    if not planned:
        return []
    row = pl.DataFrame({"year": [year], "share_pct": planned, "text": [f"plan: {planned[0]:g} % in {year}"]})
    point = alt.Chart(row).mark_point(shape="diamond", size=110, strokeWidth=2, color=FOURTH, opacity=1)
    text = alt.Chart(row).mark_text(align="right", dx=-10, dy=-8, fontSize=12, color=FOURTH)
    return [point.encode(x, y), text.encode(x, y, text="text:N")]


def _year_axis(years: tuple[int, int]) -> alt.Axis:
    step = 2 if years[1] - years[0] > _EACH_YEAR_UP_TO else 1
    ticks = list(range(years[1], years[0] - 1, -step))
    return alt.Axis(values=ticks, format="d", grid=False, domainColor=SOFT, tickColor=SOFT, labelPadding=6)


def _target(reply: Answer, years: tuple[int, int], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    threshold = float(str(reply.outlook["threshold_pct"]))
    row = pl.DataFrame({"share_pct": [threshold], "year": [years[0]], "text": [f"target {threshold:g} %"]})
    rule = alt.Chart(row).mark_rule(color=SOFT, strokeDash=[2, 3], strokeWidth=1.2).encode(y)
    text = alt.Chart(row).mark_text(align="left", dx=4, dy=-8, color=SOFT, fontSize=12).encode(x, y, text="text:N")
    return [rule, text]


def _start(reply: Answer, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    share, year = float(str(reply.outlook["current_share_pct"])), reply.outlook["start_year"]
    status = "" if reply.outlook["status"] == "actual" else f" ({reply.outlook['status']})"
    row = pl.DataFrame({"year": [year], "share_pct": [share], "text": [f"{share:.2f} % in {year}{status}"]})
    point = alt.Chart(row).mark_point(filled=True, size=90, color=INK, stroke=PAPER, strokeWidth=1.5, opacity=1)
    text = alt.Chart(row).mark_text(align="left", dx=8, dy=18, color=INK, fontSize=12, fontWeight="bold")
    return [point.encode(x, y), text.encode(x, y, text="text:N")]


def _line_labels(reply: Answer, lines: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Names stand at the lines, half way along, above the linear and below the other; no legend to look up."""
    labels: list[alt.Chart] = []
    if reply.path["year"].n_unique() < 4:  # noqa: PLR2004 (fewer years leave no room between the lines)
        return labels
    for line, dy in ((_LINEAR, -12), (_GROWTH, 16)):
        own = lines.filter(pl.col("line") == line)
        if own.is_empty() or own["share_pct"].n_unique() == 1:
            continue
        row = own[own.height // 2].with_columns(text=pl.lit(line))
        mark = alt.Chart(row).mark_text(
            align="right" if dy < 0 else "left", dy=dy, dx=math.copysign(4, dy), fontSize=12, color=_COLOURS[line]
        )
        labels.append(mark.encode(x, y, text="text:N"))
    return labels


def _styled(layered: Any, reply: Answer) -> Any:  # noqa: ANN401 (as `chart`)
    title = alt.TitleParams(
        f"{reply.name}: {_headline(reply.outlook)}",
        subtitle=_subtitle(reply),
        anchor="start",
        frame="group",
        fontSize=18,
        fontWeight="bold",
        color=INK,
        subtitleColor=SOFT,
        subtitleFontSize=12,
        subtitlePadding=6,
        offset=18,
    )
    sized = layered.properties(width=_WIDTH, height=_HEIGHT, title=title, padding=24, background=PAPER)
    framed = sized.configure(font=FONT).configure_view(stroke=None)
    return framed.configure_axis(gridColor=GRID, labelColor=SOFT, labelFontSize=12)


def _headline(outlook: dict[str, object]) -> str:
    of = "spending" if _on_equipment(outlook) else "GDP"
    threshold, due = f"{outlook['threshold_pct']:g} % of {of}", outlook["due_year"]
    if outlook["required_pp_per_year"] is None:
        return threshold
    if outlook["required_pp_per_year"] == 0:
        return f"{threshold} is reached"
    return f"{outlook['required_pp_per_year']:.2f} points more each year reach {threshold} in {due}"


def _on_equipment(outlook: dict[str, object]) -> bool:
    return outlook["measured_on"] == "equipment_share"


def _subtitle(reply: Answer) -> list[str]:
    kind = "Military expenditure, SIPRI's definition (benchmark)" if reply.is_benchmark else "Core defence expenditure"
    of = "percent of GDP"
    if _on_equipment(reply.outlook):
        kind, of = "Spending on major equipment", "percent of defence spending"
    edition = reply.outlook["edition_id"]
    growth = reply.outlook["assumed_real_growth_pct"]
    assumed = "" if growth is None else f"; real GDP is assumed to grow by {growth:.1f} % a year"
    required = f"{kind}, {of}. A path says what is required; the fan what may come, from the past alone."
    return [required, _chance(reply.outlook), f"Figures: {edition}{assumed}"]


def _chance(outlook: dict[str, object]) -> str:
    if not outlook["panel_n"]:
        return f"No fan: {outlook['evidence']}"
    fraction, likelihood = outlook["p_reached_by_due"], outlook["likelihood"]
    if not isinstance(fraction, float):
        return "No probability: there is no due year ahead"
    return f"At {outlook['threshold_pct']:g} % or more in {outlook['due_year']}: {in_words(fraction, str(likelihood))}"
