-- id: name_is_of_a_known_entity
-- severity: error
-- question: structure
-- reason: a name leads to a country or a group that has a row

SELECT * FROM {batch} WHERE entity NOT IN (SELECT iso3 FROM core_country)
  AND entity NOT IN (SELECT group_id FROM core_country_group)
