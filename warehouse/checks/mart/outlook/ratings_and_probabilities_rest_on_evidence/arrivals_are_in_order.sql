-- id: arrivals_are_in_order
-- severity: error
-- question: structure
-- reason: more draws arrive later

SELECT * FROM {batch} WHERE coalesce(arrival_p10, 9999) > coalesce(arrival_p50, 9999)
  OR coalesce(arrival_p50, 9999) > coalesce(arrival_p90, 9999) OR arrival_p10 < start_year OR arrival_p90 > horizon_year
