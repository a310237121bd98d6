-- id: sipri_share_of_nothing_has_money_of_nothing
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: a country that spends nothing is printed without money (Costa Rica): a share of zero with money, or without
--   any, is a missing figure that was filled in

SELECT s.edition_id, s.indicator, s.entity, s.year, m.value AS expenditure_usd_m, s.locator FROM {batch} s
  LEFT JOIN {batch} m ON m.edition_id = s.edition_id AND m.entity = s.entity AND m.year = s.year AND m.year_basis = s.year_basis
   AND m.indicator = 'defence_expenditure' AND m.currency = 'USD' AND m.price_basis = 'current'
  WHERE s.source_id = 'sipri' AND s.indicator = 'defence_share_of_gdp' AND s.value = 0 AND m.value IS DISTINCT FROM 0
