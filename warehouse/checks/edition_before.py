"""What an edition must keep of the ones that its source published before, as SQL expectations over core.observation.

Belongs here: faults that leave an edition at one with itself (rows of two countries exchanged in every table, blocks
under each other's title, another scale, an old edition under a new date) and show only beside an earlier edition.
Does not belong here: relations within one edition (identities, series), sizes of single revisions (core.revision_bound).

`{batch}` is core.observation: at intake the edition that arrives, with the newest complete one before it and what was
published since; in a run all editions. An edition that its source withdrew is never compared with.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.reviewed import reviewed
from warehouse.contracts.model import Expectation, offending_rows

_SERIES: Final = "o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.year_basis, o.variant"
# Every figure beside the newest earlier edition's of the same series and year.
_BESIDE: Final = f"""
  SELECT o.*, e.published_on, lag(e.published_on) OVER series AS published_before, lag(o.status) OVER series AS status_before, lag(o.edition_id) OVER series AS before_id, lag(o.value) OVER series AS before_value,
         lag(o.currency) OVER series AS before_currency, lag(o.base_year) OVER series AS before_base_year
  FROM {{batch}} o JOIN core_edition e USING (edition_id) WHERE e.withdrawn_on IS NULL
  WINDOW series AS (PARTITION BY {_SERIES} ORDER BY e.vintage_seq)
"""
_SAME_CURRENCY: Final = "currency IS NOT DISTINCT FROM before_currency"
_SAME_BASE: Final = "base_year IS NOT DISTINCT FROM before_base_year"
# A row, that is a country's years in one table, prints what it printed before: of the real successions held, a median
# row keeps 9 of 10 figures within 1 %. One that keeps at most a fifth is looked for among the earlier edition's rows of
# the same unit, under its own and the two neighbouring years; by chance one is matched in at most 36 % of its years
# (NATO June 2024 to July 2026, SIPRI 2024 to 2025, 77 such rows of 174 countries). Constant prices of two base years
# have no level in common: for them current prices speak, with the identity of the base year. GDP is smooth, and revised
# as a whole: between June 2019 and June 2024 Croatia's came to lie on Bulgaria's of before, and four on their own of the
# year beside, within 1 %. Rows that were exchanged have both strayed; for the others a thousandth is asked.
_STRAYED: Final = f"""
  WITH beside AS (FROM ({_BESIDE}) WHERE value > 0 AND before_value > 0 AND {_SAME_CURRENCY} AND {_SAME_BASE}),
  strayed AS (
    SELECT edition_id, before_id, indicator, entity, variant, price_basis, year_basis, unit FROM beside GROUP BY ALL
    HAVING count(*) >= 5 AND count(DISTINCT value) >= 3 AND avg((abs(value / before_value - 1) < 0.01)::INTEGER) <= 0.2)
  SELECT s.edition_id, s.indicator, s.entity, s.variant, s.price_basis, s.year_basis, max(a.year) AS year, b.edition_id AS before_id,
         b.indicator AS printed_there_as, b.entity AS printed_there_for, b.price_basis AS printed_there_at, moved.years AS years_moved,
         avg((abs(a.value / b.value - 1) < CASE WHEN t.edition_id IS NOT NULL AND moved.years = 0 THEN 0.01 ELSE 0.001 END)::INTEGER) AS alike,
         min(a.locator) AS locator
  FROM strayed s JOIN {{batch}} a ON a.edition_id = s.edition_id AND a.indicator = s.indicator AND a.entity = s.entity
   AND a.variant = s.variant AND a.price_basis = s.price_basis AND a.year_basis = s.year_basis
  CROSS JOIN (SELECT unnest([-1, 0, 1]) AS years) moved
  JOIN {{batch}} b ON b.edition_id = s.before_id AND b.unit = a.unit AND b.currency IS NOT DISTINCT FROM a.currency
   AND b.year = a.year + moved.years
  LEFT JOIN strayed t ON t.edition_id = s.edition_id AND t.indicator = b.indicator AND t.entity = b.entity AND t.variant = b.variant
   AND t.price_basis = b.price_basis AND t.year_basis = b.year_basis
  WHERE a.value > 0 AND b.value > 0
    AND NOT (moved.years = 0 AND b.indicator = a.indicator AND b.entity = a.entity AND b.price_basis = a.price_basis)
  GROUP BY s.edition_id, s.indicator, s.entity, s.price_basis, s.variant, s.year_basis, b.edition_id, b.indicator, b.entity, b.price_basis,
           b.variant, b.year_basis, moved.years
  HAVING count(*) >= 5 AND alike > 0.6
