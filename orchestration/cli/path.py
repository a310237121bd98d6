"""`burden path`: the way to a target for a country or a group, as a table, for programs, or as a chart.

Belongs here: options, layout, wording. Does not belong here: the answer (warehouse.reading.what_if).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import polars as pl
import typer
from rich.console import Console
from rich.text import Text

from warehouse.contracts.mart_path import OWN_RATING
from warehouse.reading.connect import connect
from warehouse.reading.probability import in_words, percent
from warehouse.reading.rendering import Format, console, print_rows, width_of
from warehouse.reading.table_layout import wrap
from warehouse.reading.targets import outside_data
from warehouse.reading.what_if import DEFAULT_RULE, Answer, Question, answer

app: Final = typer.Typer(add_completion=False, rich_markup_mode="rich")
CHARTS: Final = (".svg", ".png")
_HANGING: Final = 2  # blanks before what wraps
_LABELS: Final = {"linear": "linear", "constant_growth": "growth"}


@app.command("path")
def path(  # noqa: PLR0917 (one parameter an option)
    country: Annotated[str | None, typer.Argument(help="An Ally or a partner by any name: Germany, DE, DEU.")] = None,
    group: Annotated[str | None, typer.Option(help="A group instead, such as 'Europe and Canada'.")] = None,
    target: Annotated[float | None, typer.Option(min=0, max=100, help="Target in percent of GDP; with --by.")] = None,
    by: Annotated[int | None, typer.Option(min=2000, max=2060, help="Year in which it is to be reached.")] = None,
    rule: Annotated[str, typer.Option(help="A rule of core.guideline, where no target is given.")] = DEFAULT_RULE,
    edition: Annotated[str | None, typer.Option(help="Edition to start from; default: the newest with GDP.")] = None,
    growth: Annotated[float | None, typer.Option(min=-50, max=50, help="Growth of real GDP, percent a year.")] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="How the rows are printed.")] = Format.TABLE,
    plot: Annotated[Path | None, typer.Option(help="Also draw a chart: file.svg or file.png.")] = None,
) -> None:
    """What it takes to reach a target: share, spending and cost, year by year, with every assumption.

    [bold]Examples[/]

      burden path Germany --target 3.5 --by 2032

      burden path --group "Europe and Canada" --format csv

      burden path Japan --target 3.5 --by 2035 --plot japan.svg
    """
    entity = _entity(country, group)
    if (target is None) != (by is None):
        raise typer.BadParameter("--target and --by belong together: a target without a year has no path")
    if plot is not None and plot.suffix not in CHARTS:
        raise typer.BadParameter(f"--plot draws {' or '.join(CHARTS)}, not {plot.suffix or plot.name}")
    plot = outside_data(plot) if plot is not None else None
    with connect() as warehouse:
        reply = answer(warehouse, Question(entity, target, by, rule, edition, growth))
    _print(console(), reply, output)
    if plot is not None:
        _draw(reply, plot)


def _entity(country: str | None, group: str | None) -> str:
    given = [each for each in (country, group) if each]
    if len(given) != 1:
        raise typer.BadParameter("name a country or, with --group, a group: one of the two")
    return given[0]


def _draw(reply: Answer, plot: Path) -> None:
    from warehouse.reading.path_chart import write_chart  # noqa: PLC0415 (a second of imports, for charts only)

    try:
        write_chart(reply, plot)
    except OSError as error:
        raise OSError(f"the chart was not written: {error}") from error
    console(stderr=True).print(f"chart: {plot}")


def _print(screen: Console, reply: Answer, output: Format) -> None:
    if output not in {Format.TABLE, Format.MARKDOWN}:
        told = pl.lit("; ".join(reply.assumptions)).alias("assumptions")
        rating = pl.lit(f"{reply.outlook['rating']} ({OWN_RATING})").alias("rating")
        chance = pl.lit(reply.outlook["p_reached_by_due"], pl.Float64).alias("p_reached_by_due")
        fan = reply.fan.select("year", *(name for name in reply.fan.columns if name.startswith("p")))
        print_rows(screen, reply.path.join(fan, on="year", how="left").with_columns(chance, rating, told), output)
        return
    bullet = "- " if output is Format.MARKDOWN else "  "
    _print_lines(screen, _summary(reply), output)
    screen.print()
    if not reply.path.is_empty():
        print_rows(screen, _readable(reply), output)
    _print_lines(screen, ["", "assumptions:", *(f"{bullet}{line}" for line in reply.assumptions)], output)


def _print_lines(screen: Console, lines: Sequence[str], output: Format) -> None:
    """As they are for Markdown; wrapped between words for a terminal, below their own beginning."""
    width = width_of(screen) if output is Format.TABLE else None
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        room = width - len(indent) - _HANGING if width else None
        first, *more = wrap(Text(line.lstrip()), room) if room else [Text(line.lstrip())]
        screen.print(indent + first.plain)
        for part in more:
            screen.print(" " * _HANGING + indent + part.plain)


def _readable(reply: Answer) -> pl.DataFrame:
    """Both kinds of path, few columns; the money of start-year prices, in US$ where there is no national currency."""
    rows = reply.path
    currency, base = rows["currency"][0], rows["base_year"][0]
    basis = "usd_constant_m" if currency is None else "national_currency_m"
    unit = f"bn US$ of {base}" if currency is None else f"bn {currency} of {reply.outlook['start_year']}"
    return rows.sort(pl.col("path_kind") != "linear", "year").select(
        pl.col("path_kind").replace_strict(_LABELS).alias("path"),
        pl.col("year").cast(pl.String),
        pl.col("required_share_pct").alias("% of spending" if _on_equipment(reply.outlook) else "% of GDP"),
        pl.col("step_pp").alias("step, pp"),
        (pl.col(f"required_spending_{basis}") / 1000).alias(f"spending, {unit}"),
        (pl.col(f"extra_against_share_{basis}") / 1000).alias("more than at today's share"),
        (pl.col(f"extra_against_frozen_{basis}") / 1000).alias("more than frozen"),
        (pl.col("cumulated_against_share_usd_constant_m") / 1000).alias(f"cumulated, bn US$ of {base}"),
    )


def _summary(reply: Answer) -> list[str]:
    row = reply.outlook
    status = "" if row["status"] == "actual" else f", {row['status']}"
    start = f"{row['current_share_pct']:.2f} % in {row['start_year']} ({row['edition_id']}{status})"
    label = " · BENCHMARK, SIPRI's definition" if reply.is_benchmark else ""
    due = f" in {row['due_year']}" if row["due_year"] is not None else ", no due year"
    lines = [f"{reply.name}: {start} → {row['threshold_pct']:g} %{due}{label}", _required(row)]
    lines += [*_cost(reply), *_chance(reply), _scenarios(row)]
    lines += [f"rating ({OWN_RATING}): {row['rating']} — {row['rating_arithmetic']}{_feasible(row)}"]
    if row["national_plan_id"] is not None:
        lines.append(f"national plan: {row['national_plan_share_pct']:g} % in {row['national_plan_year']}")
    return lines


def _required(row: dict[str, object]) -> str:
    if row["required_pp_per_year"] is None:
        return "required: no path, since there is no due year ahead"
    if row["required_pp_per_year"] == 0:
        return "required: nothing more, the share is at or above the target; the path holds it"
    real = row["required_real_growth_pct_per_year"]
    spending = f", so {real:.2f} % a year of real growth" if real is not None else ""
    pace = "on equipment than in all" if _on_equipment(row) else "than GDP"
    excess = f"spending {row['excess_growth_pct_per_year']:.2f} % a year faster {pace}{spending}"
    return f"required: {row['required_pp_per_year']:.3f} points a year; or {excess}"


def _cost(reply: Answer) -> list[str]:
    """The cumulated cost of the linear path, with the band that errors of GDP give it."""
    last = reply.path.filter(pl.col("path_kind") == "linear").sort("year").tail(1)
    for row in last.drop_nulls("cumulated_against_share_usd_constant_m").iter_rows(named=True):
        cost, low, high = (row[f"cumulated_against_share_{part}usd_constant_m"] for part in ("", "p10_", "p90_"))
        if not cost:
            return []
        said = f"cost to {row['year']}: {cost / 1000:,.1f} bn US$ of {row['base_year']} more than at today's share"
        if low is None:
            return [said]
        errors = f"for eight of ten levels of GDP ({row['gdp_errors_n']} past errors)"
        return [f"{said}; {low / 1000:,.1f} to {high / 1000:,.1f}, {errors}"]
    return []


def _on_equipment(row: dict[str, object]) -> bool:
    return row["measured_on"] == "equipment_share"


def _scenarios(row: dict[str, object]) -> str:
    names = {"three_year_step": "step of three years", "least_squares": "line of ten", "log_growth": "growth of five"}
    years = [f"{words} {row[f'scenario_{name}_year'] or 'never or unknown'}" for name, words in names.items()]
    return f"scenarios, no forecast, if trends went on: {', '.join(years)}"


def _chance(reply: Answer) -> list[str]:
    """What may come, in words and numbers, and what it rests on."""
    row = reply.outlook
    if not row["panel_n"]:
        return [f"what may come: unknown ({row['evidence']})"]
    kept, reached = row["p_met_after_revision"], row["p_reached_by_due"]
    lines = []
    if isinstance(reached, float):
        lines.append(f"probability to be there in {row['due_year']}: {in_words(reached, str(row['likelihood']))}")
    if isinstance(kept, float):
        lines.append(f"probability to be there in {row['start_year']}, after revision: {percent(kept)}")
    years = [str(row[f"arrival_p{part}"] or f"after {row['horizon_year']}") for part in (10, 50, 90)]
    lines.append(f"year of arrival, for 10, 50 and 90 % of the draws: {', '.join(years)}")
    drawn = f"{row['draws']:,} draws, seed {row['seed']}, {row['errors_n']} errors"
    return [*lines, *_fan_in_due_year(reply), f"it rests on: {drawn}; {row['evidence']}"]


def _fan_in_due_year(reply: Answer) -> list[str]:
    due = reply.fan.filter(pl.col("year") == (reply.outlook["due_year"] or 0))
    return [
        f"share in {row['year']}: median {row['p50']:.2f} %, half of the draws {row['p25']:.2f} to {row['p75']:.2f} %, "
        f"eight of ten {row['p10']:.2f} to {row['p90']:.2f} %"
        for row in due.iter_rows(named=True)
    ]


def _feasible(row: dict[str, object]) -> str:
    if row["feasible"] is None or row["largest_required_step_pp"] is None:
        return ""
    word = "within" if row["feasible"] else "beyond"
    own = f"its own past (90 % of steps ≤ {row['own_p90_step_pp']:.2f} pp)"
    return f"; the largest step, {row['largest_required_step_pp']:.2f} pp, is {word} {own}"
