"""Lineage of mart.compliance, mart.compliance_count and mart.group_gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from warehouse.contracts import mart
from warehouse.lineage.model import (
    NATIONAL,
    USD_CONSTANT,
    USD_CURRENT,
    Derivation,
    Input,
    Lineage,
    observed,
    over,
    same,
)


def _rule(column: str) -> Input:
    return Input(f"core.guideline.{column}", same("rule_id"))


_MEMBERSHIP: Final = "i.group_id = 'NATO' AND i.iso3 = r.entity"
_ROW: Final = Lineage(
    mart.COMPLIANCE,
    {
        "measured_on": _rule("indicator"),
        "related": _rule("related_counted_at_most_pct"),
        **{
            name: _rule(name)
            for name in ("threshold_pct", "comparison", "scope", "adopted_on", "due_year", "due_at_once")
        },
        "share": Input(
            "core.observation.value",
            f"""{same("edition_id", "entity", "year")} AND i.indicator = (
                SELECT CASE g.indicator WHEN 'equipment_share' THEN 'equipment_share' ELSE 'defence_share_of_gdp' END
                FROM core.guideline AS g WHERE g.rule_id = r.rule_id)""",
        ),
        "availability": Input(
            "core.observation.availability",
            f"{same('edition_id', 'entity', 'year')} AND i.indicator = 'defence_share_of_gdp'",
        ),
        "member_from": Input("core.membership.member_from", _MEMBERSHIP),
        "member_to": Input("core.membership.member_to", _MEMBERSHIP),
        "in_scope": Input(
            "core.membership.iso3",
            """i.iso3 = r.entity AND i.group_id = (SELECT g.scope FROM core.guideline AS g WHERE g.rule_id = r.rule_id)
               AND mart.is_member(r.year, i.member_from, i.member_to)""",
        ),
        "spending": observed("defence_expenditure", USD_CONSTANT),
        "gdp": observed("gdp", USD_CONSTANT),
    },
)
_APPLIES: Final = "r.verdict <> 'not_applicable'"
_APPLICABLE: Final = """coalesce(mart.is_member(r.year, member_from, member_to), false)
    AND (scope = r.entity OR in_scope IS NOT NULL) AND coalesce(availability <> 'not_applicable', true)"""
_PRINTED: Final = {"national_currency_m": NATIONAL, "usd_current_m": USD_CURRENT, "usd_constant_m": USD_CONSTANT}
_RATIO: Final = "mart.percent_of(spending, gdp)"
_ON_EQUIPMENT: Final = "; rules on equipment: (threshold - value) / 100 * spending_printed"
# The gap itself counts none of a total's related leg, as its value does, and is null without a value.
_REPORTED: Final = "measured_on <> 'related_share_of_gdp'"
_GAPS: Final = {
    "gap": ("value IS NOT NULL", "value", "threshold", ""),
    "gap_least": (_REPORTED, "share", "threshold - coalesce(related, 0)", " (related counted: coalesce(related, 0))"),
    "gap_most": (_REPORTED, "share", "threshold", " (related counted: 0)"),
}


def _not_applicable(column: str, *also: str) -> Derivation:
    text = "null: the country has no forces, is no member that year, or the rule does not apply to it"
    return _ROW.of(column, "NULL", text, when="r.verdict = 'not_applicable'", also=also)


def _gaps() -> Iterator[Derivation]:
    for name, (known, share, target, counted) in _GAPS.items():
        pp = f"CASE WHEN {known} THEN mart.gap_pp({share}, {target}) END"
        yield _ROW.of(f"{name}_pp", pp, f"{target} - {share}", when=_APPLIES)
        yield _not_applicable(f"{name}_pp", "value", "scope")
        for basis, condition in _PRINTED.items():
            missing = f"mart.missing_spending(measured_on, share, {_RATIO}, {target})"
            yield _ROW.having(spending_printed=observed("defence_expenditure", condition)).of(
                f"{name}_{basis}",
                f"CASE WHEN {known} THEN spending_printed * {missing} END",
                f"(threshold / (100 * spending / gdp) - 1) * spending_printed{counted}, spending and gdp at constant "
                f"prices; 0 at the threshold as printed{_ON_EQUIPMENT}",
                when=_APPLIES,
            )
            yield _not_applicable(f"{name}_{basis}", "value", "scope")


COMPLIANCE: Final = (
    _ROW.of("value", "mart.value_under_rule(measured_on, share, threshold_pct)", when=_APPLIES),
    _not_applicable("value", "scope"),
    _ROW.of("threshold", "threshold_pct", "the rule's threshold"),
    _ROW.of("verdict", f"mart.verdict({_APPLICABLE}, value, threshold, comparison)"),
    _ROW.of("margin_pp", "mart.margin_pp(value, threshold)"),
    _ROW.of(
        "recomputed_value",
        f"CASE WHEN measured_on IN ('defence_share_of_gdp', 'total_share_of_gdp') THEN {_RATIO} END",
        "100 * spending / gdp, both in constant prices, as NATO computes its share",
        when=_APPLIES,
    ),
    _not_applicable("recomputed_value", "scope"),
    _ROW.of("rounding_sensitive", "mart.is_rounding_sensitive(value, recomputed_value, threshold)"),
    _ROW.of("in_force", "mart.is_in_force(r.year, adopted_on)"),
    _ROW.of("due", "mart.is_due(r.year, due_at_once, adopted_on, due_year)"),
    *_gaps(),
)

# The members of the group that the rule binds in the row's year.
_OF_GROUP: Final = """i.entity IN (SELECT m.iso3 FROM core.membership AS m WHERE m.group_id = r.group_id
    AND mart.is_member(r.year, m.member_from, m.member_to))"""
_BOUND: Final = f"{same('rule_id', 'edition_id', 'year')} AND i.verdict <> 'not_applicable' AND {_OF_GROUP}"
_SPENDING_OF_BOUND: Final = f"""{same("edition_id", "year")} AND {_OF_GROUP} AND i.entity IN (
    SELECT c.entity FROM mart.compliance AS c WHERE c.rule_id = r.rule_id AND c.edition_id = r.edition_id
      AND c.year = r.year AND c.verdict <> 'not_applicable')"""


def _of_bound(column: str) -> Input:
    return Input(f"mart.compliance.{column}", _BOUND, many=True)


_GROUP: Final = Lineage(mart.GROUP_GAP, {"verdicts": _of_bound("verdict"), "gaps": _of_bound("gap_most_pp")})


def _summed(unit: str, printed: str) -> Iterator[Derivation]:
    total, shortfall = over("mart.complete_sum(x)", "figures"), over("mart.complete_shortfall(x)", "figures")
    spending = observed("defence_expenditure", printed, key=_SPENDING_OF_BOUND, many=True)
    yield _GROUP.having(figures=spending).of(f"expenditure_{unit}", total)
    for name in ("least", "most"):
        gaps = _GROUP.having(figures=_of_bound(f"gap_{name}_{unit}"))
        yield gaps.of(f"gap_{name}_{unit}", total)
        yield gaps.of(f"shortfall_{name}_{unit}", shortfall)


GROUP_GAP: Final = (
    _GROUP.of("members", "len(verdicts)", "members that the rule binds"),
    _GROUP.of("below", over("count(*) FILTER (WHERE x > 0)", "gaps"), "members whose share is below the threshold"),
    _GROUP.of("not_reported", over("count(*) FILTER (WHERE x IS NULL)", "gaps"), "members without a share"),
    *_summed("usd_current_m", USD_CURRENT),
    *_summed("usd_constant_m", USD_CONSTANT),
)

_COUNT: Final = Lineage(mart.COMPLIANCE_COUNT)


def _counted(column: str, condition: str, formula: str, text: str) -> Derivation:
    where = f"{same('rule_id', 'edition_id', 'year')} AND {condition}"
    verdicts = Input("mart.compliance.verdict", where, many=True)
    return _COUNT.having(verdicts=verdicts).of(column, formula, text)


COMPLIANCE_COUNT: Final = (
    _counted("members", "i.verdict <> 'not_applicable'", "len(verdicts)", "verdicts that are not not_applicable"),
    *(
        _counted(
            name,
            "i.verdict IN ('met', 'not_met')",
            over(f"mart.judged_count(x, '{name}')", "verdicts"),
            f"verdicts that are {name}; null where no member has a figure",
        )
        for name in ("met", "not_met")
    ),
    _counted("not_reported", "i.verdict = 'not_reported'", "len(verdicts)", "verdicts that are not_reported"),
)
