-- id: rows_keep_their_unit
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, variant, price_basis, year_basis
-- exceptions: by edition
-- reason: no revision triples a whole row, or makes a share twentyfold: thousands for millions, or a redenomination
--   under the old code. For the countries of core.membership; elsewhere sources do restate (Sierra Leone's leone in
--   SIPRI 2025)

-- A median holds every figure in memory. It is asked of rows alone half of whose figures moved so far; of no other it could.
WITH moved AS (
  SELECT *, value / before_value AS ratio, CASE unit WHEN 'percent' THEN 20 ELSE 3 END AS tolerance
  FROM relation.against_the_edition_before WHERE comparable AND entity IN (SELECT iso3 FROM core_membership)),
far AS (
  SELECT edition_id, entity, indicator, variant, price_basis, year_basis, unit FROM moved
  GROUP BY ALL HAVING count(*) >= 3
    AND greatest(count(*) FILTER (WHERE ratio >= tolerance), count(*) FILTER (WHERE ratio <= 1 / tolerance)) * 2 >= count(*))
SELECT m.edition_id, max(before_id) AS before_id, m.entity, m.indicator, m.variant, m.price_basis, m.year_basis, max(year) AS year,
         median(ratio) AS median_ratio, greatest(median_ratio, 1 / median_ratio) AS deviation, any_value(tolerance) AS tolerance,
         min(locator) AS locator
  FROM moved m SEMI JOIN far f ON f.edition_id = m.edition_id AND f.entity = m.entity AND f.indicator = m.indicator
    AND f.variant IS NOT DISTINCT FROM m.variant AND f.price_basis IS NOT DISTINCT FROM m.price_basis
    AND f.year_basis IS NOT DISTINCT FROM m.year_basis AND f.unit = m.unit
  GROUP BY m.edition_id, m.entity, m.indicator, m.variant, m.price_basis, m.year_basis, m.unit
