"""Lineage of mart.aggregate and mart.burden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from warehouse.contracts import mart
from warehouse.lineage.model import USD_CONSTANT, USD_CURRENT, Derivation, Input, Lineage, observed, over, same

_PUBLISHED: Final = "r.membership_basis = 'published'"
_OURS: Final = "r.membership_basis <> 'published'"
_OF_GROUP: Final = same("edition_id", "entity=group_id", "year")
_BASIS_YEAR: Final = """(CASE r.membership_basis WHEN 'fixed_members' THEN
    (SELECT max(a.year) FROM mart.aggregate AS a WHERE a.edition_id = r.edition_id) ELSE r.year END)"""


def _member(iso3: str) -> str:
    """`iso3` belongs to the group on the row's basis and has forces in the row's year."""
    return f"""{iso3} IN (
        SELECT m.iso3 FROM core.membership AS m
        WHERE m.group_id = r.group_id AND mart.is_member({_BASIS_YEAR}, m.member_from, m.member_to))
      AND {iso3} NOT IN (
        SELECT o.entity FROM core.observation AS o
        WHERE o.edition_id = r.edition_id AND o.year = r.year AND o.availability = 'not_applicable'
          AND o.indicator = 'defence_expenditure')"""


def _of_members(indicator: str, condition: str = "true", year: str = "r.year") -> Input:
    key = f"i.edition_id = r.edition_id AND i.year = {year} AND {_member('i.entity')}"
    return observed(indicator, condition, many=True, key=key)


_ROW: Final = Lineage(
    mart.AGGREGATE,
    {
        "members": Input("core.membership.iso3", f"i.group_id = r.group_id AND {_member('i.iso3')}", many=True),
        "now": _of_members("defence_expenditure", USD_CONSTANT),
        "before": _of_members("defence_expenditure", USD_CONSTANT, year="r.year - 1"),
        "expenditure_before": Input(
            "mart.aggregate.expenditure_usd_constant_m",
            f"{same('edition_id', 'group_id', 'membership_basis')} AND i.year = r.year - 1",
        ),
        "nato_share": observed("defence_share_of_gdp", key=f"{same('edition_id', 'year')} AND i.entity = 'NATO'"),
    },
)


def _printed(column: str, indicator: str, condition: str, text: str) -> Derivation:
    printed = observed(indicator, condition, key=_OF_GROUP)
    return _ROW.having(printed=printed).of(column, "printed", text, when=_PUBLISHED)


def _level(column: str, indicator: str, condition: str) -> Iterator[Derivation]:
    """A total as NATO prints it, or our sum."""
    yield _printed(column, indicator, condition, "NATO's own total")
    yield _ROW.having(figures=_of_members(indicator, condition)).of(
        column,
        f"CASE WHEN len(figures) = r.members THEN {over('mart.complete_sum(x)', 'figures')} END",
        "sum over the members with forces; null if one of them has no figure",
        when=_OURS,
    )


def _us_share(column: str, total: str, condition: str) -> Derivation:
    key = f"{same('edition_id', 'year')} AND i.entity = 'USA' AND {_member('i.entity')}"
    usa = observed("defence_expenditure", condition, key=key)
    whole = Input(f"mart.aggregate.{total}", same(*mart.AGGREGATE.grain))
    return _ROW.having(usa=usa, total=whole).of(column, "mart.percent_of(usa, total)")


_BOTH: Final = """i.value IS NOT NULL AND i.entity IN (
    SELECT o.entity FROM core.observation AS o WHERE o.edition_id = r.edition_id AND o.year = r.year AND o.value IS NOT NULL
      AND (o.indicator = '{other}' AND ({other_condition})))"""
_HAS_GDP: Final = _BOTH.format(other="gdp", other_condition=USD_CURRENT.replace("i.", "o."))
_HAS_SHARE: Final = _BOTH.format(other="defence_share_of_gdp", other_condition="true")
_OURS_ONLY: Final = "null: computed for our own groups only"
_RANKS: Final = over(
    """mart.mean_rank(rank() OVER (ORDER BY x), count(*) OVER (PARTITION BY x)) AS x_rank,
       mart.mean_rank(rank() OVER (ORDER BY y), count(*) OVER (PARTITION BY y)) AS y_rank""",
    "shares",
    "gdps",
)


def _correlation(column: str, condition: str, text: str) -> Iterator[Derivation]:
    shares = _of_members("defence_share_of_gdp", f"{_HAS_GDP} AND {condition}")
    gdps = _of_members("gdp", f"{USD_CURRENT} AND {_HAS_SHARE} AND {condition}")
    formula = f"(SELECT mart.rank_correlation(x_rank, y_rank) FROM {_RANKS})"
    yield _ROW.having(shares=shares, gdps=gdps).of(column, formula, text, when=_OURS)
    yield _ROW.of(column, "NULL", _OURS_ONLY, when=_PUBLISHED)


AGGREGATE: Final = (
    _ROW.of("members", "len(members)", "members on the row's basis that have forces"),
    *_level("expenditure_usd_current_m", "defence_expenditure", USD_CURRENT),
    *_level("expenditure_usd_constant_m", "defence_expenditure", USD_CONSTANT),
    *_level("gdp_usd_current_m", "gdp", USD_CURRENT),
    *_level("gdp_usd_constant_m", "gdp", USD_CONSTANT),
    _printed("share_of_gdp_pct", "defence_share_of_gdp", "true", "NATO's own share"),
    _ROW.of("share_of_gdp_pct", "mart.percent_of(expenditure_usd_constant_m, gdp_usd_constant_m)", when=_OURS),
    _printed("real_change_pct", "defence_real_change", "true", "NATO's own growth"),
    _ROW.of("real_change_pct", "mart.growth_pct(expenditure_usd_constant_m, expenditure_before)", when=_OURS),
    _ROW.of(
        "real_change_like_for_like_pct",
        f"""CASE WHEN len(now) = r.members AND len(before) = r.members
            THEN mart.growth_pct({over("mart.complete_sum(x)", "now")}, {over("mart.complete_sum(x)", "before")}) END""",
        "100 * (sum of the year / sum of the year before - 1), over the members of the year in both years",
    ),
    _us_share("us_share_current_pct", "expenditure_usd_current_m", USD_CURRENT),
    _us_share("us_share_constant_pct", "expenditure_usd_constant_m", USD_CONSTANT),
    _ROW.of("burden_ratio", "mart.burden_ratio(share_of_gdp_pct, nato_share)"),
    *_correlation("rank_correlation", "true", "Spearman's correlation of the published shares with GDP"),
    *_correlation("rank_correlation_without_us", "i.entity <> 'USA'", "the same without the United States"),
    _ROW.having(shares=_of_members("defence_share_of_gdp", _HAS_GDP)).of(
        "rank_correlation_n", "len(shares)", "members with a share and a GDP", when=_OURS
    ),
    _ROW.of("rank_correlation_n", "NULL", _OURS_ONLY, when=_PUBLISHED),
)


def _of_nato(column: str, basis: str) -> Input:
    where = f"{same('edition_id', 'year')} AND i.group_id = 'NATO' AND i.membership_basis = '{basis}'"
    return Input(f"mart.aggregate.{column}", where)


_ALLY: Final = Lineage(
    mart.BURDEN,
    {
        "value": Input("mart.compliance.value", f"{same(*mart.BURDEN.grain)} AND i.rule_id = 'wales_2pct'"),
        "nato": _of_nato("share_of_gdp_pct", "published"),
        "shares": Input("mart.burden.share_of_gdp_pct", same("edition_id", "year"), many=True),
    },
)


def _weight(column: str, indicator: str, total: str) -> Derivation:
    inputs = {"ally": observed(indicator, USD_CURRENT), "all_allies": _of_nato(total, "members_at_date")}
    return _ALLY.having(**inputs).of(column, "mart.percent_of(ally, all_allies)")


BURDEN: Final = (
    _ALLY.of("share_of_gdp_pct", "value", "the published share"),
    _ALLY.of("nato_share_of_gdp_pct", "nato", "NATO's published share"),
    _ALLY.of("burden_ratio", "mart.burden_ratio(share_of_gdp_pct, nato_share_of_gdp_pct)"),
    _weight("share_of_nato_expenditure_pct", "defence_expenditure", "expenditure_usd_current_m"),
    _weight("share_of_nato_gdp_pct", "gdp", "gdp_usd_current_m"),
    _ALLY.of(
        "rank_in_year", "mart.rank_among(share_of_gdp_pct, shares)", "one more than the Allies with a larger share"
    ),
)
