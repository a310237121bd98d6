-- id: years_of_a_series_have_no_gap
-- severity: error
-- question: resemblance
-- reason: a year without a figure has a row that says so: a missing row was lost in reading (the IMF's interface
--   leaves out years without a figure, so its series may have gaps; SIPRI's local row of Zimbabwe has the years of
--   one currency between those of another)

WITH series AS (
    SELECT edition_id, indicator, entity, currency, price_basis, year_basis, list(DISTINCT year) AS years,
           min(year) AS year_from, max(year) AS year_to FROM {batch} WHERE source_id <> 'imf' GROUP BY ALL)
  SELECT * FROM series s WHERE len(years) < year_to - year_from + 1 AND NOT EXISTS (
    SELECT 1 FROM series t WHERE t.edition_id = s.edition_id AND t.indicator = s.indicator AND t.entity = s.entity
      AND t.price_basis = s.price_basis AND t.year_basis = s.year_basis AND NOT list_has_any(s.years, t.years)
      AND len(list_filter(t.years, lambda y: y BETWEEN s.year_from AND s.year_to)) = s.year_to - s.year_from + 1 - len(s.years))
