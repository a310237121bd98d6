-- id: share_equals_current_price_ratio
-- severity: warn
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: where spending and GDP have different deflators the share of real GDP moves away; reviewed in
--   core.share_exception

-- Which countries differ is NATO's choice of deflators: a new edition is looked at, not refused.

SELECT * FROM relation.nato_share_differences WHERE price_basis = 'current'
  AND abs(difference_pp) > 0.01 + rounding_pp
  AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)
