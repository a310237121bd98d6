-- The implied rates at current prices of years that were over, and the ECB's yearly means.
SELECT r.*, coalesce(n.units_per_eur, 1) / u.units_per_eur AS ecb_rate, abs(rate / ecb_rate - 1) AS deviation,
       0.01 + rounding AS tolerance
FROM relation.nato_implied_rates r
JOIN core_edition e ON e.edition_id = r.edition_id
JOIN core_yearly_rate u ON u.currency = 'USD' AND u.year = r.year
LEFT JOIN core_yearly_rate n ON n.currency = r.currency AND n.year = r.year
WHERE r.price_basis = 'current' AND r.year < year(e.published_on) AND (r.currency = 'EUR' OR n.currency IS NOT NULL)
