-- Real growth of Europe and Canada as published, and over the same members in both years.
SELECT year, real_change_pct, real_change_like_for_like_pct, share_of_gdp_pct, expenditure_usd_current_m / 1000 AS usd_bn,
       members, base_year, status
FROM mart.aggregate
WHERE edition_id = $edition AND group_id = 'NATO_EUR_CAN' AND membership_basis = 'published' AND real_change_pct IS NOT NULL
ORDER BY year
