-- How much of the Alliance's burden each Ally carries beside its economic weight. Source: METRICS, section 3.
WITH ally AS (
    SELECT
        c.edition_id, c.entity, c.year, c.value AS share_of_gdp_pct, c.status, c.flags,
        max(o.value) FILTER (WHERE o.indicator = 'defence_expenditure') AS expenditure_usd_current_m,
        max(o.value) FILTER (WHERE o.indicator = 'gdp') AS gdp_usd_current_m
    FROM mart.compliance AS c
    LEFT JOIN core.observation AS o
        ON o.edition_id = c.edition_id AND o.entity = c.entity AND o.year = c.year AND o.price_basis = 'current'
       AND o.currency = 'USD' AND o.indicator IN ('defence_expenditure', 'gdp')
    WHERE c.rule_id = 'wales_2pct' AND c.verdict <> 'not_applicable' AND c.value IS NOT NULL
    GROUP BY ALL
)

SELECT
    a.edition_id, a.entity, a.year, a.share_of_gdp_pct,
    t.share_of_gdp_pct AS nato_share_of_gdp_pct,
    a.share_of_gdp_pct / t.share_of_gdp_pct AS burden_ratio,
    100 * a.expenditure_usd_current_m / m.expenditure_usd_current_m AS share_of_nato_expenditure_pct,
    100 * a.gdp_usd_current_m / m.gdp_usd_current_m AS share_of_nato_gdp_pct,
    rank() OVER (PARTITION BY a.edition_id, a.year ORDER BY a.share_of_gdp_pct DESC) AS rank_in_year,
    a.status, a.flags
FROM ally AS a
JOIN mart.aggregate AS t
    ON t.edition_id = a.edition_id AND t.year = a.year AND t.group_id = 'NATO' AND t.membership_basis = 'published'
JOIN mart.aggregate AS m
    ON m.edition_id = a.edition_id AND m.year = a.year AND m.group_id = 'NATO' AND m.membership_basis = 'members_at_date'
ORDER BY a.edition_id, a.year, a.entity
