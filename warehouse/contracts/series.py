"""What every series of an edition must keep along its years, as SQL expectations over core.observation.

Belongs here: years and their marks within one series or table. Does not belong here: relations between figures
(identities, cross_source). `{batch}` is core.observation.
"""

from __future__ import annotations

from typing import Final

from warehouse.contracts.model import Expectation, offending_rows
from warehouse.contracts.reviewed import reviewed_in_all_editions

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
        """SELECT edition_id, indicator, entity, currency, price_basis, year_basis, min(year) AS year_from, max(year) AS year_to,
                  count(DISTINCT year) AS years
           FROM {batch} WHERE source_id <> 'imf' GROUP BY ALL HAVING count(DISTINCT year) < max(year) - min(year) + 1""",
        "a year without a figure has a row that says so: a missing row was lost in reading (the IMF's interface leaves out "
        "years without a figure, so its series may have gaps)",
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
    ),
    offending_rows(
        "nato_estimates_are_the_last_years",
        """WITH years AS (
             SELECT edition_id, year, bool_or(status = 'estimate') AS estimated FROM {batch}
             WHERE source_id = 'nato' AND availability = 'reported' GROUP BY ALL)
           SELECT *, lag(year) OVER edition AS year_before FROM years
           WINDOW edition AS (PARTITION BY edition_id ORDER BY year) QUALIFY NOT estimated AND lag(estimated) OVER edition""",
        "an outturn after an estimate: the mark of a later year was lost",
    ),
    *reviewed_in_all_editions(
        "yearly_changes_stay_within_the_reviewed_bounds",
        _YEARLY_CHANGES,
        "a year that differs from the one before by more than core.yearly_change_bound says is looked at; nothing is held back",
        severity="warn",
    ),
)
