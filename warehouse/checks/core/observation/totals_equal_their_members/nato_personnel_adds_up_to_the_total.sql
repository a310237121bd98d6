-- id: nato_personnel_adds_up_to_the_total
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: thousand persons; 31 figures rounded to a tenth move the sum by a few tenths. Where a member prints none,
--   the total may hold NATO's own estimate

SELECT * FROM relation.nato_member_sums WHERE indicator = 'personnel' AND present = members
  AND abs(member_sum - published) > 0.5
