-- id: nato_population_is_in_millions
-- severity: error
-- question: resemblance
-- concerns: indicator, year
-- reason: NATO's members had 919 million people in 2014 and 991 in 2026: GDP over GDP a head

SELECT g.edition_id, h.indicator, g.year, g.value / h.value AS population_m, h.locator FROM {batch} g
  JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year AND h.indicator = 'gdp_per_capita'
  WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND g.entity = 'NATO'
    AND g.value / h.value NOT BETWEEN 850 AND 1100
