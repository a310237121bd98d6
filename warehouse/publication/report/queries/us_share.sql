-- The share of the United States in the Alliance's spending, on NATO's own totals.
SELECT year, us_share_current_pct, us_share_constant_pct, base_year, expenditure_usd_current_m / 1000 AS nato_usd_bn, members, status
FROM mart.aggregate
WHERE edition_id = $edition AND group_id = 'NATO' AND membership_basis = 'published'
ORDER BY year
