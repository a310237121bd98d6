-- id: decisions_still_apply
-- severity: warn
-- question: structure
-- subject: register
-- reason: a figure that a person withheld is now printed differently, or not at all: the decision no longer applies

SELECT d.* FROM core_decision d
  WHERE d.last_word AND d.action = 'withhold' AND d.author <> 'gate' AND split_part(d.edition_id, ':issue-', 1) IN (
    SELECT edition_name FROM relation.editions_by_name) AND NOT EXISTS (
    SELECT 1 FROM {batch} o JOIN relation.editions_by_name e ON e.edition_id = o.edition_id WHERE list_contains(o.flags, 'withheld')
    AND e.edition_name = split_part(d.edition_id, ':issue-', 1) AND d.indicator IS NOT DISTINCT FROM o.indicator AND d.entity IS NOT DISTINCT FROM o.entity AND d.year IS NOT DISTINCT FROM o.year AND d.currency IS NOT DISTINCT FROM o.currency AND d.price_basis IS NOT DISTINCT FROM o.price_basis AND d.year_basis IS NOT DISTINCT FROM o.year_basis)
