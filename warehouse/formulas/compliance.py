"""Formulas of mart.compliance and mart.compliance_count. Source: METRICS, sections 1 and 2.

Belongs here: how verdicts, gaps and counts come about. Does not belong here: their columns (contracts), their SQL (marts).
"""

from __future__ import annotations

from typing import Final

from warehouse.formulas.model import USD_CONSTANT, USD_CURRENT, Formula, Input, observed, own, same

_TABLE: Final = "mart.compliance"
_GRAIN: Final = ("rule_id", "edition_id", "entity", "year")
_APPLIES: Final = "r.verdict <> 'not_applicable'"
_NOT_APPLICABLE: Final = "null: the country has no forces, is no member that year, or the rule does not speak of it"


def _rule(name: str, column: str) -> Input:
    return Input(name, "core.guideline", column, same("rule_id"))


_THRESHOLD: Final = own("threshold", _TABLE, _GRAIN)
_VALUE: Final = own("value", _TABLE, _GRAIN)
_MEASURED_ON: Final = _rule("measured_on", "indicator")
_SHARE: Final = Input(
    "share",
    "core.observation",
    "value",
    f"""{same("edition_id", "entity", "year")} AND i.indicator = (
        SELECT CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
        FROM core.guideline AS g WHERE g.rule_id = r.rule_id)""",
)
_E_CURRENT: Final = observed("spending", "defence_expenditure", USD_CURRENT)
_Y_CURRENT: Final = observed("gdp", "gdp", USD_CURRENT)
_E_CONSTANT: Final = observed("spending", "defence_expenditure", USD_CONSTANT)
_Y_CONSTANT: Final = observed("gdp", "gdp", USD_CONSTANT)
_E_NATIONAL: Final = observed(
    "spending_national",
    "defence_expenditure",
    "i.price_basis = 'current' AND (i.currency <> 'USD' OR i.entity = 'USA')",
)


def _gap(column: str, spending: str, gdp: str, inputs: tuple[Input, ...], text: str) -> Formula:
    expression = f"""CASE WHEN value IS NULL THEN NULL
        WHEN measured_on = 'equipment_share' THEN (threshold - value) / 100 * {spending}
        ELSE threshold / 100 * {gdp} - {spending} END"""
    return Formula(column, expression, (_VALUE, _THRESHOLD, _MEASURED_ON, *inputs), text)


COMPLIANCE: Final = (
    Formula(
        "value",
        """CASE measured_on WHEN 'related_share_of_gdp' THEN NULL
           WHEN 'total_share_of_gdp' THEN CASE WHEN share >= threshold THEN share END ELSE share END""",
        (_SHARE, _MEASURED_ON, _rule("threshold", "threshold_pct")),
        "the published share; of a total share the core share, where it alone reaches the threshold",
        when=_APPLIES,
    ),
    Formula("value", "NULL", (_rule("scope", "scope"),), _NOT_APPLICABLE, when="r.verdict = 'not_applicable'"),
    Formula("threshold", "threshold_pct", (_rule("threshold_pct", "threshold_pct"),), "the rule's threshold"),
    Formula(
        "verdict",
        """CASE WHEN NOT (coalesce(r.year BETWEEN year(member_from) AND coalesce(year(member_to), 9999), false)
                          AND (length(scope) > 3 OR scope = r.entity) AND coalesce(availability <> 'not_applicable', true))
                THEN 'not_applicable'
                WHEN value IS NULL THEN 'not_reported'
                WHEN comparison = 'at_least' AND value < threshold THEN 'not_met' ELSE 'met' END""",
        (
            _VALUE,
            _THRESHOLD,
            _rule("comparison", "comparison"),
            _rule("scope", "scope"),
            Input("member_from", "core.membership", "member_from", "i.group_id = 'NATO' AND i.iso3 = r.entity"),
            Input("member_to", "core.membership", "member_to", "i.group_id = 'NATO' AND i.iso3 = r.entity"),
            Input(
                "availability",
                "core.observation",
                "availability",
                f"{same('edition_id', 'entity', 'year')} AND i.indicator = 'defence_share_of_gdp'",
            ),
        ),
        "met if value >= threshold; not_reported without a value; not_applicable without forces or membership",
    ),
    Formula("margin_pp", "value - threshold", (_VALUE, _THRESHOLD)),
    Formula("gap_pp", "threshold - value", (_VALUE, _THRESHOLD)),
    Formula(
        "recomputed_value",
        "CASE WHEN measured_on IN ('defence_share_of_gdp', 'total_share_of_gdp') THEN 100 * spending / gdp END",
        (_E_CONSTANT, _Y_CONSTANT, _MEASURED_ON),
        "100 * spending / gdp, both in constant prices, as NATO computes its share",
        when=_APPLIES,
    ),
    Formula(
        "recomputed_value", "NULL", (_rule("scope", "scope"),), _NOT_APPLICABLE, when="r.verdict = 'not_applicable'"
    ),
    Formula(
        "rounding_sensitive",
        """CASE WHEN value IS NOT NULL THEN abs(value - threshold) <= 0.005 + 1e-9
           OR coalesce(abs(recomputed_value - threshold) <= 0.005 + 1e-9, false)
           OR coalesce((value >= threshold) <> (recomputed_value >= threshold), false) END""",
        (_VALUE, _THRESHOLD, own("recomputed_value", _TABLE, _GRAIN)),
        "value or recomputed_value within 0.005 of the threshold, or on different sides of it",
    ),
    Formula("in_force", "r.year >= year(adopted_on)", (_rule("adopted_on", "adopted_on"),)),
    Formula(
        "due",
        """CASE WHEN due_at_once THEN r.year >= year(adopted_on)
           ELSE coalesce(r.year >= due_year, false) END""",
        (_rule("due_at_once", "due_at_once"), _rule("adopted_on", "adopted_on"), _rule("due_year", "due_year")),
    ),
    _gap(
        "gap_usd_current_m",
        "spending",
        "gdp",
        (_E_CURRENT, _Y_CURRENT),
        "threshold / 100 * gdp - spending (rules on equipment: (threshold - value) / 100 * spending), current US$",
    ),
    _gap(
        "gap_usd_constant_m",
        "spending",
        "gdp",
        (_E_CONSTANT, _Y_CONSTANT),
        "threshold / 100 * gdp - spending (rules on equipment: (threshold - value) / 100 * spending), constant US$",
    ),
    _gap(
        "gap_national_currency_m",
        "spending_national",
        "gdp * spending_national / spending",
        (_E_NATIONAL, _E_CURRENT, _Y_CURRENT),
        "threshold / 100 * gdp * (spending_national / spending) - spending_national: NATO prints GDP in US$ only, "
        "at the rate that its own spending implies (rules on equipment: (threshold - value) / 100 * spending_national)",
    ),
)


def _verdicts(condition: str) -> tuple[Input, ...]:
    return (
        Input("verdicts", _TABLE, "verdict", f"{same('rule_id', 'edition_id', 'year')} AND {condition}", many=True),
    )


_MEMBERS: Final = "i.verdict <> 'not_applicable'"
COMPLIANCE_COUNT: Final = (
    Formula("members", "len(verdicts)", _verdicts(_MEMBERS), "verdicts that are not not_applicable"),
    *(
        Formula(name, "len(verdicts)", _verdicts(f"i.verdict = '{name}'"), f"verdicts that are {name}")
        for name in ("met", "not_met", "not_reported")
    ),
)
