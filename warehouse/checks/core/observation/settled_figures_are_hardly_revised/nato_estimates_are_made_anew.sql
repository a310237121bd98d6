-- id: nato_estimates_are_made_anew
-- severity: warn
-- question: resemblance
-- concerns: indicator, year
-- reason: an outturn is hardly ever the estimate before it: a column of an older edition was copied

SELECT edition_id, max(before_id) AS before_id, indicator, year, count(*) AS figures,
         count(*) FILTER (WHERE value = before_value) AS alike, min(locator) AS locator
  FROM relation.against_the_edition_before WHERE source_id = 'nato' AND status_before = 'estimate' AND status = 'actual' AND availability = 'reported'
    AND split_part(edition_id, ':issue-', 1) <> split_part(before_id, ':issue-', 1) AND base_year IS NOT DISTINCT FROM before_base_year AND currency IS NOT DISTINCT FROM before_currency
  GROUP BY ALL HAVING figures >= 10 AND alike > 0.5 * figures
