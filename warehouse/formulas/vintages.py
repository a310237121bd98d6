"""Formulas of the marts that compare editions. Source: METRICS, section 4.

Belongs here: changes, their three parts, who changed sides, first-estimate errors. Does not belong here: levels.
"""

from __future__ import annotations

from typing import Final

from warehouse.formulas.model import USD_CURRENT, Formula, Input, observed, same

_PRINTED: Final = Input(
    "printed",
    "core.observation",
    "value",
    f"""{same("edition_id", "indicator", "unit", "price_basis", "variant")} AND i.availability = 'reported' AND i.value <> 0""",
    many=True,
)
_DECIMALS: Final = """list_max(list_transform(printed, lambda x: coalesce(list_min(list_filter(range(-6, 9),
    lambda d: abs(x - round(x, d::INTEGER)) <= 1e-12 * greatest(1, abs(x)))), 9)))"""
PRINT_PRECISION: Final = (
    Formula("figures", "len(printed)", (_PRINTED,), "figures that are not zero"),
    Formula(
        "decimals",
        f"CASE WHEN len(printed) >= 6 THEN {_DECIMALS} END",
        (_PRINTED,),
        "the most decimals that a figure carries",
    ),
    Formula(
        "half_unit",
        "0.5 * 10.0 ** -decimals",
        (
            Input(
                "decimals",
                "mart.print_precision",
                "decimals",
                same("edition_id", "indicator", "unit", "price_basis", "variant"),
            ),
        ),
        "half of the last printed digit",
    ),
)


def _half_unit(name: str, edition: str, series: str) -> Input:
    """Half of the last digit that an edition prints of a series."""
    return Input(name, "mart.print_precision", "half_unit", f"i.edition_id = r.{edition} AND {series}")


_SAME_AT_PRINT: Final = (
    "abs({0} - {1}) <= greatest(coalesce(later_half, 0), coalesce(first_half, 0)) + 1e-12 * greatest(1, abs({0}))"
)

_TABLE: Final = "mart.revision"
_GRAIN: Final = (
    "source_id",
    "from_edition_id",
    "to_edition_id",
    "indicator",
    "entity",
    "year",
    "unit",
    "price_basis",
    "year_basis",
)
_FULL_UNIT: Final = """(CASE i.unit WHEN 'million' THEN 'million ' || i.currency
    WHEN 'currency_per_head' THEN i.currency || ' per head' WHEN 'currency_per_usd' THEN i.currency || ' per USD' ELSE i.unit END
    || CASE WHEN i.base_year IS NOT NULL AND i.currency IS NOT NULL THEN ' of ' || i.base_year ELSE '' END)"""
_SERIES: Final = f"{same('indicator', 'entity', 'year', 'price_basis', 'year_basis')} AND i.availability = 'reported'"
_PRINTED_BEFORE: Final = Input(
    "old",
    "core.observation",
    "value",
    f"i.edition_id = r.from_edition_id AND {_SERIES} AND {_FULL_UNIT} = coalesce(r.old_unit, r.unit)",
)
_PRINTED_NOW: Final = Input(
    "new",
    "core.observation",
    "value",
    f"i.edition_id = r.to_edition_id AND {_SERIES} AND {_FULL_UNIT} = r.unit",
)
# The rate is that of the later currency's first day, if the earlier edition still printed the former one.
_FORMER: Final = (
    "(SELECT f.currency FROM core.national_currency AS f WHERE f.iso3 = i.iso3 AND f.valid_to = i.valid_from - 1)"
)
_RATE: Final = Input(
    "rate",
    "core.national_currency",
    "irrevocable_rate",
    f"""i.iso3 = r.entity AND i.irrevocable_rate IS NOT NULL
        AND starts_with(r.unit, 'million ' || i.currency) AND starts_with(r.old_unit, 'million ' || {_FORMER})""",
)
_COMPARABLE: Final = "r.change IS NOT NULL"
_INCOMPARABLE: Final = "null: prices of two years, two currencies without an irrevocable rate, or one edition only"


# A unit of mart.revision names the currency; the series of a currency is that of US$ or the national one.
_OF_UNIT: Final = f"""{same("indicator", "price_basis")} AND i.variant = (
    SELECT any_value(o.variant) FROM core.observation AS o WHERE o.edition_id = i.edition_id AND o.entity = r.entity
      AND o.year = r.year AND o.indicator = r.indicator AND o.price_basis = r.price_basis AND o.year_basis = r.year_basis
      AND {_FULL_UNIT.replace("i.", "o.")} = {{unit}})"""


def _money(edition: str, currency: str = "r.entity") -> str:
    return f"""(SELECT max(o.currency) FROM core.observation AS o WHERE o.edition_id = r.{edition} AND o.entity = {currency}
        AND o.year = r.year AND o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND o.currency <> 'USD')"""


