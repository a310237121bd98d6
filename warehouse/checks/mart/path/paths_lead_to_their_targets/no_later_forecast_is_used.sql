-- id: no_later_forecast_is_used
-- severity: error
-- question: structure
-- reason: what was not known then is not used

SELECT p.* FROM {batch} p WHERE p.gdp_edition_id IS NULL AND p.year > p.start_year
  AND (p.usd_growth_pct IS NOT NULL OR p.required_spending_usd_current_m IS NOT NULL)
