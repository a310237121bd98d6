-- id: years_keep_their_figures
-- severity: error
-- question: resemblance
-- reason: a year of a table that the edition before printed as another year: two columns were exchanged, or one was
--   copied

-- A year of a table whose figures the edition before printed, within 1 %, in another year.

WITH doubted AS (
  SELECT edition_id, indicator, variant, price_basis, year_basis, year FROM relation.against_the_edition_before WHERE comparable GROUP BY ALL
  HAVING count(*) >= 10 AND avg((abs(value / before_value - 1) < 0.01)::INTEGER) < 0.5)
SELECT a.edition_id, a.indicator, a.variant, a.price_basis, a.year_basis, a.year, b.year AS printed_there_as, max(a.before_id) AS before_id,
       count(*) AS figures, avg((abs(a.value / b.before_value - 1) < 0.01)::INTEGER) AS alike, min(a.locator) AS locator
FROM relation.against_the_edition_before a SEMI JOIN doubted USING (edition_id, indicator, variant, price_basis, year_basis, year)
JOIN relation.against_the_edition_before b ON b.edition_id = a.edition_id AND b.indicator = a.indicator AND b.entity = a.entity AND b.variant = a.variant
 AND b.price_basis = a.price_basis AND b.year_basis = a.year_basis AND b.year <> a.year
WHERE a.comparable AND b.comparable
GROUP BY ALL HAVING figures >= 10 AND alike > 0.6
