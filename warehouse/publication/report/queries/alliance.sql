-- What the Alliance spends in each year of the newest edition on its published total, and what all Allies below 3.5 % lack.
SELECT
    a.year, a.status, a.members, a.expenditure_usd_current_m / 1000 AS spending_usd_bn, a.share_of_gdp_pct AS share_pct,
    a.real_change_pct, a.us_share_current_pct,
    g.below, g.not_reported, g.shortfall_most_usd_current_m / 1000 AS shortfall_usd_bn
FROM mart.aggregate AS a
LEFT JOIN mart.group_gap AS g
    ON g.edition_id = a.edition_id AND g.group_id = a.group_id AND g.year = a.year AND g.rule_id = 'hague_core_3_5pct'
WHERE a.edition_id = $edition AND a.group_id = 'NATO' AND a.membership_basis = 'published'
ORDER BY a.year
