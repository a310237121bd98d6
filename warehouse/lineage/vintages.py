"""Lineage of the marts that compare editions: revisions, whose verdict changed, errors of estimates and forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from warehouse.contracts import mart_vintages
from warehouse.contracts.mart_forecasts import GDP_FORECAST_ERROR as FORECAST_TABLE
from warehouse.lineage.model import USD_CURRENT, Derivation, Input, Lineage, observed, over, same
from warehouse.marts.macros import macros

_SERIES_GRAIN: Final = same("edition_id", "indicator", "unit", "price_basis", "variant")
_PRECISION: Final = Lineage(
    mart_vintages.PRINT_PRECISION,
    {
        "printed": Input(
            "core.observation.value", f"{_SERIES_GRAIN} AND i.availability = 'reported' AND i.value <> 0", many=True
        )
    },
)
PRINT_PRECISION: Final = (
    _PRECISION.of("figures", "len(printed)", "figures that are not zero"),
    _PRECISION.of("decimals", over("mart.decimals_printed(x)", "printed")),
    _PRECISION.of("half_unit", "mart.half_unit(decimals)"),
)


def _half_unit(edition: str, series: str) -> Input:
    """Half of the last digit that an edition prints of a series."""
    return Input("mart.print_precision.half_unit", f"i.edition_id = r.{edition} AND {series}")


_COARSER: Final = "coalesce(greatest(later_half, first_half), 0)"

_FULL_UNIT: Final = "mart.full_unit({0}.unit, {0}.currency, {0}.base_year)"
_SERIES: Final = f"{same('indicator', 'entity', 'year', 'price_basis', 'year_basis')} AND i.availability = 'reported'"
# The rate is that of the later currency's first day, if the earlier edition still printed the former one.
_FORMER: Final = (
    "(SELECT f.currency FROM core.national_currency AS f WHERE f.iso3 = i.iso3 AND f.valid_to = i.valid_from - 1)"
)
_IRREVOCABLE: Final = "i.iso3 = r.entity AND i.irrevocable_rate IS NOT NULL"
# A unit of mart.revision names the currency; the series of a currency is that of US$ or the national one.
_OF_UNIT: Final = f"""{same("indicator", "price_basis")} AND i.variant = (
    SELECT any_value(o.variant) FROM core.observation AS o WHERE o.edition_id = i.edition_id AND o.entity = r.entity
      AND o.year = r.year AND o.indicator = r.indicator AND o.price_basis = r.price_basis AND o.year_basis = r.year_basis
      AND {_FULL_UNIT.format("o")} = {{unit}})"""


def _printed_in(edition: str, unit: str) -> Input:
    where = f"i.edition_id = r.{edition} AND {_SERIES} AND {_FULL_UNIT.format('i')} = {unit}"
    return Input("core.observation.value", where)


def _money(edition: str) -> str:
    return f"""(SELECT max(o.currency) FROM core.observation AS o WHERE o.edition_id = r.{edition} AND o.entity = r.entity
        AND o.year = r.year AND o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND o.currency <> 'USD')"""


def _nominal(edition: str, indicator: str, condition: str) -> Input:
    return observed(indicator, condition, key=same(f"edition_id={edition}", "entity", "year"))


_NATIONAL: Final = "i.price_basis = 'current' AND i.currency <> 'USD'"
_REVISION: Final = Lineage(
    mart_vintages.REVISION,
    {
        "old": _printed_in("from_edition_id", "coalesce(r.old_unit, r.unit)"),
        "new": _printed_in("to_edition_id", "r.unit"),
        "rate": Input(
            "core.national_currency.irrevocable_rate",
            f"""{_IRREVOCABLE} AND starts_with(r.unit, 'million ' || i.currency)
                AND starts_with(r.old_unit, 'million ' || {_FORMER})""",
        ),
        "later_half": _half_unit("to_edition_id", _OF_UNIT.format(unit="r.unit")),
        "first_half": _half_unit("from_edition_id", _OF_UNIT.format(unit="coalesce(r.old_unit, r.unit)")),
        "e0_national": _nominal("from_edition_id", "defence_expenditure", _NATIONAL),
        "e0_usd": _nominal("from_edition_id", "defence_expenditure", USD_CURRENT),
        "y0_usd": _nominal("from_edition_id", "gdp", USD_CURRENT),
        "e1_national": _nominal("to_edition_id", "defence_expenditure", _NATIONAL),
        "e1_usd": _nominal("to_edition_id", "defence_expenditure", USD_CURRENT),
        "y1_usd": _nominal("to_edition_id", "gdp", USD_CURRENT),
        "rate_of_spending": Input(
            "core.national_currency.irrevocable_rate",
            f"{_IRREVOCABLE} AND i.currency = {_money('to_edition_id')} AND {_FORMER} = {_money('from_edition_id')}",
        ),
    },
)
_E0: Final = "mart.in_successor_currency(coalesce(e0_national, e0_usd), coalesce(rate_of_spending, 1))"
_E1: Final = "coalesce(e1_national, e1_usd)"
_FACTORS: Final = (
    f"{_E0}, mart.gdp_at_implied_rate(y0_usd, {_E0}, e0_usd), {_E1}, mart.gdp_at_implied_rate(y1_usd, {_E1}, e1_usd)"
)
_MEANING: Final = (
    "E: spending, Y: GDP at the rate that spending implies, both in national currency of the later edition"
)
_INCOMPARABLE: Final = "null: prices of two years, two currencies without an irrevocable rate, or one edition only"


def _part(column: str, inputs: str) -> Iterator[Derivation]:
    macro = macros()[f"mart.{column}"]
    text = f"{macro.text} ({_MEANING})"
    yield _REVISION.of(column, f"{macro.name}({inputs})", text, when="r.spending_part_pp IS NOT NULL")
    nothing = "null: no share of GDP of NATO, or no money with it in one of the editions"
    yield _REVISION.of(column, "NULL", nothing, when="r.spending_part_pp IS NULL")


def _where_known(
    column: str, formula: str, known: str, text: str | None = None, *, also: tuple[str, ...] = ()
) -> Iterator[Derivation]:
    yield _REVISION.of(column, formula, text, when=f"r.{known} IS NOT NULL")
    yield _REVISION.of(column, "NULL", _INCOMPARABLE, when=f"r.{known} IS NULL", also=also)


REVISION: Final = (
    *_where_known(
        "old_value",
        "mart.in_successor_currency(old, coalesce(rate, 1))",
        "old_value",
        "the earlier edition's figure, divided by the irrevocable rate where the currency became the euro",
    ),
    _REVISION.of("new_value", "new", "the later edition's figure"),
    _REVISION.of("old_value_as_printed", "old", when="r.old_unit IS NOT NULL"),
    _REVISION.of("old_value_as_printed", "NULL", "null: one of the editions only prints it", when="r.old_unit IS NULL"),
    *_where_known("change", "mart.change(old_value, new_value)", "change", also=("new_value", "old_value")),
    *_where_known(
        "change_pct",
        "mart.growth_pct(new_value, nullif(old_value, 0))",
        "change",
        "100 * (new_value / old_value - 1)",
        also=("new_value", "old_value"),
    ),
    *_where_known(
        "half_print_unit",
        "greatest(later_half, mart.in_successor_currency(first_half, coalesce(rate, 1)))",
        "change",
        "half a unit of the coarser print",
    ),
    *_part("spending_part_pp", _FACTORS),
    *_part("gdp_part_pp", _FACTORS),
    *_part("method_part_pp", f"old_value, new_value, {_FACTORS}"),
)

_JUDGED: Final = "i.verdict IN ('met', 'not_met')"
_OF_RULE: Final = f"{same('rule_id', 'year')} AND {_JUDGED}"
_SEQ: Final = "(SELECT e.vintage_seq FROM core.edition AS e WHERE e.edition_id = r.edition_id)"
_EARLIER: Final = f"""(SELECT max_by(c.edition_id, e.vintage_seq) FROM mart.compliance AS c JOIN core.edition AS e USING (edition_id)
    WHERE c.rule_id = i.rule_id AND c.entity = i.entity AND c.year = i.year AND c.verdict IN ('met', 'not_met')
      AND e.vintage_seq < {_SEQ} AND (e.withdrawn_on IS NULL OR e.withdrawn_on >
        (SELECT later.published_on FROM core.edition AS later WHERE later.edition_id = r.edition_id)))"""
_JUDGED_NOW: Final = """i.entity IN (SELECT c.entity FROM mart.compliance AS c
    WHERE c.rule_id = r.rule_id AND c.edition_id = r.edition_id AND c.year = r.year AND c.verdict IN ('met', 'not_met'))"""
_AUDIT: Final = Lineage(mart_vintages.HEADLINE_AUDIT)
_NOW: Final = Input(
    "mart.compliance.verdict", f"{_OF_RULE} AND i.edition_id = r.edition_id AND {_EARLIER} IS NOT NULL", many=True
)
_BEFORE: Final = Input(
    "mart.compliance.verdict", f"{_OF_RULE} AND {_JUDGED_NOW} AND i.edition_id = {_EARLIER}", many=True
)
_AFTER: Final = _AUDIT.having(verdicts=_NOW)
_MET: Final = over("mart.judged_count(x, 'met')", "verdicts")


def _judged(name: str, column: str, edition: str) -> Derivation:
    where = same("rule_id", f"edition_id={edition}", "entity", "year")
    return _AUDIT.having(**{column: Input(f"mart.compliance.{column}", where)}).of(name, column)


def _revised(column: str) -> Derivation:
    where = f"""i.source_id = 'nato' AND {same("from_edition_id", "to_edition_id=edition_id", "entity", "year")}
        AND i.indicator = (SELECT CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
                           FROM core.guideline AS g WHERE g.rule_id = r.rule_id)"""
    return _AUDIT.having(**{column: Input(f"mart.revision.{column}", where)}).of(column, column)


HEADLINE_AUDIT: Final = (
    _judged("old_value", "value", "from_edition_id"),
    _judged("new_value", "value", "edition_id"),
    _judged("threshold", "threshold", "edition_id"),
    _revised("spending_part_pp"),
    _revised("gdp_part_pp"),
    _revised("method_part_pp"),
    _AFTER.of("judged_in_both", "len(verdicts)", "countries that this edition and an earlier one judge"),
    _AUDIT.having(verdicts=_BEFORE).of("met_before", _MET, "of those, met by the newest earlier figure"),
    _AFTER.of("met_after", _MET, "of those, met in this edition"),
)

_YEAR: Final = "(SELECT year(e.published_on) - r.horizon FROM core.edition AS e WHERE e.edition_id = r.from_edition_id)"


def _shares(edition: str, column: str = "value") -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'defence_share_of_gdp' AND i.year = {_YEAR}
        AND list_contains(r.entities, i.entity)"""
    return Input(f"core.observation.{column}", where, many=True)


