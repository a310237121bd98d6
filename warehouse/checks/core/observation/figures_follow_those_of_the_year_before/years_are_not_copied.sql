-- id: years_are_not_copied
-- severity: error
-- question: resemblance
-- reason: in no table held do more than half of the countries print the year before again (Eurostat's shares, with
--   one decimal; a fifth of NATO's personnel): a column was copied. Exchange rates were pegged for years (the World
--   Bank's of the sixties)

WITH years AS (
    SELECT edition_id, indicator, variant, price_basis, year_basis, year, value, locator,
           lag(value) OVER series AS value_before, lag(year) OVER series AS year_before
    FROM {batch} WHERE value <> 0 AND indicator NOT LIKE '%real_change%' AND indicator <> 'exchange_rate'
    WINDOW series AS (PARTITION BY edition_id, indicator, entity, currency, price_basis, year_basis ORDER BY year))
  SELECT edition_id, indicator, variant, price_basis, year_basis, year, count(*) AS figures,
         count(*) FILTER (WHERE value = value_before) AS alike, min(locator) AS locator
  FROM years WHERE year_before = year - 1 GROUP BY ALL HAVING figures >= 20 AND alike > 0.6 * figures
