-- id: nato_rate_is_the_ecbs
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year, price_basis
-- exceptions: by edition
-- reason: in years that were over, the implied rate is the ECB's yearly mean within 1 %: a shifted year or column
--   is not

-- NATO's own choice of a rate moves it as well (Türkiye 2018, 2021, 2023): a new edition is looked at, not refused.

SELECT r.*, coalesce(n.units_per_eur, 1) / u.units_per_eur AS ecb_rate, abs(rate / ecb_rate - 1) AS deviation,
       0.01 + rounding AS tolerance
FROM relation.nato_implied_rates r
JOIN core_edition e ON e.edition_id = r.edition_id
JOIN core_yearly_rate u ON u.currency = 'USD' AND u.year = r.year
LEFT JOIN core_yearly_rate n ON n.currency = r.currency AND n.year = r.year
WHERE r.price_basis = 'current' AND r.year < year(e.published_on) AND (r.currency = 'EUR' OR n.currency IS NOT NULL)