"""

# A row whose neighbouring years are near each other does not stray when it is shifted by one; to a thousandth it does.
_SHIFTED: Final = f"""
  WITH beside AS (FROM ({_BESIDE}) WHERE value > 0 AND before_value > 0 AND {_SAME_CURRENCY} AND {_SAME_BASE}),
  compared AS (
    SELECT *, (abs(value / before_value - 1) < 0.001)::INTEGER AS in_place,
           (abs(value / lag(before_value) OVER row_years - 1) < 0.001)::INTEGER AS a_year_late,
           (abs(value / lead(before_value) OVER row_years - 1) < 0.001)::INTEGER AS a_year_early
    FROM beside
    WINDOW row_years AS (PARTITION BY edition_id, indicator, entity, variant, price_basis, year_basis ORDER BY year))
  SELECT edition_id, indicator, entity, variant, price_basis, year_basis, max(year) AS year, max(before_id) AS before_id, count(*) AS figures,
         avg(in_place) AS alike_in_place, greatest(avg(a_year_late), avg(a_year_early)) AS alike_beside, min(locator) AS locator
  FROM compared GROUP BY edition_id, indicator, entity, variant, price_basis, year_basis
  HAVING count(*) >= 5 AND count(DISTINCT value) >= 3 AND alike_in_place < 0.5 AND alike_beside > 0.8
"""

# A year of a table whose figures the edition before printed, within 1 %, in another year.
_YEARS_EXCHANGED: Final = f"""
  WITH beside AS (FROM ({_BESIDE}) WHERE value > 0 AND before_value > 0 AND {_SAME_CURRENCY} AND {_SAME_BASE}),
  doubted AS (
    SELECT edition_id, indicator, variant, price_basis, year_basis, year FROM beside GROUP BY ALL
    HAVING count(*) >= 10 AND avg((abs(value / before_value - 1) < 0.01)::INTEGER) < 0.5)
  SELECT a.edition_id, a.indicator, a.variant, a.price_basis, a.year_basis, a.year, b.year AS printed_there_as, max(a.before_id) AS before_id,
         count(*) AS figures, avg((abs(a.value / b.before_value - 1) < 0.01)::INTEGER) AS alike, min(a.locator) AS locator
  FROM beside a SEMI JOIN doubted USING (edition_id, indicator, variant, price_basis, year_basis, year)
  JOIN beside b ON b.edition_id = a.edition_id AND b.indicator = a.indicator AND b.entity = a.entity AND b.variant = a.variant
   AND b.price_basis = a.price_basis AND b.year_basis = a.year_basis AND b.year <> a.year
  GROUP BY ALL HAVING figures >= 10 AND alike > 0.6
"""

# National currency for one US dollar in years that were over when the edition before appeared, as both imply it.
_RATES: Final = """
  WITH rates AS (
    SELECT n.edition_id, n.indicator, n.entity, n.year, n.price_basis, n.currency, e.vintage_seq, e.published_on, n.value / u.value AS rate,
           0.5 / n.value + 0.5 / u.value AS rounding, n.locator
    FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
     AND u.indicator = n.indicator AND u.price_basis = n.price_basis
    JOIN core_edition e ON e.edition_id = n.edition_id
    WHERE n.source_id = 'nato' AND n.indicator = 'defence_expenditure' AND n.currency <> 'USD' AND u.currency = 'USD'
      AND n.price_basis = 'current' AND n.value > 0 AND u.value > 0 AND e.withdrawn_on IS NULL)
  SELECT *, lag(edition_id) OVER series AS before_id, lag(rate) OVER series AS rate_before, abs(rate / rate_before - 1) AS deviation,
         0.05 + rounding + lag(rounding) OVER series AS tolerance
  FROM rates WINDOW series AS (PARTITION BY entity, year, currency ORDER BY vintage_seq)
  QUALIFY year < year(lag(published_on) OVER series)
