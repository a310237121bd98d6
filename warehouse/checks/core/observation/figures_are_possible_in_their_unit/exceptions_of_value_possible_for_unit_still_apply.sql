-- id: exceptions_of_value_possible_for_unit_still_apply
-- severity: warn
-- question: structure
-- subject: register
-- reason: an exception that no longer explains anything is removed

SELECT x.exception_id, o.edition_id, o.year, o.value, o.locator FROM core_check_exception x JOIN {batch} o ON x.source_id = coalesce(o.derived_from, o.source_id) AND x.entity = o.entity AND x.indicator = o.indicator AND o.year BETWEEN x.year_from AND x.year_to
  WHERE x.check_id = 'value_possible_for_unit' AND o.availability = 'reported' AND o.value <= 100
