-- What 3.5 % asks of each Ally by its due year, how likely it is, when it may be reached; 5 % by core alone next to it.
SELECT
    c.iso3, c.name, o.start_year, o.due_year, o.current_share_pct, o.status, o.threshold_pct, o.required_pp_per_year,
    o.required_real_growth_pct_per_year, last.extra_against_share_usd_constant_m / 1000 AS extra_last_year_usd_bn,
    last.cumulated_against_share_usd_constant_m / 1000 AS cumulated_usd_bn, last.base_year,
    o.arrival_p10, o.arrival_p50, o.arrival_p90, o.horizon_year, o.rating, o.rating_arithmetic, o.feasible,
    o.p_met_after_revision, o.p_reached_by_due, o.likelihood, o.panel_n, o.steps_n, o.draws, o.evidence, o.assumptions,
    due.p10, due.p25, due.p50, due.p75, due.p90,
    o.scenario_three_year_step_year, o.scenario_least_squares_year, o.scenario_log_growth_year,
    o.national_plan_year, o.national_plan_share_pct, plan.citation AS plan_citation,
    total.threshold_pct AS total_threshold_pct, total.required_pp_per_year AS total_required_pp_per_year,
    total.p_reached_by_due AS total_p_reached_by_due
FROM mart.outlook AS o
JOIN core.country AS c ON c.iso3 = o.entity
LEFT JOIN mart.outlook AS total
    ON total.rule_id = 'hague_total_5pct' AND total.edition_id = o.edition_id AND total.entity = o.entity
LEFT JOIN mart.path AS last
    ON last.rule_id = o.rule_id AND last.edition_id = o.edition_id AND last.entity = o.entity
   AND last.year = o.due_year AND last.path_kind = 'linear'
LEFT JOIN mart.outlook_share AS due
    ON due.edition_id = o.edition_id AND due.entity = o.entity AND due.year = o.due_year
LEFT JOIN core.national_plan AS plan ON plan.plan_id = o.national_plan_id
WHERE o.rule_id = 'hague_core_3_5pct' AND o.edition_id = $edition
ORDER BY o.current_share_pct DESC, c.name
