"""Formulas of mart.aggregate and mart.burden. Source: METRICS, section 3.

Belongs here: sums, shares and ranks of the Alliance. Does not belong here: verdicts (compliance), editions (vintages).
"""

from __future__ import annotations

from typing import Final

from warehouse.formulas.model import USD_CONSTANT, USD_CURRENT, Formula, Input, observed, own, same

_TABLE: Final = "mart.aggregate"
_GRAIN: Final = ("edition_id", "group_id", "year", "membership_basis")
_PUBLISHED: Final = "r.membership_basis = 'published'"
_OURS: Final = "r.membership_basis <> 'published'"
_OF_GROUP: Final = same("edition_id", "entity=group_id", "year")


def _member(iso3: str) -> str:
    """`iso3` belongs to the group on the row's basis and has forces in the row's year."""
    return f"""{iso3} IN (
        SELECT m.iso3 FROM core.membership AS m
        WHERE m.group_id = r.group_id AND coalesce(year(m.member_to), 9999) >= day.year AND year(m.member_from) <= day.year)
      AND {iso3} NOT IN (
        SELECT o.entity FROM core.observation AS o
        WHERE o.edition_id = r.edition_id AND o.year = r.year AND o.availability = 'not_applicable'
          AND o.indicator = 'defence_expenditure')""".replace(
        "day.year",
        """(CASE r.membership_basis WHEN 'fixed_members' THEN
            (SELECT max(a.year) FROM mart.aggregate AS a WHERE a.edition_id = r.edition_id) ELSE r.year END)""",
    )


def _of_members(name: str, indicator: str, condition: str, year: str = "r.year") -> Input:
    key = f"i.edition_id = r.edition_id AND i.year = {year} AND {_member('i.entity')}"
    return observed(name, indicator, condition, many=True, key=key)


def _level(column: str, indicator: str, condition: str) -> tuple[Formula, ...]:
    """A total as NATO prints it, or our sum, null as soon as one member's figure is missing."""
    return (
        Formula(
            column,
            "printed",
            (observed("printed", indicator, condition, key=_OF_GROUP),),
            "NATO's own total",
            when=_PUBLISHED,
        ),
        Formula(
            column,
            "CASE WHEN list_aggregate(figures, 'count') = r.members THEN list_sum(figures) END",
            (_of_members("figures", indicator, condition),),
            "sum over the members with forces; null if one of them has no figure",
            when=_OURS,
        ),
    )


def _us_share(column: str, total: str, condition: str) -> Formula:
    key = f"{same('edition_id', 'year')} AND i.entity = 'USA' AND {_member('i.entity')}"
    inputs = (observed("usa", "defence_expenditure", condition, key=key), own("total", _TABLE, _GRAIN, total))
    return Formula(column, "100 * usa / total", inputs)


_BOTH: Final = """i.value IS NOT NULL AND i.entity IN (
    SELECT o.entity FROM core.observation AS o WHERE o.edition_id = r.edition_id AND o.year = r.year AND o.value IS NOT NULL
      AND (o.indicator = '{other}' AND ({other_condition})))"""
_HAS_GDP: Final = _BOTH.format(other="gdp", other_condition=USD_CURRENT.replace("i.", "o."))
_HAS_SHARE: Final = _BOTH.format(other="defence_share_of_gdp", other_condition="true")


def _everyone(name: str, indicator: str, condition: str) -> Input:
    key = f"i.edition_id = r.edition_id AND i.year = r.year AND {_member('i.entity')}"
    return observed(name, indicator, condition, many=True, key=key)


def _correlation(column: str, condition: str, text: str) -> tuple[Formula, ...]:
    ranks = """(rank() OVER (ORDER BY {0}) + (count(*) OVER (PARTITION BY {0}) - 1) / 2)"""
    expression = f"""(SELECT CASE WHEN count(*) >= 3 AND count(DISTINCT s) > 1 AND count(DISTINCT g) > 1
        THEN greatest(-1.0, least(1.0, corr(s, g))) END
        FROM (SELECT {ranks.format("share")} AS s, {ranks.format("gdp")} AS g
              FROM (SELECT unnest(shares) AS share, unnest(gdps) AS gdp)))"""
    inputs = (
        _everyone("shares", "defence_share_of_gdp", f"{_HAS_GDP} AND {condition}"),
        _everyone("gdps", "gdp", f"{USD_CURRENT} AND {_HAS_SHARE} AND {condition}"),
    )
    return (
        Formula(column, expression, inputs, text, when=_OURS),
        Formula(column, "NULL", (), "null: told of our own groups only", when=_PUBLISHED),
    )