def _nominal(name: str, edition: str, indicator: str, condition: str) -> Input:
    return observed(name, indicator, condition, key=same(f"edition_id={edition}", "entity", "year"))


_NATIONAL: Final = "i.price_basis = 'current' AND i.currency <> 'USD'"
_FACTORS: Final = (
    _nominal("e0_national", "from_edition_id", "defence_expenditure", _NATIONAL),
    _nominal("e0_usd", "from_edition_id", "defence_expenditure", USD_CURRENT),
    _nominal("y0_usd", "from_edition_id", "gdp", USD_CURRENT),
    _nominal("e1_national", "to_edition_id", "defence_expenditure", _NATIONAL),
    _nominal("e1_usd", "to_edition_id", "defence_expenditure", USD_CURRENT),
    _nominal("y1_usd", "to_edition_id", "gdp", USD_CURRENT),
    Input(
        "rate",
        "core.national_currency",
        "irrevocable_rate",
        f"""i.iso3 = r.entity AND i.irrevocable_rate IS NOT NULL AND i.currency = {_money("to_edition_id")}
            AND {_FORMER} = {_money("from_edition_id")}""",
    ),
)
_E0: Final = "(coalesce(e0_national, e0_usd) / coalesce(rate, 1))"
_E1: Final = "coalesce(e1_national, e1_usd)"
_Y0: Final = f"(y0_usd * {_E0} / e0_usd)"
_Y1: Final = f"(y1_usd * {_E1} / e1_usd)"
_WHERE_E_AND_Y: Final = (
    "E: spending, Y: GDP at the rate that spending implies, both in national currency of the later edition"
)


def _part(column: str, expression: str, text: str, further: tuple[Input, ...] = ()) -> tuple[Formula, ...]:
    return (
        Formula(
            column,
            expression,
            (*further, *_FACTORS),
            f"{text} ({_WHERE_E_AND_Y})",
            when="r.spending_part_pp IS NOT NULL",
        ),
        Formula(
            column,
            "NULL",
            (),
            "null: no share of GDP of NATO, or no money beside it in one of the editions",
            when="r.spending_part_pp IS NULL",
        ),
    )


def _own(name: str) -> Input:
    return Input(name, _TABLE, name, same(*_GRAIN))


