-- id: gdp_is_near_that_of_other_sources_but_for_few
-- severity: error
-- question: resemblance
-- reason: countries rebase their GDP one by one: where a fifth of a year's figures lie far from all other sources,
--   years or rows were exchanged

SELECT edition_id, year, count(*) AS figures, count(*) FILTER (WHERE deviation > tolerance) AS far, arg_max(locator, deviation) AS locator
  FROM relation.gdp_against_other_sources GROUP BY edition_id, year HAVING figures >= 10 AND far > 0.2 * figures
