-- id: eurostat_money_keeps_one_rate
-- severity: error
-- question: arithmetic
-- concerns: entity, year, currency
-- reason: expenditure and investment of a country and year are converted at the same rate

SELECT *, max(rate) OVER series / min(rate) OVER series - 1 AS spread FROM relation.eurostat_implied_rates
  WINDOW series AS (PARTITION BY edition_id, entity, year) QUALIFY spread > 0.001 + 2 * max(rounding) OVER series
