-- id: nato_rows_are_hardly_restated
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity
-- exceptions: by edition
-- reason: the middle of a country's outturns at current prices is revised by less than 2 % in spending and by 3.5 % in
--   GDP at most (June 2024 to July 2026): a history that was restated as a whole is reviewed

SELECT edition_id, max(before_id) AS before_id, indicator, entity, max(year) AS year, median(value / before_value) AS median_ratio,
         abs(median_ratio - 1) AS deviation, CASE indicator WHEN 'gdp' THEN 0.04 ELSE 0.02 END AS tolerance, min(locator) AS locator
  FROM relation.against_the_edition_before
  WHERE source_id = 'nato' AND price_basis = 'current' AND indicator IN ('defence_expenditure', 'gdp') AND currency = 'USD'
    AND value > 0 AND before_value > 0 AND year <= year(published_before) - 2
  GROUP BY edition_id, indicator, entity HAVING count(*) >= 5
