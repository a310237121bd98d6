-- id: a_shortfall_is_no_less_than_the_gap
-- severity: error
-- question: structure
-- reason: leaving out negative terms cannot lower a sum

SELECT * FROM {batch} WHERE shortfall_most_usd_current_m < gap_most_usd_current_m - 1e-6
  OR shortfall_least_usd_current_m < gap_least_usd_current_m - 1e-6
