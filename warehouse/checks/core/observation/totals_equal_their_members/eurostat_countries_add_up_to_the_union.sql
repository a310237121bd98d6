-- id: eurostat_countries_add_up_to_the_union
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, currency
-- reason: the Union is its 27 members, within half of a tenth of a million each; at least those that print a figure

SELECT u.edition_id, u.indicator, u.entity, u.year, u.currency, u.value AS union_m, sum(o.value) AS countries_m, count(o.value) AS countries, u.locator
  FROM {batch} u JOIN {batch} o ON o.edition_id = u.edition_id AND o.indicator = u.indicator AND o.year = u.year
   AND o.currency = u.currency AND o.entity IN (SELECT iso3 FROM core_country)
  WHERE u.source_id = 'eurostat' AND u.entity = 'EUROSTAT_EU27_2020' AND u.currency = 'EUR' AND u.availability = 'reported'
  GROUP BY ALL HAVING countries_m > union_m + 1.4 OR (countries = 27 AND union_m > countries_m + 1.4)
