-- id: tables_keep_their_scale
-- severity: error
-- question: resemblance
-- reason: the middle of all revisions of a table moves by 0.7 % at most (editions held); by a factor of 1.19 where
--   the base year of constant prices moves by six years. International dollars are rebased with each comparison
--   programme

-- A median holds every figure in memory. It is asked of tables alone half of whose figures moved so far; of no other it could.
WITH moved AS (
  SELECT *, value / before_value AS ratio,
         CASE WHEN base_year IS NOT DISTINCT FROM before_base_year AND variant <> 'INT' THEN 1.05 ELSE 2 END AS largest_ratio
  FROM relation.against_the_edition_before WHERE value > 0 AND before_value > 0 AND currency IS NOT DISTINCT FROM before_currency),
far AS (
  SELECT edition_id, indicator, variant, price_basis, year_basis, base_year, before_base_year FROM moved
  GROUP BY ALL HAVING count(*) >= 20
    AND greatest(count(*) FILTER (WHERE ratio >= largest_ratio), count(*) FILTER (WHERE ratio <= 1 / largest_ratio)) * 2 >= count(*))
SELECT m.edition_id, max(before_id) AS before_id, m.indicator, m.variant, m.price_basis, m.year_basis, m.base_year, m.before_base_year,
         count(*) AS figures, median(ratio) AS median_ratio, any_value(largest_ratio) AS largest_ratio, min(locator) AS locator
  FROM moved m SEMI JOIN far f ON f.edition_id = m.edition_id AND f.indicator = m.indicator
    AND f.variant IS NOT DISTINCT FROM m.variant AND f.price_basis IS NOT DISTINCT FROM m.price_basis
    AND f.year_basis IS NOT DISTINCT FROM m.year_basis AND f.base_year IS NOT DISTINCT FROM m.base_year
    AND f.before_base_year IS NOT DISTINCT FROM m.before_base_year
  GROUP BY m.edition_id, m.indicator, m.variant, m.price_basis, m.year_basis, m.base_year, m.before_base_year
  HAVING median_ratio > any_value(largest_ratio) OR median_ratio < 1 / any_value(largest_ratio)
