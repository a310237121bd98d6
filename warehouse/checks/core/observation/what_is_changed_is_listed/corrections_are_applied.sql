-- id: corrections_are_applied
-- severity: warn
-- question: structure
-- subject: register
-- reason: a correction of a figure that the source has corrected is removed: it no longer applies; an excerpt need not
--   hold it

SELECT c.* FROM core_correction c
  WHERE EXISTS (SELECT 1 FROM {batch} o WHERE c.edition_id = split_part(o.edition_id, ':issue-', 1) AND c.indicator = o.indicator AND c.entity = o.entity AND o.year BETWEEN c.year_from AND c.year_to) AND (
    NOT EXISTS (SELECT 1 FROM {batch} o WHERE list_contains(o.flags, 'corrected') AND c.edition_id = split_part(o.edition_id, ':issue-', 1) AND c.indicator = o.indicator AND c.entity = o.entity AND o.year BETWEEN c.year_from AND c.year_to)
    OR EXISTS (SELECT 1 FROM {batch} o WHERE o.value IS NOT NULL AND c.edition_id = split_part(o.edition_id, ':issue-', 1) AND c.indicator = o.indicator AND c.entity = o.entity AND o.year BETWEEN c.year_from AND c.year_to))
