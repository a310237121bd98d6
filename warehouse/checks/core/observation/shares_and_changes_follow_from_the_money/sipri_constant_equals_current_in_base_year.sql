-- id: sipri_constant_equals_current_in_base_year
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, currency
-- exceptions: in the query
-- reason: what a base year means; full precision, so to a millionth, but for those reviewed in core.check_exception

SELECT * FROM relation.sipri_base_years
  WHERE differs AND (exception_id IS NULL OR abs(difference_pct) > largest + 0.005)