"""

_POPULATION: Final = """
  WITH populations AS (
    SELECT g.edition_id, h.indicator, g.entity, g.year, e.vintage_seq, g.value / h.value AS population_m, h.locator
    FROM {batch} g JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year
     AND h.indicator = 'gdp_per_capita'
    JOIN core_edition e ON e.edition_id = g.edition_id
    WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND h.value > 0 AND e.withdrawn_on IS NULL)
  SELECT *, lag(edition_id) OVER series AS before_id, lag(population_m) OVER series AS population_before_m,
         abs(population_m / population_before_m - 1) AS deviation, 0.05 AS tolerance
  FROM populations WINDOW series AS (PARTITION BY entity, year ORDER BY vintage_seq) QUALIFY before_id IS NOT NULL
"""

# What earlier editions print of countries beside the newest complete one of the source, of the years that it covers. Of its
# totals at current prices SIPRI prints the last year only; NATO's real change since a year has a new name in each edition; the World Bank, the
# IMF and Eurostat publish table by table, so that one is not missing from another's file. A figure that is withheld here was
# printed all the same.
_NO_LONGER_PRINTED: Final = f"""
  WITH newest AS (
    SELECT e.source_id, max_by(e.edition_id, e.vintage_seq) AS edition_id, max(e.vintage_seq) AS vintage_seq
    FROM core_edition e WHERE e.withdrawn_on IS NULL AND e.completeness = 'complete'
      AND e.edition_id IN (SELECT edition_id FROM {{batch}}) GROUP BY ALL),
  covered AS (
    SELECT o.edition_id, o.indicator, o.variant, o.price_basis, o.year_basis, min(o.year) AS year_from, max(o.year) AS year_to
    FROM {{batch}} o JOIN newest USING (edition_id) GROUP BY ALL),
  earlier AS (
    SELECT n.edition_id, {_SERIES}, max_by(o.edition_id, e.vintage_seq) AS before_id,
           max_by(o.availability, e.vintage_seq) AS availability, max_by(o.locator, e.vintage_seq) AS locator_before
    FROM {{batch}} o JOIN core_edition e ON e.edition_id = o.edition_id
    JOIN newest n ON n.source_id = e.source_id AND e.vintage_seq < n.vintage_seq
    WHERE e.withdrawn_on IS NULL AND o.entity IN (SELECT iso3 FROM core_country) AND o.indicator NOT LIKE 'defence_real_change_since%' GROUP BY ALL)
  SELECT b.*, n.availability AS availability_now, n.locator, c.edition_id IS NULL AS table_lost, b.source_id IN ('world_bank', 'imf', 'eurostat') AS by_table,
         coalesce(b.year > c.year_to, false) AS ends_earlier, coalesce(b.year < c.year_from, false) AS begins_later, n.value IS NULL AND NOT coalesce(list_has_any(n.flags, ['corrected', 'withheld', 'currency_contradicted']), false)
           AND CASE WHEN table_lost THEN NOT by_table ELSE b.year >= c.year_from END AS lost
  FROM earlier b
  LEFT JOIN covered c ON c.edition_id = b.edition_id AND c.indicator = b.indicator AND c.variant = b.variant
   AND c.price_basis = b.price_basis AND c.year_basis = b.year_basis
  LEFT JOIN {{batch}} n ON n.edition_id = b.edition_id AND n.indicator = b.indicator AND n.entity = b.entity AND n.year = b.year
   AND n.price_basis = b.price_basis AND n.year_basis = b.year_basis AND n.variant = b.variant
  WHERE b.availability = 'reported'
