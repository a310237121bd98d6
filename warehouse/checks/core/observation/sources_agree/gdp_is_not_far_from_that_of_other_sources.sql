-- id: gdp_is_not_far_from_that_of_other_sources
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, currency, price_basis
-- reason: no country of core.membership rebased its GDP by 40 %: it belongs to another country, year or unit

SELECT * FROM relation.gdp_against_other_sources WHERE deviation > 0.4
