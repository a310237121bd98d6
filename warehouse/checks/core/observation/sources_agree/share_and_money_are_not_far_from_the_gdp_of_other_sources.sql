-- id: share_and_money_are_not_far_from_the_gdp_of_other_sources
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year
-- reason: spending over its share is GDP: no first estimate lay further than 7.4 % from the nearest other source's

SELECT * FROM relation.share_and_money_against_gdp WHERE deviation > 0.15 + rounding
