-- id: editions_differ
-- severity: error
-- question: resemblance
-- reason: a new edition that prints exactly the figures of those before it is an old one under a new date (the World
--   Bank and Eurostat do refresh without a change)

WITH alike AS (
    SELECT edition_id, max(before_id) AS before_id, count(*) AS figures, min(locator) AS locator FROM relation.against_the_edition_before
    WHERE source_id IN ('nato', 'sipri', 'imf') AND availability = 'reported' GROUP BY edition_id
    HAVING count(*) >= 20 AND bool_and(coalesce(value = before_value AND base_year IS NOT DISTINCT FROM before_base_year, false)))
  SELECT alike.* FROM alike JOIN relation.editions_by_name own ON own.edition_id = alike.edition_id
  JOIN relation.editions_by_name before ON before.edition_id = alike.before_id WHERE own.edition_name <> before.edition_name
