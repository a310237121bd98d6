"""Formulas of mart.compliance, mart.compliance_count and mart.group_gap. Source: METRICS, sections 1 and 2.

Belongs here: how verdicts, gaps and counts come about. Does not belong here: their columns (contracts), their SQL (marts).
"""

from __future__ import annotations

from collections.abc import Iterator
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
_E_CONSTANT: Final = observed("spending", "defence_expenditure", USD_CONSTANT)
_Y_CONSTANT: Final = observed("gdp", "gdp", USD_CONSTANT)

_SPENDING: Final = {
    "national_currency_m": observed(
        "spending_printed",
        "defence_expenditure",
        "i.price_basis = 'current' AND (i.currency <> 'USD' OR i.entity = 'USA')",
    ),
    "usd_current_m": observed("spending_printed", "defence_expenditure", USD_CURRENT),
    "usd_constant_m": observed("spending_printed", "defence_expenditure", USD_CONSTANT),
}
_RELATED: Final = _rule("related", "related_counted_at_most_pct")
# What of the total's related leg is counted under each bound; the gap itself counts nothing, as its value does.
_COUNTED: Final = {"gap": "0", "gap_least": "coalesce(related, 0)", "gap_most": "0"}


def _missing(name: str) -> Formula:
    target = f"(threshold - {_COUNTED[name]})"
    known = "value IS NOT NULL" if name == "gap" else "measured_on <> 'related_share_of_gdp'"
    inputs = (_VALUE, _SHARE, _THRESHOLD, _MEASURED_ON, _RELATED)
    text = {"gap": "threshold - value"}.get(name, f"threshold - {_COUNTED[name]} - share")
    return Formula(f"{name}_pp", f"CASE WHEN {known} THEN {target} - share END", inputs, text, when=_APPLIES)


def _money(name: str, basis: str) -> Formula:
    target = f"(threshold - {_COUNTED[name]})"
    known = "value IS NOT NULL" if name == "gap" else "measured_on <> 'related_share_of_gdp'"
    expression = f"""CASE WHEN NOT ({known}) OR share IS NULL THEN NULL
        WHEN measured_on = 'equipment_share' THEN ({target} - share) / 100 * spending_printed
        WHEN ({target} - share) * ({target} / (100 * spending / gdp) - 1) > 0
        THEN ({target} / (100 * spending / gdp) - 1) * spending_printed
        WHEN spending IS NOT NULL AND gdp IS NOT NULL THEN 0 * spending_printed END"""
    counted = "" if name == "gap" else f" (related counted: {_COUNTED[name]})"
    inputs = (_VALUE, _SHARE, _THRESHOLD, _MEASURED_ON, _RELATED, _SPENDING[basis], _E_CONSTANT, _Y_CONSTANT)
    text = (
        f"(threshold / (100 * spending / gdp) - 1) * spending_printed{counted}, spending and gdp at constant prices; "
        "0 at the threshold as printed; rules on equipment: (threshold - value) / 100 * spending_printed"
    )
    return Formula(f"{name}_{basis}", expression, inputs, text, when=_APPLIES)


def _null_where_not_applicable(name: str, unit: str) -> Formula:
    return Formula(
        f"{name}_{unit}",
        "NULL",
        (_VALUE, _rule("scope", "scope")),
        _NOT_APPLICABLE,
        when="r.verdict = 'not_applicable'",
    )


