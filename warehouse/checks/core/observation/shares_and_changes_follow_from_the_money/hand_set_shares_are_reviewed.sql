-- id: hand_set_shares_are_reviewed
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year
-- reason: a share set by hand decides compliance: each is named with its reason

SELECT o.edition_id, o.indicator, o.entity, o.year, o.value, o.locator FROM {batch} o
  WHERE list_contains(o.flags, 'hand_set') AND NOT EXISTS (
    SELECT 1 FROM core_share_exception x WHERE x.edition_id = split_part(o.edition_id, ':issue-', 1) AND x.entity = o.entity
    AND o.year BETWEEN x.year_from AND x.year_to AND x.price_basis = 'constant')
