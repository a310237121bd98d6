-- id: eurostat_investment_is_part_of_expenditure
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, currency
-- reason: no country invests more than it spends, and none of them spends nothing

SELECT i.edition_id, unnest([i.indicator, t.indicator]) AS indicator, i.entity, i.year, i.currency, i.value AS investment_m, t.value AS expenditure_m, i.locator FROM {batch} i
  JOIN {batch} t ON t.edition_id = i.edition_id AND t.entity = i.entity AND t.year = i.year AND t.currency = i.currency
   AND t.indicator = 'defence_expenditure'
  WHERE i.source_id = 'eurostat' AND i.indicator = 'defence_investment' AND (i.value > t.value OR t.value <= 0)