_OF_SHARES: Final = "i.indicator = 'defence_share_of_gdp'"
_ESTIMATE: Final = Lineage(
    mart_vintages.FIRST_ESTIMATE_ERROR,
    {
        "later": _shares("to_edition_id"),
        "first": _shares("from_edition_id"),
        "statuses": _shares("to_edition_id", "status"),
        "later_half": _half_unit("to_edition_id", _OF_SHARES),
        "first_half": _half_unit("from_edition_id", _OF_SHARES),
    },
)
_OUTTURNS: Final = over("count(*) FILTER (WHERE x = 'actual')", "statuses")
FIRST_ESTIMATE_ERROR: Final = (
    _ESTIMATE.of(
        "errors_pp",
        f"list_transform(list_zip(later, first), lambda p: mart.estimate_error(p[1], p[2], {_COARSER}))",
        "later share - first share, by country; 0 where print precision explains it",
    ),
    _ESTIMATE.of("n", "len(errors_pp)", "countries compared"),
    _ESTIMATE.of("n_outturns", _OUTTURNS, "later figures that are outturns"),
    _ESTIMATE.of("mean_pp", over("avg(x)", "errors_pp"), "mean of errors_pp"),
    _ESTIMATE.of("mean_absolute_pp", over("mart.mean_size(x)", "errors_pp")),
    _ESTIMATE.of("revised_down_pct", over("mart.below_zero_pct(x)", "errors_pp")),
)


