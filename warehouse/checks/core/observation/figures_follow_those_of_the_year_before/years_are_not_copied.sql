-- id: years_are_not_copied
-- severity: error
-- question: resemblance
-- reason: in no table held do more than half of the countries print the year before again (Eurostat's shares, with
--   one decimal; a fifth of NATO's personnel): a column was copied. Exchange rates were pegged for years (the World
--   Bank's of the sixties)

SELECT o.edition_id, o.indicator, o.variant, o.price_basis, o.year_basis, o.year, count(*) AS figures,
       count(*) FILTER (WHERE o.value = b.value) AS alike, min(o.locator) AS locator
FROM {batch} o JOIN {batch} b ON b.edition_id = o.edition_id AND b.indicator = o.indicator AND b.entity = o.entity AND b.year = o.year - 1
 AND b.price_basis = o.price_basis AND b.year_basis = o.year_basis AND b.currency IS NOT DISTINCT FROM o.currency
WHERE o.value <> 0 AND b.value <> 0 AND o.indicator NOT LIKE '%real_change%' AND o.indicator <> 'exchange_rate'
GROUP BY ALL HAVING figures >= 20 AND alike > 0.6 * figures
