-- The same country and year under four definitions, each from the newest edition of its source. Source: METRICS, section 6.
-- Side by side, never summed or filled from one another.
WITH latest AS (
    SELECT * FROM core.observation
    WHERE known_until = DATE '9999-12-31' AND availability = 'reported' AND price_basis IN ('current', 'constant')
      AND indicator IN ('defence_expenditure', 'defence_share_of_gdp') AND length(entity) = 3
),

-- NATO's share is of real GDP, those of the others of nominal GDP.
share AS (
    SELECT
        entity, year,
        max(value) FILTER (WHERE source_id = 'nato') AS nato_share_pct,
        max(edition_id) FILTER (WHERE source_id = 'nato') AS nato_edition_id,
        max(value) FILTER (WHERE source_id = 'sipri') AS sipri_share_pct,
        max(edition_id) FILTER (WHERE source_id = 'sipri') AS sipri_edition_id,
        max(value) FILTER (WHERE source_id = 'world_bank') AS world_bank_share_pct,
        max(edition_id) FILTER (WHERE source_id = 'world_bank') AS world_bank_edition_id,
        max(derived_from) FILTER (WHERE source_id = 'world_bank') AS world_bank_derived_from,
        max(value) FILTER (WHERE source_id = 'eurostat') AS eurostat_share_pct,
        max(edition_id) FILTER (WHERE source_id = 'eurostat') AS eurostat_edition_id
    FROM latest
    WHERE indicator = 'defence_share_of_gdp'
    GROUP BY entity, year
),

money AS (
    SELECT
        entity, year,
        max(value) FILTER (WHERE source_id = 'nato' AND currency = 'USD') AS nato_usd_m,
        max(value) FILTER (WHERE source_id = 'sipri' AND currency = 'USD') AS sipri_usd_m,
        max(value) FILTER (WHERE source_id = 'world_bank' AND currency = 'USD') AS world_bank_usd_m,
        max(value) FILTER (WHERE source_id = 'eurostat' AND currency = 'EUR') AS eurostat_eur_m
    FROM latest
    WHERE indicator = 'defence_expenditure' AND price_basis = 'current'
    GROUP BY entity, year
),

-- Dollars for a euro as NATO's own tables imply it: spending in euro and in dollars of the same cell row.
rate AS (
    SELECT n.year, median(u.value / n.value) AS usd_per_eur
    FROM latest AS n
    JOIN latest AS u USING (edition_id, entity, year, indicator, price_basis)
    WHERE n.source_id = 'nato' AND n.indicator = 'defence_expenditure' AND n.price_basis = 'current'
      AND n.currency = 'EUR' AND u.currency = 'USD' AND n.value > 0
    GROUP BY n.year
),

flag AS (
    SELECT entity, year, list_sort(list_distinct(flatten(list(flags)))) AS flags FROM latest GROUP BY entity, year
)

SELECT
    entity, year,
    nato_share_pct, sipri_share_pct, eurostat_share_pct, world_bank_share_pct,
    sipri_share_pct - nato_share_pct AS sipri_less_nato_pp,
    eurostat_share_pct - nato_share_pct AS eurostat_less_nato_pp,
    world_bank_share_pct - sipri_share_pct AS world_bank_less_sipri_pp,
    nato_usd_m, sipri_usd_m, eurostat_eur_m, eurostat_eur_m * usd_per_eur AS eurostat_usd_m, usd_per_eur AS eurostat_usd_per_eur,
    world_bank_usd_m,
    nato_edition_id, sipri_edition_id, eurostat_edition_id, world_bank_edition_id, world_bank_derived_from,
    flags
FROM share
FULL JOIN money USING (entity, year)
LEFT JOIN rate USING (year)
LEFT JOIN flag USING (entity, year)
ORDER BY entity, year
