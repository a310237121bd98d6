"""Who meets which rule, as known now, in one edition, or on a day.

Belongs here: rows for `burden compliance`, and how a count of verdicts reads. Does not belong here: verdicts
(warehouse/marts/compliance.sql).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import duckdb
import polars as pl

from warehouse.errors import UsageError
from warehouse.reading import lookup as usage

_COLUMNS: Final = """
SELECT c.rule_id, c.entity, k.name AS country, c.year, c.value AS value_pct, c.threshold AS threshold_pct, c.verdict,
       c.gap_pp, c.gap_national_currency_m, c.currency, c.gap_usd_current_m, {of_a_total}c.status,
       c.rounding_sensitive, c.in_force, c.flags, c.edition_id
FROM {relation} AS c JOIN core.country AS k ON k.iso3 = c.entity
WHERE {conditions} ORDER BY c.rule_id, c.year, c.value DESC NULLS LAST, c.entity
"""
_RANGE: Final = """c.gap_least_pp, c.gap_most_pp, c.gap_least_national_currency_m, c.gap_most_national_currency_m,
       c.gap_least_usd_current_m, c.gap_most_usd_current_m, """
_TOTAL: Final = "SELECT related_counted_at_most_pct IS NOT NULL FROM core.guideline WHERE rule_id = ?"
# Of the group $entity, in the year of the verdict: a member counts from the year of its accession, as NATO counts.
_IS_MEMBER: Final = """EXISTS (FROM core.membership AS m WHERE m.group_id = $entity AND m.iso3 = c.entity
    AND year(m.member_from) <= c.year AND (m.member_to IS NULL OR year(m.member_to) >= c.year))"""


def compliance(
    warehouse: duckdb.DuckDBPyConnection,
    *,
    rule: str = "hague_core_3_5pct",
    edition: str | None = None,
    as_of: dt.date | None = None,
    country: str | None = None,
    year: int | None = None,
) -> pl.DataFrame:
    """Verdicts of one rule: shares in percent, gaps in pp and in millions at current prices, positive is missing.

    Under a rule on a total, whose related leg is unreported, also the least and the most of each gap. From the newest
    figures, or those of `edition`, or those known on the day `as_of`. `country` goes by any name, and a group means its
    members of the year. Without a year: all years of one country, and the last year that has verdicts for several.
    Countries to which the rule does not apply are left out. Raises `UsageError` for unknown names, and where there is
    nothing to judge.
    """
    if edition and as_of:
        raise UsageError("an edition or a day, not both")
    parameters: dict[str, object] = {"rule": usage.rule_id(warehouse, rule)}
    conditions = ["c.rule_id = $rule", "c.verdict <> 'not_applicable'"]
    relation = "compliance_latest"
    if edition:
        relation, parameters["edition"] = "mart.compliance", usage.edition_id(warehouse, edition)
        conditions.append("c.edition_id = $edition")
    if as_of:
        relation, parameters["day"] = "compliance_as_of($day)", as_of
    if country:
        parameters["entity"] = usage.entity_code(warehouse, country)
        conditions.append(f"(c.entity = $entity OR {_IS_MEMBER})")
    if year:
        parameters["year"] = year
        conditions.append("c.year = $year")
    ((on_a_total,),) = warehouse.execute(_TOTAL, [rule]).fetchall()
    of_a_total = _RANGE if on_a_total else ""
    query = _COLUMNS.format(relation=relation, conditions=" AND ".join(conditions), of_a_total=of_a_total)
    rows: pl.DataFrame = warehouse.sql(query, params=parameters).pl()
    if rows.is_empty():
        raise UsageError(_why_nothing(warehouse, rule, year))
    if year or (country and rows["entity"].n_unique() == 1):
        return rows
    judged = rows.filter(pl.col("value_pct").is_not_null())
    last = (judged if judged.height else rows)["year"].max()
    return rows.filter(pl.col("year") == last)


def counted(met: int | None, of: int, not_reported: int) -> str:
    """How many of `of` met a rule, for a reader: who has no figure is neither among those who met it nor the others."""
    reported = of - not_reported
    if reported == 0 or met is None:
        return "not reported"
    if not not_reported:
        return f"{met} of {of}"
    known = f"{met} reported and met" if met == reported else f"{met} of {reported} reported"
    return f"{known}; {not_reported} not reported"


def _why_nothing(warehouse: duckdb.DuckDBPyConnection, rule: str, year: int | None) -> str:
    query = "SELECT min(year), max(year), list(DISTINCT edition_id) FROM mart.compliance WHERE rule_id = ?"
    ((first, last, editions),) = warehouse.execute(query, [rule]).fetchall()
    asked = f" in {year}" if year else ""
    held = f"{first} to {last}, editions {', '.join(sorted(editions or []))}"
    return f"no verdict under {rule}{asked} for what was asked; held: {held}"
