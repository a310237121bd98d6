"""Formulas of mart.path, mart.outlook and mart.outlook_share. Source: METRICS, section 5.

Belongs here: how the marts that look ahead come about; what simulation or regression gives is described, not repeated.
Does not belong here: the computation (the pipeline's transforms).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from warehouse.formulas.model import USD_CONSTANT, USD_CURRENT, Formula, Input, observed, own, same

_PATH: Final = "mart.path"
_OUTLOOK: Final = "mart.outlook"
_GRAIN: Final = ("rule_id", "edition_id", "entity", "year", "path_kind")
_OUTLOOK_GRAIN: Final = ("rule_id", "edition_id", "entity")
_SAME_PATH: Final = same("rule_id", "edition_id", "entity", "path_kind")
_THRESHOLD: Final = Input("threshold", "core.guideline", "threshold_pct", same("rule_id"))
# basis of money -> the growth of GDP that carries it
_GROWTH: Final = {
    "national_currency_m": "real_growth_pct",
    "usd_current_m": "usd_growth_pct",
    "usd_constant_m": "real_growth_pct",
}


def _of_outlook(name: str, column: str) -> Input:
    return Input(name, _OUTLOOK, column, same(*_OUTLOOK_GRAIN))


# Spending of the start year, and the ratio of constant prices behind its share, as the edition prints them.
_AT_START: Final = f"{same('edition_id', 'entity')} AND i.year = r.start_year"
_AGGREGATE_AT_START: Final = f"{same('edition_id', 'group_id=entity', 'membership_basis')} AND i.year = r.start_year"
_PRINTED: Final = {
    "national_currency_m": "i.price_basis = 'current' AND (i.currency <> 'USD' OR i.entity = 'USA')",
    "usd_current_m": USD_CURRENT,
    "usd_constant_m": USD_CONSTANT,
}
_OF_COUNTRY: Final = "r.membership_basis IS NULL AND r.measured_on <> 'equipment_share'"
_OF_GROUP: Final = "r.membership_basis IS NOT NULL AND r.measured_on <> 'equipment_share'"
_PASSED: Final = (
    "(CASE WHEN due_year <= r.start_year THEN 1 ELSE (r.year - r.start_year) / (due_year - r.start_year) END)"
)
_WHOLE: Final = "greatest(threshold / (100 * spending_constant / gdp_constant), 1)"
_FACTOR: Final = f"""(CASE WHEN share >= threshold THEN 1 WHEN gdp_constant IS NULL THEN NULL
    WHEN r.path_kind = 'linear' THEN 1 + ({_WHOLE} - 1) * {_PASSED} ELSE {_WHOLE} ** {_PASSED} END)"""
_HELD: Final = """(CASE WHEN spending_constant / gdp_constant > 0 AND list_aggregate(rates, 'count') = len(rates)
    THEN spending_at_start * list_aggregate(list_transform(rates, lambda x: 1 + x / 100), 'product') END)"""
_NO_RATES: Final = "(CASE WHEN spending_constant / gdp_constant > 0 THEN spending_at_start END)"


def _held() -> str:
    """Spending at today's share in the row's year: null as soon as one year's growth is."""
    return f"(CASE WHEN r.year = r.start_year THEN {_NO_RATES} ELSE {_HELD} END)"


def _inputs(basis: str, *, group: bool) -> tuple[Input, ...]:
    rate = _GROWTH[basis]
    further = (
        _of_outlook("share", "current_share_pct"),
        _THRESHOLD,
        _of_outlook("due_year", "due_year"),
        Input("rates", _PATH, rate, f"{_SAME_PATH} AND i.year > r.start_year AND i.year <= r.year", many=True),
    )
    if group:
        columns = {
            "spending_at_start": f"expenditure_{basis}",
            "spending_constant": "expenditure_usd_constant_m",
            "gdp_constant": "gdp_usd_constant_m",
        }
        printed = tuple(Input(name, "mart.aggregate", c, _AGGREGATE_AT_START) for name, c in columns.items())
    else:
        printed = (
            observed("spending_at_start", "defence_expenditure", _PRINTED[basis], key=_AT_START),
            observed("spending_constant", "defence_expenditure", USD_CONSTANT, key=_AT_START),
            observed("gdp_constant", "gdp", USD_CONSTANT, key=_AT_START),
        )
    return (*printed, *further)


