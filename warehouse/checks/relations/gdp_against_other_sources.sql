-- GDP, and the nearest figure that another source prints.
SELECT o.edition_id, o.indicator, o.entity, o.year, o.currency, o.price_basis, o.value AS gdp_m, o.locator, min_by(g.edition_id, abs(o.value / g.gdp_m - 1)) AS nearest,
       min(abs(o.value / g.gdp_m - 1)) AS deviation, 0.15 AS tolerance
FROM {batch} o JOIN core_edition e ON e.edition_id = o.edition_id
JOIN relation.gdp_of_all_sources g ON g.entity = o.entity AND g.year = o.year AND g.source_id <> o.source_id
WHERE o.indicator = 'gdp' AND o.currency = 'USD' AND o.price_basis = 'current' AND o.year < year(e.published_on)
  AND o.availability = 'reported' AND NOT list_contains(o.flags, 'gni_denominator')
GROUP BY ALL