def _spending(edition: str) -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'defence_expenditure' AND i.price_basis = 'current'
        AND i.variant = 'national' AND i.year = r.year AND list_contains(r.entities, i.entity)"""
    return Input("core.observation.value", where, many=True)


_OF_SPENDING: Final = "i.indicator = 'defence_expenditure' AND i.unit = 'million' AND i.price_basis = 'current' AND i.variant = 'national'"
_DEFINITION: Final = Lineage(
    mart_vintages.DEFINITION_CHANGE,
    {
        "later": _spending("to_edition_id"),
        "first": _spending("from_edition_id"),
        "later_half": _half_unit("to_edition_id", _OF_SPENDING),
        "first_half": _half_unit("from_edition_id", _OF_SPENDING),
    },
)
DEFINITION_CHANGE: Final = (
    _DEFINITION.of(
        "compared", "len(later)", "countries that both editions print in one national currency", also=("first",)
    ),
    _DEFINITION.of(
        "unchanged",
        f"len(list_filter(list_zip(later, first), lambda p: mart.is_same_at_print(p[1], p[2], {_COARSER})))",
        "of those, the ones whose figures differ by no more than half a unit of the coarser print",
    ),
)

_PUBLISHED_IN: Final = "(SELECT year(e.published_on) FROM core.edition AS e WHERE e.edition_id = r.from_edition_id)"
_COMPARED: Final = "list_contains(r.entities, i.entity)"


def _levels(edition: str, year: str, prices: str = "current", column: str = "value") -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'gdp' AND i.currency = 'USD' AND i.price_basis = '{prices}'
        AND i.year = {_PUBLISHED_IN} + {year} AND {_COMPARED}"""
    return Input(f"core.observation.{column}", where, many=True)


