-- id: sipri_rate_is_the_ecbs
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, currency
-- exceptions: by source
-- reason: national currency over US$ is the ECB's yearly mean within 5 %: of the rates that six releases imply, 3
--   in 10 000 are not (the baht of 2007, the pound of 2025), but for those reviewed in core.check_exception

SELECT n.edition_id, n.source_id, n.indicator, n.entity, n.year, n.currency, n.value / u.value AS rate, n.locator,
       coalesce(y.units_per_eur, 1) / d.units_per_eur AS ecb_rate, abs(rate / ecb_rate - 1) AS deviation, 0.05 AS tolerance
FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
 AND u.indicator = n.indicator AND u.year_basis = n.year_basis AND u.currency = 'USD' AND u.price_basis = 'current'
JOIN core_yearly_rate d ON d.currency = 'USD' AND d.year = n.year
LEFT JOIN core_yearly_rate y ON y.currency = n.currency AND y.year = n.year
LEFT JOIN core_national_currency e ON e.iso3 = n.entity AND e.currency = 'EUR'
WHERE n.source_id = 'sipri' AND n.indicator = 'defence_expenditure' AND n.variant = 'national' AND n.year_basis = 'calendar'
  AND n.entity IN (SELECT iso3 FROM core_country) AND u.value > 0 AND n.value > 0
  AND ((n.currency = 'EUR' AND n.year >= coalesce(year(e.valid_from), 2002)) OR y.currency IS NOT NULL)
