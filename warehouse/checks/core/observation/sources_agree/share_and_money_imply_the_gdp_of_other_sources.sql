-- id: share_and_money_imply_the_gdp_of_other_sources
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: spending over its share is GDP: within 5 % of the nearest other source's, and Eurostat's rounding; a
--   mistyped share or amount is reviewed, as is a revised GDP

SELECT unnest([share, money]) AS indicator, * FROM relation.implied_gdp_against_other_sources
