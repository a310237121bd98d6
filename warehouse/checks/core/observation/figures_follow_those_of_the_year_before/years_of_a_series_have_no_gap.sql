-- id: years_of_a_series_have_no_gap
-- severity: error
-- question: resemblance
-- reason: a year without a figure has a row that says so: a missing row was lost in reading (the IMF's interface
--   leaves out years without a figure, so its series may have gaps; SIPRI's local row of Zimbabwe has the years of
--   one currency between those of another)

WITH gaps AS (
    SELECT edition_id, indicator, entity, price_basis, year_basis FROM {batch} WHERE source_id <> 'imf'
    GROUP BY edition_id, indicator, entity, currency, price_basis, year_basis HAVING count(*) <= max(year) - min(year)),
  series AS (
    SELECT edition_id, indicator, entity, currency, price_basis, year_basis, list_sort(list(DISTINCT year)) AS years,
           min(year) AS year_from, max(year) AS year_to
    FROM {batch} SEMI JOIN gaps USING (edition_id, indicator, entity, price_basis, year_basis) WHERE source_id <> 'imf' GROUP BY ALL)
  SELECT * FROM series gap
  WHERE len(years) < year_to - year_from + 1 AND NOT EXISTS (
    -- A series of another currency that has just the years that this one lacks.
    SELECT 1 FROM series other
    WHERE other.edition_id = gap.edition_id AND other.indicator = gap.indicator AND other.entity = gap.entity
      AND other.price_basis = gap.price_basis AND other.year_basis = gap.year_basis AND NOT list_has_any(other.years, gap.years)
      AND len(list_intersect(other.years, range(gap.year_from, gap.year_to + 1))) = gap.year_to - gap.year_from + 1 - len(gap.years))