"""

# Spending over its share is GDP. A revision of GDP moves neighbouring years alike; a mistyped share moves its year alone,
# by the same factor in whatever direction. Where the money itself was revised, share and money may move together.
_GDP_OF_ONE_YEAR: Final = f"""
  WITH implied AS (
    SELECT s.edition_id, s.before_id, s.indicator, s.entity, s.year, s.value, s.before_value, s.locator, m.value / m.before_value AS money_revised,
           (m.value / s.value) / (m.before_value / s.before_value) AS gdp_revised
    FROM ({_BESIDE}) s JOIN ({_BESIDE}) m ON m.edition_id = s.edition_id AND m.before_id = s.before_id AND m.entity = s.entity AND m.year = s.year
    WHERE s.source_id = 'sipri' AND s.indicator = 'defence_share_of_gdp' AND m.indicator = 'defence_expenditure' AND m.price_basis = 'current'
      AND m.variant = 'USD' AND m.year_basis = 'calendar' AND s.value > 0 AND s.before_value > 0 AND m.value > 0 AND m.before_value > 0)
  SELECT *, least(abs(gdp_revised / lag(gdp_revised) OVER row_years - 1), abs(gdp_revised / lead(gdp_revised) OVER row_years - 1)) AS deviation
  FROM implied
  WINDOW row_years AS (PARTITION BY edition_id, before_id, entity ORDER BY year)
  QUALIFY lag(year) OVER row_years = year - 1 AND lead(year) OVER row_years = year + 1
