-- id: nato_estimates_are_whole_years
-- severity: error
-- question: resemblance
-- reason: NATO marks the heading of a year, so all figures of an edition's year are estimates or none is; the fewer
--   are shown

WITH marked AS (
    SELECT edition_id, indicator, entity, year, status, locator,
           count(*) FILTER (WHERE status = 'estimate') OVER (PARTITION BY edition_id, year) AS estimates,
           count(*) OVER (PARTITION BY edition_id, year) AS figures
    FROM {batch} WHERE source_id = 'nato' AND availability = 'reported')
  SELECT * FROM marked WHERE estimates BETWEEN 1 AND figures - 1
    AND (status = 'estimate') = (2 * estimates < figures)
