-- Published share less spending over GDP of the same edition and price basis, for every country and aggregate of NATO.
-- `rounding_pp` is what rounding explains where an edition prints whole millions and two decimals: half a unit of
-- spending and of GDP, propagated, and half of 0.01 pp. Editions at full precision get none.
-- An exception holds for every issue of its edition (new bytes under the old name are `…:issue-2`).
SELECT s.edition_id, s.indicator, s.entity, s.year, e.price_basis, s.value AS published_pct, 100 * e.value / y.value AS recomputed_pct,
       s.value - 100 * e.value / y.value AS difference_pp, s.locator,
       CASE WHEN p.whole_millions THEN 50 / y.value * (1 + e.value / y.value) + 0.005 ELSE 0 END AS rounding_pp,
       x.exception_id, x.largest_difference_pp
FROM {batch} s
JOIN {batch} e ON e.edition_id = s.edition_id AND e.entity = s.entity AND e.year = s.year
              AND e.indicator = 'defence_expenditure' AND e.currency = 'USD' AND e.availability = 'reported'
JOIN {batch} y ON y.edition_id = s.edition_id AND y.entity = s.entity AND y.year = s.year
              AND y.indicator = 'gdp' AND y.currency = 'USD' AND y.price_basis = e.price_basis AND y.availability = 'reported'
JOIN (SELECT edition_id, bool_and(value = round(value)) AS whole_millions FROM {batch}
      WHERE indicator IN ('gdp', 'defence_expenditure') AND currency = 'USD' GROUP BY edition_id) p
  ON p.edition_id = s.edition_id
LEFT JOIN core_share_exception x ON x.edition_id = split_part(s.edition_id, ':issue-', 1) AND x.entity = s.entity
              AND s.year BETWEEN x.year_from AND x.year_to AND x.price_basis = e.price_basis
WHERE s.indicator = 'defence_share_of_gdp' AND s.source_id = 'nato' AND s.availability = 'reported'
