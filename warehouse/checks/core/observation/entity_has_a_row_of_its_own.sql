-- id: entity_has_a_row_of_its_own
-- severity: error
-- question: structure
-- reason: figures of an entity without a row in core.country or core.country_group would have no name

SELECT entity, any_value(edition_id) AS edition_id, any_value(locator) AS locator, count(*) AS row_count FROM {batch}
  WHERE entity NOT IN (SELECT iso3 FROM core_country) AND entity NOT IN (SELECT group_id FROM core_country_group)
  GROUP BY entity
