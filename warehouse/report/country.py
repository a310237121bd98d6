"""The page of one country: verdicts, shares as each edition printed them, the path, revisions, and every figure's cell.

Belongs here: sections of a country's page. Does not belong here: SQL (queries), marks (charts), HTML (templates).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from warehouse.report import charts, queries
from warehouse.report.charts import Record
from warehouse.report.layout import Figure, Rows, Section, Shown
from warehouse.report.overview import Ask

_ASKED: Final = {
    "verdicts": queries.VERDICTS,
    "shares": queries.SHARES,
    "paths": queries.PATHS,
    "outlook": queries.OUTLOOK,
    "revisions": queries.COUNTRY_REVISIONS,
    "benchmark": queries.COUNTRY_BENCHMARK,
    "provenance": queries.PROVENANCE,
}
_PATH: Final = "path to 3.5 %"
Asked = Mapping[str, Sequence[Record]]
_FLAGS: Final = Shown("flags", "Flags", "list")
_PARTS: Final = (
    Shown("spending_part_pp", "spending, pp", "pp"),
    Shown("gdp_part_pp", "GDP, pp", "pp"),
    Shown("method_part_pp", "method, pp", "pp"),
)


def records_by_country(ask: Ask) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rows of every query, by country: each query runs once for all pages."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: {name: [] for name in _ASKED})
    for name, query in _ASKED.items():
        for row in ask(query):
            found[row["entity"]][name].append(row)
    return found


def country_sections(entity: str, name: str, asked: Asked, edition: str, colours: Mapping[str, str]) -> list[Section]:
    """The sections that have rows; a country outside the Alliance has the benchmark and its cells."""
    found = [
        _verdicts(asked["verdicts"], edition),
        _shares(entity, name, asked, edition, colours),
        _path(asked, edition),
        _revisions(asked["revisions"]),
        _benchmark(asked["benchmark"]),
        _provenance(asked["provenance"]),
    ]
    return [section for section in found if section]


def _verdicts(rows: Sequence[Record], edition: str) -> Section | None:
    if not rows:
        return None
    columns = (
        Shown("title", "Rule"),
        Shown("share_pct", "figure, %", "share"),
        Shown("threshold_pct", "asked, %", "pct"),
        Shown("verdict", "verdict", "verdict"),
        Shown("gap_pp", "gap, pp", "pp"),
        Shown("gap_national_bn", "gap, bn", "signed_bn"),
        Shown("currency", "currency"),
        _FLAGS,
    )
    lead = "The published figure decides; no figure is not reported, never not met."
    caption = f"{edition}, {rows[0]['year']}; money at current prices."
    return Section(
        "verdicts", f"Every rule in {rows[0]['year']}", lead, tables=[Rows(caption, columns, rows, by_country=False)]
    )


def _shares(entity: str, name: str, asked: Asked, edition: str, colours: Mapping[str, str]) -> Section | None:
    shares = asked["shares"]
    if not shares:
        return None
    path = [
        {"year": row["year"], "share_pct": row["share_pct"], "edition_id": _PATH, "dashed": True}
        for row in asked["paths"]
        if row["rule_id"] == "hague_core_3_5pct"
    ]
    spec = charts.lines(
        [*shares, *path],
        y="share_pct",
        title="percent of GDP",
        series="edition_id",
        colours={**colours, _PATH: charts.BLUE},
    )
    alt = f"Lines: {name}'s core defence expenditure in percent of GDP, one line an edition, and the path to 3.5 %"
    columns = (
        Shown("edition_id", "Edition", "code"),
        Shown("year", "Year", "year"),
        Shown("share_pct", "% of GDP", "share"),
    )
    behind = Rows("NATO, every edition; e marks an estimate.", columns, shares, by_country=False)
    picture = charts.draw(f"country_{entity.lower()}", alt, spec)
    return Section(
        "shares",
        "The share, as each edition printed it",
        "Lines apart are revisions; a partial edition is a single dot.",
        [Figure(picture, f"NATO, all editions held; dashed: the linear path of {edition}.", behind)],
    )


def _path(asked: Asked, edition: str) -> Section | None:
    core = [row for row in asked["outlook"] if row["rule_id"] == "hague_core_3_5pct"]
    rows = [row for row in asked["paths"] if row["rule_id"] == "hague_core_3_5pct"]
    if not core or not rows:
        return None
    columns = (
        Shown("year", "Year", "year"),
        Shown("share_pct", "required, % of GDP", "pct"),
        Shown("step_pp", "step, pp", "pp"),
        Shown("required_national_bn", "spending, bn", "bn"),
        Shown("currency", "currency"),
        Shown("extra_against_share_usd_constant_bn", "more than holding the share, bn US$", "bn"),
        Shown("cumulated_usd_constant_bn", "summed, bn US$", "bn"),
        Shown("gdp_edition_id", "GDP from", "code"),
    )
    outlook = core[0]
    return Section(
        "path",
        f"The linear path to 3.5 % in {outlook['due_year']}",
        f"Our rating, not NATO's: {outlook['rating'].replace('_', ' ')}. {outlook['rating_arithmetic']}.",
        tables=[Rows(f"{edition}; US$ at prices of {rows[0]['base_year']}.", columns, rows, by_country=False)],
        notes=[f"Assumptions: {outlook['assumptions']}."],
    )


def _revisions(rows: Sequence[Record]) -> Section | None:
    if not rows:
        return None
    columns = (
        Shown("year", "Year", "year"),
        Shown("old_pct", "before, %", "pct"),
        Shown("new_pct", "after, %", "pct"),
        Shown("change_pp", "change, pp", "pp"),
        *_PARTS,
        Shown("kind", "Kind"),
        Shown("from_edition_id", "from", "code"),
        Shown("to_edition_id", "to", "code"),
        _FLAGS,
    )
    return Section(
        "revisions",
        "Revisions of the share",
        "Every change of half a hundredth of a point or more, and the part of spending, GDP and method in it.",
        tables=[Rows("NATO, edition by edition.", columns, rows, by_country=False)],
    )


def _benchmark(rows: Sequence[Record]) -> Section | None:
    if not rows:
        return None
    columns = (
        Shown("year", "Year", "year"),
        Shown("share_pct", "% of GDP", "pct"),
        Shown("availability", "Figure"),
        Shown("usd_bn", "bn US$, current", "bn"),
        Shown("rank_in_year", "Rank", "count"),
        _FLAGS,
        Shown("note", "SIPRI's note"),
    )
    return Section(
        "benchmark",
        "On SIPRI's definition",
        "A benchmark on another definition than NATO's, never compliance.",
        tables=[Rows(f"SIPRI, {rows[0]['edition_id']}.", columns, rows, by_country=False)],
    )


def _provenance(rows: Sequence[Record]) -> Section | None:
    if not rows:
        return None
    columns = (
        Shown("indicator", "Figure"),
        Shown("year", "Year", "year"),
        Shown("value", "Value", "value"),
        Shown("unit", "Unit", "words"),
        Shown("money", "Money"),
        Shown("status", "Status"),
        Shown("edition_id", "Edition", "source"),
        Shown("locator", "Cell", "code"),
        _FLAGS,
    )
    return Section(
        "provenance",
        "Where the figures stand",
        "The newest figure of each series with the cell that prints it; the edition leads to the source's own file.",
        tables=[Rows("The last three years.", columns, rows, by_country=False)],
        notes=["`burden explain` follows any published figure to its cells."],
    )
