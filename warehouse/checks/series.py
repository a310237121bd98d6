"""What every series of an edition must keep along its years, as SQL expectations over core.observation.

Belongs here: years and their marks within one series or table. Does not belong here: relations between figures
(identities, cross_source). `{batch}` is core.observation.
"""

from __future__ import annotations

from typing import Final

from warehouse.checks.reviewed import reviewed_in_all_editions
from warehouse.contracts.model import Expectation, offending_rows

# For the countries of core.membership: what happens elsewhere (wars, hyperinflation) is printed as it is.
_YEARLY_CHANGES: Final = """
  SELECT o.edition_id, o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.variant, o.value, o.locator,
         lag(o.value) OVER series AS value_before, b.measure,
         CASE b.measure WHEN 'change' THEN abs(o.value - value_before) / 100 ELSE abs(o.value / value_before - 1) END AS deviation,
         b.largest / 100 AS tolerance
  FROM {batch} o JOIN core_yearly_change_bound b ON b.source_id = o.source_id AND b.indicator = o.indicator
   AND b.price_basis = o.price_basis
  WHERE o.availability = 'reported' AND o.variant <> 'national' AND o.entity IN (SELECT iso3 FROM core_membership)
  WINDOW series AS (PARTITION BY o.edition_id, o.indicator, o.entity, o.price_basis, o.year_basis, o.variant, b.measure ORDER BY o.year)
  QUALIFY lag(o.year) OVER series = o.year - 1 AND value_before > 0 AND o.year >= b.year_from
"""

SERIES: Final[tuple[Expectation, ...]] = (
    offending_rows(
        "years_of_a_series_have_no_gap",
        """WITH series AS (
             SELECT edition_id, indicator, entity, currency, price_basis, year_basis, list(DISTINCT year) AS years,
                    min(year) AS year_from, max(year) AS year_to FROM {batch} WHERE source_id <> 'imf' GROUP BY ALL)
           SELECT * FROM series s WHERE len(years) < year_to - year_from + 1 AND NOT EXISTS (
             SELECT 1 FROM series t WHERE t.edition_id = s.edition_id AND t.indicator = s.indicator AND t.entity = s.entity
               AND t.price_basis = s.price_basis AND t.year_basis = s.year_basis AND NOT list_has_any(s.years, t.years)
               AND len(list_filter(t.years, lambda y: y BETWEEN s.year_from AND s.year_to)) = s.year_to - s.year_from + 1 - len(s.years))""",
        "a year without a figure has a row that says so: a missing row was lost in reading (the IMF's interface leaves out "
        "years without a figure, so its series may have gaps; SIPRI's local row of Zimbabwe has the years of one currency between those of another)",
        question="resemblance",
    ),
    offending_rows(
        "years_are_not_copied",
        """WITH years AS (
             SELECT edition_id, indicator, variant, price_basis, year_basis, year, value, locator,
                    lag(value) OVER series AS value_before, lag(year) OVER series AS year_before
             FROM {batch} WHERE value <> 0 AND indicator NOT LIKE '%real_change%' AND indicator <> 'exchange_rate'
             WINDOW series AS (PARTITION BY edition_id, indicator, entity, currency, price_basis, year_basis ORDER BY year))
           SELECT edition_id, indicator, variant, price_basis, year_basis, year, count(*) AS figures,
                  count(*) FILTER (WHERE value = value_before) AS alike, min(locator) AS locator
           FROM years WHERE year_before = year - 1 GROUP BY ALL HAVING figures >= 20 AND alike > 0.6 * figures""",
        "in no table held do more than half of the countries print the year before again (Eurostat's shares, with one decimal; a fifth "
        "of NATO's personnel): a column was copied. Exchange rates were pegged for years (the World Bank's of the sixties)",
        question="resemblance",
    ),
    offending_rows(
        "spending_does_not_end",
        """SELECT edition_id, indicator, entity, year, currency, price_basis, value, locator,
                  lag(value) OVER series AS value_before FROM {batch}
           WHERE indicator = 'defence_expenditure' AND availability = 'reported' AND entity IN (SELECT iso3 FROM core_membership)
           WINDOW series AS (PARTITION BY edition_id, entity, currency, price_basis, year_basis, variant ORDER BY year)
           QUALIFY value = 0 AND value_before > 0""",
        "no country of core.membership that spent anything spends nothing the year after: a figure that is missing is no zero",
        question="resemblance",
        concerns=("indicator", "entity", "year", "currency", "price_basis"),
    ),
    offending_rows(
        "nato_estimates_are_whole_years",
        """WITH marked AS (
             SELECT edition_id, indicator, entity, year, status, locator,
                    count(*) FILTER (WHERE status = 'estimate') OVER (PARTITION BY edition_id, year) AS estimates,
                    count(*) OVER (PARTITION BY edition_id, year) AS figures
             FROM {batch} WHERE source_id = 'nato' AND availability = 'reported')
           SELECT * FROM marked WHERE estimates BETWEEN 1 AND figures - 1
             AND (status = 'estimate') = (2 * estimates < figures)""",
        "NATO marks the heading of a year, so all figures of an edition's year are estimates or none is; the fewer are shown",
        question="resemblance",
    ),
    offending_rows(
        "nato_estimates_are_the_last_years",
        """WITH years AS (
             SELECT edition_id, year, bool_or(status = 'estimate') AS estimated FROM {batch}
             WHERE source_id = 'nato' AND availability = 'reported' GROUP BY ALL)
           SELECT *, lag(year) OVER edition AS year_before FROM years
           WINDOW edition AS (PARTITION BY edition_id ORDER BY year) QUALIFY NOT estimated AND lag(estimated) OVER edition""",
        "an outturn after an estimate: the mark of a later year was lost",
        question="resemblance",
    ),
    offending_rows(
        "nato_editions_print_their_year",
        """SELECT o.edition_id, e.published_on, max(o.year) AS last_year FROM {batch} o JOIN core_edition e USING (edition_id)
           WHERE o.source_id = 'nato' AND e.completeness = 'complete' GROUP BY ALL
           HAVING last_year < year(e.published_on - INTERVAL 5 MONTH)""",
        "a complete edition of NATO ends with its own estimate of the year of publication, one of the spring with the year before's",
        question="resemblance",
    ),
    *reviewed_in_all_editions(
        "yearly_changes_stay_within_the_reviewed_bounds",
        _YEARLY_CHANGES,
        "a year that differs from the one before by more than core.yearly_change_bound says is looked at; nothing is held back",
        severity="warn",
        question="resemblance",
        concerns=("indicator", "entity", "year", "price_basis", "variant"),
    ),
)
