-- GDP over GDP a head, and what it was in the edition before.
WITH populations AS (
  SELECT g.edition_id, h.indicator, g.entity, g.year, e.vintage_seq, g.value / h.value AS population_m, h.locator
  FROM {batch} g JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year
   AND h.indicator = 'gdp_per_capita'
  JOIN core_edition e ON e.edition_id = g.edition_id
  WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND h.value > 0 AND e.withdrawn_on IS NULL)
SELECT *, lag(edition_id) OVER series AS before_id, lag(population_m) OVER series AS population_before_m,
       abs(population_m / population_before_m - 1) AS deviation, 0.05 AS tolerance
FROM populations WINDOW series AS (PARTITION BY entity, year ORDER BY vintage_seq) QUALIFY before_id IS NOT NULL
