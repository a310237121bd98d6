-- id: probability_and_arrival_agree
-- severity: error
-- question: structure
-- reason: both are counted in the same draws

SELECT * FROM {batch} WHERE p_reached_by_due IS NOT NULL AND (
  (p_reached_by_due >= 0.1) <> (coalesce(arrival_p10, 9999) <= due_year)
  OR (p_reached_by_due >= 0.5) <> (coalesce(arrival_p50, 9999) <= due_year)
  OR (p_reached_by_due >= 0.9) <> (coalesce(arrival_p90, 9999) <= due_year))
