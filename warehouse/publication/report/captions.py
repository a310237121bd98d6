"""What is written over each chart: its title and description, which a screen reader says too."""

from __future__ import annotations

from typing import Final, NamedTuple


class Caption(NamedTuple):
    """Chart, query whose rows it draws, the column that they must hold, title, description with places for figures."""

    chart: str
    query: str
    needs: str
    title: str
    description: str


REPORT: Final = (
    Caption("league", "league", "share_pct", "Defence spending as a share of GDP, {last}", "Bars: {last}, estimate, {edition}, NATO's definition, share of real GDP. Upright marks: {outturn}, the last outturn."),
    Caption("shares", "shares", "share_pct", "Share of GDP of each Ally over time, and that of the Alliance", "{edition}, NATO's definition, share of real GDP. Blue: the Ally; grey: the Alliance as published. One scale for all; the highest share of {last} first, which is printed. Years after {outturn} are estimates."),
    Caption("counts", "counts", "met", "How many Allies met 2 %, by the edition that counts", "One line an edition of NATO; single points are editions held in part. The same year has another count in each edition."),
    Caption("revisions", "revisions", "change_pp", "How the shares of {outturn} were revised, and why", "Revision to {edition} from the edition before that prints the Ally, percentage points of GDP. Points: the whole; bars: its three parts."),
    Caption("outlook", "outlook", "current_share_pct", "What the share of each Ally may be in {due}, and the target of The Hague", "Simulated from the figure of {last}, {edition}: median (point), half of the draws (thick bar), eight of ten (thin bar); upright marks: the share of {last}; diamonds: the announced plan that reaches farthest, in the year it names. At the right: the probability of {threshold:g} % or more in {due}. The simulation knows no decision to come; An Ally that could not be simulated says why; one without a figure, having no armed forces, has no row."),
    Caption("equipment", "league", "equipment_pct", "Equipment as a share of defence spending, {last}", "Estimate, {edition}; major equipment with related research and development."),
    Caption("us-share", "us_share", "us_share_current_pct", "The United States' share of NATO's spending", "{edition}, NATO's published totals. Hollow points: estimates. At constant prices of {base} the exchange rate does not move it."),
    Caption("growth", "growth", "real_change_pct", "Europe and Canada: real growth as published and like for like", "{edition}, constant prices of {base}. Like for like: the members of the year in both years. Years after {outturn} are estimates."),
    Caption("benchmark", "benchmark", "share_pct", "The same measure for all: SIPRI's definition, {year}", "{sipri}, share of nominal GDP. A benchmark: no rule of NATO binds partners or others."),
    Caption("bridge", "bridge", "nato_share_pct", "One year, three definitions, {year}", "Share of GDP by NATO, SIPRI and Eurostat, each from its newest edition. They measure different things."),
)  # fmt: skip
COUNTRY: Final = Caption("country-{iso3}", "country_editions", "share_pct", "{name}: defence spending as a share of GDP", "NATO's definition, share of real GDP. Blue: {edition}, hollow points are estimates{before}. Orange: the straight path to the target. Green: simulated, the median, half of the draws and eight of ten; it knows no decision to come. Hollow black: the announced plan.")  # fmt: skip
