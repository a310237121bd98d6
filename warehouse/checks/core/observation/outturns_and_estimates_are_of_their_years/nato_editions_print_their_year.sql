-- id: nato_editions_print_their_year
-- severity: error
-- question: resemblance
-- reason: a complete edition of NATO ends with its own estimate of the year of publication, one of the spring with
--   the year before's

SELECT o.edition_id, e.published_on, max(o.year) AS last_year FROM {batch} o JOIN core_edition e USING (edition_id)
  WHERE o.source_id = 'nato' AND e.completeness = 'complete' GROUP BY ALL
  HAVING last_year < year(e.published_on - INTERVAL 5 MONTH)
