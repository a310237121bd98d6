-- id: parts_add_up_to_the_change
-- severity: error
-- question: structure
-- reason: the split is exact, and whole

SELECT * FROM {batch} WHERE abs(spending_part_pp + gdp_part_pp + method_part_pp - change) > 1e-9
  OR (spending_part_pp IS NULL) <> (method_part_pp IS NULL) OR (spending_part_pp IS NULL) <> (gdp_part_pp IS NULL)
