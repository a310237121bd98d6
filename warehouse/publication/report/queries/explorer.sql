-- Every figure that the explorer shows: Allies, the countries of the benchmark and the Alliance's totals, from the first year
-- that NATO prints (SIPRI's terms allow an excerpt), in each edition that stands. A row without a value hides an older one.
WITH shown AS (
    SELECT iso3 AS entity FROM core.membership WHERE group_id = 'NATO'
    UNION SELECT entity FROM mart.benchmark
    UNION SELECT group_id FROM mart.aggregate WHERE membership_basis = 'published'
),
figure AS (
    SELECT o.*, e.vintage_seq
    FROM core.observation AS o JOIN core.edition AS e USING (edition_id) SEMI JOIN shown USING (entity)
    WHERE e.withdrawn_on IS NULL
      AND o.year >= (SELECT min(year) FROM core.observation WHERE source_id = 'nato' AND indicator = 'defence_share_of_gdp')
),
measured AS (
    SELECT *, CASE
        WHEN indicator = 'defence_expenditure' AND variant = 'USD' THEN 'usd_' || price_basis
        WHEN indicator = 'defence_expenditure' AND variant = 'eurostat_gov_ev EUR' THEN 'eur_current'
        WHEN indicator = 'defence_expenditure' AND variant IN ('national', 'eurostat_gov_ev NAC') THEN 'national_' || price_basis
        WHEN indicator = 'gdp' AND price_basis = 'current' AND variant = 'USD' THEN 'gdp_usd_current'
        WHEN indicator IN ('defence_share_of_gdp', 'defence_per_capita', 'defence_real_change', 'personnel',
                           'equipment_share', 'personnel_share', 'infrastructure_share', 'other_share') THEN indicator
    END AS measure
    FROM figure
    UNION ALL BY NAME
    -- NATO prints the spending of the United States once: US$ is its national currency.
    SELECT *, 'national_' || price_basis AS measure FROM figure
    WHERE source_id = 'nato' AND indicator = 'defence_expenditure' AND entity = 'USA' AND variant = 'USD'
)
SELECT source_id, measure, entity, edition_id, currency, base_year, definition, year, value, status, availability, flags, locator
FROM measured WHERE measure IS NOT NULL
ORDER BY source_id, measure, entity, vintage_seq, currency, base_year, definition, year
