-- GDP in million US$ at current prices that the sources print, without forecasts of later years, by their newest edition.
-- `core_observation` is what is held: in a run the batch itself, at ingestion what was built last. For the countries of
-- core.membership; a break to gross national income (Luxembourg in NATO's tables) is no GDP.
SELECT o.source_id, o.entity, o.year, o.value AS gdp_m, o.edition_id FROM core_observation o
WHERE o.indicator = 'gdp' AND o.currency = 'USD' AND o.price_basis = 'current' AND o.year_basis <> 'fiscal'
  AND o.known_until = DATE '9999-12-31' AND o.availability = 'reported' AND o.year <= year(o.known_from)
  AND NOT list_contains(o.flags, 'gni_denominator') AND o.entity IN (SELECT iso3 FROM core_membership)
