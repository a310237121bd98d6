-- id: nato_estimates_are_made_anew
-- severity: warn
-- question: resemblance
-- concerns: indicator, year
-- reason: an outturn is hardly ever the estimate before it: a column of an older edition was copied

SELECT a.edition_id, max(a.before_id) AS before_id, a.indicator, a.year, count(*) AS figures,
         count(*) FILTER (WHERE a.value = a.before_value) AS alike, min(a.locator) AS locator
  FROM relation.against_the_edition_before a JOIN relation.editions_by_name own ON own.edition_id = a.edition_id
  JOIN relation.editions_by_name before ON before.edition_id = a.before_id
  WHERE a.source_id = 'nato' AND a.status_before = 'estimate' AND a.status = 'actual' AND a.availability = 'reported'
    AND own.edition_name <> before.edition_name AND a.base_year IS NOT DISTINCT FROM a.before_base_year AND a.currency IS NOT DISTINCT FROM a.before_currency
  GROUP BY ALL HAVING figures >= 10 AND alike > 0.5 * figures
