-- id: every_country_is_counted_once
-- severity: error
-- question: structure
-- reason: the counts are those of the lists

SELECT * FROM {batch} WHERE len(entities) <> compared OR len(changed_entities) <> compared - unchanged
