-- id: gdp_is_near_that_of_other_sources
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year, currency, price_basis
-- exceptions: by edition
-- reason: of years that were over, GDP in current US$ lies within 9.5 % of the nearest other source's (Australia's
--   of 2015, whose year ends in June, in the World Bank's); a statistical office that rebases GDP moves it by more

SELECT o.edition_id, o.indicator, o.entity, o.year, o.currency, o.price_basis, o.value AS gdp_m, o.locator, min_by(g.edition_id, abs(o.value / g.gdp_m - 1)) AS nearest,
       min(abs(o.value / g.gdp_m - 1)) AS deviation, 0.15 AS tolerance
FROM {batch} o JOIN core_edition e ON e.edition_id = o.edition_id
JOIN relation.gdp_of_all_sources g ON g.entity = o.entity AND g.year = o.year AND g.source_id <> o.source_id
WHERE o.indicator = 'gdp' AND o.currency = 'USD' AND o.price_basis = 'current' AND o.year < year(e.published_on)
  AND o.availability = 'reported' AND NOT list_contains(o.flags, 'gni_denominator')
GROUP BY ALL
