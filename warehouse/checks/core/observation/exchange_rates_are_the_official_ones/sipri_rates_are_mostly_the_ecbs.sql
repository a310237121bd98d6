-- id: sipri_rates_are_mostly_the_ecbs
-- severity: error
-- question: resemblance
-- reason: a column, a year or a sheet out of place moves many rates; of six releases at most 2 in 1 000 are off by
--   5 %

SELECT edition_id, count(*) AS rates, count(*) FILTER (WHERE deviation > tolerance) AS others,
         arg_max(locator, deviation) AS locator
  FROM relation.sipri_rates_against_the_ecbs GROUP BY edition_id HAVING rates >= 20 AND others > 0.05 * rates
