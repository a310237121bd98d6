-- SIPRI's figures at constant and at current prices in the base year, with the reviewed differences.
SELECT c.edition_id, c.indicator, c.entity, c.year, c.currency, c.value AS constant_value, n.value AS current_value,
       abs(c.value - n.value) > 1e-6 * n.value AS differs, 100 * (c.value / n.value - 1) AS difference_pct, x.exception_id, x.largest, c.locator
FROM {batch} c JOIN {batch} n ON n.edition_id = c.edition_id AND n.indicator = c.indicator AND n.entity = c.entity
 AND n.year = c.year AND n.currency = c.currency AND n.year_basis = c.year_basis
LEFT JOIN core_check_exception x ON x.check_id = 'sipri_constant_equals_current_in_base_year' AND x.source_id = c.source_id
 AND x.entity = c.entity AND x.indicator = c.indicator AND c.year BETWEEN x.year_from AND x.year_to
WHERE c.source_id = 'sipri' AND c.price_basis = 'constant' AND n.price_basis = 'current' AND c.year = c.base_year
  AND c.unit = 'million' AND c.entity IN (SELECT iso3 FROM core_country)
