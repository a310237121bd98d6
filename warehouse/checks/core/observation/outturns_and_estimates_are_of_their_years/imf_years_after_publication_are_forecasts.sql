-- id: imf_years_after_publication_are_forecasts
-- severity: error
-- question: structure
-- reason: a figure of a year that had not begun is a forecast

SELECT o.edition_id, o.entity, o.year, o.status, o.locator FROM {batch} o
  JOIN core_edition e ON e.edition_id = o.edition_id
  WHERE o.source_id = 'imf' AND o.availability = 'reported' AND o.year > year(e.published_on) AND o.status <> 'forecast'
