-- id: nato_tables_hold_the_same_countries
-- severity: error
-- question: resemblance
-- reason: a country of Table 2 has a row in every table, if only of dots: a row was lost

WITH held AS (
    SELECT DISTINCT o.edition_id, o.indicator, o.entity, o.year, o.availability FROM {batch} o JOIN core_edition e USING (edition_id)
    WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND o.entity IN (SELECT iso3 FROM core_country)
      AND o.indicator NOT LIKE 'defence_real_change_since%')
  SELECT DISTINCT spending.edition_id, tables.indicator, spending.entity, spending.year
  FROM held spending JOIN (SELECT DISTINCT edition_id, indicator FROM held) tables USING (edition_id)
  WHERE spending.indicator = 'defence_expenditure'
    AND spending.availability <> 'not_applicable'
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.edition_id = spending.edition_id AND h.indicator = tables.indicator
                    AND h.entity = spending.entity AND h.year = spending.year)
