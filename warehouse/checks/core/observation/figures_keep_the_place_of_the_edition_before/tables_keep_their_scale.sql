-- id: tables_keep_their_scale
-- severity: error
-- question: resemblance
-- reason: the middle of all revisions of a table moves by 0.7 % at most (editions held); by a factor of 1.19 where
--   the base year of constant prices moves by six years. International dollars are rebased with each comparison
--   programme

SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis, base_year, before_base_year, count(*) AS figures,
         median(value / before_value) AS median_ratio,
         CASE WHEN base_year IS NOT DISTINCT FROM before_base_year AND variant <> 'INT' THEN 1.05 ELSE 2 END AS largest_ratio, min(locator) AS locator
  FROM relation.against_the_edition_before WHERE value > 0 AND before_value > 0 AND currency IS NOT DISTINCT FROM before_currency
  GROUP BY ALL HAVING count(*) >= 20 AND (median_ratio > largest_ratio OR median_ratio < 1 / largest_ratio)
