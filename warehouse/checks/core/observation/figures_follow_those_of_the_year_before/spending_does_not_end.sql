-- id: spending_does_not_end
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, currency, price_basis
-- reason: no country of core.membership that spent anything spends nothing the year after: a figure that is missing
--   is no zero

SELECT edition_id, indicator, entity, year, currency, price_basis, value, locator,
         lag(value) OVER series AS value_before FROM {batch}
  WHERE indicator = 'defence_expenditure' AND availability = 'reported' AND entity IN (SELECT iso3 FROM core_membership)
  WINDOW series AS (PARTITION BY edition_id, entity, currency, price_basis, year_basis, variant ORDER BY year)
  QUALIFY value = 0 AND value_before > 0
