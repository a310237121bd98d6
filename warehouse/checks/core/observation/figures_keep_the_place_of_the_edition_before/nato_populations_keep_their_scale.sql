-- id: nato_populations_keep_their_scale
-- severity: error
-- question: resemblance
-- reason: no census moves all countries at once: the median differs by 0.03 % between June 2024 and July 2026

SELECT edition_id, before_id, median(population_m / population_before_m) AS median_ratio, min(locator) AS locator
  FROM relation.nato_population_against_the_edition_before GROUP BY ALL HAVING count(*) >= 20 AND abs(median_ratio - 1) > 0.02
