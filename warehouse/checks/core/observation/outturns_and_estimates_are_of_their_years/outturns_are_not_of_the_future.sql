-- id: outturns_are_not_of_the_future
-- severity: error
-- question: structure
-- reason: no source knows an outturn before the year has begun

SELECT o.edition_id, o.indicator, o.entity, o.year, o.locator FROM {batch} o
  JOIN core_edition e ON e.edition_id = o.edition_id
  WHERE o.availability = 'reported' AND o.status = 'actual' AND o.year > year(e.published_on)
