-- id: rounding_is_no_revision
-- severity: error
-- question: structure
-- reason: what differs by print precision only is marked so

SELECT * FROM {batch} WHERE kind = 'revised' AND abs(change) <= half_print_unit
  OR same_at_print AND abs(change) > half_print_unit + 1e-9 * greatest(1, abs(new_value))
  OR kind = 'same_at_print' AND NOT same_at_print
