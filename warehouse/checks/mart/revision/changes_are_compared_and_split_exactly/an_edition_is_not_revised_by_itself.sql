-- id: an_edition_is_not_revised_by_itself
-- severity: error
-- question: structure
-- reason: a revision has two editions

SELECT * FROM {batch} WHERE from_edition_id = to_edition_id
