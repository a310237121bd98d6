-- id: nato_estimates_are_of_the_last_two_years
-- severity: error
-- question: resemblance
-- reason: the notes of the five editions from 2023 to 2026 name the year of publication and the one before; a
--   report of spring, before the yearly collection, may still estimate the two years before: a mark was lost or
--   added

SELECT o.edition_id, o.indicator, o.entity, o.year, o.status, o.locator FROM {batch} o
  JOIN core_edition e ON e.edition_id = o.edition_id
  WHERE o.source_id = 'nato' AND o.availability = 'reported'
    AND ((o.status <> 'estimate' AND o.year >= year(e.published_on) - 1)
         OR (o.status = 'estimate' AND o.year < year(e.published_on) - CASE WHEN month(e.published_on) < 6 THEN 2 ELSE 1 END))
