"""Formulas of the mart of forecast errors. Source: METRICS, section 4.

Belongs here: errors of nominal and real GDP. Does not belong here: growth that a path assumes (path).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from warehouse.formulas.model import Formula, Input

_PUBLISHED_IN: Final = "(SELECT year(e.published_on) FROM core.edition AS e WHERE e.edition_id = r.from_edition_id)"
_COMPARED: Final = "list_contains(r.entities, i.entity)"


def _levels(name: str, edition: str, year: str, prices: str = "current", column: str = "value") -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'gdp' AND i.currency = 'USD' AND i.price_basis = '{prices}'
        AND i.year = {_PUBLISHED_IN} + {year} AND {_COMPARED}"""
    return Input(name, "core.observation", column, where, many=True)


def _growth(name: str, edition: str, column: str = "value", since: str = "0") -> Input:
    """By country, the rates from the year of publication (or later) to the year forecast."""
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'gdp_real_growth' AND {_COMPARED}
        AND i.year BETWEEN {_PUBLISHED_IN} + {since} AND {_PUBLISHED_IN} + r.horizon"""
    return Input(name, "core.observation", column, where, many=True)


def _product(rates: str) -> str:
    """Of the x-th country: the level that its r.horizon + 1 rates add up to."""
    own = f"list_slice({rates}, (x - 1) * (r.horizon + 1) + 1, x * (r.horizon + 1))"
    return f"list_aggregate(list_transform({own}, lambda g: 1 + g / 100), 'product')"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One way in which an error comes about: for which rows, from which figures, in words."""

    when: str
    ratio: str  # later over forecast level of the x-th country
    inputs: tuple[Input, ...]
    statuses: Input
    text: str

    @property
    def errors(self) -> str:
        return f"list_transform(range(1, len(r.entities) + 1), lambda x: 100 * ({self.ratio} - 1))"


_TO_NATO: Final = "starts_with(r.to_edition_id, 'nato:')"
_KINDS: Final = (
    _Kind(
        "r.indicator = 'gdp'",
        "later[x] / forecast[x]",
        (_levels("later", "to_edition_id", "r.horizon"), _levels("forecast", "from_edition_id", "r.horizon")),
        _levels("statuses", "to_edition_id", "r.horizon", column="status"),
        "later over forecast GDP in US$",
    ),
    _Kind(
        f"r.indicator = 'gdp_real_growth' AND {_TO_NATO}",
        f"later[x] / before[x] / {_product('forecast')}",
        (
            _levels("later", "to_edition_id", "r.horizon", "constant"),
            _levels("before", "to_edition_id", "-1", "constant"),
            _growth("forecast", "from_edition_id"),
        ),
        _levels("statuses", "to_edition_id", "r.horizon", "constant", "status"),
        "real GDP over that of the year before publication, over the product of the forecast growth rates",
    ),
    _Kind(
        f"r.indicator = 'gdp_real_growth' AND NOT {_TO_NATO}",
        f"{_product('later')} / {_product('forecast')}",
        (_growth("later", "to_edition_id"), _growth("forecast", "from_edition_id")),
        _growth("statuses", "to_edition_id", "status", since="r.horizon"),
        "product of the later growth rates since the year of publication over that of the forecast ones",
    ),
)


def _of(kind: _Kind) -> tuple[Formula, ...]:
    errors, text = kind.errors, kind.text
    return (
        Formula("n", f"len({errors})", kind.inputs, f"countries compared: {text}", when=kind.when),
        Formula(
            "n_outturns",
            "len(list_filter(statuses, lambda s: s = 'actual'))",
            (kind.statuses,),
            "later figures that are outturns",
            when=kind.when,
        ),
        Formula("errors_pct", errors, kind.inputs, f"by country: {text}, less one", when=kind.when),
        Formula("mean_pct", f"list_avg({errors})", kind.inputs, f"mean of {text}, less one", when=kind.when),
        Formula(
            "mean_absolute_pct",
            f"list_avg(list_transform({errors}, lambda e: abs(e)))",
            kind.inputs,
            f"mean size of {text}, less one",
            when=kind.when,
        ),
        Formula(
            "too_high_pct",
            f"100 * len(list_filter({errors}, lambda e: e < 0)) / len(r.entities)",
            kind.inputs,
            f"share of the countries with less than was forecast: {text}",
            when=kind.when,
        ),
    )


GDP_FORECAST_ERROR: Final = tuple(formula for kind in _KINDS for formula in _of(kind))
