-- id: editions_reach_as_far_as_before
-- severity: error
-- question: resemblance
-- reason: a complete edition ends no earlier than those before it: an old one under a new date, or a year was cut
--   off

SELECT edition_id, max(before_id) AS before_id, indicator, variant, price_basis, year_basis, max(year) AS year_before,
         count(*) AS figures, min(locator_before) AS locator_before
  FROM relation.figures_of_earlier_editions WHERE ends_earlier GROUP BY ALL
