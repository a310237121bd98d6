-- What 3.5 % asks of each Ally by its due year, when trends would arrive, and how sure that is; 5 % by core alone beside it.
SELECT
    c.iso3, c.name, o.start_year, o.due_year, o.current_share_pct, o.status, o.threshold_pct, o.required_pp_per_year,
    o.required_real_growth_pct_per_year, last.extra_against_share_usd_constant_m / 1000 AS extra_last_year_usd_bn,
    last.cumulated_against_share_usd_constant_m / 1000 AS cumulated_usd_bn, last.base_year,
    o.arrival_earliest, o.arrival_median, o.arrival_latest, o.never_at_trend, o.rating, o.rating_arithmetic, o.feasible,
    100 * o.p_met_after_revision AS p_met_after_revision_pct, 100 * o.p_reached_by_due AS p_reached_by_due_pct,
    o.draws, o.evidence, o.assumptions,
    o.national_plan_year, o.national_plan_share_pct, plan.citation AS plan_citation,
    total.threshold_pct AS total_threshold_pct, total.required_pp_per_year AS total_required_pp_per_year,
    total.arrival_earliest AS total_arrival_earliest, total.arrival_median AS total_arrival_median,
    total.arrival_latest AS total_arrival_latest, total.never_at_trend AS total_never_at_trend
FROM mart.outlook AS o
JOIN core.country AS c ON c.iso3 = o.entity
LEFT JOIN mart.outlook AS total
    ON total.rule_id = 'hague_total_5pct' AND total.edition_id = o.edition_id AND total.entity = o.entity
LEFT JOIN mart.path AS last
    ON last.rule_id = o.rule_id AND last.edition_id = o.edition_id AND last.entity = o.entity
   AND last.year = o.due_year AND last.path_kind = 'linear'
LEFT JOIN core.national_plan AS plan ON plan.plan_id = o.national_plan_id
WHERE o.rule_id = 'hague_core_3_5pct' AND o.edition_id = $edition
ORDER BY o.current_share_pct DESC, c.name
