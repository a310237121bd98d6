-- id: gap_is_threshold_less_share
-- severity: error
-- question: structure
-- reason: one subtraction

SELECT * FROM {batch} WHERE abs(threshold_pct - share_of_gdp_pct - gap_pp) > 1e-9 OR (gap_pp IS NULL) <> (share_of_gdp_pct IS NULL)
