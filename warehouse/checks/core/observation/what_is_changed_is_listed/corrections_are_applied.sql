-- id: corrections_are_applied
-- severity: warn
-- question: structure
-- subject: register
-- reason: a correction of a figure that the source has corrected is removed: it no longer applies; an excerpt need not
--   hold it

WITH concerned AS (
  SELECT c.correction_id, bool_or(list_contains(o.flags, 'corrected')) AS applied, bool_or(o.value IS NOT NULL) AS printed
  FROM core_correction c JOIN relation.editions_by_name e ON e.edition_name = c.edition_id
  JOIN {batch} o ON o.edition_id = e.edition_id AND o.indicator = c.indicator AND o.entity = c.entity AND o.year BETWEEN c.year_from AND c.year_to
  GROUP BY c.correction_id)
SELECT c.* FROM core_correction c JOIN concerned USING (correction_id) WHERE NOT applied OR printed
