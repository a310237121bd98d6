"""Accounting identities that the sources' own figures must keep, as SQL expectations over core.observation.

Belongs here: relations between figures (sums, ratios, base years). Does not belong here: vocabularies and keys,
which every contract has. `{batch}` is core.observation; `core_membership`, `core_share_exception` stand beside it.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.reviewed import reviewed
from warehouse.contracts.model import Expectation, expired_exceptions, offending_rows

# An exception holds for every issue of its edition (new bytes under the old name are `…:issue-2`).
# Published share less spending over GDP of the same edition and price basis, for every country and aggregate.
# `rounding_pp` is what rounding explains where an edition prints whole millions and two decimals: half a unit of
# spending and of GDP, propagated, and half of 0.01 pp. Editions at full precision get none.
_SHARE_DIFFERENCES: Final = """
  SELECT s.edition_id, s.indicator, s.entity, s.year, e.price_basis, s.value AS published_pct, 100 * e.value / y.value AS recomputed_pct,
         s.value - 100 * e.value / y.value AS difference_pp, s.locator,
         CASE WHEN p.whole_millions THEN 50 / y.value * (1 + e.value / y.value) + 0.005 ELSE 0 END AS rounding_pp,
         x.exception_id, x.largest_difference_pp
  FROM {batch} s
  JOIN {batch} e ON e.edition_id = s.edition_id AND e.entity = s.entity AND e.year = s.year
                AND e.indicator = 'defence_expenditure' AND e.currency = 'USD' AND e.availability = 'reported'
  JOIN {batch} y ON y.edition_id = s.edition_id AND y.entity = s.entity AND y.year = s.year
                AND y.indicator = 'gdp' AND y.currency = 'USD' AND y.price_basis = e.price_basis AND y.availability = 'reported'
  JOIN (SELECT edition_id, bool_and(value = round(value)) AS whole_millions FROM {batch}
        WHERE indicator IN ('gdp', 'defence_expenditure') AND currency = 'USD' GROUP BY edition_id) p
    ON p.edition_id = s.edition_id
  LEFT JOIN core_share_exception x ON x.edition_id = split_part(s.edition_id, ':issue-', 1) AND x.entity = s.entity
                AND s.year BETWEEN x.year_from AND x.year_to AND x.price_basis = e.price_basis
  WHERE s.indicator = 'defence_share_of_gdp' AND s.source_id = 'nato' AND s.availability = 'reported'
"""

# How far the same country's share lay from the current-price ratio in earlier editions, at most.
_BEFORE: Final = """
  SELECT d.*, (SELECT max(abs(b.difference_pp)) FROM differences b JOIN core_edition o ON o.edition_id = b.edition_id
               WHERE b.entity = d.entity AND o.vintage_seq < e.vintage_seq) AS largest_before_pp
  FROM differences d JOIN core_edition e ON e.edition_id = d.edition_id
"""

_MEMBER_SUMS: Final = """
  SELECT p.edition_id, p.indicator, p.year, p.price_basis, p.entity, p.locator, p.value AS published, sum(o.value) AS member_sum,
         bool_and(coalesce(o.value = round(o.value), true)) AS in_whole_units,
         count(*) AS members, count(*) FILTER (WHERE o.availability IN ('reported', 'not_applicable')) AS present,
         count(*) FILTER (WHERE list_contains(o.flags, 'withheld')) AS withheld
  FROM {batch} p
  JOIN core_membership m ON m.group_id = p.entity AND year(m.member_from) <= p.year
                        AND (m.member_to IS NULL OR year(m.member_to) >= p.year)
  LEFT JOIN {batch} o ON o.edition_id = p.edition_id AND o.indicator = p.indicator AND o.year = p.year
                     AND o.price_basis = p.price_basis AND o.unit = p.unit
                     AND o.currency IS NOT DISTINCT FROM p.currency AND o.entity = m.iso3
  WHERE p.source_id = 'nato' AND p.entity IN ('NATO', 'NATO_EUR_CAN') AND p.availability = 'reported'
    AND (p.currency = 'USD' OR p.indicator = 'personnel')
  GROUP BY ALL
