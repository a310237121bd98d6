-- id: rows_keep_their_place
-- severity: error
-- question: resemblance
-- reason: a row that no longer resembles what the edition before printed in its place, and does resemble another of
--   its rows (another country, another table, neighbouring years), was exchanged or shifted

-- A row, that is a country's years in one table, prints what it printed before: of the real successions held, a median
-- row keeps 9 of 10 figures within 1 %. One that keeps at most a fifth is looked for among the earlier edition's rows of
-- the same unit, under its own and the two neighbouring years; by chance one is matched in at most 36 % of its years
-- (NATO June 2024 to July 2026, SIPRI 2024 to 2025, 77 such rows of 174 countries). Constant prices of two base years
-- have no level in common: for them current prices speak, with the identity of the base year. GDP is smooth, and revised
-- as a whole: between June 2019 and June 2024 Croatia's came to lie on Bulgaria's of before, and four on their own of the
-- neighbouring year, within 1 %. Rows that were exchanged have both strayed; for the others a thousandth is asked.

WITH astray AS (
  SELECT edition_id, before_id, indicator, entity, variant, price_basis, year_basis, unit FROM relation.against_the_edition_before WHERE comparable GROUP BY ALL
  HAVING count(*) >= 5 AND avg((abs(value / before_value - 1) < 0.01)::INTEGER) <= 0.2),
strayed AS (
  SELECT edition_id, before_id, indicator, entity, variant, price_basis, year_basis, unit FROM relation.against_the_edition_before
  SEMI JOIN astray USING (edition_id, before_id, indicator, entity, variant, price_basis, year_basis, unit) WHERE comparable
  GROUP BY ALL HAVING list_unique(list(value)) >= 3)
SELECT s.edition_id, s.indicator, s.entity, s.variant, s.price_basis, s.year_basis, max(a.year) AS year, b.edition_id AS before_id,
       b.indicator AS printed_there_as, b.entity AS printed_there_for, b.price_basis AS printed_there_at, moved.years AS years_moved,
       avg((abs(a.value / b.value - 1) < CASE WHEN t.edition_id IS NOT NULL AND moved.years = 0 THEN 0.01 ELSE 0.001 END)::INTEGER) AS alike,
       min(a.locator) AS locator
FROM strayed s JOIN {batch} a ON a.edition_id = s.edition_id AND a.indicator = s.indicator AND a.entity = s.entity
 AND a.variant = s.variant AND a.price_basis = s.price_basis AND a.year_basis = s.year_basis
CROSS JOIN (SELECT unnest([-1, 0, 1]) AS years) moved
JOIN {batch} b ON b.edition_id = s.before_id AND b.unit = a.unit AND b.currency IS NOT DISTINCT FROM a.currency
 AND b.year = a.year + moved.years
LEFT JOIN strayed t ON t.edition_id = s.edition_id AND t.indicator = b.indicator AND t.entity = b.entity AND t.variant = b.variant
 AND t.price_basis = b.price_basis AND t.year_basis = b.year_basis
WHERE a.value > 0 AND b.value > 0
  AND NOT (moved.years = 0 AND b.indicator = a.indicator AND b.entity = a.entity AND b.price_basis = a.price_basis)
GROUP BY s.edition_id, s.indicator, s.entity, s.price_basis, s.variant, s.year_basis, b.edition_id, b.indicator, b.entity, b.price_basis,
         b.variant, b.year_basis, moved.years
HAVING count(*) >= 5 AND alike > 0.6
