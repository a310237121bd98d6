-- id: nato_rate_is_near_the_ecbs
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, price_basis
-- reason: NATO's own choice of a rate lies within 2.5 % of the ECB's mean (the lira of 2018): money in another unit
--   or row does not

SELECT * FROM relation.nato_rates_against_the_ecbs WHERE deviation > 0.05 + rounding
