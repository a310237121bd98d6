"""The sheets of the Excel workbook: queries over the tables, each with what it shows.

Belongs here: which sheets, in which order. Does not belong here: how they look (warehouse.reading.workbook).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a query over the tables in `needs`, whose columns are explained by the contracts of those tables.

    A column with a name in capitals or with spaces is a head as it is. `unit` is that of the columns that are years, in
    which an `e` says that a figure of that year is an estimate.
    `bars` names a column to draw, a bar a row, for the rows that have the first row's value in `bars_within`; `lines`
    names rows to draw over the years.
    """

    title: str
    about: str
    needs: Sequence[str]
    query: str
    unit: str | None = None
    bars: str | None = None
    bars_within: str | None = None
    lines: Sequence[str] = ()


# One edition: that of the headline, so that a row of years never mixes editions.
_EDITION: Final = "(SELECT coalesce(complete_edition_id, edition_id) FROM edition_latest WHERE source_id = 'nato')"


_TOTALS: Final = ("NATO", "NATO Europe and Canada")


def _wide(title: str, what: str, condition: str, unit: str, *, columns: str = "", lines: Sequence[str] = ()) -> Sheet:
    """Allies down, then the totals that NATO prints, years across, of the newest complete edition."""
    return Sheet(
        title,
        f"{what}: countries down, years across, of NATO's newest complete edition; e: an estimate; empty: not reported",
        ("core.observation",),
        f"""SELECT * FROM (PIVOT (
                SELECT coalesce(k.name, g.name) AS country, o.entity, {columns} o.edition_id, o.value,
                       o.year || CASE WHEN bool_or(o.status <> 'actual') OVER (PARTITION BY o.year) THEN 'e' ELSE '' END AS label
                FROM core.observation AS o
                LEFT JOIN core.country AS k ON k.iso3 = o.entity LEFT JOIN core.country_group AS g ON g.group_id = o.entity
                WHERE o.edition_id = {_EDITION} AND o.availability = 'reported' AND {condition}
            ) ON label USING first(value)) ORDER BY entity IN (SELECT group_id FROM core.country_group), country""",
        unit=unit,
        lines=lines,
    )


