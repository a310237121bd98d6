-- id: rows_keep_their_years
-- severity: error
-- question: resemblance
-- reason: a row that prints what the edition before printed for neighbouring years was shifted: of the real
--   successions held no row is nearer to its neighbouring years than to its own

-- A row whose neighbouring years are near each other does not stray when it is shifted by one; to a thousandth it
-- does.

WITH astray AS (
  SELECT edition_id, indicator, entity, variant, price_basis, year_basis FROM relation.against_the_edition_before WHERE comparable GROUP BY ALL
  HAVING count(*) >= 5 AND avg((abs(value / before_value - 1) < 0.001)::INTEGER) < 0.5),
compared AS (
  SELECT *, (abs(value / before_value - 1) < 0.001)::INTEGER AS in_place,
         (abs(value / lag(before_value) OVER row_years - 1) < 0.001)::INTEGER AS a_year_late,
         (abs(value / lead(before_value) OVER row_years - 1) < 0.001)::INTEGER AS a_year_early
  FROM relation.against_the_edition_before SEMI JOIN astray USING (edition_id, indicator, entity, variant, price_basis, year_basis)
  WHERE comparable
  WINDOW row_years AS (PARTITION BY edition_id, indicator, entity, variant, price_basis, year_basis ORDER BY year))
SELECT edition_id, indicator, entity, variant, price_basis, year_basis, max(year) AS year, max(before_id) AS before_id, count(*) AS figures,
       avg(in_place) AS alike_in_place, greatest(avg(a_year_late), avg(a_year_early)) AS alike_a_year_off, min(locator) AS locator
FROM compared GROUP BY edition_id, indicator, entity, variant, price_basis, year_basis
HAVING list_unique(list(value)) >= 3 AND alike_a_year_off > 0.8
