-- id: no_series_is_known_twice_on_a_day
-- severity: error
-- question: structure
-- reason: one figure is the newest

SELECT source_id, indicator, entity, year, price_basis, year_basis, variant, known_from, count(*) AS row_count
  FROM {batch} WHERE known_until > known_from GROUP BY ALL HAVING count(*) > 1
