-- How much of the Alliance's burden each Ally carries, and its economic weight. Source: docs/metrics.md#burden-ratio.
WITH ally AS (
    SELECT
        c.edition_id, c.entity, c.year, c.value AS share_of_gdp_pct, c.status, c.flags,
        n.expenditure_usd_current_m, n.gdp_usd_current_m
    FROM mart.compliance AS c
    LEFT JOIN mart.nato_year AS n ON n.edition_id = c.edition_id AND n.entity = c.entity AND n.year = c.year
    WHERE c.rule_id = 'wales_2pct' AND c.verdict <> 'not_applicable' AND c.value IS NOT NULL
)

SELECT
    a.edition_id, a.entity, a.year, a.share_of_gdp_pct,
    t.share_of_gdp_pct AS nato_share_of_gdp_pct,
    mart.burden_ratio(a.share_of_gdp_pct, t.share_of_gdp_pct) AS burden_ratio,
    mart.percent_of(a.expenditure_usd_current_m, m.expenditure_usd_current_m) AS share_of_nato_expenditure_pct,
    mart.percent_of(a.gdp_usd_current_m, m.gdp_usd_current_m) AS share_of_nato_gdp_pct,
    mart.rank_among(a.share_of_gdp_pct, list(a.share_of_gdp_pct) OVER (PARTITION BY a.edition_id, a.year)) AS rank_in_year,
    a.status, a.flags
FROM ally AS a
JOIN mart.aggregate AS t
    ON t.edition_id = a.edition_id AND t.year = a.year AND t.group_id = 'NATO' AND t.membership_basis = 'published'
JOIN mart.aggregate AS m
    ON m.edition_id = a.edition_id AND m.year = a.year AND m.group_id = 'NATO' AND m.membership_basis = 'members_at_date'
ORDER BY a.edition_id, a.year, a.entity
