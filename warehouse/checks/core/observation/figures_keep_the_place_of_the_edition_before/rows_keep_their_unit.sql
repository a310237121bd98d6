-- id: rows_keep_their_unit
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, variant, price_basis, year_basis
-- exceptions: by edition
-- reason: no revision triples a whole row, or makes a share twentyfold: thousands for millions, or a redenomination
--   under the old code. For the countries of core.membership; elsewhere sources do restate (Sierra Leone's leone in
--   SIPRI 2025)

SELECT edition_id, max(before_id) AS before_id, entity, indicator, variant, price_basis, year_basis, max(year) AS year,
         median(value / before_value) AS median_ratio, greatest(median_ratio, 1 / median_ratio) AS deviation, CASE unit WHEN 'percent' THEN 20 ELSE 3 END AS tolerance,
         min(locator) AS locator
  FROM relation.against_the_edition_before WHERE comparable AND entity IN (SELECT iso3 FROM core_membership)
  GROUP BY edition_id, entity, indicator, variant, price_basis, year_basis, unit HAVING count(*) >= 3
