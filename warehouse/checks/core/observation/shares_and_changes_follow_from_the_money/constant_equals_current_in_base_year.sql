-- id: constant_equals_current_in_base_year
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, currency
-- reason: what a base year means; a million for editions that print whole millions

SELECT c.edition_id, c.indicator, c.entity, c.year, c.currency, c.value AS constant_value, n.value AS current_value
  FROM {batch} c JOIN {batch} n ON n.edition_id = c.edition_id AND n.indicator = c.indicator AND n.entity = c.entity
   AND n.year = c.year AND n.currency = c.currency AND n.year_basis = c.year_basis
  WHERE c.price_basis = 'constant' AND n.price_basis = 'current' AND c.year = c.base_year AND c.unit = 'million'
    AND c.source_id = 'nato' AND abs(c.value - n.value) > 1.01 + 1e-6 * n.value
