-- id: the_range_holds_the_gap
-- severity: error
-- question: structure
-- reason: what may count as related spending can only lower a gap

SELECT * FROM {batch} WHERE gap_least_usd_current_m > gap_most_usd_current_m
  OR gap_usd_current_m IS DISTINCT FROM gap_most_usd_current_m AND gap_pp IS NOT NULL
