-- id: nato_constant_prices_use_one_rate
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis
-- reason: constant prices are converted at the base year's rate in every year: a swapped block, row or cell is not

SELECT *, median(rate) OVER (PARTITION BY edition_id, entity) AS base_year_rate FROM relation.nato_implied_rates
  WHERE price_basis = 'constant' QUALIFY abs(rate / base_year_rate - 1) > 1e-9 + 2 * rounding
