-- id: share_is_near_the_current_price_ratio
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year
-- reason: deflators move a share by less than 0.1 points beyond what they did in an earlier edition; by 0.29 at
--   most (the Netherlands)

-- `largest_before_pp` is how far the same country's share lay from the current-price ratio in earlier editions, at
-- most.

WITH differences AS (SELECT * FROM relation.nato_share_differences WHERE price_basis = 'current')
              SELECT * FROM (
    SELECT d.*, (SELECT max(abs(b.difference_pp)) FROM differences b JOIN core_edition o ON o.edition_id = b.edition_id
                 WHERE b.entity = d.entity AND o.vintage_seq < e.vintage_seq) AS largest_before_pp
    FROM differences d JOIN core_edition e ON e.edition_id = d.edition_id
  ) WHERE abs(difference_pp) > rounding_pp + coalesce(0.12 + largest_before_pp, 0.5)
              AND (exception_id IS NULL OR abs(difference_pp) > largest_difference_pp + 0.005)
