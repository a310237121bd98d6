-- id: nato_rates_are_those_of_the_edition_before
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, price_basis
-- exceptions: by edition
-- reason: the exchange rate of a year that was over is revised by 2.2 % at most (the lira of 2018, June 2024 to
--   July 2026): money in another unit, row or year is far from it

-- National currency for one US dollar in years that were over when the edition before appeared, as both imply it.

WITH rates AS (
  SELECT n.edition_id, n.indicator, n.entity, n.year, n.price_basis, n.currency, e.vintage_seq, e.published_on, n.value / u.value AS rate,
         0.5 / n.value + 0.5 / u.value AS rounding, n.locator
  FROM {batch} n JOIN {batch} u ON u.edition_id = n.edition_id AND u.entity = n.entity AND u.year = n.year
   AND u.indicator = n.indicator AND u.price_basis = n.price_basis
  JOIN core_edition e ON e.edition_id = n.edition_id
  WHERE n.source_id = 'nato' AND n.indicator = 'defence_expenditure' AND n.currency <> 'USD' AND u.currency = 'USD'
    AND n.price_basis = 'current' AND n.value > 0 AND u.value > 0 AND e.withdrawn_on IS NULL)
SELECT *, lag(edition_id) OVER series AS before_id, lag(rate) OVER series AS rate_before, abs(rate / rate_before - 1) AS deviation,
       0.05 + rounding + lag(rounding) OVER series AS tolerance
FROM rates WINDOW series AS (PARTITION BY entity, year, currency ORDER BY vintage_seq)
QUALIFY year < year(lag(published_on) OVER series)
