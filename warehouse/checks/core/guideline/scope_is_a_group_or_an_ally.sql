-- id: scope_is_a_group_or_an_ally
-- severity: error
-- question: structure
-- reason: a rule whose scope has no members would silently apply to no country

SELECT * FROM {batch} WHERE scope NOT IN (SELECT group_id FROM core_membership)
  AND scope NOT IN (SELECT iso3 FROM core_membership WHERE group_id = 'NATO')
