-- Allies, Indo-Pacific partners, China, Russia, Ukraine and North Korea on SIPRI's definition: a benchmark, never
-- compliance. Source: METRICS, section 6. The newest figure of each series; SIPRI's colours travel as flags.
WITH latest AS (
    SELECT * FROM core.observation
    WHERE source_id = 'sipri' AND known_until = DATE '9999-12-31' AND length(entity) = 3
      AND indicator IN ('defence_expenditure', 'defence_share_of_gdp') AND (currency = 'USD' OR currency IS NULL)
),

figure AS (
    SELECT
        entity, year,
        max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS share_of_gdp_pct,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current') AS expenditure_usd_current_m,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'constant') AS expenditure_usd_constant_m,
        max(base_year) FILTER (WHERE indicator = 'defence_expenditure') AS base_year,
        max(availability) FILTER (WHERE indicator = 'defence_share_of_gdp') AS availability,
        list_sort(list_distinct(flatten(list(flags)))) AS flags,
        string_agg(DISTINCT note, ' ' ORDER BY note) AS note,
        max(edition_id) AS edition_id
    FROM latest
    GROUP BY entity, year
),

grouped AS (
    SELECT
        figure.*,
        coalesce(ally.group_id, partner.group_id) AS group_id
    FROM figure
    LEFT JOIN core.membership AS ally ON ally.group_id = 'NATO' AND ally.iso3 = figure.entity AND year(ally.member_from) <= figure.year
    LEFT JOIN core.membership AS partner ON partner.group_id = 'IP4' AND partner.iso3 = figure.entity
)

SELECT
    entity, year, group_id, share_of_gdp_pct,
    CASE WHEN share_of_gdp_pct IS NOT NULL THEN 'reported'
         WHEN availability IN ('not_applicable', 'did_not_exist') THEN availability ELSE 'not_reported' END AS availability,
    CASE WHEN share_of_gdp_pct IS NOT NULL
         THEN rank() OVER (PARTITION BY year ORDER BY share_of_gdp_pct DESC NULLS LAST) END AS rank_in_year,
    expenditure_usd_current_m, expenditure_usd_constant_m, base_year,
    -- SIPRI divides by GDP at current prices: its own ratio gives back the GDP that it used.
    100 * expenditure_usd_current_m / nullif(share_of_gdp_pct, 0) AS implied_gdp_usd_current_m,
    edition_id, flags,
    CASE WHEN share_of_gdp_pct IS NULL AND note IS NULL THEN 'SIPRI gives no figure' ELSE note END AS note
FROM grouped
ORDER BY entity, year
