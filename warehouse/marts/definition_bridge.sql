-- The same country and year under four definitions, each from the newest edition of its source. Source: docs/metrics.md#bridge-and-benchmark.
-- Side by side, never summed or filled from one another.
WITH latest AS (
    SELECT * FROM core.observation
    WHERE DATE '9999-12-31' IN (known_until, restored_until) AND availability = 'reported' AND price_basis IN ('current', 'constant')
      AND indicator IN ('defence_expenditure', 'defence_share_of_gdp') AND entity IN (SELECT iso3 FROM core.country)
),

-- A source's figures of a row come from one edition and one data set: the newest that prints the share, or else the money.
-- NATO's share is of real GDP, those of the others of nominal GDP.
figure AS (
    SELECT
        source_id, entity, year, edition_id, definition,
        max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS share_pct,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current' AND currency = 'USD') AS usd_m,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current' AND currency = 'EUR') AS eur_m,
        max(derived_from) AS derived_from,
        list_distinct(flatten(list(flags))) AS flags,
        list_distinct(flatten(list(break_ids))) AS break_ids
    FROM latest
    GROUP BY source_id, entity, year, edition_id, definition
    HAVING share_pct IS NOT NULL OR usd_m IS NOT NULL OR eur_m IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY source_id, entity, year ORDER BY share_pct IS NULL, max(known_from) DESC, edition_id) = 1
),

-- Dollars for a euro as NATO's own tables imply it: the same spending in euro and in dollars.
rate AS (
    SELECT year, mart.implied_usd_per_eur(usd_m, eur_m) AS usd_per_eur
    FROM figure WHERE source_id = 'nato' AND eur_m > 0 GROUP BY year
),

bridge AS (
    SELECT
        entity, year,
        max(share_pct) FILTER (WHERE source_id = 'nato') AS nato_share_pct,
        max(share_pct) FILTER (WHERE source_id = 'sipri') AS sipri_share_pct,
        max(share_pct) FILTER (WHERE source_id = 'eurostat') AS eurostat_share_pct,
        max(share_pct) FILTER (WHERE source_id = 'world_bank') AS world_bank_share_pct,
        max(usd_m) FILTER (WHERE source_id = 'nato') AS nato_usd_m,
        max(usd_m) FILTER (WHERE source_id = 'sipri') AS sipri_usd_m,
        max(eur_m) FILTER (WHERE source_id = 'eurostat') AS eurostat_eur_m,
        max(usd_m) FILTER (WHERE source_id = 'world_bank') AS world_bank_usd_m,
        max(edition_id) FILTER (WHERE source_id = 'nato') AS nato_edition_id,
        max(edition_id) FILTER (WHERE source_id = 'sipri') AS sipri_edition_id,
        max(edition_id) FILTER (WHERE source_id = 'eurostat') AS eurostat_edition_id,
        max(edition_id) FILTER (WHERE source_id = 'world_bank') AS world_bank_edition_id,
        max(derived_from) FILTER (WHERE source_id = 'world_bank') AS world_bank_derived_from,
        max(definition) FILTER (WHERE source_id = 'eurostat') AS eurostat_definition,
        list_sort(list_distinct(flatten(list(flags)))) AS flags,
        list_sort(list_distinct(flatten(list(break_ids)))) AS break_ids
    FROM figure
    WHERE source_id IN ('nato', 'sipri', 'eurostat', 'world_bank')
    GROUP BY entity, year
)

SELECT
    entity, year,
    nato_share_pct, sipri_share_pct, eurostat_share_pct, world_bank_share_pct,
    mart.difference_pp(sipri_share_pct, nato_share_pct) AS sipri_less_nato_pp,
    mart.difference_pp(eurostat_share_pct, nato_share_pct) AS eurostat_less_nato_pp,
    mart.difference_pp(world_bank_share_pct, sipri_share_pct) AS world_bank_less_sipri_pp,
    nato_usd_m, sipri_usd_m, eurostat_eur_m, eurostat_eur_m * usd_per_eur AS eurostat_usd_m, usd_per_eur AS eurostat_usd_per_eur,
    world_bank_usd_m,
    nato_edition_id, sipri_edition_id, eurostat_edition_id, world_bank_edition_id, world_bank_derived_from,
    flags, eurostat_definition, break_ids
FROM bridge
LEFT JOIN rate USING (year)
ORDER BY entity, year
