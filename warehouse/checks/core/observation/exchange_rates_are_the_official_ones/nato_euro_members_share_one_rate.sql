-- id: nato_euro_members_share_one_rate
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis
-- exceptions: by edition
-- reason: spending printed in euros converts at one rate in a year; the kuna before the euro floated by 1.5 %

SELECT *, median(rate) OVER (PARTITION BY edition_id, year) AS euro_rate, abs(rate / euro_rate - 1) AS deviation,
       0.0001 + 2 * rounding AS tolerance
FROM relation.nato_implied_rates WHERE price_basis = 'current' AND currency = 'EUR'