_LATEST_YEAR: Final = (
    "(SELECT max(year) FROM compliance_latest WHERE rule_id = 'hague_core_3_5pct' AND value IS NOT NULL)"
)
SHEETS: Final = (
    Sheet(
        "League table",
        "Every Ally in the last year held: share of GDP, spending, distance to 3.5 %; 2 % and equipment next to it",
        ("mart.compliance", "core.observation"),
        f"""SELECT k.name AS country, h.entity, h.year, h.value AS share_of_gdp_pct, h.status, n.value AS spending_national_currency_m,
                   h.currency, u.value AS spending_usd_current_m, h.gap_pp, h.gap_national_currency_m, h.gap_usd_current_m,
                   h.verdict AS "Verdict at 3.5 %", w.verdict AS "Verdict at 2 %", e.value AS equipment_share_pct, h.flags, h.edition_id
            FROM compliance_latest AS h JOIN core.country AS k ON k.iso3 = h.entity
            JOIN compliance_latest AS w ON w.rule_id = 'wales_2pct' AND w.entity = h.entity AND w.year = h.year
            LEFT JOIN compliance_latest AS e ON e.rule_id = 'wales_equipment_20pct' AND e.entity = h.entity AND e.year = h.year
            LEFT JOIN core.observation AS n ON n.edition_id = h.edition_id AND n.entity = h.entity AND n.year = h.year
                 AND n.indicator = 'defence_expenditure' AND n.price_basis = 'current' AND n.currency = h.currency
            LEFT JOIN core.observation AS u ON u.edition_id = h.edition_id AND u.entity = h.entity AND u.year = h.year
                 AND u.indicator = 'defence_expenditure' AND u.price_basis = 'current' AND u.currency = 'USD'
            WHERE h.rule_id = 'hague_core_3_5pct' AND h.year = {_LATEST_YEAR} AND h.verdict <> 'not_applicable'
            ORDER BY h.value DESC NULLS LAST, country""",
        bars="share_of_gdp_pct",
    ),
    _wide(
        "Share of GDP",
        "Defence spending, share of real GDP",
        "o.indicator = 'defence_share_of_gdp'",
        "% of GDP",
        lines=("Germany", "France", "Poland", "United Kingdom", "United States", *_TOTALS),
    ),
    _wide(
        "Spending US$",
        "Defence spending at current prices and exchange rates",
        "o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND o.currency = 'USD'",
        "million US$",
        lines=("United States", "NATO Europe and Canada"),
    ),
    _wide(
        "Spending national",
        "Defence spending at current prices, each Ally in its own currency: never summed or sorted across rows",
        "o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND (o.currency <> 'USD' OR o.entity = 'USA')",
        "million of currency",
        columns="o.currency,",
    ),
    _wide(
        "Spending per head",
        "Defence spending for each inhabitant at prices and exchange rates of the edition's base year",
        "o.indicator = 'defence_per_capita'",
        "US$ of base year",
        columns="o.base_year,",
    ),
    _wide(
        "Equipment",
        "Major equipment and its research and development, share of defence spending",
        "o.indicator = 'equipment_share'",
        "% of spending",
    ),
    _wide("Personnel", "Military personnel", "o.indicator = 'personnel'", "thousand", lines=_TOTALS),
    Sheet(
        "Paths",
        "What 3.5 % asks of each Ally year by year on a straight line to the due year, and its extra cost",
        ("mart.path",),
        f"""SELECT k.name AS country, p.entity, p.year, p.required_share_pct, p.step_pp, p.required_spending_national_currency_m,
                   p.extra_against_share_national_currency_m, p.currency, p.required_spending_usd_current_m,
                   p.extra_against_share_usd_current_m, p.required_spending_usd_constant_m,
                   p.required_spending_p10_usd_constant_m, p.required_spending_p90_usd_constant_m,
                   p.extra_against_share_usd_constant_m, p.cumulated_against_share_usd_constant_m,
                   p.cumulated_against_frozen_usd_constant_m, p.base_year, p.start_year, p.real_growth_pct,
                   p.real_growth_basis, p.edition_id, p.gdp_edition_id
            FROM mart.path AS p JOIN core.country AS k ON k.iso3 = p.entity
            WHERE p.edition_id = {_EDITION} AND p.rule_id = 'hague_core_3_5pct' AND p.path_kind = 'linear'
            ORDER BY country, p.year""",
    ),
    Sheet(
        "Outlook",
        "How far each Ally is from 3.5 % and 5 %, how likely it is there by the due year, and what its plan says",
        ("mart.outlook",),
        f"""SELECT k.name AS country, o.entity, g.title AS rule, o.threshold_pct, o.due_year, o.start_year, o.current_share_pct,
                   o.status, o.p_reached_by_due, o.likelihood, o.required_pp_per_year, o.required_real_growth_pct_per_year,
                   o.arrival_p10, o.arrival_p50, o.arrival_p90, o.scenario_three_year_step_year,
                   o.scenario_least_squares_year, o.rating, o.rating_arithmetic, o.feasible, o.p_met_after_revision,
                   o.national_plan_share_pct, o.national_plan_year, o.national_plan_less_path_pp, o.edition_id
            FROM mart.outlook AS o JOIN core.country AS k ON k.iso3 = o.entity JOIN core.guideline AS g USING (rule_id)
            WHERE o.edition_id = {_EDITION} AND o.rule_id IN ('hague_core_3_5pct', 'hague_total_5pct')
            ORDER BY o.rule_id, o.current_share_pct DESC, country""",
        bars="p_reached_by_due",
        bars_within="rule",
    ),
    Sheet(
        "Compliance",
        "Verdict and gap of every Ally under every rule and in every year, as known now",
        ("mart.compliance",),
        """SELECT k.name AS country, g.title AS rule, c.*
           FROM compliance_latest AS c JOIN core.country AS k ON k.iso3 = c.entity JOIN core.guideline AS g USING (rule_id)
           WHERE c.verdict <> 'not_applicable' ORDER BY c.rule_id, c.year DESC, c.value DESC NULLS LAST""",
    ),
    Sheet(
        "Counts",
        "How many Allies meet each rule, in every edition",
        ("mart.compliance_count",),
        """SELECT g.title AS rule, c.* FROM mart.compliance_count AS c JOIN core.guideline AS g USING (rule_id)
           ORDER BY rule_id, year, edition_id""",
    ),
    Sheet(
        "Verdict changes",
        "Who entered or left the list of those who meet a rule by a revision, and why",
        ("mart.headline_audit",),
        """SELECT k.name AS country, g.title AS rule, h.*
           FROM mart.headline_audit AS h JOIN core.country AS k ON k.iso3 = h.entity JOIN core.guideline AS g USING (rule_id)
           ORDER BY rule_id, edition_id, year, change, country""",
    ),
    Sheet(
        "Revisions",
        "What NATO's newest edition prints otherwise for shares of GDP, split into spending, GDP and method",
        ("mart.revision",),
        """SELECT coalesce(k.name, g.name) AS name, r.entity, r.year, r.old_value, r.new_value, r.change, r.unit, r.kind,
                  r.spending_part_pp, r.gdp_part_pp, r.method_part_pp, r.old_status, r.new_status, r.flags, r.break_ids,
                  r.from_edition_id, r.to_edition_id
           FROM mart.revision AS r
           LEFT JOIN core.country AS k ON k.iso3 = r.entity LEFT JOIN core.country_group AS g ON g.group_id = r.entity WHERE r.source_id = 'nato' AND r.indicator = 'defence_share_of_gdp'
           AND r.to_edition_id IN (SELECT edition_id FROM edition_latest) AND r.kind NOT IN ('new', 'dropped') AND NOT r.same_at_print
           ORDER BY abs(change) DESC NULLS LAST""",
    ),
    Sheet(
        "Groups",
        "Groups of Allies on three membership bases",
        ("mart.aggregate",),
        "SELECT g.name AS group_name, a.* FROM mart.aggregate AS a JOIN core.country_group AS g USING (group_id) ORDER BY ALL",
    ),
    Sheet(
        "Burden",
        "What each Ally carries against its economic weight",
        ("mart.burden",),
        "SELECT k.name AS country, b.* FROM mart.burden AS b JOIN core.country AS k ON k.iso3 = b.entity ORDER BY edition_id DESC, year DESC, rank_in_year",
    ),
    Sheet(
        "Definitions",
        "The same country and year under several definitions: side by side, never summed",
        ("mart.definition_bridge",),
        "SELECT k.name AS country, d.* FROM mart.definition_bridge AS d JOIN core.country AS k ON k.iso3 = d.entity ORDER BY country, year DESC",
    ),
    Sheet(
        "Benchmark",
        "Allies, partners and others on SIPRI's definition: a benchmark, never compliance",
        ("mart.benchmark",),
        "SELECT k.name AS country, b.* FROM mart.benchmark AS b JOIN core.country AS k ON k.iso3 = b.entity ORDER BY year DESC, rank_in_year NULLS LAST",
    ),
    Sheet(
        "Figures",
        "Every series and year from the newest edition that prints it, with its cell",
        ("core.observation",),
        """SELECT coalesce(k.name, g.name) AS name, o.entity, o.year, o.indicator, o.value, o.unit, o.currency, o.price_basis,
                  o.base_year, o.status, o.availability, o.definition, o.flags, o.edition_id, o.locator
           FROM observation_latest AS o
           LEFT JOIN core.country AS k ON k.iso3 = o.entity LEFT JOIN core.country_group AS g ON g.group_id = o.entity
           ORDER BY o.source_id, o.entity, o.indicator, o.price_basis, o.currency, o.year""",
    ),
    Sheet(
        "Rules",
        "The targets: what each requires, of which countries, since when, by when",
        ("core.guideline",),
        "SELECT * FROM core.guideline ORDER BY adopted_on, rule_id",
    ),
    Sheet(
        "Notes",
        "Breaks in the series and changes of definition, each with its citation",
        ("core.break",),
        """SELECT coalesce(k.name, 'All Allies') AS country, b.* FROM core."break" AS b
           LEFT JOIN core.country AS k ON k.iso3 = b.entity ORDER BY country, b.break_id""",
    ),
    Sheet(
        "Editions",
        "Every edition held, with licence and citation",
        ("core.edition",),
        "SELECT * FROM core.edition ORDER BY vintage_seq",
    ),
    Sheet("Sources", "Who publishes what, on which terms", ("core.source",), "SELECT * FROM core.source"),
)