"""

# A sum does not say which of its members is at fault: those are in doubt as well whose share is not the ratio.
_UNEQUAL: Final = f"""
  SELECT edition_id, entity, year, price_basis, locator FROM ({_SHARE_DIFFERENCES})
  WHERE price_basis = 'constant' AND abs(difference_pp) > 0.005 + rounding_pp AND exception_id IS NULL
"""


def _with_members_in_doubt(broken: str) -> str:
    """The totals of `broken`, rows of _MEMBER_SUMS, and their members in doubt."""
    return f"""
      WITH totals AS ({broken})
      SELECT * FROM totals UNION ALL BY NAME
      SELECT t.* REPLACE (u.entity AS entity, u.locator AS locator) FROM totals t JOIN core_membership m ON m.group_id = t.entity
      JOIN ({_UNEQUAL}) u ON u.entity = m.iso3 AND u.edition_id = t.edition_id AND u.year = t.year AND u.price_basis = t.price_basis"""


NATO_IDENTITIES: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "nato_members_add_up_to_the_total",
        _with_members_in_doubt(
            f"""SELECT * FROM ({_MEMBER_SUMS}) WHERE indicator = 'defence_expenditure'
                AND present = members AND abs(member_sum - published) > CASE WHEN in_whole_units THEN 6 ELSE 3 END"""
        ),
        "the printed total is the sum of that year's members, within 3 million US$; 31 figures printed in whole millions miss it "
        "by 3 in one edition of two, by 6 in one of a thousand (drawn uniformly within their rounding)",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "nato_prints_every_member_of_its_total",
        f"SELECT * FROM ({_MEMBER_SUMS}) WHERE indicator = 'defence_expenditure' AND present + withheld < members",
        "an edition that prints a total prints the spending of each of that year's members: a row was lost, or the membership is new",
        question="resemblance",
    ),
    offending_rows(
        "nato_gdp_adds_up_to_the_total",
        _with_members_in_doubt(
            f"""SELECT * FROM ({_MEMBER_SUMS}) WHERE indicator = 'gdp' AND present = members
                AND abs(member_sum - published) > 17"""
        ),
        "NATO's GDP total includes Iceland, so only editions that print Iceland can be held to it",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "nato_gdp_total_leaves_room_for_iceland",
        _with_members_in_doubt(
            f"""SELECT * FROM ({_MEMBER_SUMS}) s WHERE indicator = 'gdp' AND present = members - 1
                AND NOT EXISTS (SELECT 1 FROM {{batch}} o WHERE o.edition_id = s.edition_id AND o.indicator = 'gdp' AND o.entity = 'ISL')
                AND published - member_sum NOT BETWEEN 10000 AND 60000"""
        ),
        "where an edition does not print Iceland, the total less the other members is Iceland's GDP: 18 to 43 billion US$ from 2014 to "
        "2026 (July 2026)",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    offending_rows(
        "nato_personnel_adds_up_to_the_total",
        f"""SELECT * FROM ({_MEMBER_SUMS}) WHERE indicator = 'personnel' AND present = members
            AND abs(member_sum - published) > 0.5""",
        "thousand persons; 31 figures rounded to a tenth move the sum by a few tenths. Where a member prints none, the total may "
        "hold NATO's own estimate",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "share_equals_constant_price_ratio",
        f"""SELECT * FROM ({_SHARE_DIFFERENCES}) WHERE price_basis = 'constant'
            AND abs(difference_pp) > 0.005 + rounding_pp
            AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)""",
        "NATO prints a share of real GDP; what differs is hand-set and reviewed in core.share_exception",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "share_equals_current_price_ratio",
        f"""SELECT * FROM ({_SHARE_DIFFERENCES}) WHERE price_basis = 'current'
            AND abs(difference_pp) > 0.01 + rounding_pp
            AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)""",
        "where spending and GDP have different deflators the share of real GDP moves away; reviewed in core.share_exception",
        # Which countries differ is NATO's choice of deflators: a new edition is looked at, not refused.
        severity="warn",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "share_is_near_the_current_price_ratio",
        f"""WITH differences AS (SELECT * FROM ({_SHARE_DIFFERENCES}) WHERE price_basis = 'current')
            SELECT * FROM ({_BEFORE}) WHERE abs(difference_pp) > rounding_pp + coalesce(0.12 + largest_before_pp, 0.5)
            AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)""",
        "deflators move a share by less than 0.1 points beyond what they did in an earlier edition; by 0.29 at most (the Netherlands)",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    expired_exceptions(
        "share_exceptions_still_apply",
        f"""SELECT x.exception_id, x.edition_id, x.entity, x.year_from, x.year_to, x.price_basis
            FROM core_share_exception x
            WHERE x.edition_id IN (SELECT split_part(edition_id, ':issue-', 1) FROM {{batch}}) AND NOT EXISTS (
              SELECT 1 FROM ({_SHARE_DIFFERENCES}) d WHERE d.exception_id = x.exception_id
              AND abs(d.difference_pp) > CASE d.price_basis WHEN 'constant' THEN 0.005 ELSE 0.01 END + d.rounding_pp)""",
        "an exception that no longer explains anything is removed",
    ),
    offending_rows(
        "hand_set_shares_are_reviewed",
        """SELECT o.edition_id, o.indicator, o.entity, o.year, o.value, o.locator FROM {batch} o
           WHERE list_contains(o.flags, 'hand_set') AND NOT EXISTS (
             SELECT 1 FROM core_share_exception x WHERE x.edition_id = split_part(o.edition_id, ':issue-', 1) AND x.entity = o.entity
             AND o.year BETWEEN x.year_from AND x.year_to AND x.price_basis = 'constant')""",
        "a share set by hand decides compliance: each is named with its reason",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "constant_equals_current_in_base_year",
        """SELECT c.edition_id, c.indicator, c.entity, c.year, c.currency, c.value AS constant_value, n.value AS current_value
           FROM {batch} c JOIN {batch} n ON n.edition_id = c.edition_id AND n.indicator = c.indicator AND n.entity = c.entity
            AND n.year = c.year AND n.currency = c.currency AND n.year_basis = c.year_basis
           WHERE c.price_basis = 'constant' AND n.price_basis = 'current' AND c.year = c.base_year AND c.unit = 'million'
             AND c.source_id = 'nato' AND abs(c.value - n.value) > 1.01 + 1e-6 * n.value""",
        "what a base year means; a million for editions that print whole millions",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "currency"),
    ),
    offending_rows(
        "real_change_follows_constant_prices",
        """SELECT r.edition_id, r.indicator, r.entity, r.year, r.value AS printed_pct, 100 * (a.value / b.value - 1) AS recomputed_pct, r.locator
           FROM {batch} r
           JOIN {batch} a ON a.edition_id = r.edition_id AND a.entity = r.entity AND a.year = r.year
           JOIN {batch} b ON b.edition_id = r.edition_id AND b.entity = r.entity AND b.year = r.year - 1
           WHERE r.indicator = 'defence_real_change' AND r.source_id = 'nato'
             AND a.indicator = 'defence_expenditure' AND a.price_basis = 'constant' AND a.currency = 'USD'
             AND b.indicator = 'defence_expenditure' AND b.price_basis = 'constant' AND b.currency = 'USD'
             AND abs(r.value - 100 * (a.value / b.value - 1)) > 0.02 + 100 * (0.5 / b.value) * (1 + a.value / b.value)""",
        "the printed real change is the growth of the constant series; half a million of rounding in each year",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "nato_figures_a_head_follow_the_share",
        """SELECT d.edition_id, unnest([d.indicator, g.indicator, s.indicator]) AS indicator, d.entity, d.year,
                  100 * d.value / g.value AS recomputed_pct, s.value AS published_pct, d.locator
           FROM {batch} d
           JOIN {batch} g ON g.edition_id = d.edition_id AND g.entity = d.entity AND g.year = d.year AND g.indicator = 'gdp_per_capita'
           JOIN {batch} s ON s.edition_id = d.edition_id AND s.entity = d.entity AND s.year = d.year
             AND s.indicator = 'defence_share_of_gdp'
           WHERE d.indicator = 'defence_per_capita' AND d.source_id = 'nato' AND abs(100 * d.value / g.value - s.value) > 0.05""",
        "spending a head over GDP a head is the share, within the rounding of both (0.02 at most in the editions of 2024 and "
        "2026): blocks under each other's title, or another scale, are far from it",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "nato_tables_hold_the_same_countries",
        """WITH held AS (
             SELECT DISTINCT o.edition_id, o.indicator, o.entity, o.year, o.availability FROM {batch} o JOIN core_edition e USING (edition_id)
             WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND o.entity IN (SELECT iso3 FROM core_country)
               AND o.indicator NOT LIKE 'defence_real_change_since%')
           SELECT DISTINCT spending.edition_id, tables.indicator, spending.entity, spending.year
           FROM held spending JOIN (SELECT DISTINCT edition_id, indicator FROM held) tables USING (edition_id)
           WHERE spending.indicator = 'defence_expenditure'
             AND spending.availability <> 'not_applicable'
             AND NOT EXISTS (SELECT 1 FROM held h WHERE h.edition_id = spending.edition_id AND h.indicator = tables.indicator
                             AND h.entity = spending.entity AND h.year = spending.year)""",
        "a country of Table 2 has a row in every table, if only of dots: a row was lost",
        question="resemblance",
    ),
    *reviewed(
        "nato_tables_print_the_same_years",
        """WITH tables AS (
             SELECT o.edition_id, o.indicator, o.price_basis, o.currency, o.entity, o.year, o.availability, o.locator,
                    o.availability = 'reported' OR list_contains(o.flags, 'withheld') AS printed,
                    o.year >= year(e.published_on) - 1 AS estimated
             FROM {batch} o JOIN core_edition e USING (edition_id)
             WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND o.entity IN (SELECT iso3 FROM core_country) AND o.indicator IN (
               'defence_expenditure', 'defence_share_of_gdp', 'defence_per_capita', 'gdp', 'gdp_per_capita', 'personnel'))
           SELECT t.edition_id, t.entity, t.year, t.indicator, t.price_basis, t.currency, t.availability, t.locator,
                  (NOT t.printed AND NOT (t.indicator = 'personnel' AND t.estimated))::INTEGER AS deviation,
                  0 AS tolerance
           FROM tables t JOIN (SELECT DISTINCT edition_id, entity, year FROM tables
                               WHERE indicator = 'defence_expenditure' AND printed) spent USING (edition_id, entity, year)""",
        "where spending is printed, so are its share and GDP, and the personnel of years that were over (editions of 2024 and 2026): "
        "a cell was emptied",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "price_basis", "currency"),
    ),
    offending_rows(
        "nato_totals_are_printed",
        """WITH printed AS (
             SELECT o.edition_id, o.indicator, o.price_basis, o.year, count(*) FILTER (WHERE o.entity IN (SELECT iso3 FROM core_country)) AS countries,
                    bool_or(o.entity = 'NATO') AS total, bool_or(o.entity = 'NATO_EUR_CAN') AS europe_and_canada, min(o.locator) AS locator
             FROM {batch} o JOIN core_edition e USING (edition_id)
             WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND (o.availability = 'reported' OR list_contains(o.flags, 'withheld'))
               AND (o.currency IS NULL OR o.currency = 'USD') AND o.indicator IN (
                 'defence_expenditure', 'defence_share_of_gdp', 'defence_per_capita', 'gdp', 'gdp_per_capita', 'personnel')
             GROUP BY ALL)
           SELECT * FROM printed WHERE countries > 0 AND NOT (total AND europe_and_canada)""",
        "beside its members an edition prints both totals in every table but those of categories: a row was lost",
        question="resemblance",
    ),
    offending_rows(
        "nato_population_is_in_millions",
        """SELECT g.edition_id, h.indicator, g.year, g.value / h.value AS population_m, h.locator FROM {batch} g
           JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year AND h.indicator = 'gdp_per_capita'
           WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND g.entity = 'NATO'
             AND g.value / h.value NOT BETWEEN 850 AND 1100""",
        "NATO's members had 919 million people in 2014 and 991 in 2026: GDP over GDP a head",
        question="resemblance",
        concerns=("indicator", "year"),
    ),
    offending_rows(
        "nato_personnel_is_in_thousands",
        """SELECT edition_id, indicator, year, value, locator FROM {batch}
           WHERE source_id = 'nato' AND indicator = 'personnel' AND entity = 'NATO' AND value NOT BETWEEN 1000 AND 10000""",
        "NATO has had 3.0 to 3.5 million soldiers since 2014: 3 000 to 3 500 thousand",
        question="resemblance",
        concerns=("indicator", "year"),
    ),
    offending_rows(
        "categories_add_to_the_whole",
        """SELECT edition_id, unnest(list(indicator)) AS indicator, entity, year, sum(value) AS total_pct, any_value(locator) AS locator FROM {batch}
           WHERE indicator IN ('equipment_share', 'personnel_share', 'infrastructure_share', 'other_share')
             AND source_id = 'nato' AND availability = 'reported'
           GROUP BY edition_id, entity, year HAVING count(*) = 4 AND abs(sum(value) - 100) > 0.03""",
        "four categories are the whole of defence spending, within rounding",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
)

EUROSTAT_IDENTITIES: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "eurostat_prints_money_and_share_together",
        """WITH printed AS (
             SELECT edition_id, indicator, entity, year, availability, locator, list_contains(flags, 'withheld') AS withheld,
                    concat_ws(' ', indicator, currency) AS measure
             FROM {batch} WHERE source_id = 'eurostat' AND indicator IN ('defence_expenditure', 'defence_share_of_gdp'))
           SELECT p.edition_id, unnest(list(DISTINCT p.indicator)) AS indicator, p.entity, p.year, count(*) AS figures,
                  list(DISTINCT p.availability) AS availabilities, min(p.locator) AS locator
           FROM printed p JOIN (SELECT edition_id, count(DISTINCT measure) AS asked_for FROM printed GROUP BY ALL) USING (edition_id)
           GROUP BY p.edition_id, p.entity, p.year, asked_for
           HAVING (count(*) <> asked_for OR count(DISTINCT p.availability) > 1) AND NOT bool_or(p.withheld)""",
        "expenditure in euro, in national currency and as a share of GDP, as far as they were asked for, are printed together or not at all",
        question="arithmetic",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "eurostat_investment_is_part_of_expenditure",
        """SELECT i.edition_id, unnest([i.indicator, t.indicator]) AS indicator, i.entity, i.year, i.currency, i.value AS investment_m, t.value AS expenditure_m, i.locator FROM {batch} i
           JOIN {batch} t ON t.edition_id = i.edition_id AND t.entity = i.entity AND t.year = i.year AND t.currency = i.currency
            AND t.indicator = 'defence_expenditure'
           WHERE i.source_id = 'eurostat' AND i.indicator = 'defence_investment' AND (i.value > t.value OR t.value <= 0)""",
        "no country invests more than it spends, and none of them spends nothing",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "currency"),
    ),
    offending_rows(
        "eurostat_countries_add_up_to_the_union",
        """SELECT u.edition_id, u.indicator, u.entity, u.year, u.currency, u.value AS union_m, sum(o.value) AS countries_m, count(o.value) AS countries, u.locator
           FROM {batch} u JOIN {batch} o ON o.edition_id = u.edition_id AND o.indicator = u.indicator AND o.year = u.year
            AND o.currency = u.currency AND o.entity IN (SELECT iso3 FROM core_country)
           WHERE u.source_id = 'eurostat' AND u.entity = 'EUROSTAT_EU27_2020' AND u.currency = 'EUR' AND u.availability = 'reported'
           GROUP BY ALL HAVING countries_m > union_m + 1.4 OR (countries = 27 AND union_m > countries_m + 1.4)""",
        "the Union is its 27 members, within half of a tenth of a million each; at least those that print a figure",
        question="arithmetic",
        concerns=("indicator", "entity", "year", "currency"),
    ),
)
