-- Allies, Indo-Pacific partners, China, Russia, Ukraine and North Korea on SIPRI's definition: a benchmark, never
-- compliance. Source: docs/metrics.md#bridge-and-benchmark. The newest figure of each series; SIPRI's colours travel as flags.
WITH compared AS (
    SELECT DISTINCT iso3 AS entity FROM core.membership WHERE group_id IN ('NATO', 'IP4', 'BENCHMARK')
),

latest AS (
    SELECT * FROM core.observation SEMI JOIN compared USING (entity)
    WHERE source_id = 'sipri' AND DATE '9999-12-31' IN (known_until, restored_until)
      AND indicator IN ('defence_expenditure', 'defence_share_of_gdp') AND (currency = 'USD' OR currency IS NULL)
),

-- A row's figures come from one edition: the newest that prints the share. Levels of two base years never meet.
figure AS (
    SELECT
        entity, year, edition_id,
        max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS share_of_gdp_pct,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'current') AS expenditure_usd_current_m,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND price_basis = 'constant') AS expenditure_usd_constant_m,
        max(base_year) FILTER (WHERE indicator = 'defence_expenditure') AS base_year,
        max(availability) FILTER (WHERE indicator = 'defence_share_of_gdp') AS share_availability,
        list_sort(list_distinct(flatten(list(flags)))) AS flags,
        list_sort(list_distinct(flatten(list(break_ids)))) AS break_ids,
        string_agg(DISTINCT note, ' ' ORDER BY note) AS note
    FROM latest
    GROUP BY entity, year, edition_id
    QUALIFY row_number() OVER (
        PARTITION BY entity, year ORDER BY share_availability IS NULL, max(known_from) DESC, edition_id
    ) = 1
),

membership AS (
    SELECT group_id, iso3 AS entity, member_from, member_to
    FROM core.membership WHERE group_id IN ('NATO', 'IP4')
)

SELECT
    figure.entity, figure.year, membership.group_id, share_of_gdp_pct,
    CASE WHEN share_of_gdp_pct IS NOT NULL THEN 'reported'
         WHEN share_availability IN ('not_applicable', 'did_not_exist') THEN share_availability ELSE 'not_reported' END AS availability,
    mart.rank_among(share_of_gdp_pct, list(share_of_gdp_pct) OVER (PARTITION BY figure.year)) AS rank_in_year,
    expenditure_usd_current_m, expenditure_usd_constant_m, base_year,
    -- SIPRI divides by GDP at current prices: its own ratio gives back the GDP that it used.
    mart.implied_gdp(expenditure_usd_current_m, share_of_gdp_pct) AS implied_gdp_usd_current_m,
    edition_id, flags,
    CASE WHEN share_of_gdp_pct IS NULL AND note IS NULL THEN 'SIPRI gives no figure' ELSE note END AS note,
    break_ids
FROM figure
LEFT JOIN membership
    ON membership.entity = figure.entity AND mart.is_member(figure.year, member_from, member_to)
ORDER BY figure.entity, figure.year
