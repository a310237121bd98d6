-- id: sipri_world_is_not_below_its_countries
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis
-- reason: the world total contains all countries except those that SIPRI says it omits, and estimates for those
--   without a figure

SELECT * FROM relation.sipri_world_and_its_countries WHERE not_omitted_m > 1.01 * world_m
