-- What the thresholds of the Alliance would mean for the Indo-Pacific partners, on SIPRI's definition: a benchmark.
-- Source: docs/metrics.md#gap-to-a-threshold. The thresholds are those of the rules on shares of GDP that apply to all Allies.
WITH threshold AS (
    SELECT threshold_pct, list(rule_id ORDER BY rule_id) AS rule_ids
    FROM core.guideline
    WHERE scope = 'NATO' AND comparison = 'at_least' AND indicator IN ('defence_share_of_gdp', 'total_share_of_gdp')
    GROUP BY threshold_pct
)

SELECT
    benchmark.entity, benchmark.year, threshold.threshold_pct, threshold.rule_ids,
    benchmark.share_of_gdp_pct,
    mart.gap_pp(share_of_gdp_pct, threshold_pct) AS gap_pp,
    -- SIPRI prints no GDP: spending over share gives back the one that it divided by.
    mart.gap_factor(share_of_gdp_pct, threshold_pct) * expenditure_usd_current_m AS gap_usd_current_m,
    mart.gap_factor(share_of_gdp_pct, threshold_pct) * expenditure_usd_constant_m AS gap_usd_constant_m,
    benchmark.base_year,
    'benchmark' AS label,
    benchmark.edition_id, benchmark.flags
FROM mart.benchmark AS benchmark
CROSS JOIN threshold
WHERE benchmark.group_id = 'IP4'
ORDER BY benchmark.entity, benchmark.year, threshold.threshold_pct
