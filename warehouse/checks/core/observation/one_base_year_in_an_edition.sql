-- id: one_base_year_in_an_edition
-- severity: error
-- question: structure
-- reason: constant prices of two base years in one edition

SELECT edition_id, list(DISTINCT base_year) AS base_years, max_by(locator, base_year) AS locator FROM {batch}
  WHERE base_year IS NOT NULL GROUP BY edition_id HAVING count(DISTINCT base_year) > 1
