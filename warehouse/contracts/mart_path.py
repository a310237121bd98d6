"""Contracts of the marts that look ahead: the path to a target, the outlook, the targets as a benchmark for partners.

Belongs here: what reaching a target takes, under which assumptions. Does not belong here: verdicts (mart), how a path
is computed (transforms), partners' figures (mart_comparison).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from transforms import vocabulary
from warehouse.checks.files import checks_of
from warehouse.contracts import columns as shared
from warehouse.contracts.mart import DERIVED
from warehouse.contracts.model import Column, Table

MEASURES: Final = ("core_share", "core_share_alone", "equipment_share")
RATINGS: Final = ("arrived", "above_line", "below_line", "falling", "unrated")
# IPCC (2010); transforms/registers/likelihood.csv says from which fraction each is used
LIKELIHOODS: Final = (
    "exceptionally_unlikely",
    "very_unlikely",
    "unlikely",
    "about_as_likely_as_not",
    "likely",
    "very_likely",
    "virtually_certain",
)
GDP_BASES: Final = (
    "figure_of_edition",
    "forecast",
    "forecast_mean",
    "no_forecast_in_time",
    "not_forecast",
    "no_gdp_in_edition",
    "not_on_gdp",
)
REAL_GROWTH_BASES: Final = (*GDP_BASES, "own_mean", "mixed")
OWN_RATING: Final = "our own operationalisation, not NATO's"

_DERIVED: Final = f"{DERIVED}; growth: IMF, with attribution"
_UNITS: Final = {
    "national_currency_m": "million of currency, prices of start_year",
    "usd_current_m": "million US$",
    "usd_constant_m": "million US$ of base_year",
}
_MONEY: Final = {
    "required_spending": "Spending on the path: that of start_year as the edition prints it, grown with GDP and with the share, as a ratio of constant prices, towards the threshold",
    "extra_against_share": "Required spending less what the share of start_year would cost in that year",
    "extra_against_frozen": "Required spending less that of start_year",
}
_PRICES: Final = {
    "national_currency_m": "in national currency at prices of start_year: grows with real GDP, no inflation is assumed",
    "usd_current_m": "in nominal US dollars: grows with the IMF's forecast of GDP in US dollars",
    "usd_constant_m": "at prices and exchange rates of base_year: grows with real GDP",
}

_ENTITY: Final = replace(
    shared.ENTITY,
    description="ISO 3166-1 alpha-3 of an Ally, or the id of a group; see core.membership.",
    pattern=shared.GROUP_ID.pattern,
)
_MEASURED_ON: Final = Column(
    "measured_on",
    "VARCHAR",
    "`core_share`: core spending over GDP; `equipment_share`: of spending; `core_share_alone`: the rule is on the total, whose related leg is in no table, so the path is that of core spending alone and the most that the rule can take.",
    values=MEASURES,
)
_MEMBERSHIP_BASIS: Final = Column(
    "membership_basis",
    "VARCHAR",
    "Whose figures an aggregate's start is, see mart.aggregate; null for a country. Trends of aggregates are on `fixed_members`.",
    nullable=True,
    values=shared.MEMBERSHIP_BASES,
)
_START_YEAR: Final = Column(
    "start_year", "SMALLINT", "Last year with a figure: where the path begins.", minimum=1948, maximum=2060
)
_GDP_EDITION: Final = Column(
    "gdp_edition_id",
    "VARCHAR",
    "Newest edition of the IMF published at or before the edition, whose growth of GDP in US dollars is used; in start_year the edition itself; null where gdp_basis says why.",
    nullable=True,
)
_REAL_GROWTH_BASIS: Final = "growth of real GDP: `forecast` and `forecast_mean` are the IMF's; `own_mean`: where the IMF's edition as held has nominal GDP only, the mean growth of the edition's own real GDP since its first year (or since a break in it); `mixed`: members of a group differ; the others as in gdp_basis."


def _money() -> Iterator[Column]:
    for name, wording in _MONEY.items():
        for basis, unit in _UNITS.items():
            text = f"{wording}, {_PRICES[basis]}."
            yield Column(f"{name}_{basis}", "DOUBLE", text, unit=unit, nullable=True)


# name, and the bounds of a deviation from the assumed level
_PERCENTILES: Final = {10: ("10th percentile", -100, 0), 90: ("90th percentile", 0, None)}


def _gdp_band() -> Iterator[Column]:
    """Real GDP may differ from what is assumed, and money with it."""
    for percent, (name, minimum, maximum) in _PERCENTILES.items():
        yield Column(
            f"gdp_level_p{percent}_pct",
            "DOUBLE",
            f"{name} of real GDP against the level that is assumed for the year, from how far the same way of assuming growth was off before (gdp_errors_n errors of single countries, so that a group's band is wider than its own would be); null in start_year, where nothing of such errors is known, and off GDP.",
            unit="percent",
            nullable=True,
            minimum=minimum,
            maximum=maximum,
        )
    yield Column(
        "gdp_errors_n", "INTEGER", "Errors that the band of GDP is based on.", unit="errors", nullable=True, minimum=1
    )
    for percent, (name, _minimum, _maximum) in _PERCENTILES.items():
        for money, of in (("required_spending", "spending"), ("cumulated_against_share", "the cumulated cost")):
            yield Column(
                f"{money}_p{percent}_usd_constant_m",
                "DOUBLE",
                f"{money}_usd_constant_m at the {name} of real GDP: {of} moves with GDP, the share asked for stays.",
                unit="million US$ of base_year",
                nullable=True,
            )


PATH: Final = Table(
    schema="mart",
    name="path",
    description="What it takes, year by year, to reach each rule's threshold in its due year: required share, spending and cost, on a linear path and on one of constant growth.",
    grain=("rule_id", "edition_id", "entity", "year", "path_kind"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        _ENTITY,
        shared.YEAR,
        Column(
            "path_kind",
            "VARCHAR",
            "`linear`: the same percentage points each year; `constant_growth`: the same excess of spending's growth over GDP's.",
            values=vocabulary.PATH_KINDS,
        ),
        Column(
            "required_share_pct",
            "DOUBLE",
            "Share on the path: that of start_year, then up to the threshold in the due year; held where it is reached already.",
            unit="percent",
            nullable=True,
            minimum=0,
            maximum=100,
        ),
        Column("step_pp", "DOUBLE", "Against the year before; null in start_year.", unit="pp", nullable=True),
        *_money(),
        Column(
            "cumulated_against_share_usd_constant_m",
            "DOUBLE",
            "extra_against_share_usd_constant_m summed from the year after start_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        Column(
            "cumulated_against_frozen_usd_constant_m",
            "DOUBLE",
            "extra_against_frozen_usd_constant_m summed from the year after start_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        Column("currency", "VARCHAR", "National currency; null for a group.", nullable=True, pattern=r"^[A-Z]{3}$"),
        shared.BASE_YEAR,
        _START_YEAR,
        _MEASURED_ON,
        _MEMBERSHIP_BASIS,
        _GDP_EDITION,
        Column(
            "gdp_basis",
            "VARCHAR",
            "Where the year's GDP in US dollars comes from: `figure_of_edition` in start_year; `forecast` of the IMF; `forecast_mean` past its horizon, the mean growth of its forecast years; `no_forecast_in_time`: no edition of the IMF was out, a later one is never used; `not_forecast`: none for the country; `no_gdp_in_edition`: a partial edition; `not_on_gdp`: the rule is not.",
            values=GDP_BASES,
        ),
        Column("usd_growth_pct", "DOUBLE", "Growth of GDP in US dollars that is used.", unit="percent", nullable=True),
        Column(
            "real_growth_edition_id",
            "VARCHAR",
            "Edition of the growth of real GDP that is used; null where there is none, or several.",
            nullable=True,
        ),
        Column("real_growth_basis", "VARCHAR", f"Where it comes from: {_REAL_GROWTH_BASIS}", values=REAL_GROWTH_BASES),
        Column("real_growth_pct", "DOUBLE", "Growth of real GDP that is used.", unit="percent", nullable=True),
        *_gdp_band(),
    ),
    source="core.observation (NATO, IMF), core.guideline, core.membership, core.break, mart.aggregate",
    licence=_DERIVED,
    reads=(
        "core.observation",
        "core.edition",
        "core.guideline",
        "core.membership",
        "core.break",
        "mart.aggregate",
        "mart.gdp_forecast_error",
    ),
    joins=("core.guideline",),
    expectations=checks_of("mart.path"),
    caveats=(
        "A path says what is required, not what will be.",
        "Levels are NATO's, growth is the forecast's: spending of the start year is printed, to the unit.",
        "Rules that name the most that counts (1.5 % related) have no path; a rule due at once asks its threshold in start_year; a rule without a due year has none.",
    ),
)

OUTLOOK: Final = Table(
    schema="mart",
    name="outlook",
    description=f"How far each Ally and group is on the way to each rule's threshold: what is required, how likely it is, when it may be reached. The rating, for the review of 2029, is {OWN_RATING}.",
    grain=("rule_id", "edition_id", "entity"),
    columns=(
        shared.RULE_ID,
        shared.EDITION_ID,
        _ENTITY,
        _MEASURED_ON,
        _MEMBERSHIP_BASIS,
        Column("in_force", "BOOLEAN", "The rule was adopted when the edition was published."),
        Column("threshold_pct", "DOUBLE", "Threshold of the rule.", unit="percent"),
        Column(
            "due_year",
            "SMALLINT",
            "Year in which it is due: start_year for a rule due at once; null without one.",
            nullable=True,
        ),
        _START_YEAR,
        Column("current_share_pct", "DOUBLE", "Published share in start_year.", unit="percent"),
        Column("status", "VARCHAR", "Status of that figure.", values=vocabulary.STATUSES),
        shared.FLAGS,
        Column(
            "required_pp_per_year",
            "DOUBLE",
            "Linear path, (threshold - share) / years: 0 where reached; null without a due year ahead.",
            unit="pp a year",
            nullable=True,
            minimum=0,
        ),
        Column(
            "excess_growth_pct_per_year",
            "DOUBLE",
            "Growth of spending beyond that of GDP (of equipment beyond all spending), (threshold / share)^(1 / years) - 1.",
            unit="percent a year",
            nullable=True,
            minimum=0,
        ),
        Column(
            "assumed_real_growth_pct",
            "DOUBLE",
            "Mean growth of real GDP from start_year to due_year that is assumed; see real_growth_basis of mart.path.",
            unit="percent a year",
            nullable=True,
        ),
        Column(
            "required_real_growth_pct_per_year",
            "DOUBLE",
            "Real growth of spending that both together ask for.",
            unit="percent a year",
            nullable=True,
        ),
        Column(
            "p_reached_by_due",
            "DOUBLE",
            "Probability that the share is at or above the threshold in due_year, computed from the draws of mart.outlook_share; of core spending alone where measured_on says so, the least that the probability of the total can be. Null where due_year is past or absent, or nothing was simulated. Never 0 or 1: a finite number of draws cannot show that.",
            unit="fraction",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            "likelihood",
            "VARCHAR",
            "p_reached_by_due in the words of the IPCC's guidance of 2010: below 1, 10, 33 %; to 66 %; from 66, 90, 99 % on.",
            nullable=True,
            values=LIKELIHOODS,
        ),
        *(
            Column(
                f"arrival_p{percent}",
                "SMALLINT",
                f"Year from which at least {percent} % of the draws are at or above the threshold and stay so to due_year; if not so in due_year, the first year after it. Null: in no year up to horizon_year, or nothing was simulated (panel_n 0).",
                nullable=True,
            )
            for percent in (10, 50, 90)
        ),
        Column("horizon_year", "SMALLINT", "Last year that is simulated: a null arrival is later, or never."),
        *(
            Column(
                f"scenario_{name}_year",
                "SMALLINT",
                f"A scenario, no forecast: year of arrival {text}; null if never or unknown.",
                nullable=True,
            )
            for name, text in (
                ("three_year_step", "if the mean step of the last three years continued"),
                ("least_squares", "if the least-squares slope of the last ten years continued"),
                ("log_growth", "if the mean log growth of spending less that of GDP in the last five years continued"),
            )
        ),
        Column("three_year_step_pp", "DOUBLE", "The first of the three trends.", unit="pp a year", nullable=True),
        Column("ols_slope_pp", "DOUBLE", "The second.", unit="pp a year", nullable=True),
        Column("log_excess_growth_pct", "DOUBLE", "The third.", unit="log percent a year", nullable=True),
        Column("trend_years", "SMALLINT", "Years with a figure since the newest break.", unit="years", minimum=0),
        Column(
            "rating", "VARCHAR", f"{OWN_RATING[0].upper()}{OWN_RATING[1:]}; rating_arithmetic says why.", values=RATINGS
        ),
        Column("rating_arithmetic", "VARCHAR", "The figures that the rating is based on."),
        Column(
            "feasible",
            "BOOLEAN",
            "The project's own measure: the largest required step is at most the country's own 90th percentile of yearly steps; null if either is unknown.",
            nullable=True,
        ),
        Column("largest_required_step_pp", "DOUBLE", "On the linear path.", unit="pp", nullable=True),
        Column(
            "own_p90_step_pp",
            "DOUBLE",
            "90th percentile of the yearly steps since the newest break; null with fewer than four.",
            unit="pp",
            nullable=True,
        ),
        Column(
            "p_met_after_revision",
            "DOUBLE",
            "Probability that the share of start_year is still at or above the threshold after revision; estimates of countries only.",
            unit="fraction",
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column("draws", "INTEGER", "Draws behind the probabilities.", unit="draws", minimum=1),
        Column("seed", "INTEGER", "Seed of the draws: the same seed gives the same numbers."),
        Column(
            "errors_n",
            "INTEGER",
            "Past errors of first estimates that are drawn from (of a member, in a group).",
            unit="figures",
            minimum=0,
        ),
        Column(
            "steps_n",
            "INTEGER",
            "Own yearly changes behind the simulation (of all members of a group).",
            unit="figures",
            minimum=0,
        ),
        Column(
            "panel_n",
            "INTEGER",
            "Countries with a history that drift and volatility are pooled with; 0 where nothing was simulated.",
            unit="countries",
            minimum=0,
        ),
        Column(
            "evidence",
            "VARCHAR",
            "What the draws are based on: edition pairs and how many errors, whether final, whether in part; own changes, panel; or why there are none.",
        ),
        Column("national_plan_id", "VARCHAR", "The country's announced plan that reaches farthest.", nullable=True),
        Column("national_plan_year", "SMALLINT", "Year that the plan is for.", nullable=True),
        Column("national_plan_share_pct", "DOUBLE", "Share that it plans.", unit="percent of GDP", nullable=True),
        Column(
            "national_plan_less_path_pp",
            "DOUBLE",
            "Planned share less that of the linear path in the same year.",
            unit="pp",
            nullable=True,
        ),
        Column("assumptions", "VARCHAR", "What the row assumes, in words."),
    ),
    source="mart.path, core.observation (NATO), core.guideline, core.break, core.national_plan, mart.aggregate, mart.first_estimate_error",
    licence=_DERIVED,
    reads=(
        "mart.path",
        "core.observation",
        "core.edition",
        "core.guideline",
        "core.membership",
        "core.break",
        "core.national_plan",
        "mart.aggregate",
        "mart.first_estimate_error",
        "mart.gdp_forecast_error",
    ),
    expectations=checks_of("mart.outlook"),
    caveats=(
        f"The rating is {OWN_RATING}.",
        "The simulation learns from the past; it knows no decision, law or war to come. docs/outlook.md shows how it did when tested.",
        "A rating describes a country's position against the line today, never what will be.",
        "Each rule holds for one edition at a time: rows of an edition use nothing that was published after it.",
    ),
)

OUTLOOK_SHARE: Final = Table(
    schema="mart",
    name="outlook_share",
    description="What the share of GDP may be in each year to come: quantiles of one simulation, from which mart.outlook reads probabilities and years of arrival.",
    grain=("edition_id", "entity", "year"),
    columns=(
        shared.EDITION_ID,
        _ENTITY,
        shared.YEAR,
        Column(
            "start_year",
            "SMALLINT",
            "Last year with a figure, where the draws begin: its quantiles are those of the figure's own revision.",
        ),
        *(
            Column(
                f"p{percent:02}",
                "DOUBLE",
                f"{percent} % of the draws are below: core defence spending as a share of GDP.",
                unit="percent of GDP",
                minimum=0,
            )
            for percent in (5, 10, 25, 50, 75, 90, 95)
        ),
        Column("draws", "INTEGER", "Draws behind the quantiles.", unit="draws", minimum=1),
        Column("seed", "INTEGER", "Seed of the draws: the same seed gives the same numbers."),
    ),
    source="core.observation (NATO), core.break, mart.aggregate, mart.first_estimate_error; transforms/registers/outlook_model.csv",
    licence=_DERIVED,
    reads=(
        "core.observation",
        "core.edition",
        "core.guideline",
        "core.membership",
        "core.break",
        "mart.aggregate",
        "mart.first_estimate_error",
        "mart.gdp_forecast_error",
    ),
    expectations=checks_of("mart.outlook_share"),
    caveats=(
        "The simulation learns from the past; it knows no decision, law or war to come. docs/outlook.md shows how it did when tested.",
        "Years of an entity are of the same draws, but a quantile of each year is no path: no country need follow one.",
    ),
)

BENCHMARK_TARGET: Final = Table(
    schema="mart",
    name="benchmark_target",
    description="What the thresholds of the Alliance would mean for the Indo-Pacific partners, on SIPRI's definition: a benchmark, no rule holds for them.",
    grain=("entity", "year", "threshold_pct"),
    columns=(
        shared.ENTITY,
        shared.YEAR,
        Column("threshold_pct", "DOUBLE", "Threshold, in percent of GDP.", unit="percent"),
        Column("rule_ids", "VARCHAR[]", "Rules of NATO that name it; none binds the country."),
        Column(
            "share_of_gdp_pct",
            "DOUBLE",
            "SIPRI's share of nominal GDP.",
            unit="percent of GDP",
            nullable=True,
            minimum=0,
        ),
        Column("gap_pp", "DOUBLE", "Threshold less share.", unit="pp", nullable=True),
        Column(
            "gap_usd_current_m",
            "DOUBLE",
            "Spending missing to the threshold, of the GDP that SIPRI's own ratio implies; negative above it.",
            unit="million US$",
            nullable=True,
        ),
        Column(
            "gap_usd_constant_m",
            "DOUBLE",
            "The same at SIPRI's prices and exchange rates of base_year.",
            unit="million US$ of base_year",
            nullable=True,
        ),
        shared.BASE_YEAR,
        Column("label", "VARCHAR", "Always `benchmark`: never a verdict.", values=("benchmark",)),
        shared.EDITION_ID,
        shared.FLAGS,
    ),
    source="mart.benchmark (SIPRI), core.guideline",
    licence="SIPRI: non-commercial excerpts below 10 % of the data set, with citation",
    reads=("mart.benchmark", "core.guideline"),
    sql="benchmark_target.sql",
    expectations=checks_of("mart.benchmark_target"),
    caveats=("SIPRI's definition is not NATO's, and the partners are under no rule of the Alliance.",),
)

TABLES: Final = (PATH, OUTLOOK, OUTLOOK_SHARE, BENCHMARK_TARGET)
