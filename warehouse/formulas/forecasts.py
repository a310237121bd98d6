"""Formulas of the mart of forecast errors. Source: METRICS, section 4.

Belongs here: errors of nominal and real GDP. Does not belong here: growth that a path assumes (path).
"""

from __future__ import annotations

from typing import Final

from warehouse.formulas.model import Formula, Input

_NOMINAL: Final = "r.indicator = 'gdp'"
_REAL: Final = "r.indicator = 'gdp_real_growth'"
_YEAR: Final = "(SELECT year(e.published_on) + r.horizon FROM core.edition AS e WHERE e.edition_id = r.from_edition_id)"


def _levels(name: str, edition: str, column: str = "value") -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'gdp' AND i.currency = 'USD' AND i.price_basis = 'current'
        AND i.year = {_YEAR} AND list_contains(r.entities, i.entity)"""
    return Input(name, "core.observation", column, where, many=True)


_PAIRS: Final = (_levels("later", "to_edition_id"), _levels("forecast", "from_edition_id"))
_STATUSES: Final = (_levels("statuses", "to_edition_id", "status"),)
_ERRORS: Final = "list_transform(list_zip(later, forecast), lambda x: 100 * (x[1] / x[2] - 1))"
_OF_GROWTH: Final = (
    "of later over forecast real level, each the product of growth rates from the year of publication to the year forecast "
    "(of NATO: real GDP over that of the year before publication)"
)


def _error(column: str, expression: str, text: str, inputs: tuple[Input, ...] = _PAIRS) -> tuple[Formula, ...]:
    return (
        Formula(column, expression, inputs, f"{text} of later over forecast GDP in US$, less one", when=_NOMINAL),
        Formula(
            column, None, (), f"{text} {_OF_GROWTH}, less one; by warehouse/marts/gdp_forecast_error.sql", when=_REAL
        ),
    )


GDP_FORECAST_ERROR: Final = (
    *_error("n", "len(forecast)", "number"),
    *_error("n_outturns", "len(list_filter(statuses, lambda x: x = 'actual'))", "outturns among the later", _STATUSES),
    *_error("errors_pct", _ERRORS, "percent by country"),
    *_error("mean_pct", f"list_avg({_ERRORS})", "mean percent"),
    *_error("mean_absolute_pct", f"list_avg(list_transform({_ERRORS}, lambda x: abs(x)))", "mean size in percent"),
    *_error("too_high_pct", f"100 * len(list_filter({_ERRORS}, lambda x: x < 0)) / len(forecast)", "share below zero"),
)
