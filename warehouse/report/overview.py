"""The report's sections: which question each answers, with which chart and table.

Belongs here: wording, columns, and which figures make which picture. Does not belong here: SQL (queries), marks
(charts), HTML (templates). Every caption names edition, unit and basis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from warehouse.report import charts, queries
from warehouse.report.charts import BLUE, GREEN, GREY, ORANGE, PURPLE, Picture, Record
from warehouse.report.layout import Figure, Rows, Section, Shown

Ask = Callable[[str], list[dict[str, Any]]]

_NAME: Final = Shown("name", "Country", "country")
_FLAGS: Final = Shown("flags", "Flags", "list")
_PARTS: Final = (
    Shown("spending_part_pp", "due to spending, pp", "pp"),
    Shown("gdp_part_pp", "due to GDP, pp", "pp"),
    Shown("method_part_pp", "due to method, pp", "pp"),
)
_OWN_RATING: Final = (
    "The rating is ours, not NATO's: on path is within 0.05 points of the straight line from the year of adoption to "
    "the target; regressing is a fall of more than 0.05 points since then."
)
_LAST_YEAR_DRAWN: Final = 2060  # what arrives later is drawn as an arrow


def sections(ask: Ask, edition: str) -> list[Section]:
    """All sections of the report on the newest edition of NATO; `ask` runs a query of `queries`."""
    colours = edition_colours(ask(queries.EDITIONS))
    league, outlook = ask(queries.LEAGUE), ask(queries.OUTLOOK)
    thresholds = {row["rule_id"]: row["threshold_pct"] for row in ask(queries.THRESHOLDS)}
    return [
        _who_meets_what(league, thresholds, edition),
        _by_edition(ask(queries.COUNTS), colours),
        _changed_sides(ask(queries.CHANGED_SIDES), ask(queries.LARGEST_REVISIONS), edition),
        _paths(outlook, ask(queries.PATHS), ask(queries.SHARES), edition),
        _total(outlook, edition),
        _equipment(league, thresholds["wales_equipment_20pct"], edition),
        _alliance(ask(queries.ALLIANCE), edition),
        _benchmark(ask(queries.BENCHMARK)),
        _definitions(ask(queries.BRIDGE)),
    ]


def edition_colours(editions: Sequence[Record]) -> dict[str, str]:
    """One colour for each edition of NATO on every page; the newest have the strongest."""
    of_nato = [row["edition_id"] for row in editions if row["source_id"] == "nato"]
    return {edition: charts.SERIES_COLOURS[-1 - place % 5] for place, edition in enumerate(reversed(of_nato))}


def _class_of(row: Record, thresholds: Mapping[str, float]) -> str:
    if row["share_pct"] is None:
        return "not reported"
    if row["share_pct"] >= thresholds["hague_core_3_5pct"]:
        return "at 3.5 % or more"
    return "at 2 % or more" if row["share_pct"] >= thresholds["wales_2pct"] else "below 2 %"


def _who_meets_what(league: Sequence[Record], thresholds: Mapping[str, float], edition: str) -> Section:
    year, status = league[0]["year"], league[0]["status"]
    classes = {"at 3.5 % or more": BLUE, "at 2 % or more": GREEN, "below 2 %": ORANGE}
    rows = [{**row, "class": _class_of(row, thresholds)} for row in league]
    spec = charts.bars(
        rows,
        value="share_pct",
        title=f"percent of GDP, {year}",
        thresholds={"2 %": thresholds["wales_2pct"], "3.5 %": thresholds["hague_core_3_5pct"]},
        colours=charts.by_class("class", classes),
    )
    alt = f"Bars: core defence expenditure of each Ally in {year}, from {rows[0]['name']} down; lines at 2 and 3.5 %"
    columns = (
        _NAME,
        Shown("share_pct", "% of GDP", "share"),
        Shown("two_verdict", "2 %", "verdict"),
        Shown("verdict", "3.5 %", "verdict"),
        Shown("gap_pp", "gap to 3.5 %, pp", "pp"),
        Shown("gap_national_bn", "gap, bn", "signed_bn"),
        Shown("currency", "currency"),
        Shown("gap_usd_bn", "gap, bn US$", "signed_bn"),
        Shown("equipment_pct", "equipment, %", "pct1"),
        _FLAGS,
    )
    return Section(
        "league",
        f"Who meets what in {year}",
        f"Core defence expenditure of every Ally with forces in percent of real GDP, as printed in {edition}.",
        [Figure(charts.draw("league", alt, spec), f"Source: NATO, {edition}; {year} is an {status}.")],
        [Rows(f"{edition}, {year}, {status}s. Money at current prices.", columns, league)],
        [
            "A positive gap is missing to the target, a negative one is above it.",
            "The published share decides; e marks an estimate.",
        ],
    )


def _by_edition(counts: Sequence[Record], colours: Mapping[str, str]) -> Section:
    picture = charts.draw(
        "counts",
        "Lines: how many Allies met 2 % in each year, one line an edition",
        charts.lines(counts, y="met", title="Allies at or above 2 %", series="edition_id", colours=colours),
    )
    editions = list(dict.fromkeys(row["edition_id"] for row in counts))
    by_year: dict[int, dict[str, Any]] = {}
    for row in counts:
        by_year.setdefault(row["year"], {"year": row["year"]})[row["edition_id"]] = f"{row['met']} of {row['members']}"
    records = [{**dict.fromkeys(editions), **by_year[year]} for year in sorted(by_year)]
    columns = (Shown("year", "Year", "year"), *(Shown(edition, edition) for edition in editions))
    return Section(
        "editions-count",
        "How many met 2 %, by edition",
        "The count depends on the edition that is asked: later editions revise spending and GDP of earlier years.",
        [Figure(picture, "Editions that hold every member of the year.")],
        [Rows("Allies at or above 2 % of the members with forces in that year.", columns, records, by_country=False)],
    )


def _changed_sides(changed: Sequence[Record], largest: Sequence[Record], edition: str) -> Section:
    of_gdp = [
        row for row in changed if row["rule_id"] != "wales_equipment_20pct" and row["spending_part_pp"] is not None
    ]
    figures = []
    if of_gdp:
        picture = charts.draw("parts", "Stacked bars: why shares were revised, in three parts", charts.parts(of_gdp))
        figures = [Figure(picture, "The diamond is the whole change of the share, the bars its three parts.")]
    columns = (
        _NAME,
        Shown("year", "Year", "year"),
        Shown("title", "Rule"),
        Shown("change", "Change"),
        Shown("old_pct", "before, %", "pct"),
        Shown("new_pct", "now, %", "pct"),
        *_PARTS,
        Shown("from_edition_id", "against", "code"),
    )
    moves = (
        _NAME,
        Shown("year", "Year", "year"),
        Shown("old_pct", "before, %", "pct"),
        Shown("new_pct", "now, %", "pct"),
        Shown("change_pp", "change, pp", "pp"),
        *_PARTS,
        Shown("kind", "Kind"),
        Shown("from_edition_id", "against", "code"),
        _FLAGS,
    )
    return Section(
        "revisions",
        "What changed since the edition before, and why",
        f"Who crossed a threshold in {edition} for a year that an earlier edition had judged otherwise.",
        figures,
        [
            Rows(f"Changed sides, {edition}, rules in force in the year.", columns, changed),
            Rows(f"The largest revisions of a share of GDP, {edition}.", moves, largest),
        ],
        [
            "Spending, GDP and method add up to the change.",
            "Method is what the nominal ratio does not explain: deflators, cells set by hand, the definition.",
            "Parts are missing where an edition prints no money beside the share.",
        ],
    )


def _paths(outlook: Sequence[Record], paths: Sequence[Record], shares: Sequence[Record], edition: str) -> Section:
    core = [row for row in outlook if row["rule_id"] == "hague_core_3_5pct"]
    shown = {"USA": "United States", "NATO_EUR_CAN": "Europe and Canada"}
    history = [
        {**row, "line": shown[row["entity"]]}
        for row in shares
        if row["edition_id"] == edition and row["entity"] in shown
    ]
    ahead = [
        {**row, "line": shown[row["entity"]], "dashed": True}
        for row in paths
        if row["rule_id"] == "hague_core_3_5pct" and row["entity"] in shown
    ]
    colours = {"Europe and Canada": BLUE, "United States": ORANGE}
    way = charts.lines([*history, *ahead], y="share_pct", title="percent of GDP", series="line", colours=colours)
    allies = [row for row in core if row["is_country"]]
    due = core[0]["due_year"]
    alliance = next(row for row in core if row["entity"] == "NATO")
    arrivals = charts.ranges(allies, due_year=due, last_year=_LAST_YEAR_DRAWN)
    return Section(
        "paths",
        f"What it takes to reach 3.5 % by {due}",
        "Required steps, cost, and when each would arrive if it went on as in the past: a range, never one year.",
        [
            Figure(
                charts.draw("paths", f"Lines: shares so far, and straight paths to 3.5 % in {due}", way),
                f"Dashed: the linear path. {edition}; the last two years are estimates.",
            ),
            Figure(
                charts.draw("arrivals", "Ranges: earliest to latest year of arrival at trend, by Ally", arrivals),
                f"Dot: median of three trends; arrow: later than {_LAST_YEAR_DRAWN} or never; dashed: due year {due}. "
                "Allies whose trend cannot be told, or never arrives, are in the table.",
            ),
        ],
        [
            Rows(
                f"{edition}; cost against holding the share, summed to {due}, prices of {core[0]['base_year']}.",
                _outlook_columns(),
                core,
            )
        ],
        [
            _OWN_RATING,
            f"Chance of reaching 3.5 % by {due}: bootstrap over past yearly steps and past first-estimate errors.",
            f"Evidence: {core[0]['evidence']}.",
            f"Assumptions for the Alliance as a whole: {alliance['assumptions']}. Each country's stand on its page.",
        ],
    )


def _outlook_columns() -> tuple[Shown, ...]:
    return (
        _NAME,
        Shown("share_pct", "% of GDP", "share"),
        Shown("required_pp_per_year", "pp a year", "pct"),
        Shown("excess_growth_pct_per_year", "growth beyond GDP's, % a year", "pct"),
        Shown("cumulated_usd_constant_bn", "cost in all, bn US$", "bn"),
        Shown("arrival_earliest", "earliest", "year"),
        Shown("arrival_median", "median", "year"),
        Shown("arrival_latest", "latest", "year"),
        Shown("at_trend", "arrives at trend"),
        Shown("p_reached_by_due", "chance by due year", "chance"),
        Shown("rating", "our rating", "words"),
        Shown("rating_arithmetic", "because"),
        Shown("national_plan", "national plan"),
    )


# What is asked of the core share against its own rule only.
_CORE_ONLY: Final = frozenset({"p_reached_by_due", "rating", "rating_arithmetic", "national_plan"})


def _total(outlook: Sequence[Record], edition: str) -> Section:
    total = [row for row in outlook if row["rule_id"] == "hague_total_5pct"]
    columns = tuple(column for column in _outlook_columns() if column.field not in _CORE_ONLY)
    return Section(
        "total",
        "The way to 5 % in all",
        "The 1.5 % of defence-related spending is in no table of any edition. These rows ask what core spending alone "
        "would take: an upper bound of the effort, and no verdict.",
        tables=[Rows(f"{edition}, core share alone to 5 %.", columns, total)],
        notes=["Verdicts on 5 % are not reported unless the core share alone reaches it."],
    )


def _equipment(league: Sequence[Record], threshold: float, edition: str) -> Section:
    rows = sorted((row for row in league if row["equipment_pct"] is not None), key=lambda row: -row["equipment_pct"])
    rows = [{**row, "class": "20 % or more" if row["equipment_pct"] >= threshold else "below 20 %"} for row in rows]
    classes = {"20 % or more": BLUE, "below 20 %": ORANGE}
    year = league[0]["year"]
    spec = charts.bars(
        rows,
        value="equipment_pct",
        title=f"percent of defence spending, {year}",
        thresholds={"20 %": threshold},
        colours=charts.by_class("class", classes),
    )
    columns = (
        _NAME,
        Shown("equipment_pct", "equipment, % of spending", "pct1"),
        Shown("equipment_verdict", "20 %", "verdict"),
    )
    picture = charts.draw("equipment", f"Bars: share of equipment in defence spending by Ally in {year}", spec)
    return Section(
        "equipment",
        "Equipment against 20 %",
        "At least a fifth of defence spending on major equipment and its research: measured on spending, not on GDP.",
        [
            Figure(
                picture,
                f"Source: NATO, {edition}; {year}, {league[0]['status']}s.",
                Rows(f"{edition}, {year}.", columns, rows),
            )
        ],
    )


def _alliance(rows: Sequence[Record], edition: str) -> Section:
    share = [{"year": row["year"], "pct": row["us_share_current_pct"], "line": "current prices"} for row in rows]
    share += [{"year": row["year"], "pct": row["us_share_constant_pct"], "line": "constant prices"} for row in rows]
    growth = [{"year": row["year"], "pct": row["published_change_pct"], "line": "as published"} for row in rows]
    growth += [{"year": row["year"], "pct": row["like_for_like_pct"], "line": "like for like"} for row in rows]
    first = charts.lines(
        share,
        y="pct",
        title="% of the Alliance's spending",
        series="line",
        colours={"current prices": BLUE, "constant prices": GREY},
    )
    second = charts.lines(
        growth,
        y="pct",
        title="real growth, % a year",
        series="line",
        colours={"as published": ORANGE, "like for like": BLUE},
    )
    columns = (
        Shown("year", "Year", "share_year"),
        Shown("us_share_current_pct", "US share, current prices, %", "pct1"),
        Shown("us_share_constant_pct", "US share, constant prices, %", "pct1"),
        Shown("published_change_pct", "Europe and Canada, real change as published, %", "pct"),
        Shown("like_for_like_pct", "the same, like for like, %", "pct"),
    )
    return Section(
        "alliance",
        "The United States' share, and the growth of the others",
        "Growth as published counts a new member's whole budget as growth; like for like does not.",
        [
            Figure(
                charts.draw("us_share", "Lines: the United States' share of the Alliance's spending", first),
                f"{edition}.",
            ),
            Figure(
                charts.draw("growth", "Lines: real growth of Europe and Canada on two bases", second), f"{edition}."
            ),
        ],
        [Rows(f"{edition}, members of each year; e marks estimates.", columns, rows, by_country=False)],
    )


def _benchmark(rows: Sequence[Record]) -> Section:
    groups = {"NATO": "Allies", "IP4": "Indo-Pacific partners", "other": "others"}
    named = [{**row, "group": groups[row["group_id"]]} for row in rows]
    colours = charts.by_class("group", {"Allies": GREY, "Indo-Pacific partners": BLUE, "others": ORANGE})
    year, edition = rows[0]["year"], rows[0]["edition_id"]
    spec = charts.log_dots(
        named, value="share_pct", title=f"percent of GDP, {year}, logarithmic scale", colours=colours
    )
    columns = (
        _NAME,
        Shown("group", "Group"),
        Shown("rank_in_year", "Rank", "count"),
        Shown("share_pct", "% of GDP", "pct"),
        Shown("availability", "Figure"),
        Shown("usd_bn", "bn US$, current", "bn"),
        _FLAGS,
        Shown("note", "SIPRI's note"),
    )
    return Section(
        "benchmark",
        "Beside the Allies, on one definition",
        "Partners, China, Russia, Ukraine and North Korea on SIPRI's definition: a benchmark, never compliance.",
        [
            Figure(
                charts.draw("benchmark", f"Dots: military expenditure in percent of GDP in {year}, SIPRI", spec),
                f"Source: SIPRI, {edition}. What SIPRI does not report has no dot.",
            )
        ],
        [Rows(f"{edition}, {year}.", columns, named)],
        ["SIPRI's estimates and uncertain figures carry flags."],
    )


def _definitions(rows: Sequence[Record]) -> Section:
    year = rows[0]["year"]
    names = {"nato_share_pct": "NATO", "sipri_share_pct": "SIPRI", "eurostat_share_pct": "Eurostat"}
    spec = charts.dots(rows, values=names, colours=[BLUE, ORANGE, PURPLE], title=f"percent of GDP, {year}", log=False)
    columns = (
        _NAME,
        Shown("nato_share_pct", "NATO, %", "pct"),
        Shown("sipri_share_pct", "SIPRI, %", "pct"),
        Shown("eurostat_share_pct", "Eurostat, %", "pct1"),
        Shown("world_bank_share_pct", "World Bank (SIPRI's), %", "pct"),
        Shown("sipri_less_nato_pp", "SIPRI less NATO, pp", "pp"),
        Shown("eurostat_less_nato_pp", "Eurostat less NATO, pp", "pp"),
    )
    picture: Picture = charts.draw("definitions", f"Dots: one country's share in {year} under three definitions", spec)
    return Section(
        "definitions",
        "One country, several definitions",
        f"The same year {year} as NATO, SIPRI and Eurostat count it: side by side, never mixed.",
        [Figure(picture, f"{rows[0]['nato_edition_id']}, {rows[0]['sipri_edition_id']}.")],
        [Rows(f"{year}; the World Bank republishes SIPRI and confirms nothing.", columns, rows)],
        ["Eurostat counts deliveries when they arrive and leaves out pensions; it prints one decimal."],
    )