_MONEY: Final = {
    "required_spending": (
        f"{_held()} * {_FACTOR}",
        "spending of start_year * f * growth of GDP since: f leads from 1 in start_year to threshold over the ratio of constant prices in due_year; 1 where the share has arrived",
    ),
    "extra_against_share": (
        f"{_held()} * ({_FACTOR} - 1)",
        "required spending - spending of start_year * growth of GDP since",
    ),
    "extra_against_frozen": (f"{_held()} * {_FACTOR} - spending_at_start", "required spending - that of start_year"),
}


def _money(basis: str) -> Iterator[Formula]:
    for name, (expression, text) in _MONEY.items():
        column = f"{name}_{basis}"
        yield Formula(column, expression, _inputs(basis, group=False), text, when=_OF_COUNTRY)
        if basis == "national_currency_m":
            yield Formula(column, "NULL", (), "null: a group has no currency", when=_OF_GROUP)
        else:
            yield Formula(column, expression, _inputs(basis, group=True), text, when=_OF_GROUP)
        yield Formula(column, "NULL", (), "null: the rule is not on GDP", when="r.measured_on = 'equipment_share'")


def _cumulated(against: str) -> Formula:
    column = f"extra_against_{against}_usd_constant_m"
    years = Input("years", _PATH, column, f"{_SAME_PATH} AND i.year > i.start_year AND i.year <= r.year", many=True)
    return Formula(
        f"cumulated_against_{against}_usd_constant_m",
        f"CASE WHEN r.{column} IS NULL THEN NULL ELSE coalesce(list_sum(years), 0) END",
        (years,),
        f"sum of {column} from the year after the start year",
    )


PATH: Final = (
    Formula(
        "required_share_pct",
        """CASE WHEN share >= threshold THEN share WHEN due_year <= r.start_year THEN threshold
           WHEN r.path_kind = 'linear' THEN share + (threshold - share) * (r.year - r.start_year) / (due_year - r.start_year)
           ELSE share * (threshold / share) ** ((r.year - r.start_year) / (due_year - r.start_year)) END""",
        (_of_outlook("share", "current_share_pct"), _THRESHOLD, _of_outlook("due_year", "due_year")),
        "linear: s + (threshold - s) * t / n; constant growth: s * (threshold / s)^(t / n), t of n years from the start year",
    ),
    Formula(
        "step_pp",
        "share - share_before",
        (
            own("share", _PATH, _GRAIN, "required_share_pct"),
            Input("share_before", _PATH, "required_share_pct", f"{_SAME_PATH} AND i.year = r.year - 1"),
        ),
    ),
    *(formula for basis in _GROWTH for formula in _money(basis)),
    _cumulated("share"),
    _cumulated("frozen"),
    Formula(
        "usd_growth_pct", None, (), "growth of GDP in US$ of the edition in gdp_edition_id, on the basis of gdp_basis"
    ),
    Formula(
        "real_growth_pct",
        None,
        (),
        "growth of real GDP of the edition in real_growth_edition_id, on the basis of real_growth_basis",
    ),
)

_DUE: Final = own("due_year", _OUTLOOK, _OUTLOOK_GRAIN)
_SHARE: Final = own("share", _OUTLOOK, _OUTLOOK_GRAIN, "current_share_pct")
_YEARS: Final = "(due_year - r.start_year)"
_OPEN: Final = "due_year IS NULL OR due_year <= r.start_year AND share < threshold"
_DRAWN: Final = "part of the draws (draws, seed) in which it holds; evidence says what they rest on, docs/outlook.md the model and its score in the backtest"
_ARRIVAL: Final = "read off the quantiles of mart.outlook_share: the first year from which the one that so many draws reach is at or above threshold_pct, up to due_year"
_TREND: Final = "start_year and the years that the trend needs from current_share_pct to threshold_pct"
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
    "horizon_year": "a setting of the simulation",
    "p_met_after_revision": _DRAWN,
    "p_reached_by_due": _DRAWN,
    "draws": "a setting of the simulation",
    "seed": "a setting of the simulation",
    "errors_n": "errors in mart.first_estimate_error that were known when the edition was published",
    "steps_n": "yearly changes since the newest break, of at most the last twelve years",
    "panel_n": "countries of the edition with four such changes or more",
    "national_plan_less_path_pp": "national_plan_share_pct - required_share_pct of the linear path in national_plan_year",
}

