-- id: nato_population_is_that_of_the_edition_before
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: GDP over GDP a head is the population: between two editions a country's differs by less than 5 %

-- A census moves it (North Macedonia): a new edition is looked at, not refused.

SELECT * FROM relation.nato_population_against_the_edition_before WHERE entity IN (SELECT iso3 FROM core_country)
