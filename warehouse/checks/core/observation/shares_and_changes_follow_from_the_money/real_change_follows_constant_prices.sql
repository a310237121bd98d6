-- id: real_change_follows_constant_prices
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: the printed real change is the growth of the constant series; half a million of rounding in each year

SELECT r.edition_id, r.indicator, r.entity, r.year, r.value AS printed_pct, 100 * (a.value / b.value - 1) AS recomputed_pct, r.locator
  FROM {batch} r
  JOIN {batch} a ON a.edition_id = r.edition_id AND a.entity = r.entity AND a.year = r.year
  JOIN {batch} b ON b.edition_id = r.edition_id AND b.entity = r.entity AND b.year = r.year - 1
  WHERE r.indicator = 'defence_real_change' AND r.source_id = 'nato'
    AND a.indicator = 'defence_expenditure' AND a.price_basis = 'constant' AND a.currency = 'USD'
    AND b.indicator = 'defence_expenditure' AND b.price_basis = 'constant' AND b.currency = 'USD'
    AND abs(r.value - 100 * (a.value / b.value - 1)) > 0.02 + 100 * (0.5 / b.value) * (1 + a.value / b.value)
