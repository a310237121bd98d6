-- id: no_year_is_later_than_its_source_prints
-- severity: error
-- question: resemblance
-- reason: the IMF looks five years ahead (World Economic Outlook, April and October), NATO estimates the year of
--   publication, the others end with the year before: a later year is invented, or the date is wrong

SELECT o.edition_id, o.indicator, o.entity, o.year, o.value, e.published_on, o.locator
  FROM {batch} o JOIN core_edition e USING (edition_id)
  WHERE o.availability = 'reported'
    AND o.year > year(e.published_on) + CASE o.source_id WHEN 'imf' THEN 5 WHEN 'nato' THEN 0 ELSE -1 END
