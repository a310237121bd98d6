-- id: share_exceptions_still_apply
-- severity: warn
-- question: structure
-- subject: register
-- reason: an exception that no longer explains anything is removed

SELECT x.exception_id, x.edition_id, x.entity, x.year_from, x.year_to, x.price_basis
  FROM core_share_exception x
  WHERE x.edition_id IN (SELECT split_part(edition_id, ':issue-', 1) FROM {batch}) AND NOT EXISTS (
    SELECT 1 FROM relation.nato_share_differences d WHERE d.exception_id = x.exception_id
    AND abs(d.difference_pp) > CASE d.price_basis WHEN 'constant' THEN 0.005 ELSE 0.01 END + d.rounding_pp)
