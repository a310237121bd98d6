-- id: nato_figures_a_head_follow_the_share
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year
-- reason: spending a head over GDP a head is the share, within the rounding of both (0.02 at most in the editions
--   of 2024 and 2026): blocks under each other's title, or another scale, are far from it

SELECT d.edition_id, unnest([d.indicator, g.indicator, s.indicator]) AS indicator, d.entity, d.year,
         100 * d.value / g.value AS recomputed_pct, s.value AS published_pct, d.locator
  FROM {batch} d
  JOIN {batch} g ON g.edition_id = d.edition_id AND g.entity = d.entity AND g.year = d.year AND g.indicator = 'gdp_per_capita'
  JOIN {batch} s ON s.edition_id = d.edition_id AND s.entity = d.entity AND s.year = d.year
    AND s.indicator = 'defence_share_of_gdp'
  WHERE d.indicator = 'defence_per_capita' AND d.source_id = 'nato' AND abs(100 * d.value / g.value - s.value) > 0.05
