-- Verdict and gap of every Ally under every rule, in every year of every edition of NATO.
-- Source: docs/metrics.md. One row: rule x edition x country x year.
WITH member AS (
    SELECT group_id, iso3 AS entity, member_from, member_to
    FROM core.membership
),

ally AS (
    SELECT * FROM member WHERE group_id = 'NATO'
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
    FROM core.observation
    WHERE source_id = 'nato' AND indicator IN ('defence_share_of_gdp', 'equipment_share') AND availability = 'reported'
      AND entity IN (SELECT entity FROM ally)
),

judged AS (
    SELECT
        guideline.rule_id, covered.edition_id, ally.entity, covered.year,
        guideline.threshold_pct AS threshold, guideline.indicator, guideline.comparison,
        -- What the unreported related leg may count at most; a rule on anything else has none.
        coalesce(guideline.related_counted_at_most_pct, 0) AS related_at_most_pct,
        mart.is_in_force(covered.year, guideline.adopted_on) AS in_force,
        mart.is_due(covered.year, guideline.due_at_once, guideline.adopted_on, guideline.due_year) AS due,
        mart.is_member(covered.year, ally.member_from, ally.member_to)
            AND (guideline.scope = ally.entity OR in_scope.entity IS NOT NULL)
            AND NOT coalesce(figure.has_no_forces, false) AS applicable,
        -- The printed share that the rule, or its reported leg, is measured on.
        CASE guideline.indicator
            WHEN 'equipment_share' THEN figure.equipment_share_pct
            WHEN 'related_share_of_gdp' THEN NULL
            ELSE figure.core_share_pct
        END AS share_pct,
        CASE WHEN guideline.indicator IN ('defence_share_of_gdp', 'total_share_of_gdp')
             THEN mart.percent_of(figure.expenditure_usd_constant_m, figure.gdp_usd_constant_m) END AS recomputed_value,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_status ELSE figure.core_share_status END AS status,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_flags ELSE figure.core_share_flags END AS flags,
        CASE guideline.indicator WHEN 'equipment_share' THEN figure.equipment_share_break_ids ELSE figure.core_share_break_ids END AS break_ids,
        figure.currency, figure.base_year,
        figure.expenditure_national_m, figure.expenditure_usd_current_m, figure.expenditure_usd_constant_m
    FROM core.guideline AS guideline
    JOIN covered ON covered.measured_on = guideline.indicator
    CROSS JOIN ally
    LEFT JOIN member AS in_scope
        ON in_scope.group_id = guideline.scope AND in_scope.entity = ally.entity
       AND mart.is_member(covered.year, in_scope.member_from, in_scope.member_to)
    LEFT JOIN mart.nato_year AS figure
        ON figure.edition_id = covered.edition_id AND figure.entity = ally.entity AND figure.year = covered.year
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
        -- A figure that is withheld is not reported, and its flag says that it waits for a person's decision.
        CASE
            WHEN applicable AND share_pct IS NOT NULL THEN flags
            WHEN applicable THEN list_intersect(coalesce(flags, []), ['withheld'])
            ELSE []
        END AS flags,
        CASE WHEN applicable AND share_pct IS NOT NULL THEN break_ids ELSE [] END AS break_ids
    FROM judged
),

-- The part of today's spending that is missing to a threshold, negative above it. The related leg of a total is
-- unreported: at most that much of it counts, at least nothing.
missing AS (
    SELECT
        *,
        mart.value_under_rule(indicator, share_pct, threshold) AS value,
        threshold - related_at_most_pct AS least_threshold,
        mart.missing_spending(indicator, share_pct, recomputed_value, threshold) AS most,
        mart.missing_spending(indicator, share_pct, recomputed_value, least_threshold) AS least,
        CASE WHEN value IS NOT NULL THEN most END AS known
    FROM applied
)

SELECT
    rule_id, edition_id, entity, year, value, threshold,
    mart.verdict(applicable, value, threshold, comparison) AS verdict,
    mart.margin_pp(value, threshold) AS margin_pp,
    recomputed_value,
    mart.is_rounding_sensitive(value, recomputed_value, threshold) AS rounding_sensitive,
    in_force,
    due,
    mart.gap_pp(value, threshold) AS gap_pp,
    known * expenditure_national_m AS gap_national_currency_m,
    currency,
    known * expenditure_usd_current_m AS gap_usd_current_m,
    known * expenditure_usd_constant_m AS gap_usd_constant_m,
    mart.gap_pp(share_pct, least_threshold) AS gap_least_pp,
    mart.gap_pp(share_pct, threshold) AS gap_most_pp,
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
