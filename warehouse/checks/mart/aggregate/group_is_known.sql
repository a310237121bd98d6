-- id: group_is_known
-- severity: error
-- question: structure
-- reason: figures of a group without a row in core.country_group would have no name

SELECT DISTINCT group_id FROM {batch} WHERE group_id NOT IN (SELECT group_id FROM core_country_group)
