-- id: share_equals_constant_price_ratio
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: NATO prints a share of real GDP; what differs is hand-set and reviewed in core.share_exception

SELECT * FROM relation.nato_share_differences WHERE price_basis = 'constant'
  AND abs(difference_pp) > 0.005 + rounding_pp
  AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)
