-- id: what_is_comparable_is_compared
-- severity: error
-- question: structure
-- reason: a figure in the same unit and price basis has a change

SELECT * FROM {batch} WHERE kind IN ('revised', 'same_at_print', 'outturn_replaces_estimate') AND change IS NULL
