-- SIPRI's world total, and the sums of its countries. Totals leave out the countries that SIPRI's own column "Omitted
-- countries" names (in 2026 the United Arab Emirates: 3 % of the world's spending in 2008); it is in the notes of the totals.
WITH omitted AS (
  SELECT DISTINCT o.edition_id, k.iso3 FROM {batch} o JOIN core_country k ON contains(o.note, k.name)
  WHERE o.source_id = 'sipri' AND o.note LIKE '%Omitted countries:%'),
country AS (
  SELECT edition_id, year, price_basis, sum(value) AS countries_m, count(value) AS countries,
         sum(value) FILTER (WHERE (edition_id, entity) NOT IN (SELECT (edition_id, iso3) FROM omitted)) AS not_omitted_m FROM {batch}
  WHERE source_id = 'sipri' AND indicator = 'defence_expenditure' AND currency = 'USD' AND unit = 'million'
    AND year_basis = 'calendar' AND entity IN (SELECT iso3 FROM core_country) GROUP BY ALL)
SELECT country.*, w.indicator, w.entity, w.value AS world_m, w.locator FROM country
JOIN {batch} w ON w.edition_id = country.edition_id AND w.year = country.year AND w.price_basis = country.price_basis
WHERE w.entity = 'WORLD' AND w.indicator = 'defence_expenditure' AND w.source_id = 'sipri' AND w.value IS NOT NULL