"""

EDITION_BEFORE: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "rows_keep_their_place",
        _STRAYED,
        "a row that no longer resembles what the edition before printed in its place, and does resemble another of its rows "
        "(another country, another table, the years beside), was exchanged or shifted",
        question="resemblance",
    ),
    offending_rows(
        "sipri_shares_move_with_the_gdp_of_their_neighbouring_years",
        f"""SELECT * FROM ({_GDP_OF_ONE_YEAR}) WHERE deviation > 0.05 AND abs(money_revised - 1) < 0.01
              AND year >= 2000 AND entity IN (SELECT iso3 FROM core_membership)""",
        "a share whose money stayed, within 1 %, and whose GDP was revised otherwise than that of the years before and after, by more "
        "than 5 %: none of 3 844 of SIPRI's releases of 2021 to 2026, from 2000 on (3 % would have doubted six, of Luxembourg and Latvia)",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "rows_keep_their_years",
        _SHIFTED,
        "a row that prints what the edition before printed of the years beside was shifted: of the real successions held no row is "
        "nearer to its neighbouring years than to its own",
        question="resemblance",
    ),
    offending_rows(
        "years_keep_their_figures",
        _YEARS_EXCHANGED,
        "a year of a table that the edition before printed as another year: two columns were exchanged, or one was copied",
        question="resemblance",
    ),
    offending_rows(
        "tables_keep_their_scale",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis, base_year, before_base_year, count(*) AS figures,
                   median(value / before_value) AS median_ratio,
                   CASE WHEN {_SAME_BASE} AND variant <> 'INT' THEN 1.05 ELSE 2 END AS largest_ratio, min(locator) AS locator
            FROM ({_BESIDE}) WHERE value > 0 AND before_value > 0 AND {_SAME_CURRENCY}
            GROUP BY ALL HAVING count(*) >= 20 AND (median_ratio > largest_ratio OR median_ratio < 1 / largest_ratio)""",
        "the middle of all revisions of a table moves by 0.7 % at most (editions held); by a factor of 1.19 where the base year of "
        "constant prices moves by six years. International dollars are rebased with each comparison programme",
        question="resemblance",
    ),
    *reviewed(
        "rows_keep_their_unit",
        f"""SELECT edition_id, max(before_id) AS before_id, entity, indicator, variant, price_basis, year_basis, max(year) AS year,
                   median(value / before_value) AS median_ratio, greatest(median_ratio, 1 / median_ratio) AS deviation, CASE unit WHEN 'percent' THEN 20 ELSE 3 END AS tolerance,
                   min(locator) AS locator
            FROM ({_BESIDE}) WHERE value > 0 AND before_value > 0 AND {_SAME_CURRENCY} AND {_SAME_BASE}
              AND entity IN (SELECT iso3 FROM core_membership)
            GROUP BY edition_id, entity, indicator, variant, price_basis, year_basis, unit HAVING count(*) >= 3""",
        "no revision triples a whole row, or makes a share twentyfold: thousands for millions, or a redenomination under the old "
        "code. For the countries of core.membership; elsewhere sources do restate (Sierra Leone's leone in SIPRI 2025)",
        question="resemblance",
        concerns=("indicator", "entity", "variant", "price_basis", "year_basis"),
    ),
    *reviewed(
        "nato_rates_are_those_of_the_edition_before",
        _RATES,
        "the exchange rate of a year that was over is revised by 2.2 % at most (the lira of 2018, June 2024 to July 2026): money in "
        "another unit, row or year is far from it",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis"),
    ),
    *reviewed(
        "outturns_are_hardly_revised",
        f"""SELECT edition_id, before_id, indicator, entity, year, before_value, value, locator, abs(value - before_value) / 100 AS deviation,
                   CASE WHEN indicator <> 'defence_share_of_gdp' THEN 0.02 WHEN source_id = 'nato' THEN 0.0015 ELSE 0.0025 END AS tolerance
            FROM ({_BESIDE})
            WHERE source_id IN ('nato', 'sipri', 'eurostat') AND availability = 'reported' AND before_value IS NOT NULL
              AND year BETWEEN 2000 AND year(published_before) - 2 AND entity IN (SELECT iso3 FROM core_membership)
              AND indicator IN ('defence_share_of_gdp', 'equipment_share', 'personnel_share', 'infrastructure_share', 'other_share')""",
        "what an edition no longer estimates is settled: of NATO's 306 shares of GDP none moved by more than 0.13 points, of its 1 116 "
        "shares of spending none by 2 (2023 to 2026), of SIPRI's shares since 2000 none by 0.25 (2024 to 2025); a larger move is looked at",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    *reviewed(
        "nato_rows_are_hardly_restated",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, entity, max(year) AS year, median(value / before_value) AS median_ratio,
                   abs(median_ratio - 1) AS deviation, CASE indicator WHEN 'gdp' THEN 0.04 ELSE 0.02 END AS tolerance, min(locator) AS locator
            FROM ({_BESIDE})
            WHERE source_id = 'nato' AND price_basis = 'current' AND indicator IN ('defence_expenditure', 'gdp') AND currency = 'USD'
              AND value > 0 AND before_value > 0 AND year <= year(published_before) - 2
            GROUP BY edition_id, indicator, entity HAVING count(*) >= 5""",
        "the middle of a country's outturns at current prices is revised by less than 2 % in spending and by 3.5 % in GDP at most (June "
        "2024 to July 2026): a history that was restated as a whole is looked at",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity"),
    ),
    offending_rows(
        "nato_estimates_are_made_anew",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, year, count(*) AS figures,
                   count(*) FILTER (WHERE value = before_value) AS alike, min(locator) AS locator
            FROM ({_BESIDE}) WHERE source_id = 'nato' AND status_before = 'estimate' AND status = 'actual' AND availability = 'reported'
              AND split_part(edition_id, ':issue-', 1) <> split_part(before_id, ':issue-', 1) AND {_SAME_BASE} AND {_SAME_CURRENCY}
            GROUP BY ALL HAVING figures >= 10 AND alike > 0.5 * figures""",
        "an outturn is hardly ever the estimate before it: a column of an older edition was copied",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "year"),
    ),
    *reviewed(
        "nato_population_is_that_of_the_edition_before",
        f"SELECT * FROM ({_POPULATION}) WHERE entity IN (SELECT iso3 FROM core_country)",
        "GDP over GDP a head is the population: between two editions a country's differs by less than 5 %",
        severity="warn",  # a census moves it (North Macedonia): a new edition is looked at, not refused
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
    offending_rows(
        "nato_populations_keep_their_scale",
        f"""SELECT edition_id, before_id, median(population_m / population_before_m) AS median_ratio, min(locator) AS locator
            FROM ({_POPULATION}) GROUP BY ALL HAVING count(*) >= 20 AND abs(median_ratio - 1) > 0.02""",
        "no census moves all countries at once: the median differs by 0.03 % between June 2024 and July 2026",
        question="resemblance",
    ),
    offending_rows(
        "editions_differ",
        f"""SELECT edition_id, max(before_id) AS before_id, count(*) AS figures, min(locator) AS locator FROM ({_BESIDE})
            WHERE source_id IN ('nato', 'sipri', 'imf') AND availability = 'reported' GROUP BY edition_id
            HAVING count(*) >= 20 AND bool_and(coalesce(value = before_value AND {_SAME_BASE}, false))
               AND split_part(edition_id, ':issue-', 1) <> split_part(max(before_id), ':issue-', 1)""",
        "a new edition that prints no figure otherwise than those before it is an old one under a new date (the World Bank and "
        "Eurostat do refresh without a change)",
        question="resemblance",
    ),
    offending_rows(
        "every_edition_prints_figures",
        """SELECT o.edition_id, count(*) FILTER (WHERE o.availability = 'reported') AS figures,
                  count(*) FILTER (WHERE o.availability = 'reported' AND o.indicator = 'defence_share_of_gdp') AS shares
           FROM {batch} o JOIN core_edition e USING (edition_id) GROUP BY o.edition_id, o.source_id, e.completeness
           HAVING figures = 0 OR (o.source_id = 'nato' AND e.completeness = 'complete' AND shares = 0)""",
        "an edition without a figure, or one of NATO without a share of GDP, was not read",
    ),
    offending_rows(
        "editions_reach_as_far_as_before",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis, max(year) AS year_before,
                   count(*) AS figures, min(locator_before) AS locator_before
            FROM ({_NO_LONGER_PRINTED}) WHERE ends_earlier GROUP BY ALL""",
        "a complete edition ends no earlier than those before it: an old one under a new date, or a year was cut off",
        question="resemblance",
    ),
    *reviewed(
        "countries_are_still_printed",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, entity, max(year) AS year, count(*) AS figures_before,
                   bool_and(lost)::INTEGER AS deviation, 0 AS tolerance, min(locator_before) AS locator
            FROM ({_NO_LONGER_PRINTED}) WHERE NOT table_lost AND NOT ends_earlier AND NOT begins_later AND entity IN (SELECT iso3 FROM core_membership)
              AND indicator NOT IN ('defence_per_capita', 'government_share')
            GROUP BY edition_id, indicator, variant, price_basis, year_basis, entity""",
        "a country of core.membership that an earlier edition printed in a table is printed there: its row was lost. SIPRI left "
        "Iceland (2022) and Türkiye (2024) out of spending a head and of the government's spending",
        question="resemblance",
    ),
    offending_rows(
        "hardly_any_figure_is_lost",
        f"""SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis,
                   count(*) FILTER (WHERE lost) AS figures_lost, count(DISTINCT entity) FILTER (WHERE lost) AS countries_lost,
                   count(*) AS figures_before, min(locator_before) FILTER (WHERE lost) AS locator_before
            FROM ({_NO_LONGER_PRINTED}) WHERE NOT table_lost GROUP BY ALL
            HAVING figures_lost > 0.05 * figures_before AND figures_lost >= 5 AND countries_lost > 1""",
        "of a table that the editions before printed, a complete edition leaves out a twentieth at most (Iceland's GDP in July "
        "2026: 11 of 374 figures; SIPRI 2025: 11 of 8 868), or one country (SIPRI 2022: Zimbabwe's fiscal years, 51 of 356)",
        question="resemblance",
    ),
    *reviewed(
        "figures_printed_before_are_printed",
        f"SELECT *, lost::INTEGER AS deviation, 0 AS tolerance FROM ({_NO_LONGER_PRINTED})",
        "a figure that an earlier edition printed is missing from the newest complete one: withdrawn by the source, or lost",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year"),
    ),
)