AGGREGATE: Final = (
    Formula(
        "members",
        "len(members)",
        (Input("members", "core.membership", "iso3", f"i.group_id = r.group_id AND {_member('i.iso3')}", many=True),),
        "members on the row's basis that have forces",
    ),
    *_level("expenditure_usd_current_m", "defence_expenditure", USD_CURRENT),
    *_level("expenditure_usd_constant_m", "defence_expenditure", USD_CONSTANT),
    *_level("gdp_usd_current_m", "gdp", USD_CURRENT),
    *_level("gdp_usd_constant_m", "gdp", USD_CONSTANT),
    Formula(
        "share_of_gdp_pct",
        "printed",
        (observed("printed", "defence_share_of_gdp", key=_OF_GROUP),),
        "NATO's own share",
        when=_PUBLISHED,
    ),
    Formula(
        "share_of_gdp_pct",
        "100 * expenditure_usd_constant_m / gdp_usd_constant_m",
        (own("expenditure_usd_constant_m", _TABLE, _GRAIN), own("gdp_usd_constant_m", _TABLE, _GRAIN)),
        when=_OURS,
    ),
    Formula(
        "real_change_pct",
        "printed",
        (observed("printed", "defence_real_change", key=_OF_GROUP),),
        "NATO's own growth",
        when=_PUBLISHED,
    ),
    Formula(
        "real_change_pct",
        "100 * (expenditure / expenditure_before - 1)",
        (
            own("expenditure", _TABLE, _GRAIN, "expenditure_usd_constant_m"),
            Input(
                "expenditure_before",
                _TABLE,
                "expenditure_usd_constant_m",
                f"{same('edition_id', 'group_id', 'membership_basis')} AND i.year = r.year - 1",
            ),
        ),
        when=_OURS,
    ),
    Formula(
        "real_change_like_for_like_pct",
        """CASE WHEN list_aggregate(now, 'count') = r.members AND list_aggregate(before, 'count') = r.members
           THEN 100 * (list_sum(now) / list_sum(before) - 1) END""",
        (
            _of_members("now", "defence_expenditure", USD_CONSTANT),
            _of_members("before", "defence_expenditure", USD_CONSTANT, year="r.year - 1"),
        ),
        "100 * (sum of the year / sum of the year before - 1), over the members of the year in both years",
    ),
    _us_share("us_share_current_pct", "expenditure_usd_current_m", USD_CURRENT),
    _us_share("us_share_constant_pct", "expenditure_usd_constant_m", USD_CONSTANT),
    Formula(
        "burden_ratio",
        "share / nato_share",
        (
            own("share", _TABLE, _GRAIN, "share_of_gdp_pct"),
            observed("nato_share", "defence_share_of_gdp", key=f"{same('edition_id', 'year')} AND i.entity = 'NATO'"),
        ),
    ),
    *_correlation("rank_correlation", "true", "Spearman's correlation of the published shares with GDP"),
    *_correlation("rank_correlation_without_us", "i.entity <> 'USA'", "the same without the United States"),
    Formula(
        "rank_correlation_n",
        "len(shares)",
        (_everyone("shares", "defence_share_of_gdp", _HAS_GDP),),
        "members with a share and a GDP",
        when=_OURS,
    ),
    Formula("rank_correlation_n", "NULL", (), "null: told of our own groups only", when=_PUBLISHED),
)

_ALLY: Final = ("edition_id", "entity", "year")
_NATO: Final = f"{same('edition_id', 'year')} AND i.group_id = 'NATO' AND i.membership_basis = "


def _weight(column: str, indicator: str, total: str) -> Formula:
    inputs = (observed("ally", indicator, USD_CURRENT), Input("all_allies", _TABLE, total, _NATO + "'members_at_date'"))
    return Formula(column, "100 * ally / all_allies", inputs)


BURDEN: Final = (
    Formula(
        "share_of_gdp_pct",
        "value",
        (Input("value", "mart.compliance", "value", f"{same(*_ALLY)} AND i.rule_id = 'wales_2pct'"),),
        "the published share",
    ),
    Formula(
        "nato_share_of_gdp_pct",
        "nato",
        (Input("nato", _TABLE, "share_of_gdp_pct", _NATO + "'published'"),),
        "NATO's published share",
    ),
    Formula(
        "burden_ratio",
        "share_of_gdp_pct / nato_share_of_gdp_pct",
        (own("share_of_gdp_pct", "mart.burden", _ALLY), own("nato_share_of_gdp_pct", "mart.burden", _ALLY)),
    ),
    _weight("share_of_nato_expenditure_pct", "defence_expenditure", "expenditure_usd_current_m"),
    _weight("share_of_nato_gdp_pct", "gdp", "gdp_usd_current_m"),
    Formula(
        "rank_in_year",
        "1 + len(list_filter(shares, lambda x: x > share))",
        (
            own("share", "mart.burden", _ALLY, "share_of_gdp_pct"),
            Input("shares", "mart.burden", "share_of_gdp_pct", same("edition_id", "year"), many=True),
        ),
        "one more than the Allies with a larger share",
    ),
)