_GAPS: Final = tuple(
    formula
    for name in _COUNTED
    for formula in (
        _missing(name),
        *(_money(name, basis) for basis in _SPENDING),
        *(_null_where_not_applicable(name, unit) for unit in ("pp", *_SPENDING)),
    )
)


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
                          AND (scope = r.entity OR in_scope IS NOT NULL) AND coalesce(availability <> 'not_applicable', true))
                THEN 'not_applicable'
                WHEN value IS NULL THEN 'not_reported'
                WHEN comparison = 'at_least' AND value < threshold THEN 'not_met' ELSE 'met' END""",
        (
            _VALUE,
            _THRESHOLD,
            _rule("comparison", "comparison"),
            _rule("scope", "scope"),
            Input(
                "in_scope",
                "core.membership",
                "iso3",
                """i.iso3 = r.entity AND i.group_id = (SELECT g.scope FROM core.guideline AS g WHERE g.rule_id = r.rule_id)
                   AND r.year BETWEEN year(i.member_from) AND coalesce(year(i.member_to), 9999)""",
            ),
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
    *_GAPS,
)


def _verdicts(condition: str) -> tuple[Input, ...]:
    return (
        Input("verdicts", _TABLE, "verdict", f"{same('rule_id', 'edition_id', 'year')} AND {condition}", many=True),
    )


# The members of the group whom the rule binds in the row's year.
_BOUND: Final = f"""{same("rule_id", "edition_id", "year")} AND i.verdict <> 'not_applicable' AND i.entity IN (
    SELECT m.iso3 FROM core.membership AS m WHERE m.group_id = r.group_id
      AND r.year BETWEEN year(m.member_from) AND coalesce(year(m.member_to), 9999))"""


def _of_bound(name: str, column: str) -> Input:
    return Input(name, _TABLE, column, _BOUND, many=True)


_ALL_KNOWN: Final = "list_aggregate(figures, 'count') = len(figures)"


def _summed(unit: str, spending: str) -> Iterator[Formula]:
    bound = f"""{same("edition_id", "year")} AND i.entity IN (
        SELECT c.entity FROM mart.compliance AS c WHERE c.rule_id = r.rule_id AND c.edition_id = r.edition_id
          AND c.year = r.year AND c.verdict <> 'not_applicable') AND i.entity IN (
        SELECT m.iso3 FROM core.membership AS m WHERE m.group_id = r.group_id
          AND r.year BETWEEN year(m.member_from) AND coalesce(year(m.member_to), 9999))"""
    yield Formula(
        f"expenditure_{unit}",
        "CASE WHEN list_aggregate(figures, 'count') = r.members THEN list_sum(figures) END",
        (observed("figures", "defence_expenditure", spending, key=bound, many=True),),
        "sum over the members; null if one has no figure",
    )
    for name in ("least", "most"):
        figures = (_of_bound("figures", f"gap_{name}_{unit}"),)
        yield Formula(
            f"gap_{name}_{unit}",
            f"CASE WHEN {_ALL_KNOWN} THEN list_sum(figures) END",
            figures,
            "sum over the members; null if one has no figure",
        )
        yield Formula(
            f"shortfall_{name}_{unit}",
            f"CASE WHEN {_ALL_KNOWN} THEN list_sum(list_transform(figures, lambda x: greatest(x, 0))) END",
            figures,
            "sum over the members below the threshold; null if one has no figure",
        )


GROUP_GAP: Final = (
    Formula("members", "len(verdicts)", (_of_bound("verdicts", "verdict"),), "members whom the rule binds"),
    Formula(
        "below",
        "len(list_filter(gaps, lambda x: x > 0))",
        (_of_bound("gaps", "gap_most_pp"),),
        "members whose share is below the threshold",
    ),
    Formula(
        "not_reported",
        "len(gaps) - list_aggregate(gaps, 'count')",
        (_of_bound("gaps", "gap_most_pp"),),
        "members without a share",
    ),
    *_summed("usd_current_m", USD_CURRENT),
    *_summed("usd_constant_m", USD_CONSTANT),
)

_MEMBERS: Final = "i.verdict <> 'not_applicable'"
COMPLIANCE_COUNT: Final = (
    Formula("members", "len(verdicts)", _verdicts(_MEMBERS), "verdicts that are not not_applicable"),
    *(
        Formula(
            name,
            f"CASE WHEN len(verdicts) > 0 THEN len(list_filter(verdicts, lambda x: x = '{name}')) END",
            _verdicts("i.verdict IN ('met', 'not_met')"),
            f"verdicts that are {name}; null where no member has a figure",
        )
        for name in ("met", "not_met")
    ),
    Formula("not_reported", "len(verdicts)", _verdicts("i.verdict = 'not_reported'"), "verdicts that are not_reported"),
)