def _growth(edition: str, column: str = "value", since: str = "0") -> Input:
    """By country, the rates from the year of publication (or later) to the year forecast."""
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'gdp_real_growth' AND {_COMPARED}
        AND i.year BETWEEN {_PUBLISHED_IN} + {since} AND {_PUBLISHED_IN} + r.horizon"""
    return Input(f"core.observation.{column}", where, many=True)


def _level_of(rates: str) -> str:
    """Of the k-th country: the level that its r.horizon + 1 rates add up to."""
    own = f"list_slice({rates}, (k - 1) * (r.horizon + 1) + 1, k * (r.horizon + 1))"
    return f"exp(list_sum(list_transform({own}, lambda rate: mart.log_growth(rate))))"


_FORECAST: Final = Lineage(FORECAST_TABLE)
_TO_NATO: Final = "starts_with(r.to_edition_id, 'nato:')"
# Three ways in which an error comes about: for which rows, of the k-th country, in words, from which figures.
_KINDS: Final = (
    (
        "r.indicator = 'gdp'",
        "mart.growth_pct(later[k], forecast[k])",
        "later over forecast GDP in US$",
        _FORECAST.having(
            later=_levels("to_edition_id", "r.horizon"),
            forecast=_levels("from_edition_id", "r.horizon"),
            statuses=_levels("to_edition_id", "r.horizon", column="status"),
        ),
    ),
    (
        f"r.indicator = 'gdp_real_growth' AND {_TO_NATO}",
        f"mart.growth_pct(later[k] / before[k], {_level_of('forecast')})",
        "real GDP over that of the year before publication, over the product of the forecast growth rates",
        _FORECAST.having(
            later=_levels("to_edition_id", "r.horizon", "constant"),
            before=_levels("to_edition_id", "-1", "constant"),
            forecast=_growth("from_edition_id"),
            statuses=_levels("to_edition_id", "r.horizon", "constant", "status"),
        ),
    ),
    (
        f"r.indicator = 'gdp_real_growth' AND NOT {_TO_NATO}",
        f"mart.growth_pct({_level_of('later')}, {_level_of('forecast')})",
        "product of the later growth rates since the year of publication over that of the forecast ones",
        _FORECAST.having(
            later=_growth("to_edition_id"),
            forecast=_growth("from_edition_id"),
            statuses=_growth("to_edition_id", "status", since="r.horizon"),
        ),
    ),
)


def _by_country(when: str, error: str, text: str, lineage: Lineage) -> Iterator[Derivation]:
    errors = f"list_transform(range(1, len(r.entities) + 1), lambda k: {error})"
    yield lineage.of("errors_pct", errors, f"by country: {text}, less one", when=when)
    yield lineage.of("n_outturns", _OUTTURNS, "later figures that are outturns", when=when)


GDP_FORECAST_ERROR: Final = (
    *(found for kind in _KINDS for found in _by_country(*kind)),
    _FORECAST.of("n", "len(errors_pct)", "countries compared"),
    _FORECAST.of("mean_pct", over("avg(x)", "errors_pct"), "mean of errors_pct"),
    _FORECAST.of("mean_absolute_pct", over("mart.mean_size(x)", "errors_pct")),
    _FORECAST.of("too_high_pct", over("mart.below_zero_pct(x)", "errors_pct")),
)
