-- NATO's figures of a country or group in a year, one row for each edition that prints any: what the marts start from.
-- Null where the edition has no figure. Not published: core.observation has the same figures with their cells.
CREATE TABLE mart.nato_year AS
SELECT
    edition_id, entity, year,
    max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_pct,
    max(status) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_status,
    max(flags) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_flags,
    max(break_ids) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_break_ids,
    max(value) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_pct,
    max(status) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_status,
    max(flags) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_flags,
    max(break_ids) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_break_ids,
    max(value) FILTER (WHERE indicator = 'defence_real_change') AS real_change_pct,
    -- The United States count in dollars.
    max(value) FILTER (WHERE is_spending AND price_basis = 'current' AND (NOT is_usd OR entity = 'USA')) AS expenditure_national_m,
    max(currency) FILTER (WHERE is_spending AND price_basis = 'current' AND (NOT is_usd OR entity = 'USA')) AS currency,
    max(value) FILTER (WHERE is_spending AND is_usd AND price_basis = 'current') AS expenditure_usd_current_m,
    max(value) FILTER (WHERE is_spending AND is_usd AND price_basis = 'constant') AS expenditure_usd_constant_m,
    max(value) FILTER (WHERE indicator = 'gdp' AND is_usd AND price_basis = 'current') AS gdp_usd_current_m,
    max(value) FILTER (WHERE indicator = 'gdp' AND is_usd AND price_basis = 'constant') AS gdp_usd_constant_m,
    max(base_year) FILTER (WHERE is_usd) AS base_year,
    bool_or(availability = 'not_applicable' AND indicator = 'defence_share_of_gdp') AS has_no_forces,
    -- Of the share, its growth and the money in US$. In the alphabet actual < estimate < forecast, the order of weakness.
    max(status) FILTER (WHERE is_summed AND availability = 'reported') AS status,
    coalesce(flatten(list(flags) FILTER (WHERE is_summed)), []) AS flags,
    coalesce(flatten(list(break_ids) FILTER (WHERE is_summed)), []) AS break_ids
FROM (
    SELECT
        *,
        indicator = 'defence_expenditure' AS is_spending,
        coalesce(currency = 'USD', false) AS is_usd,
        (is_usd OR currency IS NULL)
            AND indicator IN ('defence_expenditure', 'gdp', 'defence_share_of_gdp', 'defence_real_change') AS is_summed
    FROM core.observation
    WHERE source_id = 'nato'
)
GROUP BY edition_id, entity, year
