"""Lineage of mart.path, mart.outlook and mart.outlook_share, over the functions of transforms.outlook that compute them.

Belongs here: which figures go in; what draws or regressions give is described, not computed again. Does not belong
here: the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from transforms.outlook import required_path
from transforms.outlook.gdp_error import BAND, PERCENTS
from transforms.vocabulary import PATH_KINDS
from warehouse.contracts import mart_path
from warehouse.lineage.model import NATIONAL, USD_CONSTANT, USD_CURRENT, Derivation, Input, Lineage, observed, same

_SAME_PATH: Final = same("rule_id", "edition_id", "entity", "path_kind")
_THRESHOLD: Final = Input("core.guideline.threshold_pct", same("rule_id"))


def _of_outlook(column: str) -> Input:
    return Input(f"mart.outlook.{column}", same(*mart_path.OUTLOOK.grain))


_PATH: Final = Lineage(
    mart_path.PATH,
    {
        "share": _of_outlook("current_share_pct"),
        "threshold": _THRESHOLD,
        "due_year": _of_outlook("due_year"),
        "share_before": Input("mart.path.required_share_pct", f"{_SAME_PATH} AND i.year = r.year - 1"),
    },
)
# Spending of the start year, and the ratio of constant prices behind its share, as the edition prints them.
_AT_START: Final = f"{same('edition_id', 'entity')} AND i.year = r.start_year"
_AGGREGATE_AT_START: Final = f"{same('edition_id', 'group_id=entity', 'membership_basis')} AND i.year = r.start_year"
_PRINTED: Final = {"national_currency_m": NATIONAL, "usd_current_m": USD_CURRENT, "usd_constant_m": USD_CONSTANT}
_OF_COUNTRY: Final = "r.membership_basis IS NULL AND r.measured_on <> 'equipment_share'"
_OF_GROUP: Final = "r.membership_basis IS NOT NULL AND r.measured_on <> 'equipment_share'"
_ON_EQUIPMENT: Final = "r.measured_on = 'equipment_share'"

_SHARE: Final = pl.col("share")
_TARGET: Final = pl.col("threshold")
_START: Final = pl.col("spending_at_start")
_PASSED: Final = required_path.part_of_the_way(pl.col("r.year"), pl.col("r.start_year"), pl.col("due_year"))
_RATIO: Final = required_path.ratio_of_constant_prices(pl.col("spending_constant"), pl.col("gdp_constant"))
_RATES: Final = pl.concat_list(pl.lit([0.0]), pl.col("rates"))
_HELD: Final = _START * _RATES.list.eval(required_path.grown(pl.element())).list.last().fill_nan(None)


def _by_kind(of: dict[str, pl.Expr]) -> pl.Expr:
    return pl.when(pl.col("r.path_kind") == "linear").then(of["linear"]).otherwise(of["constant_growth"])


_REQUIRED: Final = _by_kind(
    {kind: required_path.required_share_pct(kind, _SHARE, _TARGET, _PASSED) for kind in PATH_KINDS}
)
_FACTOR: Final = _by_kind(
    {kind: required_path.spending_factor(kind, _SHARE, _TARGET, _RATIO, _PASSED) for kind in PATH_KINDS}
)
_MONEY: Final = {
    "required_spending": (
        _HELD * _FACTOR,
        "spending of start_year * f * growth of GDP since: f leads from 1 in start_year to threshold over the ratio of constant prices in due_year; 1 where the share has arrived",
    ),
    "extra_against_share": (
        _HELD * (_FACTOR - 1),
        "required spending - spending of start_year * growth of GDP since",
    ),
    "extra_against_frozen": (_HELD * _FACTOR - _START, "required spending - that of start_year"),
}


def _money(basis: str) -> Iterator[Derivation]:
    until = f"{_SAME_PATH} AND i.year > r.start_year AND i.year <= r.year"
    rates = Input(f"mart.path.{required_path.BASES[basis]}", until, many=True)
    of_country = {
        "spending_at_start": observed("defence_expenditure", _PRINTED[basis], key=_AT_START),
        "spending_constant": observed("defence_expenditure", USD_CONSTANT, key=_AT_START),
        "gdp_constant": observed("gdp", USD_CONSTANT, key=_AT_START),
        "rates": rates,
    }
    of_group = {
        "spending_at_start": Input(f"mart.aggregate.expenditure_{basis}", _AGGREGATE_AT_START),
        "spending_constant": Input("mart.aggregate.expenditure_usd_constant_m", _AGGREGATE_AT_START),
        "gdp_constant": Input("mart.aggregate.gdp_usd_constant_m", _AGGREGATE_AT_START),
        "rates": rates,
    }
    for name, (formula, text) in _MONEY.items():
        column = f"{name}_{basis}"
        yield _PATH.having(**of_country).of(column, formula, text, when=_OF_COUNTRY)
        if basis == "national_currency_m":
            yield _PATH.of(column, "NULL", "null: a group has no currency", when=_OF_GROUP)
        else:
            yield _PATH.having(**of_group).of(column, formula, text, when=_OF_GROUP)
        yield _PATH.of(column, "NULL", "null: the rule is not on GDP", when=_ON_EQUIPMENT)


def _cumulated(against: str) -> Derivation:
    column = f"extra_against_{against}_usd_constant_m"
    years = Input(f"mart.path.{column}", f"{_SAME_PATH} AND i.year > i.start_year AND i.year <= r.year", many=True)
    return _PATH.having(years=years).of(
        f"cumulated_against_{against}_usd_constant_m",
        pl.when(pl.col(f"r.{column}").is_not_null()).then(pl.col("years").list.sum()),
        f"sum of {column} from the year after the start year",
    )


_BAND: Final = "past errors of the same way of assuming growth, docs/paths.md"


def _banded(percent: int) -> Iterator[Derivation]:
    level = f"gdp_level_p{percent}_pct"
    spending = "required_spending_usd_constant_m"
    yield _PATH.of(
        f"required_spending_p{percent}_usd_constant_m",
        pl.col(spending) * (1 + pl.col(level) / 100),
        f"{spending} * (1 + {level} / 100)",
    )
    until = f"{_SAME_PATH} AND i.year > i.start_year AND i.year <= r.year"
    extra = Input("mart.path.extra_against_share_usd_constant_m", until, many=True)
    levels = Input(f"mart.path.{level}", until, many=True)
    summed = (pl.col("extra") * (1 + pl.col("levels") / 100)).list.sum()
    yield _PATH.having(extra=extra, levels=levels).of(
        f"cumulated_against_share_p{percent}_usd_constant_m",
        pl.when(pl.col(level).is_not_null() & pl.col("r.extra_against_share_usd_constant_m").is_not_null()).then(
            summed
        ),
        f"sum of extra_against_share_usd_constant_m * (1 + {level} / 100) from the year after the start year",
    )


PATH: Final = (
    _PATH.of(
        "required_share_pct",
        _REQUIRED,
        "linear: s + (threshold - s) * t / n; constant growth: s * (threshold / s)^(t / n), t of n years from the start year",
    ),
    _PATH.of("step_pp", pl.col("required_share_pct") - pl.col("share_before"), "required_share_pct - share_before"),
    *(found for basis in _PRINTED for found in _money(basis)),
    _cumulated("share"),
    _cumulated("frozen"),
    *(found for percent in PERCENTS for found in _banded(percent)),
    *(_PATH.of(column, None, _BAND) for column in (*BAND, "gdp_errors_n")),
    _PATH.of(
        "usd_growth_pct", None, "growth of GDP in US$ of the edition in gdp_edition_id, on the basis of gdp_basis"
    ),
    _PATH.of(
        "real_growth_pct",
        None,
        "growth of real GDP of the edition in real_growth_edition_id, on the basis of real_growth_basis",
    ),
)

_DRAWN: Final = "part of the draws (draws, seed) in which it holds; evidence says what they are based on, docs/outlook.md the model and its score in the backtest"
_ARRIVAL: Final = "read off the quantiles of mart.outlook_share: the first year from which the one that so many draws reach is at or above threshold_pct, up to due_year"
_TREND: Final = "start_year and the years that the trend needs from current_share_pct to threshold_pct"
_SETTING: Final = "a setting of the simulation"
_STATED: Final = {
    "assumed_real_growth_pct": "mean of real_growth_pct of mart.path from start_year to due_year",
    "three_year_step_pp": "mean yearly step of the share over the last three years",
    "ols_slope_pp": "least-squares slope of the share over the last ten years",
    "log_excess_growth_pct": "mean log growth of spending less that of GDP over the last five years",
    "own_p90_step_pp": "90th percentile of the country's yearly steps since the newest break",
    "scenario_three_year_step_year": _TREND,
    "scenario_least_squares_year": _TREND,
    "scenario_log_growth_year": _TREND,
    "arrival_p10": _ARRIVAL,
    "arrival_p50": _ARRIVAL,
    "arrival_p90": _ARRIVAL,
    "horizon_year": _SETTING,
    "p_met_after_revision": _DRAWN,
    "p_reached_by_due": _DRAWN,
    "draws": _SETTING,
    "seed": _SETTING,
    "errors_n": "errors in mart.first_estimate_error that were known when the edition was published",
    "steps_n": "yearly changes since the newest break, of at most the last twelve years",
    "panel_n": "countries of the edition with four such changes or more",
    "national_plan_less_path_pp": "national_plan_share_pct - required_share_pct of the linear path in national_plan_year",
}
_QUANTILE: Final = "quantile of the draws (draws, seed) of the simulated share; docs/outlook.md has the model, its parameters and its score in the backtest"
_FAN: Final = Lineage(mart_path.OUTLOOK_SHARE)
OUTLOOK_SHARE: Final = (
    *(_FAN.of(f"p{percent:02}", None, _QUANTILE) for percent in (5, 10, 25, 50, 75, 90, 95)),
    *(_FAN.of(column, None, _SETTING) for column in ("draws", "seed")),
)

_OUTLOOK: Final = Lineage(
    mart_path.OUTLOOK,
    {
        "threshold": _THRESHOLD,
        "adopted_on": Input("core.guideline.adopted_on", same("rule_id")),
        "due_at_once": Input("core.guideline.due_at_once", same("rule_id")),
        "due_year_of_rule": Input("core.guideline.due_year", same("rule_id")),
        "planned": Input("core.national_plan.planned_share_pct", "i.plan_id = r.national_plan_id"),
        "printed": Input(
            "core.observation.value",
            f"""{same("edition_id", "entity")} AND i.year = r.start_year AND i.indicator =
                CASE r.measured_on WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END""",
        ),
        "of_group": Input("mart.aggregate.share_of_gdp_pct", _AGGREGATE_AT_START),
    },
)
_CURRENT: Final = pl.col("current_share_pct")
_YEARS: Final = pl.col("due_year") - pl.col("r.start_year")

OUTLOOK: Final = (
    _OUTLOOK.of(
        "due_year",
        required_path.due_year_of(
            pl.col("due_at_once"), pl.col("adopted_on"), pl.col("due_year_of_rule"), start_year=pl.col("r.start_year")
        ),
        "the rule's due year; start_year for a rule due at once, from the year of its adoption",
    ),
    _OUTLOOK.of("threshold_pct", "threshold", "the rule's threshold"),
    _OUTLOOK.of("current_share_pct", "printed", "the published share of start_year", when="r.membership_basis IS NULL"),
    _OUTLOOK.of(
        "current_share_pct", "of_group", "the group's share of start_year", when="r.membership_basis IS NOT NULL"
    ),
    _OUTLOOK.of(
        "required_pp_per_year",
        required_path.required_pp_per_year(_CURRENT, _TARGET, _YEARS),
        "(threshold - current_share_pct) / years; 0 where reached",
    ),
    _OUTLOOK.of(
        "excess_growth_pct_per_year",
        required_path.excess_growth_pct_per_year(_CURRENT, _TARGET, _YEARS),
        "100 * ((threshold / current_share_pct)^(1 / years) - 1); 0 where reached",
    ),
    _OUTLOOK.of(
        "required_real_growth_pct_per_year",
        required_path.required_real_growth_pct_per_year(
            pl.col("excess_growth_pct_per_year"), pl.col("assumed_real_growth_pct")
        ),
        "100 * ((1 + excess_growth_pct_per_year / 100) * (1 + assumed_real_growth_pct / 100) - 1)",
    ),
    _OUTLOOK.of("largest_required_step_pp", "required_pp_per_year", "on a linear path every step is the same"),
    _OUTLOOK.of("national_plan_share_pct", "planned"),
    *(_OUTLOOK.of(column, None, text) for column, text in _STATED.items()),
)
