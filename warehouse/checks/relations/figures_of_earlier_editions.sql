-- What earlier editions print of countries, and whether the newest complete one of the source prints it too, of the years
-- that it covers. Of its totals at current prices SIPRI prints the last year only; NATO's real change since a year has a
-- new name in each edition; the World Bank, the IMF and Eurostat publish table by table, so that one is not missing from
-- another's file. A figure that is withheld here was printed all the same.
WITH newest AS (
  SELECT e.source_id, max_by(e.edition_id, e.vintage_seq) AS edition_id, max(e.vintage_seq) AS vintage_seq
  FROM core_edition e WHERE e.withdrawn_on IS NULL AND e.completeness = 'complete'
    AND e.edition_id IN (SELECT edition_id FROM {batch}) GROUP BY ALL),
covered AS (
  SELECT o.edition_id, o.indicator, o.variant, o.price_basis, o.year_basis, min(o.year) AS year_from, max(o.year) AS year_to
  FROM {batch} o JOIN newest USING (edition_id) GROUP BY ALL),
earlier AS (
  SELECT n.edition_id, o.source_id, o.indicator, o.entity, o.year, o.price_basis, o.year_basis, o.variant, max_by(o.edition_id, e.vintage_seq) AS before_id,
         max_by(o.availability, e.vintage_seq) AS availability, max_by(o.locator, e.vintage_seq) AS locator_before
  FROM {batch} o JOIN core_edition e ON e.edition_id = o.edition_id
  JOIN newest n ON n.source_id = e.source_id AND e.vintage_seq < n.vintage_seq
  WHERE e.withdrawn_on IS NULL AND o.entity IN (SELECT iso3 FROM core_country) AND o.indicator NOT LIKE 'defence_real_change_since%' GROUP BY ALL)
SELECT b.*, n.availability AS availability_now, n.locator, c.edition_id IS NULL AS table_lost, b.source_id IN ('world_bank', 'imf', 'eurostat') AS by_table,
       coalesce(b.year > c.year_to, false) AS ends_earlier,
       coalesce(b.year < c.year_from, false) AS begins_later, n.value IS NULL AND NOT coalesce(list_has_any(n.flags, ['corrected', 'withheld', 'currency_contradicted']), false)
         AND CASE WHEN table_lost THEN NOT by_table ELSE b.year >= c.year_from END AS lost
FROM earlier b
LEFT JOIN covered c ON c.edition_id = b.edition_id AND c.indicator = b.indicator AND c.variant = b.variant
 AND c.price_basis = b.price_basis AND c.year_basis = b.year_basis
LEFT JOIN {batch} n ON n.edition_id = b.edition_id AND n.indicator = b.indicator AND n.entity = b.entity AND n.year = b.year
 AND n.price_basis = b.price_basis AND n.year_basis = b.year_basis AND n.variant = b.variant
WHERE b.availability = 'reported'
