-- id: sipri_world_is_hardly_above_its_countries
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, price_basis
-- reason: where the countries are all there, estimates for the others add at most 3 % (releases of 2024 and 2025)

SELECT * FROM relation.sipri_world_and_its_countries WHERE countries >= 100 AND world_m > 1.1 * countries_m
