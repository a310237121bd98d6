-- id: every_entity_has_a_name
-- severity: error
-- question: structure
-- reason: what has no name cannot be looked up

SELECT entity FROM (SELECT iso3 AS entity FROM core_country UNION ALL SELECT group_id FROM core_country_group)
  WHERE entity NOT IN (SELECT entity FROM {batch})