REVISION: Final = (
    Formula(
        "old_value",
        "old / coalesce(rate, 1)",
        (_PRINTED_BEFORE, _RATE),
        "the earlier edition's figure, divided by the irrevocable rate where the currency became the euro",
        when="r.old_value IS NOT NULL",
    ),
    Formula("old_value", "NULL", (), _INCOMPARABLE, when="r.old_value IS NULL"),
    Formula("new_value", "new", (_PRINTED_NOW,), "the later edition's figure"),
    Formula("old_value_as_printed", "old", (_PRINTED_BEFORE,), when="r.old_unit IS NOT NULL"),
    Formula("old_value_as_printed", "NULL", (), "null: one of the editions only prints it", when="r.old_unit IS NULL"),
    Formula("change", "new_value - old_value", (_own("new_value"), _own("old_value")), when=_COMPARABLE),
    Formula("change", "NULL", (_own("new_value"), _own("old_value")), _INCOMPARABLE, when=f"NOT ({_COMPARABLE})"),
    Formula(
        "change_pct",
        "CASE WHEN old_value <> 0 THEN 100 * (new_value / old_value - 1) END",
        (_own("new_value"), _own("old_value")),
        when=_COMPARABLE,
    ),
    Formula("change_pct", "NULL", (_own("new_value"), _own("old_value")), _INCOMPARABLE, when=f"NOT ({_COMPARABLE})"),
    Formula(
        "half_print_unit",
        "greatest(later_half, first_half / coalesce(rate, 1))",
        (
            _half_unit("later_half", "to_edition_id", _OF_UNIT.format(unit="r.unit")),
            _half_unit("first_half", "from_edition_id", _OF_UNIT.format(unit="coalesce(r.old_unit, r.unit)")),
            _RATE,
        ),
        "half a unit of the coarser print",
        when=_COMPARABLE,
    ),
    Formula("half_print_unit", "NULL", (), _INCOMPARABLE, when=f"NOT ({_COMPARABLE})"),
    *_part("spending_part_pp", f"({_E1} - {_E0}) * (1 / {_Y0} + 1 / {_Y1}) / 2 * 100", "(E1-E0)*(1/Y0+1/Y1)/2*100"),
    *_part("gdp_part_pp", f"(1 / {_Y1} - 1 / {_Y0}) * ({_E0} + {_E1}) / 2 * 100", "(1/Y1-1/Y0)*(E0+E1)/2*100"),
    *_part(
        "method_part_pp",
        f"(new_value - 100 * {_E1} / {_Y1}) - (old_value - 100 * {_E0} / {_Y0})",
        "(new_value - 100*E1/Y1) - (old_value - 100*E0/Y0)",
        (_own("new_value"), _own("old_value")),
    ),
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
_NOW: Final = Input(
    "verdicts",
    "mart.compliance",
    "verdict",
    f"{_OF_RULE} AND i.edition_id = r.edition_id AND {_EARLIER} IS NOT NULL",
    many=True,
)
_BEFORE: Final = Input(
    "verdicts", "mart.compliance", "verdict", f"{_OF_RULE} AND {_JUDGED_NOW} AND i.edition_id = {_EARLIER}", many=True
)
_MET: Final = "len(list_filter(verdicts, lambda x: x = 'met'))"


def _judged(name: str, column: str, edition: str) -> Formula:
    where = same("rule_id", f"edition_id={edition}", "entity", "year")
    return Formula(name, column, (Input(column, "mart.compliance", column, where),))


def _revised(column: str) -> Formula:
    where = f"""i.source_id = 'nato' AND {same("from_edition_id", "to_edition_id=edition_id", "entity", "year")}
        AND i.indicator = (SELECT CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
                           FROM core.guideline AS g WHERE g.rule_id = r.rule_id)"""
    return Formula(column, column, (Input(column, _TABLE, column, where),))


HEADLINE_AUDIT: Final = (
    _judged("old_value", "value", "from_edition_id"),
    _judged("new_value", "value", "edition_id"),
    _judged("threshold", "threshold", "edition_id"),
    _revised("spending_part_pp"),
    _revised("gdp_part_pp"),
    _revised("method_part_pp"),
    Formula("judged_in_both", "len(verdicts)", (_NOW,), "countries that this edition and an earlier one judge"),
    Formula("met_before", _MET, (_BEFORE,), "of those, met by the newest earlier figure"),
    Formula("met_after", _MET, (_NOW,), "of those, met in this edition"),
)

_YEAR: Final = "(SELECT year(e.published_on) - r.horizon FROM core.edition AS e WHERE e.edition_id = r.from_edition_id)"


def _shares(name: str, edition: str, column: str = "value") -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'defence_share_of_gdp' AND i.year = {_YEAR}
        AND list_contains(r.entities, i.entity)"""
    return Input(name, "core.observation", column, where, many=True)


_OF_SHARES: Final = "i.indicator = 'defence_share_of_gdp'"
_PAIRS: Final = (
    _shares("later", "to_edition_id"),
    _shares("first", "from_edition_id"),
    _half_unit("later_half", "to_edition_id", _OF_SHARES),
    _half_unit("first_half", "from_edition_id", _OF_SHARES),
)
_ERRORS: Final = f"list_transform(list_zip(later, first), lambda x: CASE WHEN {_SAME_AT_PRINT.format('x[1]', 'x[2]')} THEN 0 ELSE x[1] - x[2] END)"

FIRST_ESTIMATE_ERROR: Final = (
    Formula("n", "len(first)", _PAIRS, "countries compared"),
    Formula(
        "n_outturns",
        "len(list_filter(statuses, lambda x: x = 'actual'))",
        (_shares("statuses", "to_edition_id", "status"),),
        "later figures that are outturns",
    ),
    Formula("errors_pp", _ERRORS, _PAIRS, "later share - first share, by country; 0 where print precision explains it"),
    Formula("mean_pp", f"list_avg({_ERRORS})", _PAIRS, "mean of later share - first share"),
    Formula(
        "mean_absolute_pp",
        f"list_avg(list_transform({_ERRORS}, lambda x: abs(x)))",
        _PAIRS,
        "mean of the size of later share - first share",
    ),
    Formula(
        "revised_down_pct",
        f"100 * len(list_filter({_ERRORS}, lambda x: x < 0)) / len(first)",
        _PAIRS,
        "share of the countries whose figure went down by more than print precision explains",
    ),
)


def _spending(name: str, edition: str) -> Input:
    where = f"""i.edition_id = r.{edition} AND i.indicator = 'defence_expenditure' AND i.price_basis = 'current'
        AND i.variant = 'national' AND i.year = r.year AND list_contains(r.entities, i.entity)"""
    return Input(name, "core.observation", "value", where, many=True)


_OF_SPENDING: Final = "i.indicator = 'defence_expenditure' AND i.unit = 'million' AND i.price_basis = 'current' AND i.variant = 'national'"
_BOTH: Final = (_spending("later", "to_edition_id"), _spending("first", "from_edition_id"))
DEFINITION_CHANGE: Final = (
    Formula("compared", "len(later)", _BOTH, "countries that both editions print in one national currency"),
    Formula(
        "unchanged",
        f"len(list_filter(list_zip(later, first), lambda x: {_SAME_AT_PRINT.format('x[1]', 'x[2]')}))",
        (
            *_BOTH,
            _half_unit("later_half", "to_edition_id", _OF_SPENDING),
            _half_unit("first_half", "from_edition_id", _OF_SPENDING),
        ),
        "of those, the ones whose figures differ by no more than half a unit of the coarser print",
    ),
)
