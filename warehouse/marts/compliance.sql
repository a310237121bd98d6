-- Verdict and gap of every Ally under every rule, in every year of every edition of NATO.
-- Source: METRICS, sections 1 and 2. One row: rule x edition x country x year.
WITH nato AS (
    SELECT * FROM core.observation WHERE source_id = 'nato'
),

-- Each measure of a country-year in its own column; null where the edition has no figure.
figure AS (
    SELECT
        edition_id, entity, year,
        max(value) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_pct,
        max(value) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_pct,
        bool_or(availability = 'not_applicable' AND indicator = 'defence_share_of_gdp') AS has_no_forces,
        max(status) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_status,
        max(status) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_status,
        max(flags) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_flags,
        max(flags) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_flags,
        max(break_ids) FILTER (WHERE indicator = 'defence_share_of_gdp') AS core_share_break_ids,
        max(break_ids) FILTER (WHERE indicator = 'equipment_share') AS equipment_share_break_ids,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND currency = 'USD' AND price_basis = 'current') AS expenditure_usd_current_m,
        max(value) FILTER (WHERE indicator = 'defence_expenditure' AND currency = 'USD' AND price_basis = 'constant') AS expenditure_usd_constant_m,
        max(value) FILTER (WHERE indicator = 'gdp' AND currency = 'USD' AND price_basis = 'current') AS gdp_usd_current_m,
        max(value) FILTER (WHERE indicator = 'gdp' AND currency = 'USD' AND price_basis = 'constant') AS gdp_usd_constant_m,
        max(base_year) FILTER (WHERE indicator = 'gdp' AND currency = 'USD') AS base_year,
        max(value) FILTER (
            WHERE indicator = 'defence_expenditure' AND price_basis = 'current' AND (currency <> 'USD' OR entity = 'USA')
        ) AS expenditure_national_m,
        max(currency) FILTER (
            WHERE indicator = 'defence_expenditure' AND price_basis = 'current' AND (currency <> 'USD' OR entity = 'USA')
        ) AS currency
    FROM nato
    GROUP BY edition_id, entity, year
),

-- The years in which an edition prints a measure at all; a rule is judged in those years only.
-- The related 1.5 % is in no table of any edition: its rules are judged where the core share is printed.
covered AS (
    SELECT DISTINCT edition_id, year, unnest(
        CASE indicator
            WHEN 'equipment_share' THEN ['equipment_share']
            ELSE ['defence_share_of_gdp', 'related_share_of_gdp', 'total_share_of_gdp']
        END
    ) AS measured_on
    FROM nato
    WHERE indicator IN ('defence_share_of_gdp', 'equipment_share') AND availability = 'reported' AND length(entity) = 3
),

-- An Ally counts from its accession year on (SOURCES, section 6).
ally AS (
    SELECT iso3 AS entity, year(member_from) AS first_year, coalesce(year(member_to), 9999) AS last_year
    FROM core.membership
    WHERE group_id = 'NATO'
),

judged AS (
    SELECT
        guideline.rule_id, covered.edition_id, ally.entity, covered.year,
        guideline.threshold_pct AS threshold, guideline.indicator, guideline.comparison,
        covered.year >= year(guideline.adopted_on) AS in_force,
        CASE WHEN guideline.due_at_once THEN covered.year >= year(guideline.adopted_on)
             ELSE coalesce(covered.year >= guideline.due_year, false) END AS due,
        covered.year BETWEEN ally.first_year AND ally.last_year
            AND (length(guideline.scope) > 3 OR guideline.scope = ally.entity)
            AND NOT coalesce(figure.has_no_forces, false) AS applicable,
        CASE guideline.indicator
            WHEN 'defence_share_of_gdp' THEN figure.core_share_pct
            WHEN 'equipment_share' THEN figure.equipment_share_pct
            -- The related leg is unreported: the total is known to reach its threshold only where core alone does.
            WHEN 'total_share_of_gdp' THEN CASE WHEN figure.core_share_pct >= guideline.threshold_pct THEN figure.core_share_pct END
        END AS value,
        CASE guideline.indicator
            WHEN 'equipment_share' THEN NULL
            WHEN 'related_share_of_gdp' THEN NULL
            ELSE 100 * figure.expenditure_usd_constant_m / figure.gdp_usd_constant_m
        END AS recomputed_value,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_status ELSE figure.core_share_status END AS status,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_flags ELSE figure.core_share_flags END AS flags,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_break_ids ELSE figure.core_share_break_ids END AS break_ids,
        figure.* EXCLUDE (edition_id, entity, year)
    FROM core.guideline AS guideline
    JOIN covered ON covered.measured_on = guideline.indicator
    CROSS JOIN ally
    LEFT JOIN figure ON figure.edition_id = covered.edition_id AND figure.entity = ally.entity AND figure.year = covered.year
),

-- Not applicable outweighs a printed figure: NATO prints the years before accession all the same.
decided AS (
    SELECT
        judged.* EXCLUDE (value, recomputed_value, status, flags, break_ids),
        CASE WHEN applicable THEN value END AS value,
        CASE WHEN applicable THEN recomputed_value END AS recomputed_value,
        CASE WHEN applicable AND value IS NOT NULL THEN status END AS status,
        CASE WHEN applicable AND value IS NOT NULL THEN flags ELSE [] END AS flags,
        CASE WHEN applicable AND value IS NOT NULL THEN break_ids ELSE [] END AS break_ids
    FROM judged
)

SELECT
    rule_id, edition_id, entity, year, value, threshold,
    CASE
        WHEN NOT applicable THEN 'not_applicable'
        WHEN value IS NULL THEN 'not_reported'
        WHEN comparison = 'at_least' AND value < threshold THEN 'not_met'
        ELSE 'met'
    END AS verdict,
    value - threshold AS margin_pp,
    recomputed_value,
    -- 1e-9 keeps 2.005 inside the half digit in spite of binary fractions.
    CASE WHEN value IS NOT NULL THEN
        abs(value - threshold) <= 0.005 + 1e-9
        OR coalesce(abs(recomputed_value - threshold) <= 0.005 + 1e-9, false)
        OR coalesce((value >= threshold) <> (recomputed_value >= threshold), false)
    END AS rounding_sensitive,
    in_force,
    due,
    threshold - value AS gap_pp,
    -- NATO prints no GDP in national currency: it follows from GDP in US$ at the rate that its own spending implies.
    CASE WHEN value IS NULL THEN NULL
         WHEN indicator = 'equipment_share' THEN (threshold - value) / 100 * expenditure_national_m
         ELSE threshold / 100 * gdp_usd_current_m * expenditure_national_m / expenditure_usd_current_m - expenditure_national_m
    END AS gap_national_currency_m,
    CASE WHEN value IS NOT NULL THEN currency END AS currency,
    CASE WHEN value IS NULL THEN NULL
         WHEN indicator = 'equipment_share' THEN (threshold - value) / 100 * expenditure_usd_current_m
         ELSE threshold / 100 * gdp_usd_current_m - expenditure_usd_current_m
    END AS gap_usd_current_m,
    CASE WHEN value IS NULL THEN NULL
         WHEN indicator = 'equipment_share' THEN (threshold - value) / 100 * expenditure_usd_constant_m
         ELSE threshold / 100 * gdp_usd_constant_m - expenditure_usd_constant_m
    END AS gap_usd_constant_m,
    CASE WHEN value IS NOT NULL THEN base_year END AS base_year,
    status,
    flags,
    break_ids
FROM decided
ORDER BY rule_id, edition_id, entity, year
