-- id: nato_estimates_are_the_last_years
-- severity: error
-- question: resemblance
-- reason: an outturn after an estimate: the mark of a later year was lost

WITH years AS (
    SELECT edition_id, year, bool_or(status = 'estimate') AS estimated FROM {batch}
    WHERE source_id = 'nato' AND availability = 'reported' GROUP BY ALL)
  SELECT *, lag(year) OVER edition AS year_before FROM years
  WINDOW edition AS (PARTITION BY edition_id ORDER BY year) QUALIFY NOT estimated AND lag(estimated) OVER edition
