-- Verdict and gap of every Ally under every rule, in every year of every edition of NATO.
-- Source: METRICS, sections 1 and 2. One row: rule x edition x country x year.
WITH nato AS (
    SELECT * FROM core.observation WHERE source_id = 'nato'
),

-- A member counts from its accession year on (SOURCES, section 6).
member AS (
    SELECT group_id, iso3 AS entity, year(member_from) AS first_year, coalesce(year(member_to), 9999) AS last_year
    FROM core.membership
),

ally AS (
    SELECT * FROM member WHERE group_id = 'NATO'
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
    WHERE indicator IN ('defence_share_of_gdp', 'equipment_share') AND availability = 'reported'
      AND entity IN (SELECT entity FROM ally)
),

judged AS (
    SELECT
        guideline.rule_id, covered.edition_id, ally.entity, covered.year,
        guideline.threshold_pct AS threshold, guideline.indicator, guideline.comparison,
        -- What the unreported related leg may count at most; a rule on anything else has none.
        coalesce(guideline.related_counted_at_most_pct, 0) AS related_at_most_pct,
        covered.year >= year(guideline.adopted_on) AS in_force,
        CASE WHEN guideline.due_at_once THEN covered.year >= year(guideline.adopted_on)
             ELSE coalesce(covered.year >= guideline.due_year, false) END AS due,
        covered.year BETWEEN ally.first_year AND ally.last_year
            AND (guideline.scope = ally.entity OR in_scope.entity IS NOT NULL)
            AND NOT coalesce(figure.has_no_forces, false) AS applicable,
        -- The printed share that the rule, or its reported leg, is measured on.
        CASE guideline.indicator
            WHEN 'equipment_share' THEN figure.equipment_share_pct
            WHEN 'related_share_of_gdp' THEN NULL
            ELSE figure.core_share_pct
        END AS share_pct,
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
    LEFT JOIN member AS in_scope
        ON in_scope.group_id = guideline.scope AND in_scope.entity = ally.entity
       AND covered.year BETWEEN in_scope.first_year AND in_scope.last_year
    LEFT JOIN figure ON figure.edition_id = covered.edition_id AND figure.entity = ally.entity AND figure.year = covered.year
),

-- Not applicable outweighs a printed figure: NATO prints the years before accession all the same.
applied AS (
    SELECT
        judged.* EXCLUDE (share_pct, recomputed_value, status, flags, break_ids, currency, base_year),
        CASE WHEN applicable THEN share_pct END AS share_pct,
        CASE WHEN applicable THEN recomputed_value END AS recomputed_value,
        CASE WHEN applicable AND share_pct IS NOT NULL THEN status END AS status,
        CASE WHEN applicable AND share_pct IS NOT NULL THEN currency END AS currency,
        CASE WHEN applicable AND share_pct IS NOT NULL THEN base_year END AS base_year,
        -- A figure that is withheld is not reported, and says that it waits for a person's word.
        CASE
            WHEN applicable AND share_pct IS NOT NULL THEN flags
            WHEN applicable THEN list_intersect(coalesce(flags, []), ['withheld'])
            ELSE []
        END AS flags,
        CASE WHEN applicable AND share_pct IS NOT NULL THEN break_ids ELSE [] END AS break_ids
    FROM judged
),

decided AS (
    SELECT
        *,
        -- The related leg is unreported: the total is known to reach its threshold only where core alone does.
        CASE WHEN indicator <> 'total_share_of_gdp' OR share_pct >= threshold THEN share_pct END AS value,
        threshold - related_at_most_pct AS least_threshold
    FROM applied
),

-- The part of today's spending that is missing to a threshold, negative above it: of spending itself for a rule on
-- equipment; else by the ratio of constant prices, which is the share that NATO prints (METRICS, section 2). At the
-- threshold as printed nothing is missing: the published share decides, not the digits behind it.
missing AS (
    SELECT
        *,
        CASE WHEN indicator = 'equipment_share' THEN (threshold - share_pct) / 100
             WHEN (threshold - share_pct) * (threshold / recomputed_value - 1) > 0 THEN threshold / recomputed_value - 1
             WHEN share_pct IS NOT NULL AND recomputed_value IS NOT NULL THEN 0
        END AS most,
        CASE WHEN related_at_most_pct = 0 THEN most
             WHEN (least_threshold - share_pct) * (least_threshold / recomputed_value - 1) > 0
             THEN least_threshold / recomputed_value - 1
             WHEN share_pct IS NOT NULL AND recomputed_value IS NOT NULL THEN 0
        END AS least,
        CASE WHEN value IS NOT NULL THEN most END AS known
    FROM decided
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
    known * expenditure_national_m AS gap_national_currency_m,
    currency,
    known * expenditure_usd_current_m AS gap_usd_current_m,
    known * expenditure_usd_constant_m AS gap_usd_constant_m,
    least_threshold - share_pct AS gap_least_pp,
    threshold - share_pct AS gap_most_pp,
    least * expenditure_national_m AS gap_least_national_currency_m,
    most * expenditure_national_m AS gap_most_national_currency_m,
    least * expenditure_usd_current_m AS gap_least_usd_current_m,
    most * expenditure_usd_current_m AS gap_most_usd_current_m,
    least * expenditure_usd_constant_m AS gap_least_usd_constant_m,
    most * expenditure_usd_constant_m AS gap_most_usd_constant_m,
    base_year,
    status,
    flags,
    break_ids
FROM missing
ORDER BY rule_id, edition_id, entity, year
