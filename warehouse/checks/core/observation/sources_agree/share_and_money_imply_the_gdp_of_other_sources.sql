-- id: share_and_money_imply_the_gdp_of_other_sources
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: spending over its share is GDP: within 5 % of the nearest other source's, and Eurostat's rounding; a
--   share or money that was mistyped is looked at, as is a GDP that was revised

SELECT unnest([share, money]) AS indicator, * FROM relation.implied_gdp_against_other_sources
