-- id: nato_population_moves_slowly
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: GDP over GDP a head is the population, in million: it moves by less than 5 % a year

-- A census moves it as well (North Macedonia 2021, Bulgaria 2022): a new edition is looked at, not refused.

SELECT g.edition_id, g.indicator, g.entity, g.year, g.value / h.value AS population_m, g.locator,
       lag(population_m) OVER (PARTITION BY g.edition_id, g.entity ORDER BY g.year) AS population_before_m,
       abs(population_m / population_before_m - 1) AS deviation,
       0.05 AS tolerance
FROM {batch} g JOIN {batch} h ON h.edition_id = g.edition_id AND h.entity = g.entity AND h.year = g.year
 AND h.indicator = 'gdp_per_capita'
WHERE g.source_id = 'nato' AND g.indicator = 'gdp' AND g.price_basis = 'constant' AND g.entity IN (SELECT iso3 FROM core_country) AND h.value > 0
