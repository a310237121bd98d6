-- An Ally's share of GDP in every edition that prints it.
SELECT o.entity AS iso3, o.year, o.edition_id, e.published_on, e.completeness, o.value AS share_pct, o.status, o.flags
FROM core.observation AS o JOIN core.edition AS e USING (edition_id)
WHERE o.source_id = 'nato' AND o.indicator = 'defence_share_of_gdp' AND o.availability = 'reported' AND o.entity IN (SELECT iso3 FROM core.country)
  AND e.withdrawn_on IS NULL
ORDER BY o.entity, o.year, e.vintage_seq
