-- id: edition_is_known
-- severity: error
-- question: structure
-- reason: every figure can be followed to its edition

SELECT DISTINCT edition_id FROM {batch} WHERE edition_id NOT IN (SELECT edition_id FROM core_edition)
