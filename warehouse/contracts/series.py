"""What every series of an edition must keep along its years, as SQL expectations over core.observation.

Belongs here: years and their marks within one series or table. Does not belong here: relations between figures
(identities, cross_source). `{batch}` is core.observation.
"""

from __future__ import annotations

from typing import Final

from warehouse.contracts.model import Expectation, offending_rows

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
)