_QUANTILE: Final = "quantile of the draws (draws, seed) of the simulated share; docs/outlook.md has the model, its parameters and its score in the backtest"
OUTLOOK_SHARE: Final = tuple(
    Formula(column, None, (), text)
    for column, text in (
        *((f"p{percent:02}", _QUANTILE) for percent in (5, 10, 25, 50, 75, 90, 95)),
        ("draws", "a setting of the simulation"),
        ("seed", "a setting of the simulation"),
    )
)

OUTLOOK: Final = (
    Formula(
        "due_year",
        "CASE WHEN due_at_once AND r.start_year >= year(adopted_on) THEN r.start_year ELSE due_year END",
        (
            Input("adopted_on", "core.guideline", "adopted_on", same("rule_id")),
            Input("due_year", "core.guideline", "due_year", same("rule_id")),
            Input("due_at_once", "core.guideline", "due_at_once", same("rule_id")),
        ),
        "the rule's due year; start_year for a rule due at once, from the year of its adoption",
    ),
    Formula("threshold_pct", "threshold", (_THRESHOLD,), "the rule's threshold"),
    Formula(
        "current_share_pct",
        "share",
        (
            Input(
                "share",
                "core.observation",
                "value",
                f"""{same("edition_id", "entity")} AND i.year = r.start_year AND i.indicator =
                    CASE r.measured_on WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END""",
            ),
        ),
        "the published share of start_year",
        when="r.membership_basis IS NULL",
    ),
    Formula(
        "current_share_pct",
        "share",
        (
            Input(
                "share",
                "mart.aggregate",
                "share_of_gdp_pct",
                f"{same('edition_id', 'group_id=entity', 'membership_basis')} AND i.year = r.start_year",
            ),
        ),
        "the group's share of start_year",
        when="r.membership_basis IS NOT NULL",
    ),
    Formula(
        "required_pp_per_year",
        f"CASE WHEN share >= threshold THEN 0 WHEN {_OPEN} THEN NULL ELSE (threshold - share) / {_YEARS} END",
        (_SHARE, _THRESHOLD, _DUE),
        "(threshold - share) / years; 0 where reached",
    ),
    Formula(
        "excess_growth_pct_per_year",
        f"""CASE WHEN share >= threshold THEN 0 WHEN {_OPEN} THEN NULL
            ELSE 100 * ((threshold / share) ** (1 / {_YEARS}) - 1) END""",
        (_SHARE, _THRESHOLD, _DUE),
        "100 * ((threshold / share)^(1 / years) - 1); 0 where reached",
    ),
    Formula(
        "required_real_growth_pct_per_year",
        "100 * ((1 + excess / 100) * (1 + gdp_growth / 100) - 1)",
        (
            own("excess", _OUTLOOK, _OUTLOOK_GRAIN, "excess_growth_pct_per_year"),
            own("gdp_growth", _OUTLOOK, _OUTLOOK_GRAIN, "assumed_real_growth_pct"),
        ),
    ),
    Formula(
        "largest_required_step_pp",
        "required_pp_per_year",
        (own("required_pp_per_year", _OUTLOOK, _OUTLOOK_GRAIN),),
        "on a linear path every step is the same",
    ),
    Formula(
        "national_plan_share_pct",
        "planned",
        (Input("planned", "core.national_plan", "planned_share_pct", "i.plan_id = r.national_plan_id"),),
    ),
    *(Formula(column, None, (), text) for column, text in _STATED.items()),
)
