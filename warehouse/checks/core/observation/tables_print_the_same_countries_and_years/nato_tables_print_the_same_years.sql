-- id: nato_tables_print_the_same_years
-- severity: error
-- question: arithmetic
-- concerns: indicator, entity, year, price_basis, currency
-- exceptions: by edition
-- reason: where spending is printed, so are its share and GDP, and the personnel of years that were over (editions
--   of 2024 and 2026): a cell was emptied

WITH tables AS (
    SELECT o.edition_id, o.indicator, o.price_basis, o.currency, o.entity, o.year, o.availability, o.locator,
           o.availability = 'reported' OR list_contains(o.flags, 'withheld') AS printed,
           o.year >= year(e.published_on) - 1 AS estimated
    FROM {batch} o JOIN core_edition e USING (edition_id)
    WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND o.entity IN (SELECT iso3 FROM core_country) AND o.indicator IN (
      'defence_expenditure', 'defence_share_of_gdp', 'defence_per_capita', 'gdp', 'gdp_per_capita', 'personnel'))
  SELECT t.edition_id, t.entity, t.year, t.indicator, t.price_basis, t.currency, t.availability, t.locator,
         (NOT t.printed AND NOT (t.indicator = 'personnel' AND t.estimated))::INTEGER AS deviation,
         0 AS tolerance
  FROM tables t JOIN (SELECT DISTINCT edition_id, entity, year FROM tables
                      WHERE indicator = 'defence_expenditure' AND printed) spent USING (edition_id, entity, year)
