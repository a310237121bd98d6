-- The linear path to 3.5 % of each Ally, year by year.
SELECT entity AS iso3, year, required_share_pct AS share_pct, step_pp,
       extra_against_share_national_currency_m / 1000 AS extra_national_bn, currency,
       extra_against_share_usd_constant_m / 1000 AS extra_usd_bn, base_year, start_year, gdp_basis, real_growth_basis
FROM mart.path
WHERE rule_id = 'hague_core_3_5pct' AND edition_id = $edition AND path_kind = 'linear' AND membership_basis IS NULL
ORDER BY entity, year
