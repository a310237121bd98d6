-- id: nato_totals_are_printed
-- severity: error
-- question: resemblance
-- reason: in addition to its members an edition prints both totals in every table but those of categories: a row was
--   lost

WITH printed AS (
    SELECT o.edition_id, o.indicator, o.price_basis, o.year, count(*) FILTER (WHERE o.entity IN (SELECT iso3 FROM core_country)) AS countries,
           bool_or(o.entity = 'NATO') AS total, bool_or(o.entity = 'NATO_EUR_CAN') AS europe_and_canada, min(o.locator) AS locator
    FROM {batch} o JOIN core_edition e USING (edition_id)
    WHERE o.source_id = 'nato' AND e.completeness = 'complete' AND (o.availability = 'reported' OR list_contains(o.flags, 'withheld'))
      AND (o.currency IS NULL OR o.currency = 'USD') AND o.indicator IN (
        'defence_expenditure', 'defence_share_of_gdp', 'defence_per_capita', 'gdp', 'gdp_per_capita', 'personnel')
    GROUP BY ALL)
  SELECT * FROM printed WHERE countries > 0 AND NOT (total AND europe_and_canada)
