-- id: sipri_currencies_are_seldom_contradicted
-- severity: error
-- question: resemblance
-- reason: money of a country that official rates contradict is withheld: two countries of 162 at most in six
--   releases; where it is many, the sheet is on another scale

SELECT edition_id, count(DISTINCT entity) AS countries,
         count(DISTINCT entity) FILTER (WHERE list_contains(flags, 'currency_contradicted')) AS contradicted,
         min(locator) FILTER (WHERE list_contains(flags, 'currency_contradicted')) AS locator
  FROM {batch} WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND variant = 'national'
  GROUP BY edition_id HAVING countries >= 20 AND contradicted > 0.1 * countries
