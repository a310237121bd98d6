-- National currency for one US dollar, as an edition's Tables 1 and 2 imply it; `rounding` is what whole units may hide
-- (half of one in each), as a fraction of the rate.
SELECT n.edition_id, n.indicator, n.entity, n.year, n.price_basis, n.currency, n.value / u.value AS rate,
       0.5 / n.value + 0.5 / u.value AS rounding, n.locator
FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
 AND u.indicator = n.indicator AND u.price_basis = n.price_basis
WHERE n.source_id = 'nato' AND n.indicator = 'defence_expenditure' AND n.currency <> 'USD' AND u.currency = 'USD'
  AND n.value > 0 AND u.value > 0
