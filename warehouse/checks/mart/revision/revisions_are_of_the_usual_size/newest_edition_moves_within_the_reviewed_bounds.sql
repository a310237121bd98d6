-- id: newest_edition_moves_within_the_reviewed_bounds
-- severity: warn
-- question: resemblance
-- reason: a larger move than any reviewed one is reviewed by a person; nothing is withheld

SELECT r.from_edition_id, r.to_edition_id, r.indicator, r.entity, r.year, r.unit, r.old_value, r.new_value,
    CASE b.measure WHEN 'change' THEN r.change ELSE r.change_pct END AS moved, b.measure, b.largest,
    abs(moved) / b.largest AS deviation
  FROM {batch} r JOIN core_revision_bound b ON b.indicator = r.indicator
  WHERE abs(moved) > b.largest AND r.to_edition_id IN (SELECT edition_id FROM relation.newest_editions)
